//! The screens of `vm` where no machine runs; `tests/vm` starts some.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::workshop::Workshop;

#[test]
fn every_verb_explains_itself_with_an_example() {
    let workshop = Workshop::new("vm-help");
    for verb in ["up", "status", "ssh", "check", "down"] {
        let help = workshop.screen(&["vm", verb, "--help"]);
        assert!(help.contains("Example"), "{help}");
        assert!(
            help.contains(&format!("\n  cargo xtask vm {verb}")),
            "{help}"
        );
        assert!(!help.contains("keep"), "{help}");
    }
    assert_snapshot!("vm_help", workshop.screen(&["vm", "--help"]));
}

#[test]
fn nothing_runs() {
    let workshop = Workshop::new("vm-none");
    assert_snapshot!("vm_status_none", workshop.screen(&["vm", "status"]));
    assert_snapshot!("vm_down_none", workshop.screen(&["vm", "down"]));
    assert_snapshot!("vm_ssh_none", workshop.screen(&["vm", "ssh"]));
    let unknown = workshop.screen(&["vm", "ssh", "node-3", "--", "true"]);
    assert_snapshot!("vm_ssh_unknown", unknown);
}

#[test]
fn what_makes_no_sense_starts_nothing() {
    let workshop = Workshop::new("vm-usage");
    assert_snapshot!(
        "vm_check_typo",
        workshop.screen(&["vm", "check", "lab-01-onw"])
    );
    let unknown = workshop.screen(&["vm", "check", "01", "--on", "node-0"]);
    assert_snapshot!("vm_check_on", unknown);
    let withheld = workshop.screen(&["vm", "check", "--solution"]);
    assert!(withheld.ends_with("exit 2\n"), "{withheld}");
}

/// Programs that stand before the machine's own, by name and what their shell
/// does; the folder of them.
fn programs(workshop: &Workshop, programs: &[(&str, &str)]) -> PathBuf {
    let folder = workshop.path("programs");
    fs::create_dir_all(&folder).expect("create");
    for (name, does) in programs {
        let program = folder.join(name);
        fs::write(&program, format!("#!/bin/sh\n{does}\n")).expect("write");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("chmod");
    }
    folder
}

#[test]
fn a_report_for_programs_begins_with_no_prose() {
    let mut workshop = Workshop::new("vm-json");
    let none = "echo there is no network >&2; exit 100";
    let folder = programs(
        &workshop,
        &[
            ("qemu-system-x86_64", "echo QEMU emulator version 7.2.0"),
            ("apt-get", none),
            ("apt-cache", none),
            ("dpkg-deb", none),
        ],
    );
    workshop.set("PATH", folder.to_str().expect("UTF-8"));
    let output = workshop
        .command(&["vm", "check", "01", "--format", "json"])
        .output()
        .expect("it starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("Fetching a kernel"), "{stderr}");
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}

/// The notes of a machine that runs; its process is this one.
fn running(workshop: &Workshop) {
    let stat = fs::read_to_string("/proc/self/stat").expect("read");
    let (_, rest) = stat.rsplit_once(')').expect("a name");
    let started = rest.split_whitespace().nth(19).expect("field 22");
    let process = format!(
        "{{\"pid\": {}, \"started\": {started}}}",
        std::process::id()
    );
    fs::create_dir_all(workshop.path("target/vm")).expect("create");
    workshop.write(
        "target/vm/machines.json",
        &format!(
            "{{\"accelerator\": \"tcg\", \"keeper\": {process}, \"machines\": {{\"node-1\": {process}}}}}"
        ),
    );
}

#[test]
fn vagrant_is_not_taken_for_what_runs_already() {
    let workshop = Workshop::new("vm-other");
    running(&workshop);
    let refused = workshop.screen(&["vm", "up", "--with", "vagrant"]);
    assert_snapshot!("vm_up_other_runs", refused);
}

#[test]
fn a_shell_without_a_terminal_is_a_wrong_word() {
    let workshop = Workshop::new("vm-no-terminal");
    running(&workshop);
    assert_snapshot!("vm_ssh_no_terminal", workshop.screen(&["vm", "ssh"]));
}

/// As after `cargo clean`: nothing says any more which machines run.
#[test]
fn the_keeper_ends_its_machines_when_its_folder_is_deleted() {
    let mut workshop = Workshop::new("vm-deleted");
    let does = "echo $$ >\"$1\"; exec sleep 60";
    let path = programs(&workshop, &[("qemu-system-x86_64", does)]);
    let path = format!("{}:/usr/bin:/bin", path.display());
    workshop.set("PATH", path);
    let (folder, noted) = (workshop.path("target/vm"), workshop.path("pid"));
    fs::create_dir_all(&folder).expect("create");
    let mut keeper = workshop
        .command(&["vm", "keep"])
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let order = format!(
        "{{\"folder\": {folder:?}, \"accelerator\": \"tcg\", \"machines\": {{\"node-1\": [{noted:?}]}}}}\nstay\n"
    );
    let mut input = keeper.stdin.take().expect("a pipe");
    input.write_all(order.as_bytes()).expect("write");
    drop(input);
    let pid = || fs::read_to_string(&noted).unwrap_or_default();
    within("the machine starts", || pid().ends_with('\n'));
    let machine = format!("/proc/{}", pid().trim());
    // Several looks of the keeper's: it goes on while its folder is there.
    thread::sleep(Duration::from_millis(500));
    assert!(Path::new(&machine).exists());
    assert!(matches!(keeper.try_wait(), Ok(None)));

    fs::remove_dir_all(&folder).expect("delete");
    within("the keeper ends", || {
        matches!(keeper.try_wait(), Ok(Some(_)))
    });
    within("the machine ends", || !Path::new(&machine).exists());
    assert!(!folder.exists());
}

/// Waits until something is so.
fn within(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !so() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn without_a_provider_it_says_what_to_install() {
    let mut workshop = Workshop::new("vm-bare");
    workshop.set("PATH", "/nonexistent");
    assert_snapshot!("vm_up_bare", workshop.screen(&["vm", "up"]));
    assert_snapshot!("vm_check_bare", workshop.screen(&["vm", "check", "01"]));
}
