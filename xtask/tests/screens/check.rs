//! The screens of `check` when the check binary behaves.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use insta::assert_snapshot;

use crate::workshop::Workshop;

const NAME: &str = "labs/lab-01-own/src/lib.rs";

/// The starter's body of the first task.
const TODO: &str =
    r#"todo!("Set the name inside and leave the host's alone. (chapter: task-1-the-name)")"#;

#[test]
fn a_fresh_clone_is_told_that_red_is_expected() {
    let workshop = Workshop::new("fresh");
    assert_snapshot!(workshop.screen(&["check"]));
    // The starter compiles without a word of the compiler's.
    let (_, stderr) = workshop.screen_and_stderr(&["check", "01"]);
    assert_eq!(stderr, "");
}

#[test]
fn one_written_task_is_green_and_the_next_is_named() {
    let workshop = Workshop::new("one-written");
    workshop.edit(NAME, TODO, r#"vec![("name", "asked"), ("host", "kept")]"#);
    assert_snapshot!(workshop.screen(&["check", "01"]));
    assert_snapshot!("one_part", workshop.screen(&["check", "1a"]));
}

#[test]
fn all_green_names_what_is_next() {
    let workshop = Workshop::solved("green");
    assert_snapshot!(workshop.screen(&["check", "lab-01"]));
    assert_snapshot!("green_then_next", workshop.screen(&["check"]));
    workshop.run(&["solve", "02", "--all"]);
    workshop.run(&["check", "02"]);
    assert_snapshot!("all_finished", workshop.screen(&["check"]));
}

#[test]
fn the_reference_is_green() {
    let workshop = Workshop::new("reference");
    assert_snapshot!(workshop.screen(&["check", "01", "--solution"]));
}

#[test]
fn a_red_check_says_what_was_seen_and_why() {
    let workshop = Workshop::solved("red");
    workshop.edit(NAME, r#"("host", "kept")"#, r#"("host", "changed")"#);
    assert_snapshot!(workshop.screen(&["check", "01"]));
    assert_snapshot!(
        "red_one_check",
        workshop.screen(&["check", "01", "--check", "pid"])
    );
}

#[test]
fn a_red_check_without_a_diagnosis_still_helps() {
    let workshop = Workshop::solved("red-unknown");
    workshop.edit(NAME, r#"("pid", "1")"#, r#"("pidd", "1")"#);
    assert_snapshot!(workshop.screen(&["check", "01"]));
}

#[test]
fn a_mistake_made_elsewhere_is_sent_there() {
    let workshop = Workshop::solved("elsewhere");
    let lab = "labs/lab-01-own/lab.yaml";
    // The name's check needs both tasks, and tells what goes wrong in the other.
    workshop.edit(
        lab,
        "    task: name\n    says",
        "    task: name\n    also: [pid]\n    says",
    );
    workshop.edit(
        lab,
        "      - id: outside\n",
        "      - id: outside\n        task: pid\n",
    );
    workshop.edit(NAME, r#"("host", "kept")"#, r#"("host", "changed")"#);
    assert_snapshot!(workshop.screen(&["check", "01"]));
}

#[test]
fn a_panic_is_the_learners() {
    let workshop = Workshop::solved("panic");
    workshop.edit(
        NAME,
        r#"vec![("pid", "1")]"#,
        r#"panic!("no such process")"#,
    );
    assert_snapshot!(workshop.screen(&["check", "01"]));
}

#[test]
fn a_machine_that_cannot_build_is_not_the_learners_code() {
    let mut workshop = Workshop::solved("cannot-build");
    fs::create_dir(workshop.path("bin")).expect("create");
    workshop.write("bin/cc", "#!/bin/sh\nexit 1\n");
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(workshop.path("bin/cc"), executable).expect("chmod");
    let path = std::env::var("PATH").expect("PATH");
    let first = workshop.path("bin").display().to_string();
    workshop.set("PATH", format!("{first}:{path}"));
    let screen = workshop.screen(&["check", "01"]);
    assert!(screen.contains("Your machine"), "{screen}");
    assert!(screen.contains("link"), "{screen}");
    assert!(screen.ends_with("exit 3\n"), "{screen}");
}

#[test]
fn compiler_errors_are_the_compilers() {
    let workshop = Workshop::solved("compile-error");
    workshop.edit(NAME, r#"vec![("pid", "1")]"#, "1");
    let (screen, stderr) = workshop.screen_and_stderr(&["check", "01"]);
    assert_snapshot!(screen);
    assert!(
        stderr.contains("error[E0308]: mismatched types"),
        "{stderr}"
    );
    assert!(stderr.contains("labs/lab-01-own/src/lib.rs:16"), "{stderr}");
}

#[test]
fn json_says_the_same() {
    let workshop = Workshop::new("json");
    workshop.edit(
        NAME,
        TODO,
        r#"vec![("name", "asked"), ("host", "changed")]"#,
    );
    assert_snapshot!(workshop.screen(&["check", "01", "--format", "json"]));
}

#[test]
fn gaps_of_an_earlier_lab_hold_back_the_later() {
    let workshop = Workshop::new("earlier-gaps");
    workshop.run(&["solve", "02", "--all"]);
    assert_snapshot!(workshop.screen(&["check", "02"]));
}

#[test]
fn an_earlier_lab_that_changed_is_checked_first() {
    let workshop = Workshop::solved("earlier-changed");
    workshop.run(&["solve", "02", "--all"]);
    workshop.run(&["check", "--all"]);
    workshop.edit(NAME, r#"("pid", "1")"#, r#"("pid", "4711")"#);
    assert_snapshot!(workshop.screen(&["check", "02"]));
    workshop.edit(NAME, r#"("pid", "4711")"#, r#"("pid", "1"),"#);
    assert_snapshot!("earlier_green_again", workshop.screen(&["check", "02"]));
}

#[test]
fn names_are_forgiving_and_typos_are_told() {
    let workshop = Workshop::new("names");
    let (json, limit) = (["--format", "json"], ["--limit", "0"]);
    for args in [
        ["check", "lab-01-onw"].as_slice(),
        &["check", "lab-3"],
        &["check", "bananas"],
        &["check", "01c"],
        &["check", "01", "--check", "nmae"],
        &["check", "01", "--check", "other"],
        &["check", "--check", "nmae"],
        &["check", "--check", "bananas"],
        &["check", "01", "nmae"],
        &["check", "01b", "name"],
        &["check", "1", "c"],
    ] {
        assert_snapshot!(
            format!("typo_{}", args[1..].join("_")),
            workshop.screen(args)
        );
    }
    let (screen, stderr) = workshop.screen_and_stderr(&["chekc"]);
    assert!(screen.ends_with("exit 2\n"), "{screen}");
    assert!(stderr.contains("'check'"), "{stderr}");
    assert!(
        workshop
            .screen(&[&["check", "1"], limit.as_slice()].concat())
            .ends_with("exit 2\n")
    );
    for name in ["lab-01-own", "lab-01", "01", "1", "own"] {
        let screen = workshop.screen(&[&["check", name], json.as_slice()].concat());
        assert!(
            screen.contains(r#""lab": "lab-01-own""#),
            "{name}: {screen}"
        );
    }
}

#[test]
fn what_was_meant_is_done() {
    let workshop = Workshop::solved("meant");
    workshop.edit(NAME, r#"("host", "kept")"#, r#"("host", "changed")"#);
    assert_snapshot!("meant_a_check", workshop.screen(&["check", "01", "pid"]));
    assert_snapshot!(
        "meant_two_checks",
        workshop.screen(&["check", "1", "pid", "name"])
    );
    for args in [
        ["check", "--check", "pid"].as_slice(),
        &["check", "pid"],
        &["check", "01", "--check", "pid"],
        &["check", "--all", "--check", "pid"],
        &["check", "01b", "pid"],
    ] {
        let screen = workshop.screen(args);
        assert!(
            screen.contains("1 green") && screen.ends_with("exit 0\n"),
            "{args:?}: {screen}"
        );
    }
    for args in [
        ["check", "01A"].as_slice(),
        &["check", "1", "a"],
        &["check", "lab01a"],
        &["check", "LAB-01a"],
    ] {
        let screen = workshop.screen(args);
        assert!(
            screen.contains("lab-01-own 01a: The name"),
            "{args:?}: {screen}"
        );
        assert!(screen.contains("\n1 red\n"), "{args:?}: {screen}");
    }
    let first = workshop.screen(&["check", "01", "--first", "pid"]);
    let place = |words: &str| first.find(words).expect("it is shown");
    assert!(
        place("is PID 1 inside") < place("the name inside"),
        "{first}"
    );
    // Where nothing is left to check, a name is still looked for.
    workshop.edit(NAME, r#"("host", "changed")"#, r#"("host", "kept")"#);
    workshop.run(&["check", "01"]);
    workshop.run(&["solve", "02", "--all"]);
    workshop.run(&["check", "02"]);
    assert!(
        workshop
            .screen(&["check", "--check", "bananas"])
            .ends_with("exit 2\n")
    );
}
