//! A lab's texts in another language.

use std::path::Path;

use lab_judge::{Lab, LabOnDisk, Outcome, Verdict, discover};
use serde_yaml::Value;

use crate::root::{GOOD, Root, relative};

const GERMAN: &str = "title: Ein eigener Prozess
parts:
  01a: Allein
tasks:
  name:
    says: Setze den Namen.
    hints: [d, e, f]
checks:
  name:
    diagnoses:
      outside: Der Name des Hosts hat sich geändert.
";

fn said(root: &Root, languages: &[&str]) -> Result<LabOnDisk, String> {
    let dir = root.dir("lab-01-own");
    let languages: Vec<String> = languages.iter().map(|code| (*code).to_owned()).collect();
    let lab = Lab::load(&dir).expect("English is good");
    lab.said_in(&languages)
        .map_err(|refusals| relative(&refusals, &dir))
}

#[test]
fn what_is_translated_is_said_and_the_rest_stays_english() {
    let root = Root::new("words");
    root.write("lab-01-own", "lab.de.yaml", GERMAN);
    let lab = said(&root, &["de-ch", "de"]).expect("good");
    let shown = lab.said();
    assert_eq!(shown.title, "Ein eigener Prozess");
    assert_eq!(shown.parts[0].title, "Allein");
    assert_eq!(shown.tasks[0].says, "Setze den Namen.");
    assert_eq!(shown.tasks[0].hints, ["d", "e", "f"]);
    assert_eq!(shown.tasks[1].says, "Be PID 1.");
    let check = shown.check("name").expect("declared");
    assert_eq!(check.says, "the name is set");
    assert!(check.diagnoses[0].says.starts_with("Der Name"));
    // The declaration, by which starters are written, is as it was.
    assert_eq!(lab.lab.title, "A process of its own");
    assert_eq!(lab.lab.tasks[0].hints, ["a", "b", "c"]);
    let other = said(&root, &["fr"]).expect("good");
    assert_eq!(other.said().title, "A process of its own");
}

#[test]
fn verdicts_are_the_same_in_every_language() {
    let root = Root::new("words-verdicts");
    root.write("lab-01-own", "lab.de.yaml", GERMAN);
    let observation = serde_json::json!({"host": "changed", "name": "asked"});
    let seen = Outcome::Observed {
        observation,
        seconds: 0.0,
    };
    let [english, german] = ["en", "de"].map(|language| {
        let lab = said(&root, &[language]).expect("good");
        let check = lab.said().check("name").expect("declared").clone();
        lab.judge(&check, Some(&seen))
    });
    assert_eq!(english, german);
    let Verdict::Red(red) = german else {
        panic!("{german:?}");
    };
    assert_eq!(red.diagnoses, ["outside"]);
}

#[test]
fn a_diagnosis_of_another_check_is_told_by_this_one_and_translated() {
    let root = Root::new("words-lent");
    let lent = "says: the process is PID 1\n    diagnoses_as: [name]";
    let yaml = GOOD.replace("says: the process is PID 1", lent);
    root.write("lab-01-own", "lab.yaml", &yaml);
    root.write("lab-01-own", "lab.de.yaml", GERMAN);
    let lab = said(&root, &["de"]).expect("good");
    let observation = serde_json::json!({"host": "changed"});
    let seen = Outcome::Observed {
        observation,
        seconds: 0.0,
    };
    let check = lab.said().check("pid").expect("declared");
    let Verdict::Red(red) = lab.judge(check, Some(&seen)) else {
        panic!("not red");
    };
    assert_eq!(red.diagnoses, ["outside"]);
    assert!(check.diagnoses[0].says.starts_with("Der Name"));
}

#[test]
fn the_nearest_language_is_taken_and_capitals_do_not_matter() {
    let root = Root::new("words-nearest");
    root.write("lab-01-own", "lab.pt.yaml", "title: perto\n");
    root.write("lab-01-own", "lab.pt-BR.yaml", "title: mais perto\n");
    let title = |languages: &[&str]| said(&root, languages).expect("good").said().title.clone();
    assert_eq!(title(&["pt-br", "pt"]), "mais perto");
    assert_eq!(title(&["pt-pt", "pt"]), "perto");
}

#[test]
fn each_refusal_has_its_line_and_its_reason() {
    let root = Root::new("words-refused");
    let cases = [
        ("parts:\n  01b: B\n", "lab.de.yaml:2: there is no part 01b"),
        (
            "tasks:\n  pid:\n    says: P\n  pidd:\n    says: Q\n",
            "lab.de.yaml:4: there is no task pidd",
        ),
        (
            "checks:\n  nam:\n    says: P\n",
            "lab.de.yaml:2: there is no check nam",
        ),
        (
            "checks:\n  name:\n    diagnoses:\n      inside: P\n",
            "lab.de.yaml:4: check name has no diagnosis inside",
        ),
        (
            "tasks:\n  pid:\n    hints: [a, b]\n",
            "lab.de.yaml:3: task pid has 2 hints here and 3 in lab.yaml",
        ),
        (
            "tasks:\n  pid:\n    hints:\n      - a\n      - ''\n      - c\n",
            "lab.de.yaml:5: the text is empty",
        ),
        ("title: ''\n", "lab.de.yaml:1: the text is empty"),
        (
            "tasks:\n  pid:\n    noop: Ok(())\n",
            "lab.de.yaml:3: tasks.pid: unknown field `noop`",
        ),
        ("title: a\ntitle: b\n", "lab.de.yaml:1: duplicate entry"),
        ("title: [\n", "lab.de.yaml:2: "),
    ];
    for (text, reason) in cases {
        root.write("lab-01-own", "lab.de.yaml", text);
        let refused = said(&root, &["de"]).expect_err(text);
        assert!(refused.starts_with(reason), "{refused}\nnot\n{reason}");
        // Nobody else is stopped by it.
        assert!(said(&root, &["en"]).is_ok());
    }
}

/// A translation that is there says everything: whoever adds a text to a
/// translated lab sees what is missing.
#[test]
fn the_translations_of_this_workshop_are_whole() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for lab in discover(&root).expect("the labs load") {
        let file = lab.dir.join("lab.de.yaml");
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        lab.lab.in_words(&file, &text).expect("good");
        let words: Value = serde_yaml::from_str(&text).expect("YAML");
        let mut paths = vec![vec!["title"]];
        for part in &lab.lab.parts {
            paths.push(vec!["parts", &part.id]);
        }
        for task in &lab.lab.tasks {
            paths.push(vec!["tasks", &task.id, "says"]);
            paths.push(vec!["tasks", &task.id, "hints"]);
        }
        for check in &lab.lab.checks {
            paths.push(vec!["checks", &check.id, "says"]);
            for diagnosis in &check.diagnoses {
                paths.push(vec!["checks", &check.id, "diagnoses", &diagnosis.id]);
            }
        }
        let there = |path: &&Vec<&str>| path.iter().try_fold(&words, |at, key| at.get(key));
        let lacks: Vec<_> = paths.iter().filter(|path| there(path).is_none()).collect();
        assert!(lacks.is_empty(), "{}: {lacks:?}", file.display());
    }
}
