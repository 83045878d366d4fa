//! What loading a lab accepts and refuses, with file, line and reason.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lab_judge::{Lab, Need, Outcome, Refusals, Verdict, discover, lab_dirs};

const GOOD: &str = r#"lab: lab-01-own
title: A process of its own
chapter: lab-01-own
needs: [namespaces]
parts:
  - id: 01a
    title: Alone
    minutes: 60
    tasks: [name, pid]
tasks:
  - id: name
    file: src/lib.rs
    says: Set the name.
    heading: task-1
    hints: [a, b, c]
    noop: "Ok(())"
  - id: pid
    file: src/lib.rs
    says: Be PID 1.
    heading: task-2
    hints: [a, b, c]
    noop: "Ok(())"
checks:
  - id: pid
    task: pid
    says: the process is PID 1
    no_mistake: nothing else compiles
  - id: name
    task: name
    says: the name is set
    diagnoses:
      - id: outside
        when: {host: changed}
        says: The host's name changed.
mistakes:
  - file: outside.rs
    task: name
    red: name
    shows: outside
variants:
  - file: other.rs
    task: pid
"#;

const SOURCE: &str = "fn name() {
    // ANCHOR: name
    todo!(\"Set the name.\")
    // ANCHOR_END: name
}
fn pid() {
    // ANCHOR: pid
    1
    // ANCHOR_END: pid
}
";

/// A folder of its own below the test's temporary folder, removed at the end.
struct Root(PathBuf);

impl Root {
    fn new(name: &str) -> Root {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        let root = Root(root);
        root.lab("lab-01-own", GOOD);
        root
    }

    fn lab(&self, name: &str, yaml: &str) {
        self.write(name, "lab.yaml", yaml);
        self.write(name, "src/lib.rs", SOURCE);
        self.write(
            name,
            "tests/snapshots/name.yaml",
            "host: kept\nname: asked\n",
        );
        self.write(name, "tests/snapshots/pid.yaml", "pid: 1\n");
    }

    fn write(&self, lab: &str, file: &str, text: &str) {
        let file = self.dir(lab).join(file);
        fs::create_dir_all(file.parent().expect("a parent")).expect("create");
        fs::write(file, text).expect("write");
    }

    fn dir(&self, lab: &str) -> PathBuf {
        self.0.join("labs").join(lab)
    }

    /// The refusals as `file:line: reason` with the file relative to the lab.
    fn refused(&self, yaml: &str) -> String {
        self.write("lab-01-own", "lab.yaml", yaml);
        let dir = self.dir("lab-01-own");
        match Lab::load(&dir) {
            Ok(_) => panic!("accepted:\n{yaml}"),
            Err(refusals) => relative(&refusals, &dir),
        }
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn relative(refusals: &Refusals, dir: &Path) -> String {
    refusals
        .to_string()
        .replace(&format!("{}/", dir.display()), "")
}

#[test]
fn a_good_lab_loads() {
    let root = Root::new("good");
    let lab = Lab::load(&root.dir("lab-01-own")).expect("good");
    assert_eq!(lab.lab.number(), "01");
    assert_eq!(lab.lab.short_name(), "own");
    assert_eq!(lab.lab.needs, [Need::Namespaces]);
    let order: Vec<_> = lab
        .lab
        .checks_in_task_order()
        .iter()
        .map(|c| c.id.as_str())
        .collect();
    assert_eq!(order, ["name", "pid"]);
    let unwritten = lab.unwritten(&lab.dir).expect("sources");
    assert_eq!(unwritten, BTreeSet::from(["name".to_owned()]));
    let check = lab.lab.check("name").expect("declared");
    let to_do = lab.to_do(check, &unwritten, &[]);
    assert_eq!(
        to_do,
        Some(Verdict::ToDo {
            tasks: vec!["name".into()]
        })
    );
    let observation = serde_json::json!({"host": "kept", "name": "asked", "more": 1});
    let seen = Outcome::Observed {
        observation,
        seconds: 0.0,
    };
    assert_eq!(lab.judge(check, Some(&seen)), Verdict::Green);
}

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
            "lab.yaml:38: mistakes[0].red: expected a name or a list of names",
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

#[test]
fn labs_are_found_by_number_and_earlier_ones_hold_back() {
    let root = Root::new("discovered");
    let later = GOOD
        .replace("lab-01-own", "lab-10-later")
        .replace("id: 01a", "id: 10a");
    root.lab(
        "lab-10-later",
        &later.replace("needs: ", "builds_on: [lab-01-own]\nneeds: "),
    );
    root.lab(
        "lab-2-x",
        &GOOD
            .replace("lab-01-own", "lab-2-x")
            .replace("id: 01a", "id: 2"),
    );
    fs::create_dir_all(root.0.join("labs/workbench")).expect("create");
    let names: Vec<_> = lab_dirs(&root.0)
        .expect("labs")
        .iter()
        .filter_map(|dir| dir.file_name()?.to_str().map(str::to_owned))
        .collect();
    assert_eq!(names, ["lab-01-own", "lab-2-x", "lab-10-later"]);
    let labs = discover(&root.0).expect("all are good");
    let last = &labs[2];
    let earlier = last.unwritten_earlier(&last.dir).expect("sources");
    assert_eq!(earlier, ["lab-01-own/name"]);
    let check = last.lab.check("pid").expect("declared");
    let to_do = last.to_do(check, &BTreeSet::new(), &earlier);
    assert_eq!(to_do, Some(Verdict::ToDo { tasks: earlier }));
}
