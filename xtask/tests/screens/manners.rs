//! What the runner does on terminals that are narrow, old or closed, and how it
//! tells that something takes a while.

use std::process::{Command, Stdio};

use insta::assert_snapshot;

use crate::terminal::{Terminal, plain};
use crate::workshop::Workshop;

/// What one command shows on a terminal.
fn shown(workshop: &Workshop, columns: u16, args: &[&str]) -> String {
    let mut terminal = Terminal::start(workshop, columns, args);
    terminal.ended();
    // The last lines may still be on their way.
    let mut before = String::new();
    loop {
        let now = terminal.shown();
        if now == before {
            return now;
        }
        before = now;
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[test]
fn forty_columns_are_enough() {
    let mut workshop = Workshop::new("narrow");
    workshop.set("LC_ALL", "C.UTF-8");
    workshop.screen(&["check", "01"]);
    let screen = plain(&shown(&workshop, 40, &["check", "01"]));
    for line in screen.lines() {
        let one_word = line
            .trim()
            .split("  ")
            .all(|part| !part.trim().contains(' '));
        assert!(line.chars().count() <= 40 || one_word, "{line}");
    }
    assert_snapshot!("check_at_40_columns", screen);
}

#[test]
fn reasons_are_broken_between_words_on_a_terminal() {
    let workshop = Workshop::new("reasons");
    workshop.edit(
        "labs/lab-01-own/src/lib.rs",
        "    // ANCHOR_END: name\n",
        "",
    );
    let screen = plain(&shown(&workshop, 40, &["list"]));
    assert_snapshot!("reason_at_40_columns", screen);
}

#[test]
fn marks_are_plain_where_the_locale_is() {
    let mut workshop = Workshop::solved("plain");
    workshop.screen(&["check", "01"]);
    let screen = shown(&workshop, 80, &["check", "01"]);
    assert!(screen.is_ascii(), "{screen}");
    assert!(
        plain(&screen).contains("  + the process is PID 1 inside\n"),
        "{screen}"
    );
    // A terminal gets colours, unless it says otherwise.
    assert!(screen.contains("\x1b[32m"), "{screen}");
    workshop.set("NO_COLOR", "1");
    assert!(!shown(&workshop, 80, &["check", "01"]).contains('\x1b'));
}

#[test]
fn a_wait_is_told_on_terminals_only_and_is_gone_afterwards() {
    let mut workshop = Workshop::solved("waiting");
    workshop.run(&["check", "01"]);
    workshop.misbehave("hang");
    let screen = shown(&workshop, 80, &["check", "01", "--limit", "4"]);
    let told = "checking lab-01-own: 0 of 2, ";
    let at = screen.find(told).expect(&screen) + told.len();
    assert!(
        screen[at..].contains("\r\x1b[K"),
        "it is not erased:\n{screen}"
    );
    let (piped, stderr) = workshop.screen_and_stderr(&["check", "01", "--limit", "4"]);
    assert!(
        !piped.contains("0 of 2") && stderr.is_empty(),
        "{piped}{stderr}"
    );
}

#[test]
fn compiler_errors_stand_clear_of_the_line() {
    let mut workshop = Workshop::solved("errors-shown");
    workshop.set("LC_ALL", "C.UTF-8");
    workshop.run(&["check", "01"]);
    let name = "labs/lab-01-own/src/lib.rs";
    workshop.edit(name, r#"vec![("pid", "1")]"#, "1");
    let screen = shown(&workshop, 80, &["check", "01"]);
    assert!(plain(&screen).contains("mismatched types"), "{screen}");
    // cargo's own colours, although it speaks to a pipe.
    assert!(screen.contains("\x1b[1m"), "{screen}");
    assert!(
        plain(&screen).contains("\n✘ labs/lab-01-own does not compile."),
        "{screen}"
    );
}

#[test]
fn a_closed_pipe_ends_the_screen_and_not_in_a_panic() {
    let workshop = Workshop::new("head");
    for args in [
        ["list"].as_slice(),
        &["--help"],
        &["check", "--help"],
        &["check", "01", "--format", "json"],
        &["hint", "01"],
        &["completions", "bash"],
        &["book", "--lint"],
    ] {
        let mut command: Command = workshop.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("wait");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!stderr.contains("panicked"), "{args:?}: {stderr}");
        assert_ne!(output.status.code(), Some(101), "{args:?}");
    }
}
