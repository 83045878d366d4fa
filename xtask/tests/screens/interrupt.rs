//! A runner that is interrupted or killed at any moment leaves the machine and
//! the files as they were.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use crate::terminal::Terminal;
use crate::workshop::{Workshop, until};

const NAME: &str = "labs/lab-01-own/src/lib.rs";

fn hanging(name: &str) -> Workshop {
    let mut workshop = Workshop::solved(name);
    workshop.run(&["check", "01"]);
    workshop.misbehave("hang");
    workshop
}

#[test]
fn an_interrupt_ends_the_check_binary_too() {
    let workshop = hanging("interrupt");
    // As a terminal does it: the signal goes to the whole process group.
    let mut runner = workshop.start(&["check", "01"]);
    until("the check binary hangs", || {
        workshop.path("hanging").exists()
    });
    let group = Pid::from_raw(runner.id() as i32);
    killpg(group, Signal::SIGINT).expect("it runs");
    let status = runner.wait().expect("wait");
    // A shell makes 130 of it.
    assert_eq!(status.signal(), Some(2));
    until("its group is empty", || killpg(group, None).is_err());
}

#[test]
fn a_killed_runner_takes_its_check_binary_with_it() {
    let workshop = hanging("killed");
    let mut runner = workshop.start(&["check", "01"]);
    until("the check binary hangs", || {
        workshop.path("hanging").exists()
    });
    assert_eq!(workshop.processes().len(), 1);
    kill(Pid::from_raw(runner.id() as i32), Signal::SIGKILL).expect("it runs");
    runner.wait().expect("wait");
    until("the check binary is gone", || {
        workshop.processes().is_empty()
    });
}

#[test]
fn a_killed_watch_takes_its_check_with_it() {
    let workshop = hanging("killed-watch");
    let terminal = Terminal::start(&workshop, 80, &["watch", "01"]);
    until("the check binary hangs", || {
        workshop.path("hanging").exists()
    });
    assert_eq!(workshop.processes().len(), 1);
    terminal.signal(Signal::SIGKILL);
    until("the check binary is gone", || {
        workshop.processes().is_empty()
    });
}

/// The files a killed run had begun to write.
fn unfinished(workshop: &Workshop) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![workshop.path("labs"), workshop.path(".lab")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.to_string_lossy().ends_with(".unfinished") => found.push(path),
                false => {}
            }
        }
    }
    found
}

#[test]
fn files_are_written_whole_or_not_at_all() {
    let workshop = Workshop::new("whole");
    let starter = workshop.read(NAME);
    workshop.run(&["solve", "01", "--all"]);
    let solved = workshop.read(NAME);
    // From before it begins to after it has ended.
    for step in 0..24 {
        let verb = if step % 2 == 0 { "reset" } else { "solve" };
        let signal = if step % 3 == 0 {
            Signal::SIGINT
        } else {
            Signal::SIGKILL
        };
        let mut runner = workshop.start(&[verb, "01", "--all"]);
        thread::sleep(Duration::from_micros(400 * step));
        let _ = killpg(Pid::from_raw(runner.id() as i32), signal);
        runner.wait().expect("wait");
        let now = workshop.read(NAME);
        assert!(now == starter || now == solved, "after {step}:\n{now}");
    }
    // What stays after a kill in the middle of a write, the next command takes.
    let mut ended = workshop.start(&["list"]);
    ended.wait().expect("wait");
    let left = format!("labs/lab-01-own/src/.lib.rs.{}.unfinished", ended.id());
    workshop.write(&left, "half");
    assert_eq!(unfinished(&workshop).len(), 1);
    workshop.run(&["list"]);
    assert!(unfinished(&workshop).is_empty());
}
