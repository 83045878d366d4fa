//! Labs that are refused.

use std::fs;

use lab_judge::Lab;

use crate::root::{GOOD, Root, SOURCE, relative};

#[test]
fn each_refusal_has_its_line_and_its_reason() {
    let root = Root::new("refused");
    let replaced = |old: &str, new: &str| {
        assert!(GOOD.contains(old), "{old}");
        GOOD.replacen(old, new, 1)
    };
    let cases = [
        (
            "needs: [namespaces]",
            "need: []",
            "lab.yaml:4: unknown field `need`",
        ),
        (
            "needs: [namespaces]",
            "needs: [roof]",
            "lab.yaml:4: needs[0]: unknown variant `roof`",
        ),
        (
            "minutes: 60",
            "minutes: long",
            "lab.yaml:8: parts[0].minutes: invalid type",
        ),
        (
            "lab: lab-01-own",
            "lab: lab-02-own",
            "lab.yaml:1: lab lab-02-own stands in folder lab-01-own",
        ),
        (
            "id: 01a",
            "id: 02a",
            "lab.yaml:6: part 02a is not named 01 and a letter",
        ),
        (
            "tasks: [name, pid]",
            "tasks: [name]",
            "lab.yaml:17: task pid is in no part",
        ),
        (
            "tasks: [name, pid]",
            "tasks: [name, pid, x]",
            "lab.yaml:9: part 01a: there is no task x",
        ),
        (
            "tasks: [name, pid]",
            "tasks: [name, pid]\n  - {id: 01b, title: B, minutes: 1, tasks: [pid]}",
            "lab.yaml:10: task pid is in part 01a and in part 01b",
        ),
        (
            "  - id: pid\n    file",
            "  - id: name\n    file",
            "lab.yaml:17: task name is declared a second time",
        ),
        (
            "hints: [a, b, c]",
            "hints: [a, b]",
            "lab.yaml:15: task name has 2 hints, it needs three",
        ),
        (
            "src/lib.rs",
            "../lib.rs",
            "lab.yaml:12: task name: ../lib.rs is not a source of the package",
        ),
        (
            "task: pid\n    says",
            "task: pit\n    says",
            "lab.yaml:25: check pid: there is no task pit",
        ),
        (
            "  - id: pid\n    task",
            "  - id: name\n    task",
            "lab.yaml:28: check name is declared a second time",
        ),
        (
            "  - id: pid\n    task",
            "  - id: pix\n    task",
            "lab.yaml:24: check pix has no snapshot",
        ),
        (
            "    no_mistake: nothing else compiles\n",
            "",
            "lab.yaml:24: check pid is turned red by no mistake, and no `no_mistake` says why",
        ),
        (
            "says: the name is set",
            "says: x\n    no_mistake: y",
            "lab.yaml:31: check name is turned red by a mistake",
        ),
        (
            "{host: changed}",
            "{}",
            "lab.yaml:33: diagnosis outside: `when` names no field",
        ),
        (
            "{host: changed}",
            "{host: {}}",
            "lab.yaml:33: diagnosis outside: `when` names no field",
        ),
        (
            "{host: changed}",
            "{host: kept}",
            "lab.yaml:33: diagnosis outside: no field of `when` contradicts",
        ),
        (
            "{host: changed}",
            "{other: 1}",
            "lab.yaml:33: diagnosis outside: no field of `when` contradicts",
        ),
        (
            "says: The host's name changed.",
            "says: x\n        task: pid",
            "lab.yaml:35: diagnosis outside: check name doesn't need task pid",
        ),
        (
            "says: the process is PID 1",
            "says: x\n    diagnoses_as: [name, nobody]",
            "lab.yaml:27: check pid: there is no other check nobody",
        ),
        (
            "says: the process is PID 1",
            "says: x\n    diagnoses_as: [pid]",
            "lab.yaml:27: check pid: there is no other check pid",
        ),
        (
            "    shows: outside\n",
            "",
            "lab.yaml:32: diagnosis outside is shown by no mistake",
        ),
        (
            "shows: outside",
            "shows: [outside, x]",
            "lab.yaml:39: mistake outside.rs: there is no diagnosis x",
        ),
        (
            "red: name",
            "red: [name, x]",
            "lab.yaml:38: mistake outside.rs: there is no check x",
        ),
        (
            "red: name",
            "red: {}",
            "lab.yaml:38: mistakes[0].red: invalid type: map, expected a name or a list of names",
        ),
        (
            "task: name\n    red",
            "task: x\n    red",
            "lab.yaml:37: mistake outside.rs: there is no task x",
        ),
        (
            "other.rs\n    task: pid",
            "other.rs\n    task: x",
            "lab.yaml:42: variant other.rs: there is no task x",
        ),
        (
            "needs: ",
            "builds_on: [lab-00-none]\nneeds: ",
            "lab.yaml:4: there is no lab lab-00-none",
        ),
        (
            "needs: ",
            "builds_on: [lab-01-own]\nneeds: ",
            "lab.yaml:4: lab-01-own is not earlier",
        ),
        (
            "title: A",
            "title: B\ntitle: A",
            "lab.yaml:1: duplicate entry with key \"title\"",
        ),
        (
            "says: Set the name.",
            "says: |\n      a\n      b",
            "lab.yaml:13: task name: `says` is one line",
        ),
    ];
    for (old, new, reason) in cases {
        let refused = root.refused(&replaced(old, new));
        assert!(
            refused.contains(reason),
            "{new}\nexpected {reason}\nrefused  {refused}"
        );
    }
}

#[test]
fn snapshots_are_refused_with_their_file() {
    let root = Root::new("snapshots");
    for (text, reason) in [
        ("[1]\n", "pid.yaml:1: a snapshot is a mapping of fields"),
        ("", "pid.yaml:1: a snapshot is a mapping of fields"),
        (
            "a: {b: {}}\n",
            "pid.yaml:1: the mapping at `a.b` is empty and judges nothing",
        ),
        ("a: 1\na: 2\n", "pid.yaml:1: duplicate entry with key \"a\""),
        ("a: [\n", "pid.yaml:"),
    ] {
        root.write("lab-01-own", "tests/snapshots/pid.yaml", text);
        let refused = root.refused(GOOD);
        assert!(refused.contains(reason), "{text}: {refused}");
    }
    root.write("lab-01-own", "tests/snapshots/pid.yaml", "pid: 1\n");
    root.write("lab-01-own", "tests/snapshots/old.yaml", "pid: 1\n");
    let refused = root.refused(GOOD);
    assert_eq!(
        refused,
        "tests/snapshots/old.yaml:1: no check of lab.yaml is named old"
    );
}

#[test]
fn damaged_regions_are_refused_with_their_place() {
    let root = Root::new("regions");
    let lab = Lab::load(&root.dir("lab-01-own")).expect("good");
    for (old, new, reason) in [
        (
            "    // ANCHOR: pid\n    1\n    // ANCHOR_END: pid\n",
            "",
            "lab.yaml:17: task pid: the lines `// ANCHOR: pid` and `// ANCHOR_END: pid` are missing in src/lib.rs",
        ),
        (
            "    // ANCHOR_END: pid\n",
            "",
            "src/lib.rs:7: anchor pid begins here",
        ),
        (
            "    1\n",
            "    // ANCHOR: x\n    // ANCHOR_END: x\n",
            "src/lib.rs:8: task pid: the region",
        ),
    ] {
        root.write("lab-01-own", "src/lib.rs", &SOURCE.replacen(old, new, 1));
        let refused = match lab.unwritten(&lab.dir) {
            Ok(_) => panic!("accepted: {new}"),
            Err(refusals) => relative(&refusals, &lab.dir),
        };
        assert!(refused.contains(reason), "{reason}\n{refused}");
    }
    fs::remove_file(lab.dir.join("src/lib.rs")).expect("remove");
    let refused = lab.unwritten(&lab.dir).expect_err("no source");
    assert!(
        relative(&refused, &lab.dir).contains("lab.yaml:12: task name: there is no src/lib.rs")
    );
}
