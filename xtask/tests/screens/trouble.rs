//! The screens of `check` when something other than the learner's code is off:
//! the check binary, the machine, `lab.yaml`, the regions of a source.

use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::workshop::Workshop;

const CHECK: &str = "labs/lab-01-own/tests/check.rs";
const YAML: &str = "labs/lab-01-own/lab.yaml";

fn misbehaving(how: &'static str) -> String {
    let mut workshop = Workshop::solved(how);
    workshop.misbehave(how);
    workshop.screen(&["check", "01"])
}

#[test]
fn your_machine_is_never_green_and_never_red() {
    assert_snapshot!(misbehaving("machine"));
}

#[test]
fn a_limit_of_time_or_output_is_the_learners() {
    assert_snapshot!(misbehaving("timed-out"));
    assert_snapshot!("too_much_output", misbehaving("too-much"));
}

#[test]
fn a_check_binary_that_exits_or_dies_is_red() {
    assert_snapshot!(misbehaving("exit"));
    assert_snapshot!("check_binary_aborts", misbehaving("abort"));
}

#[test]
fn lines_that_are_no_answers_are_red() {
    assert_snapshot!(misbehaving("garbage"));
    assert_snapshot!("answered_twice", misbehaving("twice"));
    assert_snapshot!("not_asked", misbehaving("not-asked"));
}

#[test]
fn endless_output_is_cut() {
    let begun = Instant::now();
    assert_snapshot!(misbehaving("flood"));
    assert_snapshot!("one_long_line", misbehaving("one-long-line"));
    assert!(
        begun.elapsed() < Duration::from_secs(60),
        "it was read for too long"
    );
}

#[test]
fn a_hung_check_binary_has_a_limit() {
    let mut workshop = Workshop::solved("hang");
    workshop.misbehave("hang");
    assert_snapshot!(workshop.screen(&["check", "01", "--limit", "1"]));
}

#[test]
fn an_emptied_check_file_is_not_green() {
    let workshop = Workshop::solved("emptied");
    workshop.write(CHECK, "");
    let (screen, stderr) = workshop.screen_and_stderr(&["check", "01"]);
    assert_snapshot!(screen);
    assert!(stderr.contains("`main` function not found"), "{stderr}");
    workshop.write(CHECK, "fn main() {}\n");
    assert_snapshot!("emptied_main", workshop.screen(&["check", "01"]));
}

#[test]
fn a_learners_environment_decides_nothing() {
    let mut workshop = Workshop::solved("environment");
    workshop.misbehave("environment");
    workshop.set("INSTA_UPDATE", "always");
    workshop.set("RUST_BACKTRACE", "1");
    assert!(workshop.screen(&["check", "01"]).ends_with("exit 0\n"));
}

#[test]
fn a_bad_lab_yaml_is_refused_with_its_line() {
    let workshop = Workshop::new("bad-yaml");
    workshop.edit(YAML, "    noop: Vec::new()\n", "    nop: Vec::new()\n");
    assert_snapshot!(workshop.screen(&["check", "01"]));
    workshop.edit(YAML, "    nop:", "    noop:");
    workshop.edit(YAML, "hints: [a, b, c]", "hints: [a, b]");
    workshop.edit(YAML, "{host: changed}", "{host: kept}");
    assert_snapshot!("bad_yaml_all_reasons", workshop.screen(&["check", "01"]));
}

#[test]
fn a_damaged_region_is_told_with_its_place() {
    let workshop = Workshop::new("damaged");
    workshop.edit(
        "labs/lab-01-own/src/lib.rs",
        "    // ANCHOR_END: name\n",
        "",
    );
    assert_snapshot!(workshop.screen(&["check", "01"]));
}

#[test]
fn colour_is_only_for_terminals() {
    let mut workshop = Workshop::new("colour");
    assert!(!workshop.screen(&["list"]).contains('\u{1b}'));
    workshop.set("CLICOLOR_FORCE", "1");
    assert!(workshop.screen(&["list"]).contains('\u{1b}'));
    workshop.set("NO_COLOR", "1");
    workshop.set("CLICOLOR_FORCE", "0");
    assert!(!workshop.screen(&["list"]).contains('\u{1b}'));
}

#[test]
fn outside_of_the_repository_it_says_so() {
    let workshop = Workshop::new("outside");
    let output = workshop
        .command(&["check"])
        .current_dir("/")
        .output()
        .expect("it starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(stderr, "error: /: not inside the workshop's repository\n");
    assert_eq!(output.status.code(), Some(2));
}
