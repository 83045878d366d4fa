//! `doctor` and the preflight of `check` on machines that lack something, made
//! of namespaces that end with them.

use std::fs;
use std::os::unix::fs::chown;
use std::process::Command;

use insta::assert_snapshot;

use crate::workshop::Workshop;

const YAML: &str = "labs/lab-01-own/lab.yaml";

/// The workshop, its first lab in need of `needs`.
pub fn needing(name: &str, needs: &str) -> Workshop {
    let workshop = Workshop::solved(name);
    let parts = "chapter: lab-01-own\n";
    workshop.edit(YAML, parts, &format!("{parts}needs: [{needs}]\n"));
    workshop
}

/// Whether this process may do what only root may; says so when it is skipped.
pub fn is_root(test: &str) -> bool {
    let status = fs::read_to_string("/proc/self/status").expect("proc");
    let root = status.contains("\nUid:\t0\t0\t");
    if !root {
        eprintln!("skipped: {test}: it needs root");
    }
    root
}

/// The runner behind a shell script, which ends in `exec "$@"`.
fn behind(workshop: &Workshop, wrapper: &[&str], script: &str, args: &[&str]) -> Command {
    let runner = workshop.command(args);
    let mut command = Command::new(wrapper[0]);
    command
        .args(&wrapper[1..])
        .args(["sh", "-euc", &format!("{script}\nexec \"$@\""), "sh"])
        .arg(runner.get_program())
        .args(runner.get_args())
        .current_dir(workshop.path(""));
    for (name, value) in runner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// The ids of the findings with this weight, and the exit status.
fn findings(command: &mut Command, weight: &str) -> (Vec<String>, i64) {
    let output = command.output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|error| {
        panic!(
            "{error}: {text}\n{}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    let found = said["findings"].as_array().expect("a list");
    let found = found.iter().filter(|one| one["weight"] == weight);
    let ids = found.map(|one| one["finding"].as_str().expect("an id").to_owned());
    assert_eq!(said["exit"].as_i64(), output.status.code().map(i64::from));
    (ids.collect(), said["exit"].as_i64().expect("a status"))
}

const JSON: [&str; 3] = ["doctor", "--format", "json"];

/// A new user namespace, in which the setting is its own.
const NO_USER_NAMESPACES: &str = "test \"$(cat /proc/self/uid_map | tr -s ' ')\" != ' 0 0 4294967295'\n\
     echo 0 > /proc/sys/user/max_user_namespaces";

fn user_namespaces(test: &str) -> bool {
    let tried = Command::new("unshare").args(["-Ur", "true"]).output();
    let may = tried.is_ok_and(|output| output.status.success());
    if !may {
        eprintln!("skipped: {test}: it needs user namespaces and unshare (util-linux)");
    }
    may
}

#[test]
fn forbidden_user_namespaces_stop_a_check_before_it_builds() {
    if !user_namespaces("forbidden user namespaces") {
        return;
    }
    let workshop = needing("closed", "namespaces");
    let wrapper = ["unshare", "-Ur"];
    let mut doctor = behind(&workshop, &wrapper, NO_USER_NAMESPACES, &JSON);
    assert_eq!(findings(&mut doctor, "stops"), (vec!["setting".into()], 3));
    let args = ["check", "01"];
    let mut check = behind(&workshop, &wrapper, NO_USER_NAMESPACES, &args);
    let (screen, _) = workshop.screen_of(&args, &mut check);
    assert_snapshot!("check_user_namespaces_forbidden", screen);
    for verb in [["shell", "01"], ["mistakes", "01"]] {
        let mut other = behind(&workshop, &wrapper, NO_USER_NAMESPACES, &verb);
        let (screen, _) = workshop.screen_of(&verb, &mut other);
        let why = "stderr: your machine: user.max_user_namespaces is 0";
        assert!(screen.contains(why), "{screen}");
        assert!(screen.ends_with("exit 3\n"), "{screen}");
    }
    assert!(!workshop.path("target").exists(), "something was built");
}

#[test]
fn a_limit_that_no_file_shows_is_found_by_trying() {
    if !user_namespaces("a limit around") {
        return;
    }
    // The namespaces around say no; the file here says yes.
    let workshop = needing("tried", "namespaces");
    let inner = "echo 1 > /proc/sys/user/max_user_namespaces\nexec unshare -Ur \"$@\"";
    let mut doctor = behind(&workshop, &["unshare", "-Ur"], inner, &JSON);
    assert_eq!(findings(&mut doctor, "stops"), (vec!["refused".into()], 3));
}

#[test]
fn a_read_only_cgroup_mount_stops_root() {
    if !is_root("a read-only cgroup mount") {
        return;
    }
    let workshop = needing("read-only", "namespaces");
    let script = "test \"$(readlink /proc/self/ns/mnt)\" != \"$(readlink /proc/$PPID/ns/mnt)\"\n\
         mount --make-rprivate /\n\
         awk '$9 ~ /^cgroup/ || $8 ~ /^cgroup/ {print $5}' /proc/self/mountinfo |\n\
         while read -r mount; do mount -o remount,bind,ro \"$mount\"; done";
    let mut doctor = behind(&workshop, &["unshare", "-m"], script, &JSON);
    let (ids, status) = findings(&mut doctor, "stops");
    assert_eq!(status, 3);
    assert!(
        !ids.is_empty() && ids.iter().all(|id| id == "read-only-cgroups"),
        "{ids:?}"
    );
}

#[test]
fn root_without_rights_is_told_which_are_missing() {
    if !is_root("root without capabilities") {
        return;
    }
    let workshop = needing("no-capabilities", "namespaces");
    let wrapper = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
    let mut doctor = behind(&workshop, &wrapper, ":", &JSON);
    assert_eq!(
        findings(&mut doctor, "stops"),
        (vec!["capabilities".into()], 3)
    );
    // A lab that needs nothing of the machine runs all the same.
    let workshop = Workshop::new("no-needs");
    let mut doctor = behind(&workshop, &wrapper, ":", &JSON);
    assert_eq!(findings(&mut doctor, "stops"), (Vec::new(), 0));
}

#[test]
fn a_machine_that_lacks_nothing_is_0_and_a_lab_can_be_named() {
    let workshop = Workshop::new("doctor");
    let screen = workshop.screen(&["doctor", "own"]);
    assert!(screen.contains("✔ lab-01-own runs here\n"), "{screen}");
    assert!(!screen.contains("lab-02"), "{screen}");
    assert!(screen.ends_with("exit 0\n"), "{screen}");
    assert!(workshop.screen(&["doctor", "owm"]).contains("did you mean"));
}

#[test]
fn cargo_started_as_root_by_sudo_is_refused() {
    if !is_root("cargo through sudo") {
        return;
    }
    let mut workshop = Workshop::new("sudo-cargo");
    chown(workshop.path(""), Some(54_321), None).expect("chown");
    workshop.set("SUDO_USER", "ann");
    workshop.set("SUDO_UID", "54321");
    assert_snapshot!("cargo_as_root", workshop.screen(&["check", "01"]));
    assert!(!workshop.path("target").exists(), "something was built");
    let doctor = workshop.screen(&["doctor", "01"]);
    assert!(
        doctor.contains("! cargo runs as root, through sudo"),
        "{doctor}"
    );
    assert!(doctor.ends_with("exit 0\n"), "{doctor}");
    // Root's own repository, as in a container or in CI.
    chown(workshop.path(""), Some(0), None).expect("chown");
    assert!(workshop.screen(&["list"]).ends_with("exit 0\n"));
}

#[test]
fn a_missing_check_file_is_named() {
    let workshop = Workshop::solved("no-check-file");
    let check = workshop.path("labs/lab-01-own/tests/check.rs");
    fs::remove_file(&check).expect("remove");
    assert_snapshot!("check_file_deleted", workshop.screen(&["check", "01"]));
    fs::create_dir(&check).expect("create");
    assert_snapshot!("check_file_unreadable", workshop.screen(&["check", "01"]));
}
