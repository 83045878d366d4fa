//! A workshop in a temporary folder.

use std::fs;
use std::path::{Path, PathBuf};

use lab_judge::{Lab, Refusals};

/// A lab with nothing to refuse.
pub const GOOD: &str = r#"lab: lab-01-own
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

/// Its source: one task to do, one written.
pub const SOURCE: &str = "fn name() {
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
pub struct Root(pub PathBuf);

impl Root {
    pub fn new(name: &str) -> Root {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        let root = Root(root);
        root.lab("lab-01-own", GOOD);
        root
    }

    pub fn lab(&self, name: &str, yaml: &str) {
        self.write(name, "lab.yaml", yaml);
        self.write(name, "src/lib.rs", SOURCE);
        self.write(
            name,
            "tests/snapshots/name.yaml",
            "host: kept\nname: asked\n",
        );
        self.write(name, "tests/snapshots/pid.yaml", "pid: 1\n");
    }

    pub fn write(&self, lab: &str, file: &str, text: &str) {
        let file = self.dir(lab).join(file);
        fs::create_dir_all(file.parent().expect("a parent")).expect("create");
        fs::write(file, text).expect("write");
    }

    pub fn dir(&self, lab: &str) -> PathBuf {
        self.0.join("labs").join(lab)
    }

    /// The refusals as `file:line: reason` with the file relative to the lab.
    pub fn refused(&self, yaml: &str) -> String {
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

/// Refusals with files relative to the lab.
pub fn relative(refusals: &Refusals, dir: &Path) -> String {
    refusals
        .to_string()
        .replace(&format!("{}/", dir.display()), "")
}
