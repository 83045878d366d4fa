//! A handful of screens in German, which somebody has read.

use insta::assert_snapshot;

use crate::update::{LIB, MINE, TODO_NAME, YAML, both};
use crate::workshop::Workshop;

const NAME: &str = "labs/lab-01-own/src/lib.rs";
const WORDS: &str = "labs/lab-01-own/lab.de.yaml";

const TEXTS: &str = "title: Ein eigener Prozess
parts:
  01a: Der Name
tasks:
  name:
    says: Setze den Namen innen und lass den des Hosts in Ruhe.
    hints:
      - Welcher Systemaufruf setzt einen Namen, und wessen Name ist es?
      - sethostname(2) ändert den UTS-Namespace, in dem der Aufrufer steht.
      - Ruf sethostname nach dem clone auf, im Kind; davor ist es der Name des Hosts.
checks:
  name:
    says: innen ist der Name der verlangte, und der Host behält seinen
    diagnoses:
      outside: Der Name des Hosts hat sich geändert. sethostname lief in seinem UTS-Namespace.
";

/// The workshop where German is asked for, as a desktop asks for it.
fn german(mut workshop: Workshop) -> Workshop {
    workshop.write(WORDS, TEXTS);
    workshop.set("LC_ALL", "de_DE.UTF-8");
    workshop
}

#[test]
fn from_the_starter_to_green() {
    let workshop = german(Workshop::new("german"));
    assert_snapshot!("german_list", workshop.screen(&["list"]));
    assert_snapshot!("german_to_do", workshop.screen(&["check", "01"]));
    assert_snapshot!("german_hint", workshop.screen(&["hint"]));
    workshop.run(&["solve", "01", "--all"]);
    workshop.edit(NAME, r#"("host", "kept")"#, r#"("host", "changed")"#);
    assert_snapshot!("german_red", workshop.screen(&["check", "01"]));
    workshop.edit(NAME, "pub fn name()", "pub fn nam()");
    assert_snapshot!("german_compiler", workshop.screen(&["check", "01"]));
    workshop.edit(NAME, "pub fn nam()", "pub fn name()");
    workshop.run(&["solve", "01", "name"]);
    assert_snapshot!("german_green", workshop.screen(&["check", "01"]));
    assert_snapshot!("german_diff", workshop.screen(&["diff", "01", "name"]));
    assert_snapshot!("german_typo", workshop.screen(&["check", "bananas"]));
    assert_snapshot!("german_clean", workshop.screen(&["clean", "--all"]));
}

#[test]
fn what_is_not_the_learners_code() {
    let mut workshop = german(Workshop::solved("german-trouble"));
    workshop.misbehave("machine");
    assert_snapshot!("german_machine", workshop.screen(&["check", "01"]));
    workshop.misbehave("exit");
    assert_snapshot!("german_exit", workshop.screen(&["check", "01"]));
}

#[test]
fn an_update_tells_of_tasks_in_german() {
    let (upstream, learner) = both("german-update");
    let mut learner = learner;
    learner.set("LC_ALL", "de_DE.UTF-8");
    learner.edit(LIB, TODO_NAME, MINE);
    upstream.edit(
        YAML,
        "says: Set the name inside",
        "says: Set the name there",
    );
    upstream.write(WORDS, TEXTS);
    upstream.committed("Move on");
    assert_snapshot!(
        "german_update_check",
        learner.screen(&["update", "--check"])
    );
    assert_snapshot!("german_update", learner.screen(&["update"]));
    assert_snapshot!("german_update_nothing", learner.screen(&["update"]));
}

#[test]
fn the_help_is_german_and_no_line_is_too_wide() {
    let workshop = german(Workshop::new("german-help"));
    let help = |args: &[&str]| {
        let output = workshop.command(args).output().expect("the runner starts");
        let help = String::from_utf8(output.stdout).expect("UTF-8");
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{args:?}: {line}");
        }
        help
    };
    let all = help(&["--help"]);
    assert_snapshot!("german_help", &all);
    assert_snapshot!("german_help_check", help(&["check", "--help"]));
    let verbs = all.lines().skip_while(|line| *line != "Commands:").skip(1);
    let verbs: Vec<&str> = verbs
        .map_while(|line| line.split_whitespace().next())
        .filter(|verb| *verb != "help")
        .collect();
    assert!(verbs.len() > 15, "{verbs:?}");
    for verb in verbs {
        let help = help(&[verb, "--help"]);
        assert!(help.contains("Beispiel"), "{verb}: {help}");
        assert!(!help.contains("Example"), "{verb}: {help}");
    }
}

/// A lab's texts change what is read, and nothing that is judged or written.
#[test]
fn texts_disturb_no_result() {
    let mut workshop = Workshop::solved("german-results");
    workshop.commit();
    workshop.run(&["check", "01"]);
    let results = workshop.read(".lab/results/lab-01-own.json");
    let list = workshop.screen(&["list"]);
    let json = workshop.screen(&["check", "01", "--format", "json"]);
    workshop.write(WORDS, TEXTS);
    assert_eq!(workshop.screen(&["list"]), list);
    workshop.set("LC_ALL", "de_DE.UTF-8");
    assert!(
        workshop
            .screen(&["list"])
            .contains("Der Name, 60 min: grün")
    );
    let german = workshop.screen(&["check", "01", "--format", "json"]);
    assert_eq!(german, json);
    assert_eq!(workshop.read(".lab/results/lab-01-own.json"), results);
    workshop.run(&["mistakes", "01", "--only", "outside.rs"]);
    // The starter says what lab.yaml says.
    workshop.run(&["reset", "01", "--all"]);
    assert!(workshop.read(NAME).contains(TODO_NAME));
    workshop.run(&["sync", "--check"]);
    // One that names what isn't there is refused to those who read it.
    workshop.write(WORDS, "tasks:\n  nmae:\n    says: Setze den Namen.\n");
    assert_snapshot!("german_refused", workshop.screen(&["list"]));
    workshop.set("LC_ALL", "C");
    workshop.run(&["list"]);
}
