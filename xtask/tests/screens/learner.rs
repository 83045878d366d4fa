//! The screens of `list`, `hint`, `reset`, `solve` and `clean`.

use std::fs;

use insta::assert_snapshot;

use crate::workshop::Workshop;

const NAME: &str = "labs/lab-01-own/src/lib.rs";
const TODO: &str =
    r#"todo!("Set the name inside and leave the host's alone. (chapter: task-1-the-name)")"#;

#[test]
fn list_shows_progress_from_source_and_results() {
    let workshop = Workshop::new("list");
    assert_snapshot!("list_fresh", workshop.screen(&["list"]));
    workshop.edit(NAME, TODO, r#"vec![("name", "asked"), ("host", "kept")]"#);
    workshop.screen(&["check", "01"]);
    assert_snapshot!("list_part_green", workshop.screen(&["list"]));
    workshop.edit(NAME, r#"("host", "kept")"#, r#"("host","kept")"#);
    assert_snapshot!("list_changed_since_green", workshop.screen(&["list"]));
}

#[test]
fn hints_come_one_more_each_time() {
    let workshop = Workshop::new("hints");
    assert_snapshot!("hint_1", workshop.screen(&["hint"]));
    workshop.run(&["hint", "01", "name"]);
    assert_snapshot!("hint_3", workshop.screen(&["hint", "name"]));
    fs::remove_dir_all(workshop.path("solutions")).expect("remove");
    assert_snapshot!("hint_no_more", workshop.screen(&["hint", "01"]));
    assert_snapshot!("hint_typo", workshop.screen(&["hint", "01", "nam"]));
}

#[test]
fn hint_goes_to_the_task_that_was_red() {
    let workshop = Workshop::solved("hint-red");
    workshop.edit(NAME, r#"("pid", "1")"#, r#"("pid", "2")"#);
    workshop.screen(&["check", "01"]);
    assert_snapshot!(workshop.screen(&["hint", "01"]));
}

#[test]
fn reset_puts_the_starter_back_and_keeps_the_learners() {
    let workshop = Workshop::new("reset");
    let starter = workshop.read(NAME);
    let mine = r#"vec![("name", "mine")]"#;
    workshop.edit(NAME, TODO, mine);
    assert_snapshot!("reset", workshop.screen(&["reset", "01", "name"]));
    assert_eq!(workshop.read(NAME), starter);
    let kept = workshop.path(".lab/kept");
    let time = fs::read_dir(kept)
        .expect("kept")
        .next()
        .expect("one")
        .expect("read");
    let kept = fs::read_to_string(time.path().join(NAME)).expect("kept");
    assert!(kept.contains(mine), "{kept}");
    assert_snapshot!("reset_nothing", workshop.screen(&["reset", "name"]));
    assert_snapshot!("reset_which", workshop.screen(&["reset", "01"]));
    assert_snapshot!("reset_what", workshop.screen(&["reset"]));
    assert_snapshot!("reset_near", workshop.screen(&["reset", "nmae"]));
}

#[test]
fn reset_all_is_the_starter_again() {
    let workshop = Workshop::new("reset-all");
    let starter = workshop.read(NAME);
    workshop.run(&["solve", "01", "--all"]);
    assert_ne!(workshop.read(NAME), starter);
    assert_snapshot!(workshop.screen(&["reset", "01", "--all"]));
    assert_eq!(workshop.read(NAME), starter);
}

#[test]
fn solve_puts_the_reference_in() {
    let workshop = Workshop::new("solve");
    assert_snapshot!("solve", workshop.screen(&["solve", "01", "pid"]));
    assert!(workshop.read(NAME).contains(TODO), "the other task stays");
    assert!(workshop.screen(&["check", "01b"]).ends_with("exit 0\n"));
    fs::remove_dir_all(workshop.path("solutions")).expect("remove");
    assert_snapshot!("solve_withheld", workshop.screen(&["solve", "01", "name"]));
}

#[test]
fn labs_are_checked_with_solutions_withheld() {
    let workshop = Workshop::solved("withheld");
    fs::remove_dir_all(workshop.path("solutions")).expect("remove");
    workshop.edit(
        "Cargo.toml",
        r#"members = ["labs/*", "solutions/*"]"#,
        r#"members = ["labs/*"]"#,
    );
    assert_snapshot!("green_withheld", workshop.screen(&["check", "01"]));
    assert_snapshot!(
        "reference_withheld",
        workshop.screen(&["check", "01", "--solution"])
    );
}

#[test]
fn plans_are_made_from_the_minutes() {
    let workshop = Workshop::new("plan");
    for course in ["half-day", "two-days", "semester"] {
        let name = format!("plan_{course}");
        assert_snapshot!(name, workshop.screen(&["plan", course]));
    }
    assert!(workshop.screen(&["plan", "week"]).ends_with("exit 2\n"));
}

#[test]
fn clean_says_what_it_did() {
    let workshop = Workshop::solved("clean");
    assert_snapshot!("clean_nothing_built", workshop.screen(&["clean"]));
    workshop.run(&["check", "01"]);
    assert_snapshot!("clean_built", workshop.screen(&["clean", "--all"]));
    assert!(workshop.path(".lab/kept").exists());
    assert!(!workshop.path(".lab/results").exists());
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let workshop = Workshop::new("help");
    let verbs = [
        "check",
        "watch",
        "list",
        "completions",
        "vm",
        "plan",
        "hint",
        "reset",
        "solve",
        "catch-up",
        "diff",
        "update",
        "doctor",
        "shell",
        "rootfs",
        "clean",
        "sync",
        "mistakes",
        "measure",
        "book",
    ];
    for verb in verbs {
        let help = workshop.screen(&[verb, "--help"]);
        assert!(help.contains("Example"), "{help}");
        assert!(help.contains(&format!("\n  cargo xtask {verb}")), "{help}");
    }
    assert_snapshot!("help", workshop.screen(&["--help"]));
}

#[test]
fn hint_solve_and_reset_are_told_in_the_same_words() {
    let workshop = Workshop::new("same-words");
    for verb in ["hint", "solve", "reset"] {
        for words in [
            ["01", "name"].as_slice(),
            &["name"],
            &["01", "nam"],
            &["lab01A"],
        ] {
            let screen = workshop.screen(&[&[verb], words].concat());
            let expected = match words {
                ["01", "nam"] => "exit 2",
                ["lab01A"] if verb != "hint" => "exit 2",
                _ => "exit 0",
            };
            assert!(screen.contains(expected), "{screen}");
        }
    }
    assert_snapshot!("solve_which", workshop.screen(&["solve", "01"]));
    assert_snapshot!("solve_which_of_part", workshop.screen(&["solve", "01b"]));
    assert_snapshot!("hint_part", workshop.screen(&["hint", "01b"]));
    workshop.run(&["solve", "01b", "--all"]);
    assert!(workshop.read(NAME).contains(TODO), "the other part stays");
}
