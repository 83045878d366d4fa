//! The life of the emulated machines: they end with what started them, they
//! stay when they are to, and nothing of them is left.
//!
//! Each test starts machines in a copy of this checkout, which takes from
//! seconds to a minute and fetches packages once. They run only when asked for:
//! `cargo test -p xtask --test vm -- --ignored --test-threads 1`.

mod checkout;

use std::time::Duration;

use checkout::{Checkout, signal};

/// How long machines may take to be gone.
const GONE: Duration = Duration::from_secs(5);

const ALL: [&str; 2] = ["node-1", "node-2"];

#[test]
#[ignore = "starts machines; see the front page of this file"]
fn whoever_starts_them_takes_them_along() {
    let checkout = Checkout::new("killed");
    // Once the packages are there: fetching them starts nothing.
    checkout.succeeds(&["vm", "check"]);
    checkout.nothing_within(GONE, "after a check that started its own");
    for kill in ["KILL", "INT", "TERM", "HUP"] {
        let mut up = checkout.start(&["vm", "up"]);
        checkout.machines_within(Duration::from_secs(60), 2);
        signal(up.id(), kill);
        up.wait().expect("an end");
        checkout.nothing_within(GONE, &format!("after SIG{kill}"));
    }
    let said = checkout.succeeds(&["vm", "status"]);
    assert!(said.contains("No machines run"), "{said}");
}

#[test]
#[ignore = "starts machines; see the front page of this file"]
fn two_checkouts_do_not_meet() {
    let (one, other) = (Checkout::new("one"), Checkout::new("other"));
    one.succeeds(&["vm", "up"]);
    other.succeeds(&["vm", "up"]);
    // A second `up` changes nothing.
    let before = one.machines();
    let said = one.succeeds(&["vm", "up"]);
    assert!(ALL.iter().all(|node| said.contains(node)), "{said}");
    assert_eq!(one.machines(), before);

    one.succeeds(&["vm", "ssh", "node-2", "--", "touch", "/tmp/mine"]);
    let there = other.run(&["vm", "ssh", "node-2", "--", "ls", "/tmp/mine"]);
    assert_ne!(
        there.status.code(),
        Some(0),
        "one checkout's file is in the other's machine"
    );

    // The command ends with whoever asked for it.
    let mut asked = one.start(&["vm", "ssh", "node-1", "--", "sleep", "4321"]);
    let runs = ["vm", "ssh", "node-1", "--", "pgrep", "-f", "sleep 4321"];
    std::thread::sleep(Duration::from_secs(2));
    signal(asked.id(), "KILL");
    asked.wait().expect("an end");
    let left = one.run(&runs);
    assert_eq!(left.status.code(), Some(1), "the command runs on: {left:?}");

    one.succeeds(&["vm", "down"]);
    one.nothing_within(Duration::ZERO, "after down");
    assert_eq!(other.machines().len(), 2);

    // A killed keeper takes its machines along; the next command notices.
    signal(other.keeper(), "KILL");
    other.nothing_within(GONE, "after its keeper was killed");
    let said = other.succeeds(&["vm", "status"]);
    assert!(said.contains("No machines run"), "{said}");
    other.succeeds(&["vm", "down"]);
    assert!(other.left().is_empty(), "{:?}", other.left());
}

#[test]
#[ignore = "starts machines; see the front page of this file"]
fn a_machine_that_is_gone_is_no_verdict() {
    let checkout = Checkout::new("gone");
    checkout.succeeds(&["vm", "up"]);
    let check = checkout.start(&["vm", "check", "lab-01", "--solution"]);
    checkout.wait_for_line(&check, "Observed in node-1");
    signal(checkout.machines()[0], "KILL");
    let ended = check.wait_with_output().expect("an end");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert!(said.contains("node-1"), "{said}");
    let clean = checkout.run(&["clean"]);
    let said = String::from_utf8_lossy(&clean.stdout);
    assert!(said.contains("vm down"), "{said}");
    checkout.nothing_within(Duration::ZERO, "after clean");
}
