//! Screens around the checks: what updates, catches up, compares, watches, asks
//! for root, or needs the repository itself.

use std::fs;
use std::process::Command;

use super::{NAME, Translated};
use crate::pseudo::{self, accented};
use crate::rootfs::Folder;
use crate::terminal::{Terminal, plain};
use crate::update::{CHECK, LIB, MINE, TODO_NAME, YAML};
use crate::workshop::Workshop;
use crate::{book, escalate};

/// A screen without what is this machine's or the learner's.
fn without(screen: &str, theirs: &[&str]) -> String {
    let mut screen = screen.to_owned();
    for text in theirs {
        screen = screen.replace(text, "");
    }
    screen
}

/// Without lines of cargo's own and what a terminal echoes.
fn without_cargo(screen: &str) -> String {
    let cargo = ["Finished", "Compiling", "Blocking", "exit "];
    let own = |line: &&str| {
        let line = line.trim();
        line.chars().count() > 1 && !cargo.iter().any(|word| line.starts_with(word))
    };
    let lines = screen.lines().filter(own);
    lines.map(|line| format!("{line}\n")).collect()
}

fn assert_translated(screen: &str) {
    let plain = Translated::plain_words(screen);
    assert!(plain.is_empty(), "{plain:?} in\n{screen}");
}

#[test]
fn screens_about_other_labs_and_the_reference_have_no_english_word() {
    let translated = Translated::new("other-labs");
    let see = |args: &[&str]| translated.see(args, "");
    let workshop = &translated.workshop;
    see(&["check", "01", "--on-reference"]);
    workshop.run(&["solve", "02", "--all"]);
    see(&["check", "02", "--on-reference"]);
    see(&["diff"]);
    see(&["diff", "01"]);
    see(&["diff", "01", "pid"]);
    workshop.run(&["check", "01"]);
    see(&["diff", "01"]);
    workshop.edit(CHECK, "//! A check binary", "//! The check binary");
    see(&["list"]);
    see(&["check", "02"]);
    workshop.run(&["reset", "01", "--all"]);
    see(&["catch-up", "01"]);
    see(&["catch-up", "02"]);
    see(&["catch-up", "02"]);
    workshop.run(&["reset", "01", "--all"]);
    workshop.run(&["reset", "02", "--all"]);
    workshop.run(&["clean", "--all"]);
    see(&["catch-up"]);
    see(&["watch", "01"]);
    fs::remove_file(workshop.path(CHECK)).expect("remove");
    let output = workshop
        .command(&["check", "01"])
        .output()
        .expect("it starts");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    // The kernel's word for it, and the command that brings it back.
    assert_translated(&without(
        &stderr,
        &["no such file or directory", "git checkout --"],
    ));
}

#[test]
fn screens_of_update_have_no_english_word() {
    let upstream = Workshop::new("translated-update-upstream");
    let upstream = Translated::of(upstream, "update").workshop;
    upstream.commit();
    let mut learner = upstream.cloned("translated-update");
    let messages = pseudo::folder("update");
    learner.set("XTASK_MESSAGES", messages.to_str().expect("UTF-8"));
    let see = |args: &[&str]| {
        let output = learner.command(args).output().expect("it starts");
        let screen = [output.stdout, output.stderr].concat();
        let screen = String::from_utf8(screen).expect("UTF-8");
        let commit = |name: &&str| {
            let (there, said) = learner.try_git(&["rev-parse", "--short=7", name]);
            there.then(|| said.trim().to_owned())
        };
        let commits = ["HEAD", "HEAD@{1}", "origin/main"]
            .iter()
            .filter_map(commit);
        let commits: Vec<String> = commits.collect();
        let mut theirs: Vec<&str> = commits.iter().map(String::as_str).collect();
        theirs.extend([
            "cargo xtask update --undo",
            "cargo xtask update",
            "origin",
            "main",
        ]);
        theirs.extend([
            "/// Sets the name inside and says what came of it.",
            "/// Sets my name and says what came of it.",
        ]);
        assert_translated(&without(&screen, &theirs));
        screen
    };
    see(&["update"]);
    learner.edit(LIB, TODO_NAME, MINE);
    learner.edit(LIB, "/// Sets the name and", "/// Sets my name and");
    upstream.edit(LIB, "/// Sets the name and", "/// Sets the name inside and");
    upstream.edit(
        YAML,
        "says: Set the name inside and",
        "says: Set the name there and",
    );
    upstream.edit(CHECK, "//! A check binary", "//! The check binary");
    upstream.write("README.md", "new\n");
    upstream.committed("Move on");
    let screen = see(&["update", "--check"]);
    assert!(
        screen.contains(&accented("Set the name inside")),
        "{screen}"
    );
    let screen = see(&["update"]);
    assert!(screen.contains(&accented("the file has now")), "{screen}");
    see(&["update", "--undo"]);
    see(&["update", "--undo"]);
}

#[test]
fn the_question_for_root_has_no_english_word() {
    let Some(workshop) = escalate::workshop("translated-root") else {
        return;
    };
    let translated = Translated::of(workshop, "root");
    // It is built here, so that cargo has nothing to say.
    translated
        .workshop
        .command(&["check", "01", "--limit", "9"])
        .output()
        .expect("it starts");
    for (answer, refuses) in [(None, ""), (Some("n\n"), ""), (Some("ý\n"), "not you")] {
        let screen = escalate::screen(&translated.workshop, &["check", "01"], answer, refuses);
        assert!(screen.contains(&accented("root is needed")), "{screen}");
        let words: Vec<&str> = screen.split_whitespace().collect();
        let observe = words.join(" ").contains("observe --until-eof name pid");
        assert_eq!(observe, answer.is_some(), "{screen}");
        let screen = without_cargo(&screen);
        let theirs = [
            "not you",
            "sudo",
            "root:",
            "$",
            "Unix",
            "observe --until-eof",
        ];
        assert_translated(&without(&screen, &theirs));
    }
}

#[test]
fn a_session_of_watch_has_no_english_word() {
    let mut translated = Translated::new("watch");
    translated.workshop.set("LC_ALL", "C.UTF-8");
    let workshop = &translated.workshop;
    workshop.run(&["reset", "01", "pid"]);
    workshop
        .command(&["check", "01"])
        .output()
        .expect("it starts");
    let keys = accented("quit");
    let mut terminal = Terminal::start(workshop, 100, &["watch", "01"]);
    terminal.expect(&keys);
    for key in ["h", "l", "n", "c"] {
        terminal.press(key);
        terminal.expect(&keys);
    }
    workshop.edit(NAME, r#"("host", "kept")"#, r#"("host", "changed")"#);
    terminal.expect(&accented("changed"));
    terminal.expect(&keys);
    terminal.press("q");
    assert_eq!(terminal.ended().code(), Some(0));
    assert_translated(&without_cargo(&plain(&terminal.shown())));
}

#[test]
fn screens_of_the_book_have_no_english_word() {
    let translated = Translated::of(book::workshop("translated-book", "v0.5.9"), "book");
    let see = |args: &[&str]| translated.see(args, "");
    see(&["check", "01"]);
    see(&["book", "--build"]);
    let mut command = translated.workshop.command(&["book", "--test", "PAGE"]);
    let output = command.output().expect("it starts");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert_translated(&without(&stderr, &["PAGE"]));
}

/// What a machine has and lacks is its own, so the two languages are compared:
/// no line may be the same. Commands, further to the right, may.
#[test]
fn doctor_has_no_english_line() {
    let translated = Translated::new("doctor");
    let output = |english: bool| {
        let mut command = translated.workshop.command(&["doctor"]);
        if english {
            command.env_remove("XTASK_MESSAGES");
        }
        let output = command.output().expect("it starts");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let (english, other) = (output(true), output(false));
    assert!(other.contains(&accented("runs here")), "{other}");
    assert!(
        other.lines().all(|line| line.chars().count() <= 80),
        "{other}"
    );
    let own = |line: &&str| line.trim().contains(' ') && !line.starts_with("      ");
    for line in english.lines().filter(own) {
        assert!(!other.lines().any(|one| one == line), "{line}\n{other}");
    }
}

#[test]
fn screens_in_the_repository_have_no_english_word() {
    let messages = pseudo::folder("repository");
    let folder = Folder::new("translated-repository");
    let here = folder.0.to_str().expect("UTF-8");
    let run = |args: &[&str]| -> String {
        let mut command: Command = folder.command(args);
        let output = command.env("XTASK_MESSAGES", &messages).output();
        let output = output.expect("the runner starts");
        without_cargo(&String::from_utf8_lossy(
            &[output.stdout, output.stderr].concat(),
        ))
    };
    for args in [
        ["rootfs", "FOLDER/root", "--from", "host"].as_slice(),
        &["rootfs", "FOLDER/root"],
        &["shell", "01"],
        &["measure", "--inside", "run"],
    ] {
        let screen = run(args);
        assert!(!screen.is_empty(), "{args:?}");
        let theirs = [
            here,
            "cargo xtask rootfs --force",
            "cargo xtask shell -- COMMAND",
            "rm -r",
        ];
        assert_translated(&without(&screen, &theirs));
    }
}
