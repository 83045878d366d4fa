//! What labs have to do with each other: an earlier one that went red, checks
//! that changed, building over the reference, catching up and comparing.

use std::fs;

use insta::assert_snapshot;

use crate::terminal::Terminal;
use crate::workshop::{Workshop, until};

const NAME: &str = "labs/lab-01-own/src/lib.rs";
const LATER: &str = "labs/lab-02-later/src/main.rs";
const YAML: &str = "labs/lab-01-own/lab.yaml";
const CHECK: &str = "labs/lab-01-own/tests/check.rs";
const TODO: &str =
    r#"todo!("Set the name inside and leave the host's alone. (chapter: task-1-the-name)")"#;

/// All labs solved and green.
fn green(name: &str) -> Workshop {
    let workshop = Workshop::solved(name);
    workshop.run(&["solve", "02", "--all"]);
    workshop.run(&["check", "--all"]);
    workshop
}

/// A third lab that builds on the second alone.
fn with_third(workshop: &Workshop) {
    for (from, to) in [("labs", "lab-"), ("solutions", "solution-")] {
        let (old, new) = (
            format!("{from}/lab-02-later"),
            format!("{from}/lab-03-last"),
        );
        for file in ["src/main.rs", "Cargo.toml"] {
            let text = workshop.read(&format!("{old}/{file}"));
            let text = text
                .replace(
                    &format!("name = \"{to}02-later\""),
                    &format!("name = \"{to}03-last\""),
                )
                .replace("limit", "last");
            fs::create_dir_all(workshop.path(&new).join("src")).expect("create");
            workshop.write(&format!("{new}/{file}"), &text);
        }
    }
    let yaml = workshop.read("labs/lab-02-later/lab.yaml");
    let yaml = &yaml[..yaml.find("mistakes:").expect("mistakes")];
    let yaml = yaml
        .replace("[lab-01-own]", "[lab-02-later]")
        .replace("lab-02-later\ntitle", "lab-03-last\ntitle")
        .replace("\"02\"", "\"03\"")
        .replace("limit", "last")
        .replace(
            "says: the last",
            "no_mistake: it is a fixture\n    says: the last",
        );
    fs::create_dir_all(workshop.path("labs/lab-03-last/tests/snapshots")).expect("create");
    workshop.write("labs/lab-03-last/lab.yaml", &yaml);
    workshop.write(
        "labs/lab-03-last/tests/snapshots/last.yaml",
        "last: \"64\"\nhost: kept\n",
    );
}

#[test]
fn checks_that_changed_since_green_are_told() {
    let workshop = green("checks-changed");
    workshop.edit(CHECK, "//! A check binary", "//! The check binary");
    assert_snapshot!("checks_changed_list", workshop.screen(&["list"]));
    // As an earlier lab of another, and then itself.
    assert_snapshot!("checks_changed_earlier", workshop.screen(&["check", "02"]));
    workshop.edit(CHECK, "//! The check binary", "//! One check binary");
    workshop.edit(NAME, r#"("pid", "1")"#, r#"("pid", "4711")"#);
    assert_snapshot!("checks_changed_red", workshop.screen(&["check", "01"]));
    workshop.edit(NAME, r#"("pid", "4711")"#, r#"("pid", "1")"#);
    assert_snapshot!("checks_changed_still", workshop.screen(&["check", "01"]));
    // Green by them: nothing more to say.
    let screen = workshop.screen(&["check", "01"]);
    assert!(!screen.contains("have changed"), "{screen}");
    // A change of one's own code is no change of the checks.
    workshop.edit(NAME, "vec![(\"pid\"", "vec![ (\"pid\"");
    assert!(!workshop.screen(&["list"]).contains("green before"));
    assert!(!workshop.screen(&["check", "01"]).contains("have changed"));
}

#[test]
fn an_earlier_lab_of_an_earlier_lab_is_checked_first() {
    let workshop = green("transitive");
    with_third(&workshop);
    workshop.run(&["solve", "03", "--all"]);
    workshop.run(&["check", "03"]);
    // Lab 03 builds on lab 02 alone, which is as it was when it was green.
    workshop.edit(NAME, r#"("host", "kept")"#, r#"("host", "changed")"#);
    assert_snapshot!("transitive_red", workshop.screen(&["check", "03"]));
    // And its gaps are an earlier lab's gaps.
    workshop.run(&["reset", "01", "pid"]);
    assert_snapshot!("transitive_gap", workshop.screen(&["check", "03"]));
}

#[test]
fn all_labs_are_reported_each_by_itself() {
    let workshop = green("all-by-itself");
    let report = || {
        let args = ["check", "--all", "--format", "json"];
        let output = workshop.command(&args).output().expect("it starts");
        assert_eq!(output.status.code(), Some(1));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("JSON")
    };
    workshop.edit(NAME, r#"("host", "kept")"#, r#"("host", "changed")"#);
    let red = report();
    assert_eq!(red["labs"][0]["checks"][0]["verdict"], "red", "{red}");
    assert_eq!(red["labs"][1]["state"], "judged", "{red}");
    // It stands on the first, and its checks have verdicts of their own.
    assert_eq!(red["labs"][1]["checks"][0]["verdict"], "red", "{red}");
    workshop.edit(LATER, "// ANCHOR_END: limit", "");
    let damaged = report();
    assert_eq!(damaged["labs"][0]["state"], "judged", "{damaged}");
    assert_eq!(damaged["labs"][1]["state"], "refused", "{damaged}");
    let because = damaged["labs"][1]["because"].as_str().expect("a reason");
    assert!(because.contains("main.rs"), "{because}");
}

#[test]
fn watch_looks_at_every_earlier_lab() {
    let mut workshop = green("watch-earlier");
    with_third(&workshop);
    workshop.run(&["solve", "03", "--all"]);
    workshop.run(&["check", "03"]);
    workshop.set("LC_ALL", "C.UTF-8");
    let mut terminal = Terminal::start(&workshop, 80, &["watch", "03"]);
    terminal.expect("q quit");
    // Lab 03 builds on lab 02 alone, and that on lab 01.
    workshop.edit(NAME, r#"("host", "kept")"#, r#"("host", "changed")"#);
    terminal.expect("lib.rs changed");
    terminal.expect("q quit");
    terminal.press("q");
    assert_eq!(terminal.ended().code(), Some(0));
}

#[test]
fn an_edit_during_a_check_is_not_what_was_checked() {
    let mut workshop = green("edit-meanwhile");
    let checked = |workshop: &Workshop| {
        let results = workshop.read(".lab/results/lab-01-own.json");
        let results: serde_json::Value = serde_json::from_str(&results).expect("JSON");
        results["fingerprint"].clone()
    };
    let before = checked(&workshop);
    workshop.misbehave("hang");
    let mut check = workshop.start(&["check", "01", "--limit", "3"]);
    until("the check hangs", || workshop.path("hanging").exists());
    workshop.edit(NAME, r#"("host", "kept")"#, r#"("host", "changed")"#);
    check.wait().expect("it ends");
    let results = workshop.read(".lab/results/lab-01-own.json");
    assert!(results.contains("red"), "{results}");
    assert_eq!(checked(&workshop), before);
}

#[test]
fn a_lab_is_checked_over_the_reference() {
    let workshop = green("on-reference");
    // A red earlier lab, and one that doesn't even compile.
    workshop.edit(NAME, r#"("host", "kept")"#, r#"("host", "changed")"#);
    assert!(workshop.screen(&["check", "02"]).ends_with("exit 1\n"));
    assert_snapshot!(
        "on_reference",
        workshop.screen(&["check", "02", "--on-reference"])
    );
    workshop.edit(NAME, "pub fn name()", "pub fn nam()");
    let mine = workshop.read(NAME);
    let results = workshop.read(".lab/results/lab-02-later.json");
    assert!(
        workshop
            .screen(&["check", "02", "--on-reference"])
            .ends_with("exit 0\n")
    );
    workshop.edit(LATER, "    64\n", "    128\n");
    assert_snapshot!(
        "on_reference_red",
        workshop.screen(&["check", "2", "--on-reference"])
    );
    workshop.edit(LATER, "    128\n", "    \"no number\"\n");
    let (screen, stderr) = workshop.screen_and_stderr(&["check", "2", "--on-reference"]);
    assert_snapshot!("on_reference_compiler", screen);
    assert!(
        stderr.contains("labs/lab-02-later/src/main.rs:12"),
        "{stderr}"
    );
    // Nothing of the learner's changed, and nothing counts.
    assert_eq!(workshop.read(NAME), mine);
    assert_eq!(workshop.read(".lab/results/lab-02-later.json"), results);
    assert_snapshot!(
        "on_reference_first",
        workshop.screen(&["check", "1", "--on-reference"])
    );
    fs::remove_dir_all(workshop.path("solutions")).expect("remove");
    assert_snapshot!(
        "on_reference_withheld",
        workshop.screen(&["check", "2", "--on-reference"])
    );
}

#[test]
fn catch_up_solves_what_is_unwritten_before() {
    let workshop = Workshop::new("catch-up");
    assert_snapshot!("catch_up_which", workshop.screen(&["catch-up"]));
    assert_snapshot!("catch_up_first", workshop.screen(&["catch-up", "01"]));
    let mine = r#"let mine = ("name", "asked");
    vec![mine, ("host", "kept")]"#;
    workshop.edit(NAME, TODO, mine);
    let before = workshop.read(NAME);
    assert_snapshot!("catch_up", workshop.screen(&["catch-up", "02"]));
    assert!(workshop.read(NAME).contains(mine));
    assert!(!workshop.read(NAME).contains("todo!"));
    assert!(
        workshop.read(LATER).contains("todo!"),
        "the lab itself stays"
    );
    let kept = fs::read_dir(workshop.path(".lab/kept"))
        .expect("kept")
        .next();
    let kept = kept.expect("a folder").expect("read").path().join(NAME);
    assert_eq!(fs::read_to_string(kept).expect("kept"), before);
    assert_snapshot!("catch_up_again", workshop.screen(&["catch-up", "02"]));
    assert!(workshop.screen(&["check", "01"]).ends_with("exit 0\n"));
}

#[test]
fn catch_up_knows_parts_and_what_was_begun() {
    let workshop = Workshop::new("catch-up-part");
    workshop.edit(NAME, TODO, "// first the name\n    todo!()");
    assert_snapshot!("catch_up_part", workshop.screen(&["catch-up", "01b"]));
    assert!(
        workshop.read(NAME).contains("todo!(\"Be PID 1"),
        "the part itself stays"
    );
    // Nothing is half-applied: all references are looked for before.
    workshop.run(&["reset", "01", "--all"]);
    with_third(&workshop);
    let before = workshop.read(NAME);
    fs::remove_dir_all(workshop.path("solutions/lab-02-later")).expect("remove");
    assert_snapshot!("catch_up_withheld", workshop.screen(&["catch-up", "03"]));
    assert_eq!(workshop.read(NAME), before);
}

#[test]
fn a_solution_is_shown_after_success_or_when_asked() {
    let workshop = Workshop::new("diff");
    // A check that also stands on a task still to do tells nothing of this one.
    let pid = "    task: pid\n    says";
    workshop.edit(YAML, pid, "    task: pid\n    also: [name]\n    says");
    assert_snapshot!("diff_nothing_green", workshop.screen(&["diff"]));
    let mine = "let mine = (\"name\", \"asked\");\n    vec![mine, (\"host\", \"kept\")]";
    workshop.edit(NAME, TODO, mine);
    assert_snapshot!("diff_not_yet", workshop.screen(&["diff", "01"]));
    workshop.screen(&["check", "01"]);
    assert_snapshot!("diff_lab", workshop.screen(&["diff"]));
    assert_snapshot!("diff_task", workshop.screen(&["diff", "01", "name"]));
    assert_snapshot!("diff_not_green", workshop.screen(&["diff", "01", "pid"]));
    assert_snapshot!(
        "diff_anyway",
        workshop.screen(&["diff", "01", "pid", "--anyway"])
    );
    workshop.run(&["solve", "01", "pid"]);
    assert_snapshot!("diff_same", workshop.screen(&["diff", "pid", "--anyway"]));
    // What was green is not, once it changed.
    assert!(
        workshop
            .screen(&["diff", "01", "name"])
            .ends_with("exit 2\n")
    );
    fs::remove_dir_all(workshop.path("solutions")).expect("remove");
    assert_snapshot!(
        "diff_withheld",
        workshop.screen(&["diff", "01", "--anyway"])
    );
}
