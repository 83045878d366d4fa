//! A session of `watch` on a terminal.

use std::fs;
use std::os::unix::process::ExitStatusExt;

use insta::assert_snapshot;
use nix::sys::signal::Signal;

use crate::terminal::{Terminal, plain};
use crate::workshop::{Workshop, until};

const NAME: &str = "labs/lab-01-own/src/lib.rs";
const YAML: &str = "labs/lab-01-own/lab.yaml";
const TODO: &str =
    r#"todo!("Set the name inside and leave the host's alone. (chapter: task-1-the-name)")"#;
const WRONG: &str = r#"vec![("name", "asked"), ("host", "changed")]"#;
const RIGHT: &str = r#"vec![("name", "asked"), ("host", "kept")]"#;

/// The end of the line that stands when nothing runs.
const KEYS: &str = "q quit";

fn workshop(name: &str) -> Workshop {
    let mut workshop = Workshop::new(name);
    workshop.set("LC_ALL", "C.UTF-8");
    // Built once, so that cargo is quiet from now on.
    workshop.screen(&["check", "01"]);
    workshop
}

#[test]
fn a_session_from_the_starter_to_green() {
    let workshop = workshop("watch");
    let mut terminal = Terminal::start(&workshop, 80, &["watch"]);
    terminal.expect("Begin with task name");
    terminal.expect(KEYS);

    workshop.edit(NAME, TODO, WRONG);
    terminal.expect("lib.rs changed; first name.");
    terminal.expect("✘");
    terminal.expect("The host's name changed.");
    terminal.expect(KEYS);
    terminal.press("h");
    terminal.expect("Which system call sets a name");
    terminal.expect(KEYS);

    // As an editor does it that writes another file first.
    let right = workshop.read(NAME).replace(WRONG, RIGHT);
    workshop.write("labs/lab-01-own/src/.lib.rs.new", &right);
    fs::rename(
        workshop.path("labs/lab-01-own/src/.lib.rs.new"),
        workshop.path(NAME),
    )
    .expect("rename");
    terminal.expect("lib.rs changed; first name.");
    terminal.expect("✔");
    terminal.expect("Next is task pid");
    terminal.expect(KEYS);
    terminal.press("l");
    terminal.expect("01a The name, 60 min: green");
    terminal.expect(KEYS);
    terminal.press("n");
    terminal.expect("Next is task pid");
    terminal.expect(KEYS);

    workshop.run(&["solve", "01", "pid"]);
    terminal.expect("lib.rs changed; first pid.");
    // The check of the task that is being written comes first.
    terminal.expect("the process is PID 1 inside");
    terminal.expect("the name inside is the one");
    terminal.expect("is green");
    terminal.expect(KEYS);
    // The next lab.
    terminal.press("n");
    terminal.expect("Watching lab-02-later.");
    terminal.expect(KEYS);
    terminal.press("q");
    assert_eq!(terminal.ended().code(), Some(0));
    assert!(terminal.is_restored());
}

#[test]
fn what_is_broken_for_a_moment_is_told_and_waited_for() {
    let workshop = workshop("watch-broken");
    workshop.edit(NAME, TODO, RIGHT);
    let mut terminal = Terminal::start(&workshop, 80, &["watch", "01a"]);
    terminal.expect("01a is green");
    terminal.expect(KEYS);

    workshop.edit(NAME, RIGHT, "1");
    terminal.expect("mismatched types");
    terminal.expect("does not compile");
    terminal.expect(KEYS);
    workshop.edit(NAME, "    1\n", &format!("    {RIGHT}\n"));
    terminal.expect("01a is green");
    terminal.expect(KEYS);

    workshop.edit(YAML, "    noop: Vec::new()\n", "    nop: Vec::new()\n");
    terminal.expect("unknown field");
    terminal.expect(KEYS);
    workshop.edit(YAML, "    nop:", "    noop:");
    terminal.expect("01a is green");
    terminal.expect(KEYS);

    let source = workshop.read(NAME);
    fs::remove_file(workshop.path(NAME)).expect("remove");
    terminal.expect("lib.rs changed");
    terminal.expect("there is no src/lib.rs");
    terminal.expect(KEYS);
    workshop.write(NAME, &source);
    terminal.expect("01a is green");
    terminal.expect(KEYS);

    // As git does it when a branch without the lab is visited.
    let (lab, away) = (workshop.path("labs/lab-01-own"), workshop.path("away"));
    fs::rename(&lab, &away).expect("rename");
    terminal.expect("other files changed");
    terminal.expect(KEYS);
    fs::rename(&away, &lab).expect("rename");
    terminal.expect("01a is green");
    terminal.expect(KEYS);
    workshop.edit(NAME, RIGHT, WRONG);
    terminal.expect("The host's name changed.");
    assert!(plain(&terminal.shown()).contains("\n1 red\n"));
}

#[test]
fn a_change_ends_the_check_that_runs() {
    let mut workshop = workshop("watch-hangs");
    workshop.run(&["solve", "01", "--all"]);
    workshop.misbehave("hang");
    let mut terminal = Terminal::start(&workshop, 80, &["watch", "01"]);
    let hanging = workshop.path("hanging");
    until("the check hangs", || hanging.exists());
    let before = workshop.processes();
    assert_eq!(before.len(), 1, "{before:?}");
    // `watch` holds signals back. What it starts must not.
    let status = fs::read_to_string(format!("/proc/{}/status", before[0])).expect("it runs");
    assert!(status.contains("SigBlk:\t0000000000000000"), "{status}");
    terminal.expect("checking lab-01-own: 0 of 2, ");
    fs::remove_file(&hanging).expect("remove");
    workshop.edit(NAME, RIGHT, WRONG);
    terminal.expect("lib.rs changed");
    until("another hangs", || hanging.exists());
    let after = workshop.processes();
    assert_eq!(after.len(), 1, "{after:?}");
    assert_ne!(before, after);
    terminal.press("q");
    assert_eq!(terminal.ended().code(), Some(0));
    assert!(workshop.processes().is_empty());
}

#[test]
fn signals_leave_the_terminal_as_it_was() {
    let mut workshop = workshop("watch-signals");
    workshop.run(&["solve", "01", "--all"]);
    workshop.misbehave("hang");
    let hanging = workshop.path("hanging");
    for (signal, by) in [
        (Signal::SIGINT, "\x03"),
        (Signal::SIGQUIT, "\x1c"),
        (Signal::SIGTERM, ""),
        (Signal::SIGHUP, ""),
    ] {
        let _ = fs::remove_file(&hanging);
        let mut terminal = Terminal::start(&workshop, 80, &["watch", "01"]);
        until("the check hangs", || hanging.exists());
        assert!(!terminal.is_restored());
        match by {
            "" => terminal.signal(signal),
            keys => terminal.press(keys),
        }
        assert_eq!(terminal.ended().signal(), Some(signal as i32));
        assert!(terminal.is_restored(), "{signal}");
        until("the check is gone", || workshop.processes().is_empty());
    }
}

#[test]
fn it_stops_and_goes_on() {
    let workshop = workshop("watch-stops");
    let mut terminal = Terminal::start(&workshop, 80, &["watch", "01"]);
    terminal.expect(KEYS);
    terminal.press("\x1a");
    until("it is stopped", || terminal.state() == 'T');
    assert!(terminal.is_restored());
    terminal.signal(Signal::SIGCONT);
    terminal.expect(KEYS);
    assert!(!terminal.is_restored());
    terminal.resize("40");
    terminal.expect("h hint l list n next c check q quit");
    terminal.press("c");
    terminal.expect("again.");
    terminal.expect("h hint l list n next c check q quit");
    terminal.press("\x04");
    assert_eq!(terminal.ended().code(), Some(0));
}

#[test]
fn without_a_terminal_it_says_what_to_use() {
    let workshop = Workshop::new("watch-piped");
    assert_snapshot!(workshop.screen(&["watch", "01"]));
    let no_lab = workshop.screen(&["watch"]);
    assert!(
        no_lab.contains("`cargo xtask check` checks once"),
        "{no_lab}"
    );
}
