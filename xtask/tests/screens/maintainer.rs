//! The screens of `sync` and `mistakes`.

use std::fs;

use insta::assert_snapshot;

use crate::workshop::Workshop;

const LAB: &str = "labs/lab-01-own/src/lib.rs";
const REFERENCE: &str = "solutions/lab-01-own/src/lib.rs";
const YAML: &str = "labs/lab-01-own/lab.yaml";

#[test]
fn a_starter_is_generated_from_its_reference() {
    let workshop = Workshop::new("generated");
    assert_snapshot!("starter_source", workshop.read(LAB));
    assert_snapshot!(
        "starter_manifest",
        workshop.read("labs/lab-01-own/Cargo.toml")
    );
    assert_snapshot!("sync_check_clean", workshop.screen(&["sync", "--check"]));
    assert_snapshot!("sync_nothing", workshop.screen(&["sync"]));
}

#[test]
fn sync_follows_the_reference() {
    let workshop = Workshop::new("follows");
    workshop.commit();
    workshop.edit(REFERENCE, "/// Becomes PID 1.", "/// Becomes process 1.");
    workshop.write("solutions/lab-01-own/src/new.rs", "//! New.\n");
    assert_snapshot!("sync_check_dirty", workshop.screen(&["sync", "--check"]));
    assert_snapshot!("sync_writes", workshop.screen(&["sync"]));
    // Again between commits: what sync wrote itself is its own.
    workshop.edit(REFERENCE, "/// Becomes process 1.", "/// Becomes PID 1.");
    fs::remove_file(workshop.path("solutions/lab-01-own/src/new.rs")).expect("remove");
    assert_snapshot!("sync_removes", workshop.screen(&["sync"]));
    workshop.run(&["sync", "--check"]);
}

#[test]
fn sync_never_overwrites_a_learners_work() {
    let workshop = Workshop::new("guarded");
    workshop.commit();
    workshop.run(&["solve", "01", "pid"]);
    let mine = workshop.read(LAB);
    assert_snapshot!("sync_refuses_written", workshop.screen(&["sync"]));
    // Committed work is a learner's as well.
    workshop.commit();
    assert!(workshop.screen(&["sync"]).ends_with("exit 1\n"));
    assert_eq!(workshop.read(LAB), mine);
    workshop.write("labs/lab-01-own/src/mine.rs", "//! Mine.\n");
    workshop.run(&["reset", "01", "pid"]);
    workshop.edit(LAB, "/// Becomes PID 1.", "/// I wonder why.");
    assert_snapshot!("sync_refuses_edited", workshop.screen(&["sync"]));
    assert_snapshot!("sync_forced", workshop.screen(&["sync", "--force"]));
    assert!(workshop.path("labs/lab-01-own/src/mine.rs").exists());
}

#[test]
fn a_reference_that_is_no_source_is_refused() {
    let workshop = Workshop::new("no-source");
    workshop.edit(REFERENCE, r#"vec![("pid", "1")]"#, "todo!()");
    assert_snapshot!("sync_unwritten_reference", workshop.screen(&["sync"]));
    workshop.edit(REFERENCE, "    // ANCHOR: pid\n", "");
    assert_snapshot!("sync_no_region", workshop.screen(&["sync"]));
}

#[test]
fn every_mistake_is_told_and_every_gap_noticed() {
    let workshop = Workshop::new("mistakes");
    assert_snapshot!("mistakes", workshop.screen(&["mistakes"]));
    assert_snapshot!(
        "mistakes_only",
        workshop.screen(&["mistakes", "01", "--only", "outside"])
    );
    assert_snapshot!(
        "mistakes_typo",
        workshop.screen(&["mistakes", "01", "--only", "outsid"])
    );
}

#[test]
fn what_is_not_as_declared_is_named() {
    let workshop = Workshop::new("mistakes-off");
    let broken = "    vec![(\"pid\", 1)]\n";
    workshop.write("solutions/lab-01-own/mistakes/no_new_pid.rs", broken);
    workshop.write(
        "solutions/lab-01-own/variants/computed.rs",
        "    vec![(\"pid\", \"4711\")]\n",
    );
    workshop.write(
        "solutions/lab-01-own/mistakes/outside.rs",
        "    vec![(\"host\", \"kept\")]\n",
    );
    workshop.edit(
        YAML,
        "noop: Vec::new()",
        "noop: 'vec![(\"name\", \"asked\"), (\"host\", \"kept\")]'",
    );
    assert_snapshot!("mistakes_off", workshop.screen(&["mistakes", "01"]));
    workshop.write("solutions/lab-01-own/mistakes/stray.rs", "");
    fs::remove_file(workshop.path("solutions/lab-01-own/variants/computed.rs")).expect("remove");
    assert_snapshot!("mistakes_undeclared", workshop.screen(&["mistakes", "01"]));
}

#[test]
fn mistakes_need_a_machine() {
    let mut workshop = Workshop::new("mistakes-machine");
    workshop.misbehave("machine");
    let screen = workshop.screen(&["mistakes", "02", "--only", "double"]);
    assert_snapshot!("mistakes_machine", screen);
}
