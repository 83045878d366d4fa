//! Where no update can start, and what is said then. Nothing changes.

use std::fs;
use std::os::unix::fs::chown;

use insta::assert_snapshot;

use super::{CHECK, LIB, MINE, TODO_NAME, both};
use crate::doctor::is_root;
use crate::workshop::Workshop;

/// A clone with work in it, and something new upstream.
fn behind(name: &str) -> (Workshop, Workshop) {
    let (upstream, learner) = both(name);
    learner.edit(LIB, TODO_NAME, MINE);
    upstream.edit(LIB, "/// Sets the name and", "/// Sets the name inside and");
    upstream.committed("Move on");
    (upstream, learner)
}

/// The screen of an update that changes nothing.
fn refused(learner: &Workshop) -> String {
    let state = || {
        let head = learner.git(&["rev-parse", "HEAD"]);
        (learner.read(LIB), head, learner.git(&["status", "--short"]))
    };
    let before = state();
    let screen = learner.screen(&["update"]);
    assert_eq!(state(), before, "{screen}");
    assert!(!learner.path(".lab/kept").exists());
    screen
}

#[test]
fn an_archive_is_no_clone() {
    let workshop = Workshop::new("update-archive");
    assert_snapshot!(workshop.screen(&["update"]));
}

#[test]
fn a_repository_git_refuses_is_not_called_none() {
    if !is_root("a repository of another user's") {
        return;
    }
    let (_upstream, learner) = behind("update-dubious");
    for name in ["", ".git"] {
        chown(learner.path(name), Some(54_321), None).expect("chown");
    }
    let screen = learner.screen(&["update"]);
    assert!(screen.contains("dubious ownership"), "{screen}");
    assert!(!screen.contains("not a git clone"), "{screen}");
    assert!(screen.ends_with("exit 3\n"), "{screen}");
}

#[test]
fn nowhere_to_update_from() {
    let (_upstream, learner) = behind("update-nowhere");
    learner.git(&["remote", "remove", "origin"]);
    assert_snapshot!("update_no_remote", refused(&learner));
    learner.git(&["remote", "add", "one", "/nowhere/1"]);
    learner.git(&["remote", "add", "two", "/nowhere/2"]);
    assert_snapshot!("update_which_remote", refused(&learner));
    learner.git(&["remote", "add", "origin", "/nowhere/origin"]);
    learner.git(&["remote", "remove", "one"]);
    learner.git(&["remote", "remove", "two"]);
    assert_snapshot!("update_unreachable", refused(&learner));
}

#[test]
fn a_fork_updates_from_what_it_was_forked_from() {
    let (upstream, learner) = behind("update-fork");
    let address = upstream.path(".").display().to_string();
    let fork = upstream.cloned("update-fork-origin");
    fork.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    let origin = fork.path(".").display().to_string();
    learner.git(&["remote", "set-url", "origin", &origin]);
    assert!(learner.screen(&["update"]).contains("Nothing is new"));
    learner.git(&["remote", "add", "upstream", &address]);
    let screen = learner.screen(&["update"]);
    assert!(screen.contains("new commit in upstream"), "{screen}");
    assert!(learner.read(LIB).contains("inside and says"));
    // By address alone.
    upstream.write("README.md", "new\n");
    upstream.committed("More");
    learner.git(&["remote", "remove", "upstream"]);
    assert!(
        learner
            .screen(&["update", "--from", &address])
            .ends_with("exit 0\n")
    );
    assert!(learner.path("README.md").exists());
}

#[test]
fn git_is_in_the_middle_of_something() {
    let (_upstream, learner) = behind("update-middle");
    learner.git(&["switch", "--quiet", "-c", "other"]);
    learner.edit(LIB, "vec![mine,", "vec![other, mine,");
    learner.committed("Other");
    learner.git(&["switch", "--quiet", "main"]);
    learner.edit(LIB, "//! What the program", "//! My program");
    learner.edit(LIB, TODO_NAME, "vec![]");
    learner.committed("Mine");
    assert!(!learner.try_git(&["merge", "other"]).0);
    assert_snapshot!("update_merging", refused(&learner));
    learner.git(&["merge", "--abort"]);
    assert!(!learner.try_git(&["rebase", "other"]).0);
    assert_snapshot!("update_rebasing", refused(&learner));
    learner.git(&["rebase", "--abort"]);
    assert!(!learner.try_git(&["merge", "--squash", "other"]).0);
    assert_snapshot!("update_unmerged", refused(&learner));
    learner.git(&["reset", "--quiet", "--hard"]);
    learner.git(&["switch", "--quiet", "--detach"]);
    assert_snapshot!("update_detached", refused(&learner));
    learner.git(&["switch", "--quiet", "main"]);
    learner.write(".git/index.lock", "");
    let screen = learner.screen(&["update"]);
    assert_snapshot!("update_locked", screen);
}

#[test]
fn damaged_marks_are_mended_first() {
    let (_upstream, learner) = behind("update-damaged");
    let mark = "    // ANCHOR_END: name\n";
    learner.edit(LIB, mark, "");
    assert_snapshot!("update_damaged", refused(&learner));
    let lib = learner.read(LIB);
    learner.write(LIB, &lib.replace("    // ANCHOR: name\n", ""));
    assert_snapshot!("update_lost_marks", refused(&learner));
}

#[test]
fn a_folder_stands_in_the_way() {
    let (upstream, learner) = behind("update-blocked");
    upstream.write("labs/lab-01-own/src/extra.rs", "//! New.\n");
    upstream.committed("Add a file");
    fs::create_dir_all(learner.path("labs/lab-01-own/src/extra.rs")).expect("create");
    learner.write("labs/lab-01-own/src/extra.rs/notes", "mine\n");
    assert_snapshot!("update_blocked", refused(&learner));
}

#[test]
fn a_shallow_clone_updates_as_any_other() {
    let (upstream, _full) = behind("update-shallow-full");
    let address = format!("file://{}", upstream.path(".").display());
    let learner = upstream.cloned("update-shallow");
    fs::remove_dir_all(learner.path(".git")).expect("remove");
    learner.git(&["clone", "--quiet", "--bare", "--depth=1", &address, ".git"]);
    learner.git(&["config", "core.bare", "false"]);
    learner.git(&[
        "config",
        "remote.origin.fetch",
        "+refs/heads/*:refs/remotes/origin/*",
    ]);
    learner.git(&["reset", "--quiet"]);
    learner.edit(LIB, TODO_NAME, MINE);
    upstream.edit(CHECK, "//! A check binary", "//! The check binary");
    upstream.committed("Move on");
    let screen = learner.screen(&["update"]);
    assert!(screen.ends_with("exit 0\n"), "{screen}");
    assert!(learner.read(CHECK).starts_with("//! The check binary"));
    assert!(learner.read(LIB).contains(MINE));
}

#[test]
fn a_history_written_anew_is_followed() {
    let (upstream, learner) = behind("update-forced");
    assert!(learner.screen(&["update"]).ends_with("exit 0\n"));
    // The last commit is another now, with another text.
    upstream.edit(
        LIB,
        "/// Sets the name inside and",
        "/// Gives itself a name and",
    );
    upstream.git(&["commit", "--quiet", "--all", "--amend", "-m", "Rewritten"]);
    upstream.edit(CHECK, "//! A check binary", "//! The check binary");
    upstream.committed("Move on");
    let screen = learner.screen(&["update"]);
    assert!(screen.ends_with("exit 0\n"), "{screen}");
    assert_eq!(
        learner.read(LIB),
        upstream.read(LIB).replace(TODO_NAME, MINE)
    );
    assert_eq!(
        learner.git(&["rev-parse", "HEAD"]),
        upstream.git(&["rev-parse", "HEAD"])
    );
    // Another history altogether has nothing to merge from.
    learner.git(&["update-ref", "-d", "refs/lab/upstream"]);
    upstream.git(&["switch", "--quiet", "--orphan", "new"]);
    upstream.write("labs.txt", "new\n");
    upstream.committed("Another");
    upstream.git(&["branch", "--quiet", "--force", "main", "new"]);
    learner.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    let screen = learner.screen(&["update"]);
    assert_snapshot!("update_unrelated", screen);
}
