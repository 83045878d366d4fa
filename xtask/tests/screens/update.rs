//! `update` on real repositories: a workshop that moves on, and a clone of it
//! in which somebody works.

mod again;
mod refused;

use std::fs;
use std::path::PathBuf;

use insta::assert_snapshot;

use crate::workshop::Workshop;

pub const LIB: &str = "labs/lab-01-own/src/lib.rs";
pub const YAML: &str = "labs/lab-01-own/lab.yaml";
pub const CHECK: &str = "labs/lab-01-own/tests/check.rs";
pub const TODO_NAME: &str =
    r#"todo!("Set the name inside and leave the host's alone. (chapter: task-1-the-name)")"#;
const TODO_PID: &str = r#"todo!("Be PID 1 of a new PID namespace. (chapter: task-2-the-number)")"#;
pub const MINE: &str = "let mine = (\"name\", \"asked\");\n    vec![mine, (\"host\", \"kept\")]";

/// A workshop under git, and a learner's clone of it.
pub fn both(name: &str) -> (Workshop, Workshop) {
    let upstream = Workshop::new(&format!("{name}-upstream"));
    upstream.commit();
    let learner = upstream.cloned(name);
    (upstream, learner)
}

impl Workshop {
    pub fn committed(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "-m", message]);
    }

    /// The folder the last update kept files in.
    fn kept(&self) -> PathBuf {
        let mut kept: Vec<_> = fs::read_dir(self.path(".lab/kept"))
            .expect("something is kept")
            .map(|entry| entry.expect("read").path())
            .collect();
        kept.sort();
        kept.pop().expect("a folder")
    }
}

#[test]
fn a_learners_body_stays_in_new_surroundings() {
    let (upstream, learner) = both("update-surroundings");
    learner.edit(LIB, TODO_NAME, MINE);
    let before = learner.read(LIB);
    upstream.edit(LIB, "/// Sets the name and", "/// Sets the name inside and");
    upstream.edit(
        LIB,
        TODO_PID,
        "todo!(\"Be process 1. (chapter: task-2-the-number)\")",
    );
    upstream.edit(
        YAML,
        "says: Be PID 1 of a new PID namespace.",
        "says: Be process 1.",
    );
    upstream.edit(
        YAML,
        "says: Set the name inside and",
        "says: Set the name there and",
    );
    upstream.edit(CHECK, "//! A check binary", "//! The check binary");
    upstream.write("README.md", "new\n");
    upstream.committed("Move on");
    assert_snapshot!("update_check", learner.screen(&["update", "--check"]));
    assert_eq!(learner.read(LIB), before);
    assert_snapshot!("update_surroundings", learner.screen(&["update"]));
    let expected = upstream.read(LIB).replace(TODO_NAME, MINE);
    assert_eq!(learner.read(LIB), expected);
    // The branch stands where upstream's does, and only the work differs.
    assert_eq!(
        learner.git(&["rev-parse", "HEAD"]),
        upstream.git(&["rev-parse", "HEAD"])
    );
    assert_eq!(learner.git(&["status", "--short"]), format!(" M {LIB}\n"));
    assert_eq!(
        fs::read_to_string(learner.kept().join(LIB)).expect("kept"),
        before
    );
    assert_snapshot!("update_nothing_new", learner.screen(&["update"]));
    assert_snapshot!("update_undo", learner.screen(&["update", "--undo"]));
    assert_eq!(learner.read(LIB), before);
    assert!(!learner.path("README.md").exists());
    assert_eq!(learner.git(&["status", "--short"]), format!(" M {LIB}\n"));
    assert_snapshot!("update_undo_twice", learner.screen(&["update", "--undo"]));
    assert!(learner.screen(&["update"]).ends_with("exit 0\n"));
    assert_eq!(learner.read(LIB), expected);
}

#[test]
fn tasks_are_added_renamed_moved_and_removed() {
    let (upstream, learner) = both("update-tasks");
    learner.edit(LIB, TODO_NAME, MINE);
    learner.edit(LIB, TODO_PID, "vec![(\"pid\", \"1\")] // mine");
    // Renamed: `name`. Moved to another file: `pid`. New: `again`.
    upstream.edit(LIB, "ANCHOR: name", "ANCHOR: hostname");
    upstream.edit(LIB, "ANCHOR_END: name", "ANCHOR_END: hostname");
    let lib = upstream.read(LIB);
    let at = lib.find("\n/// Becomes PID 1.").expect("pid");
    let pid = format!("//! The number.\n\nuse crate::Fields;\n{}", &lib[at..]);
    upstream.write("labs/lab-01-own/src/number.rs", &pid);
    let again = "\n/// Says it again.\npub fn again() -> Fields {\n    // ANCHOR: again\n    \
        todo!(\"Say it again. (chapter: task-3)\")\n    // ANCHOR_END: again\n}\n";
    upstream.write(LIB, &format!("pub mod number;\n{}{again}", &lib[..at]));
    upstream.edit(YAML, "tasks: [name]", "tasks: [hostname, again]");
    upstream.edit(YAML, "id: name\n    file", "id: hostname\n    file");
    upstream.edit(
        YAML,
        "id: pid\n    file: src/lib.rs",
        "id: pid\n    file: src/number.rs",
    );
    let task = "  - id: again\n    file: src/lib.rs\n    says: Say it again.\n    \
        heading: task-3\n    hints: [a, b, c]\n    noop: Vec::new()\nchecks:\n";
    upstream.edit(YAML, "checks:\n", task);
    upstream.committed("Rename, move, add");
    assert_snapshot!("update_tasks", learner.screen(&["update"]));
    assert!(
        learner
            .read(LIB)
            .contains(&format!("ANCHOR: hostname\n    {MINE}\n"))
    );
    assert!(learner.read(LIB).contains("todo!(\"Say it again."));
    let number = learner.read("labs/lab-01-own/src/number.rs");
    assert!(
        number.contains("vec![(\"pid\", \"1\")] // mine\n"),
        "{number}"
    );
    // And removed.
    let lib = upstream.read(LIB);
    let at = lib.find("\n/// Sets the name").expect("name");
    let end = lib.find("\n/// Says it again").expect("again");
    upstream.write(LIB, &format!("{}{}", &lib[..at], &lib[end..]));
    upstream.edit(YAML, "tasks: [hostname, again]", "tasks: [again]");
    let yaml = upstream.read(YAML);
    let from = yaml.find("  - id: hostname").expect("a task");
    let to = yaml.find("  - id: pid\n").expect("the next");
    upstream.write(YAML, &format!("{}{}", &yaml[..from], &yaml[to..]));
    upstream.committed("Remove");
    assert_snapshot!("update_removed", learner.screen(&["update"]));
    assert!(!learner.read(LIB).contains("hostname"));
    let kept = fs::read_to_string(learner.kept().join(LIB)).expect("kept");
    assert!(kept.contains(MINE), "{kept}");
}

#[test]
fn a_real_conflict_is_shown_and_leaves_code() {
    let (upstream, learner) = both("update-conflict");
    learner.edit(LIB, TODO_NAME, MINE);
    learner.edit(
        LIB,
        "pub fn name() -> Fields {",
        "pub fn name() -> Vec<(&'static str, &'static str)> {",
    );
    learner.edit(
        "labs/lab-01-own/src/main.rs",
        "//! Prints",
        "//! My program prints",
    );
    let before = learner.read(LIB);
    upstream.edit(
        LIB,
        "pub fn name() -> Fields {",
        "pub fn name(_host: &str) -> Fields {",
    );
    upstream.edit("labs/lab-01-own/src/main.rs", "//! Prints", "//! It prints");
    upstream.committed("Change a signature");
    assert_snapshot!("update_conflict", learner.screen(&["update"]));
    let lib = learner.read(LIB);
    assert_eq!(lib, upstream.read(LIB).replace(TODO_NAME, MINE));
    assert_eq!(
        fs::read_to_string(learner.kept().join(LIB)).expect("kept"),
        before
    );
}

#[test]
fn commits_of_a_learners_are_merged() {
    let (upstream, learner) = both("update-commits");
    learner.git(&["switch", "--quiet", "-c", "my-work"]);
    learner.edit(LIB, TODO_NAME, MINE);
    learner.committed("The name");
    let mine = learner.git(&["rev-parse", "HEAD"]);
    // On top of it something staged, something not, something of one's own.
    learner.edit(LIB, TODO_PID, "vec![]");
    learner.git(&["add", LIB]);
    learner.edit(LIB, "vec![]", "vec![(\"pid\", \"1\")]");
    learner.write("labs/lab-01-own/src/notes.md", "mine\n");
    upstream.edit(LIB, "/// Becomes PID 1.", "/// Becomes process 1.");
    upstream.edit(CHECK, "//! A check binary", "//! The check binary");
    upstream.committed("Move on");
    assert_snapshot!("update_commits", learner.screen(&["update"]));
    let expected = upstream
        .read(LIB)
        .replace(TODO_NAME, MINE)
        .replace(TODO_PID, "vec![(\"pid\", \"1\")]");
    assert_eq!(learner.read(LIB), expected);
    let parents = learner.git(&["log", "-1", "--format=%P"]);
    assert!(parents.contains(mine.trim()), "{parents}");
    assert!(parents.contains(upstream.git(&["rev-parse", "HEAD"]).trim()));
    // The commit has what was committed, in the new surroundings.
    let committed = learner.git(&["show", &format!("HEAD:{LIB}")]);
    assert_eq!(committed, upstream.read(LIB).replace(TODO_NAME, MINE));
    assert_eq!(
        learner.git(&["status", "--short"]),
        format!(" M {LIB}\n?? labs/lab-01-own/src/notes.md\n")
    );
    // What had been staged is still to be had.
    let staged = learner.git(&["show", &format!("refs/lab/before^2:{LIB}")]);
    assert!(staged.contains("vec![]"), "{staged}");
}

#[test]
fn a_lab_is_added_another_renamed_and_one_removed() {
    let (upstream, learner) = both("update-labs");
    learner.edit(
        "labs/lab-02-later/src/main.rs",
        "todo!(\"Set the limit. (chapter: task-1-the-limit)\")",
        "64 // mine",
    );
    learner.write("labs/lab-02-later/src/own.rs", "//! Mine.\n");
    upstream.git(&["mv", "labs/lab-02-later", "labs/lab-02-limits"]);
    upstream.git(&["mv", "solutions/lab-02-later", "solutions/lab-02-limits"]);
    upstream.edit(
        "labs/lab-02-limits/lab.yaml",
        "lab: lab-02-later",
        "lab: lab-02-limits",
    );
    upstream.edit(
        "labs/lab-02-limits/src/main.rs",
        "//! Prints a limit",
        "//! Prints the limit",
    );
    let yaml = upstream.read("labs/lab-02-limits/lab.yaml");
    fs::create_dir_all(upstream.path("labs/lab-03-new/src")).expect("create");
    upstream.write(
        "labs/lab-03-new/lab.yaml",
        &yaml.replace("lab-02-limits", "lab-03-new"),
    );
    upstream.committed("Rename a lab and add one");
    assert_snapshot!("update_labs", learner.screen(&["update"]));
    let main = learner.read("labs/lab-02-limits/src/main.rs");
    assert!(
        main.contains("Prints the limit") && main.contains("64 // mine\n"),
        "{main}"
    );
    assert_eq!(learner.read("labs/lab-02-limits/src/own.rs"), "//! Mine.\n");
    assert!(!learner.path("labs/lab-02-later").exists(), "no ruin stays");
    upstream.git(&["rm", "-r", "--quiet", "labs/lab-02-limits"]);
    upstream.committed("Remove it");
    assert_snapshot!("update_lab_gone", learner.screen(&["update"]));
    assert!(
        !learner.path("labs/lab-02-limits").exists(),
        "no ruin stays"
    );
    assert!(
        learner
            .kept()
            .join("labs/lab-02-limits/src/own.rs")
            .exists()
    );
}

#[test]
fn a_learners_own_file_makes_way_and_is_kept() {
    let (upstream, learner) = both("update-own-file");
    learner.write("labs/lab-01-own/src/extra.rs", "//! Mine.\n");
    fs::remove_file(learner.path("labs/lab-01-own/src/main.rs")).expect("remove");
    upstream.write("labs/lab-01-own/src/extra.rs", "//! Upstream's.\n");
    upstream.edit("labs/lab-01-own/src/main.rs", "//! Prints", "//! It prints");
    upstream.committed("Add a file");
    assert_snapshot!("update_own_file", learner.screen(&["update"]));
    assert_eq!(
        learner.read("labs/lab-01-own/src/extra.rs"),
        "//! Upstream's.\n"
    );
    let kept = learner.kept().join("labs/lab-01-own/src/extra.rs");
    assert_eq!(fs::read_to_string(kept).expect("kept"), "//! Mine.\n");
}

#[test]
fn withheld_references_stay_withheld() {
    let (upstream, learner) = both("update-withheld");
    fs::remove_dir_all(learner.path("solutions")).expect("remove");
    upstream.edit(
        "solutions/lab-01-own/src/lib.rs",
        "/// Becomes",
        "/// It becomes",
    );
    upstream.write("solutions/lab-01-own/src/new.rs", "//! New.\n");
    upstream.committed("Change a reference");
    assert!(learner.screen(&["update"]).ends_with("exit 0\n"));
    assert!(!learner.path("solutions").exists());
}
