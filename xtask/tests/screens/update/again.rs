//! That nothing is lost: an update that is killed anywhere is finished by the
//! next command, and whatever upstream and a learner did, each line of theirs
//! is in the files afterwards or in a kept file the screen named.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use super::{CHECK, LIB, MINE, TODO_NAME, TODO_PID, YAML, both};
use crate::doctor::is_root;
use crate::workshop::Workshop;

const MAIN: &str = "labs/lab-01-own/src/main.rs";
const LATER: &str = "labs/lab-02-later/src/main.rs";
const JOURNAL: &str = ".lab/update/journal.json";
const LOCK: &str = ".git/refs/heads/main.lock";
const TODO_LIMIT: &str = "todo!(\"Set the limit. (chapter: task-1-the-limit)\")";

/// Every file of the working tree that isn't git's, the build's or the store's.
fn files(workshop: &Workshop) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![workshop.path(".")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("read") {
            let path = entry.expect("read").path();
            let name = path.file_name().and_then(|name| name.to_str());
            if path.is_dir() && !matches!(name, Some(".git" | ".lab" | "target")) {
                folders.push(path);
            } else if path.is_file() {
                let relative = path.strip_prefix(workshop.path(".")).expect("inside");
                found.insert(relative.to_owned(), fs::read(&path).expect("read"));
            }
        }
    }
    found
}

#[test]
fn a_killed_update_is_finished_by_the_next_command() {
    let (upstream, learner) = both("update-killed");
    learner.edit(LIB, TODO_NAME, MINE);
    // Enough files that a kill may come between two of them.
    for number in 0..150 {
        upstream.write(&format!("labs/lab-01-own/tests/{number}.txt"), "new\n");
    }
    upstream.edit(LIB, "/// Sets the name and", "/// Sets the name inside and");
    upstream.committed("Move on");
    let mut expected = files(&upstream);
    expected.insert(
        LIB.into(),
        upstream.read(LIB).replace(TODO_NAME, MINE).into_bytes(),
    );
    let before = files(&learner);
    let mut finished = 0;
    for millis in (0..14).map(|step| step * 40) {
        let mut update = learner.start(&["update"]);
        thread::sleep(Duration::from_millis(millis));
        let _ = update.kill();
        let _ = update.wait();
        let journal = learner.path(".lab/update/journal.json").exists();
        let screen = learner.screen(&["list"]);
        assert_eq!(
            screen.contains("An update had been interrupted"),
            journal,
            "{screen}"
        );
        let now = files(&learner);
        assert!(now == before || now == expected, "after {millis} ms");
        assert_eq!(learner.git(&["status", "--short"]), format!(" M {LIB}\n"));
        if now == expected {
            finished += 1;
            learner.run(&["update", "--undo"]);
            assert_eq!(files(&learner), before);
        }
    }
    learner.run(&["update"]);
    assert_eq!(
        files(&learner),
        expected,
        "{finished} times finished before"
    );
}

#[test]
fn a_git_that_holds_a_lock_is_not_killed_with_the_update() {
    let (upstream, mut learner) = both("update-git-outlives");
    upstream.edit(LIB, "/// Sets the name and", "/// Sets the name inside and");
    upstream.committed("Move on");
    // A git that takes its time over the index, and removes its lock at the end.
    let lock = learner.path(".git/index.lock");
    let slow = format!(
        "#!/bin/sh\nfor word; do\n  [ \"$word\" != write-tree ] || [ -n \"$GIT_INDEX_FILE\" ] || {{ \
         : >{0}; sleep 1; rm {0}; }}\ndone\nPATH=${{PATH#*:}} exec git \"$@\"\n",
        lock.display()
    );
    fs::create_dir(learner.path(".git/slow")).expect("make");
    learner.write(".git/slow/git", &slow);
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(learner.path(".git/slow/git"), executable).expect("chmod");
    let path = std::env::var("PATH").expect("a path");
    let first = learner.path(".git/slow").display().to_string();
    learner.set("PATH", format!("{first}:{path}"));
    let mut update = learner.start(&["update"]);
    let deadline = Instant::now() + Duration::from_secs(20);
    while !lock.exists() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(5));
    }
    let _ = update.kill();
    let _ = update.wait();
    assert!(lock.exists(), "it was killed while git held the index");
    learner.run(&["update"]);
    assert_eq!(learner.read(LIB), upstream.read(LIB));
}

#[test]
fn an_update_that_git_stops_goes_on() {
    let (upstream, learner) = both("update-stopped");
    learner.edit(LIB, TODO_NAME, MINE);
    upstream.edit(LIB, "/// Sets the name and", "/// Sets the name inside and");
    upstream.edit(CHECK, "//! A check binary", "//! The check binary");
    upstream.committed("Move on");
    learner.write(".git/refs/heads/main.lock", "");
    // What an update that was killed with its git leaves is no obstacle.
    learner.write(".git/lab-index.lock", "");
    fs::create_dir_all(learner.path(".git/refs/lab")).expect("make");
    learner.write(".git/refs/lab/before.lock", "");
    let screen = learner.screen(&["update"]);
    assert!(screen.contains("the update stopped half-way"), "{screen}");
    assert!(screen.ends_with("exit 3\n"), "{screen}");
    // Somebody writes on before the next command.
    learner.edit(CHECK, "//! The check binary", "//! My check binary");
    fs::remove_file(learner.path(".git/refs/heads/main.lock")).expect("remove");
    assert_snapshot!("update_resumed", learner.screen(&["list"]));
    assert_eq!(learner.read(CHECK), upstream.read(CHECK));
    assert!(
        fs::read_to_string(learner.kept().join(CHECK))
            .expect("kept")
            .contains("My check")
    );
    assert_eq!(
        learner.git(&["rev-parse", "HEAD"]),
        upstream.git(&["rev-parse", "HEAD"])
    );
    assert_snapshot!("update_resumed_once", learner.screen(&["update"]));
}

/// A learner whose update git stopped after the files: the journal is there.
fn stopped(name: &str) -> (Workshop, Workshop) {
    let (upstream, learner) = both(name);
    learner.edit(LIB, TODO_NAME, MINE);
    upstream.edit(LIB, "/// Sets the name and", "/// Sets the name inside and");
    upstream.edit(CHECK, "//! A check binary", "//! The check binary");
    upstream.write("README.md", "new\n");
    upstream.committed("Move on");
    learner.write(LOCK, "");
    let screen = learner.screen(&["update"]);
    assert!(screen.ends_with("exit 3\n"), "{screen}");
    fs::remove_file(learner.path(LOCK)).expect("remove");
    assert!(learner.path(JOURNAL).exists());
    (upstream, learner)
}

#[test]
fn what_only_looks_leaves_an_interrupted_update_as_it_is() {
    let (_upstream, mut learner) = stopped("update-unseen");
    let completed = learner
        .command(&["completions", "bash", "--", "cargo", "xtask", "wat"])
        .output()
        .expect("it starts");
    assert!(completed.status.success());
    assert!(learner.path(JOURNAL).exists(), "Tab finished it");
    if !is_root("cargo through sudo") {
        return;
    }
    chown(learner.path(""), Some(54_321), None).expect("chown");
    learner.set("SUDO_USER", "ann");
    learner.set("SUDO_UID", "54321");
    for words in [["list"].as_slice(), &["doctor", "01"]] {
        let screen = learner.screen(words);
        assert!(!screen.contains("An update had been"), "{screen}");
        assert!(learner.path(JOURNAL).exists(), "root finished it: {screen}");
    }
    // Root's own repository is root's to finish.
    chown(learner.path(""), Some(0), None).expect("chown");
    let screen = learner.screen(&["doctor", "01"]);
    assert!(screen.contains("An update had been"), "{screen}");
    assert!(!learner.path(JOURNAL).exists());
}

#[test]
fn an_update_that_lost_its_place_locks_nobody_out() {
    // A commit of the learner's came in between.
    let (upstream, learner) = stopped("update-set-aside");
    learner.committed("Mine");
    let (lib, head) = (learner.read(LIB), learner.git(&["rev-parse", "HEAD"]));
    let screen = learner.screen(&["list"]);
    assert!(screen.contains("it is not finished"), "{screen}");
    assert!(screen.ends_with("exit 0\n"), "{screen}");
    assert_eq!(learner.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(learner.read(LIB), lib);
    assert!(!learner.screen(&["list"]).contains("An update"));
    // Both ways that were named are open.
    learner.git(&["restore", "--source=refs/lab/before", "labs"]);
    assert!(learner.read(LIB).contains("/// Sets the name and"));
    assert!(learner.read(LIB).contains(MINE));
    learner.committed("Back");
    let screen = learner.screen(&["update"]);
    assert!(screen.contains("is up to date"), "{screen}");
    assert!(learner.read(LIB).contains(MINE));
    assert_eq!(learner.read("README.md"), upstream.read("README.md"));
    assert!(learner.path("README.md").exists());

    // Another branch is checked out: neither it nor its index is touched.
    let (_upstream, learner) = stopped("update-switched");
    learner.git(&["switch", "--quiet", "-c", "other"]);
    let state = || {
        let status = learner.git(&["status", "--short"]);
        let head = |name| learner.git(&["rev-parse", name]);
        (status, head("main"), head("other"), learner.read(LIB))
    };
    let before = state();
    let screen = learner.screen(&["doctor", "01"]);
    assert!(screen.contains("it is not finished"), "{screen}");
    assert_eq!(state(), before);
}

#[test]
fn a_link_that_leads_nowhere_is_kept_as_one() {
    let (upstream, learner) = stopped("update-dangling");
    fs::remove_file(learner.path(CHECK)).expect("remove");
    symlink("nowhere", learner.path(CHECK)).expect("link");
    let screen = learner.screen(&["list"]);
    assert!(screen.contains("What you had edited since"), "{screen}");
    assert!(!learner.path(JOURNAL).exists(), "{screen}");
    assert_eq!(learner.read(CHECK), upstream.read(CHECK));
    let kept = learner.path(".lab/update/kept").join(CHECK);
    assert_eq!(fs::read_link(kept).expect("kept"), Path::new("nowhere"));
}

#[test]
fn an_undo_that_was_stopped_is_finished_and_not_undone() {
    let (upstream, learner) = both("update-undo-stopped");
    upstream.edit(LIB, "/// Sets the name and", "/// Sets the name inside and");
    upstream.committed("Move on");
    let before = files(&learner);
    learner.run(&["update"]);
    learner.write(LOCK, "");
    let screen = learner.screen(&["update", "--undo"]);
    assert!(screen.ends_with("exit 3\n"), "{screen}");
    fs::remove_file(learner.path(LOCK)).expect("remove");
    let screen = learner.screen(&["update", "--undo"]);
    assert!(screen.contains("no update to take back"), "{screen}");
    assert_eq!(files(&learner), before);
}

/// One thing that upstream may have done.
fn upstream_does(workshop: &Workshop, what: usize) {
    let has =
        |file: &str, text: &str| workshop.path(file).exists() && workshop.read(file).contains(text);
    let edit = |file: &str, old: &str, new: &str| {
        if has(file, old) {
            workshop.edit(file, old, new);
        }
    };
    let lib = || workshop.read(LIB);
    match what {
        0 => edit(
            LIB,
            "/// Becomes PID 1.",
            "/// Becomes process 1.\n/// That is all.",
        ),
        1 => edit(
            LIB,
            TODO_PID,
            "todo!(\"Be it. (chapter: task-2-the-number)\")",
        ),
        2 => {
            for mark in ["ANCHOR: pid", "ANCHOR_END: pid"] {
                edit(LIB, mark, &mark.replace("pid", "number"));
            }
        }
        3 if has(LIB, "\n/// Becomes") => {
            let lib = lib();
            workshop.write(LIB, &lib[..lib.find("\n/// Becomes").unwrap_or(lib.len())]);
        }
        4 => {
            let again = "\npub fn again() -> u32 {\n    // ANCHOR: again\n    todo!()\n    \
                // ANCHOR_END: again\n}\n";
            workshop.write(LIB, &(lib() + again));
        }
        5 if has(LIB, "\n/// Becomes") => {
            let lib = lib();
            let at = lib.find("\n/// Becomes").unwrap_or(lib.len());
            workshop.write("labs/lab-01-own/src/number.rs", &lib[at..]);
            workshop.write(LIB, &format!("pub mod number;\n{}", &lib[..at]));
        }
        6 if workshop.path(LATER).exists() => {
            workshop.git(&["mv", "labs/lab-02-later", "labs/lab-02-limits"]);
        }
        7 if workshop.path(LATER).exists() => {
            workshop.git(&["rm", "-r", "-f", "--quiet", "labs/lab-02-later"]);
        }
        8 => edit(CHECK, "//! A check binary", "//! The check binary"),
        9 => workshop.write("labs/lab-01-own/src/extra.rs", "//! Upstream's.\n"),
        10 => edit(
            LIB,
            "pub fn name() -> Fields {",
            "pub fn name(_to: u8) -> Fields {",
        ),
        11 => edit(LIB, TODO_NAME, "Vec::new()"),
        12 => workshop.write(LIB, &lib().replace('\n', "\r\n")),
        13 => edit(MAIN, "//! Prints", "//! It prints"),
        14 => edit(YAML, "title: A process", "title: One process"),
        15 => edit(LATER, "//! Prints a limit", "//! Prints the limit"),
        _ => {}
    }
}

/// One thing that a learner may have done. Each line they write has `mine` and
/// a number in it.
fn learner_does(workshop: &Workshop, what: usize) {
    let edit = |file: &str, old: &str, new: &str| {
        if workshop.path(file).exists() && workshop.read(file).contains(old) {
            workshop.edit(file, old, new);
        }
    };
    match what {
        0 => edit(
            LIB,
            TODO_NAME,
            "let mine_0 = 0;\n\n      // mine-1\n    vec![]",
        ),
        1 => edit(LIB, TODO_PID, "\tvec![] // mine-2 \u{e9}\r"),
        2 => edit(LIB, TODO_PID, "// mine-3: not yet\n    todo!()"),
        3 => edit(LIB, "/// Becomes PID 1.", "/// mine-4"),
        4 => edit(
            LIB,
            "pub fn name() -> Fields {",
            "pub fn name(/* mine-5 */) -> Fields {",
        ),
        5 => workshop.write("labs/lab-01-own/src/extra.rs", "//! mine-6\n"),
        6 => drop(fs::remove_file(workshop.path(MAIN))),
        7 => edit(CHECK, "//! A check binary", "//! mine-7"),
        8 => edit(LATER, TODO_LIMIT, "let mine_8 = 8;\n    64"),
        9 if workshop.path(LATER).exists() => {
            workshop.write("labs/lab-02-later/src/own.rs", "//! mine-9\n");
        }
        10 => {
            workshop.git(&["add", "--all"]);
        }
        11 => {
            workshop.git(&["commit", "--quiet", "--allow-empty", "--all", "-m", "Mine"]);
        }
        12 => edit(YAML, "title: A process", "title: mine-10"),
        13 => edit(LIB, "\n/// Becomes", "\n// mine-11\n\n/// Becomes"),
        14 => {
            let lib = workshop.read(LIB);
            workshop.write(LIB, lib.trim_end());
        }
        15 => edit("Cargo.toml", "# A workshop", "# mine-12: a workshop"),
        _ => {}
    }
}

/// Numbers that are the same in every run (Knuth's multiplier).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from((self.0 >> 33) % below).expect("small")
    }
}

#[test]
fn no_line_of_a_learners_is_ever_lost() {
    let pristine = Workshop::new("update-any-upstream");
    pristine.commit();
    let first = pristine.git(&["rev-parse", "HEAD"]);
    // More of them, and others, are a matter of patience.
    let number = |name: &str, otherwise| {
        let set = std::env::var(name)
            .ok()
            .and_then(|value| value.parse().ok());
        set.unwrap_or(otherwise)
    };
    let mut dice = Dice(number("UPDATE_SEED", 2026));
    for round in 0..number("UPDATE_ROUNDS", 24) {
        pristine.git(&["reset", "--quiet", "--hard", first.trim()]);
        let learner = pristine.cloned("update-any");
        let theirs: Vec<usize> = (0..1 + dice.roll(5)).map(|_| dice.roll(16)).collect();
        let mine: Vec<usize> = (0..1 + dice.roll(7)).map(|_| dice.roll(16)).collect();
        let story = format!("round {round}: upstream {theirs:?}, learner {mine:?}");
        theirs
            .iter()
            .for_each(|what| upstream_does(&pristine, *what));
        pristine.write("README.md", &story);
        pristine.committed(&story);
        mine.iter().for_each(|what| learner_does(&learner, *what));
        check_nothing_lost(&learner, &story);
    }
}

fn check_nothing_lost(learner: &Workshop, story: &str) {
    let before = files(learner);
    let status = learner.git(&["status", "--short"]);
    let screen = learner.screen(&["update"]);
    assert!(screen.contains("is up to date"), "{story}\n{screen}");
    let after = files(learner);
    let read = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut now: String = after.values().map(|bytes| read(bytes)).collect();
    // Only kept files that the screen names count.
    let kept = learner.path(".lab/kept");
    for folder in fs::read_dir(kept).into_iter().flatten() {
        let folder = folder.expect("read").path();
        let named = screen.lines().filter_map(|line| line.strip_prefix("  "));
        let named = named.filter(|line| Path::new(line).is_relative());
        now.extend(named.filter_map(|line| fs::read_to_string(folder.join(line)).ok()));
    }
    for (path, bytes) in &before {
        for line in read(bytes).split('\n').filter(|line| line.contains("mine")) {
            assert!(
                now.contains(line),
                "{story}\n{}: {line}\n{screen}",
                path.display()
            );
        }
    }
    // A body goes into the file whole, or its file was kept.
    for mine in [
        "let mine_0 = 0;\n\n      // mine-1\n    vec![]\n",
        "let mine_8 = 8;\n    64\n",
    ] {
        let had = before.values().any(|bytes| read(bytes).contains(mine));
        assert!(!had || now.contains(mine), "{story}\n{screen}");
    }
    assert!(!now.contains("<<<<<<<"), "{story}\n{screen}");
    let unmerged = learner.git(&["ls-files", "--unmerged"]);
    assert_eq!(unmerged, "", "{story}");
    // No folder in labs/ is left that cargo would stumble over.
    for entry in fs::read_dir(learner.path("labs")).expect("labs") {
        let folder = entry.expect("read").path();
        assert!(
            folder.join("Cargo.toml").exists(),
            "{story}\n{}",
            folder.display()
        );
    }
    let undone = learner.screen(&["update", "--undo"]);
    assert!(undone.contains("is back at"), "{story}\n{undone}");
    let now = files(learner);
    let differs = |path: &&PathBuf| before.get(*path) != now.get(*path);
    let differing: Vec<&PathBuf> = before.keys().chain(now.keys()).filter(differs).collect();
    assert!(
        differing.is_empty(),
        "{story}\n{differing:?}\n{screen}{undone}"
    );
    // What was staged may be unstaged, and nothing else differs.
    let names = |status: &str| -> Vec<String> {
        let mut names: Vec<String> = status.lines().map(|line| line[3..].to_owned()).collect();
        names.sort();
        names
    };
    let now = learner.git(&["status", "--short"]);
    assert_eq!(names(&now), names(&status), "{story}");
}
