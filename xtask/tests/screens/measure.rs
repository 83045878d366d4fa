//! What `measure` refuses. Its table is tried beside its code: here there is
//! nothing worth measuring.

use insta::assert_snapshot;

use crate::workshop::Workshop;

#[test]
fn what_mounts_only_does_so_on_a_workbench() {
    let mut workshop = Workshop::new("measure-inside");
    let screen = workshop.screen(&["measure", "--inside", "run"]);
    assert_snapshot!("measure_inside", screen);
    // A variable alone makes no workbench.
    workshop.set("WORKBENCH", "1");
    assert_eq!(workshop.screen(&["measure", "--inside", "run"]), screen);
}

#[test]
fn a_family_that_is_not_there_is_refused() {
    let workshop = Workshop::new("measure-typo");
    let (screen, stderr) = workshop.screen_and_stderr(&["measure", "clnoe"]);
    assert!(screen.ends_with("exit 2\n"), "{screen}");
    assert!(stderr.contains("'clone'"), "{stderr}");
    assert!(
        workshop
            .screen(&["measure", "--draw", "run"])
            .ends_with("exit 2\n")
    );
    workshop.run(&["measure", "--draw"]);
}
