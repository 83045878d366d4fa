//! `cargo xtask watch`: checks a lab again whenever its files change.
//!
//! A check is a run of this program's own `check`, in a process group of its
//! own, so that it can be ended at any moment; what it leaves its keepers
//! remove. Nothing here judges.
//!
//! One thread waits for everything at once: [`files`] tells of changes,
//! [`signals`] of the end of a check and of the terminal's signals, standard
//! input of [`keys`](Key).

mod change;
mod files;
mod line;
mod running;
mod session;
mod signals;

use std::io::{self, IsTerminal};
use std::process::Command;

use lab_judge::LabOnDisk;

use crate::cli::WatchArgs;
use crate::failure::{Exit, Failure};
use crate::machine::{self, Way};
use crate::message::say;
use crate::select;
use crate::store::Store;
use crate::workspace::Workspace;
use crate::{build, escalate};

/// What a learner can press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Hint,
    List,
    Next,
    Check,
    Quit,
}

impl Key {
    /// The keys in what a terminal sent at once. An escape sequence, such as
    /// an arrow's, is none.
    fn read(bytes: &[u8]) -> Vec<Key> {
        if bytes.first() == Some(&b'\x1b') {
            return Vec::new();
        }
        let key = |byte: &u8| match byte.to_ascii_lowercase() {
            b'h' => Some(Key::Hint),
            b'l' => Some(Key::List),
            b'n' => Some(Key::Next),
            b'c' | b'\n' | b'\r' => Some(Key::Check),
            // Also the end of file, as a terminal sends it (Ctrl-D).
            b'q' | 4 => Some(Key::Quit),
            _ => None,
        };
        bytes.iter().filter_map(key).collect()
    }
}

/// Watches the lab that was named, or the next unfinished one, until `q`.
///
/// # Errors
/// No terminal; unknown names; no leave for root where checks need it; what
/// keeps checks from being started.
pub fn run(workspace: &Workspace, args: &WatchArgs) -> Result<Exit, Failure> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        let lab = args.lab.iter().map(String::as_str);
        let command: Vec<&str> = ["cargo xtask check"].into_iter().chain(lab).collect();
        return Err(Failure::Usage(say!(
            "watch-no-terminal",
            command = command.join(" "),
        )));
    }
    let store = Store::at(&workspace.root);
    let (selected, task) = select::lab_and_task(workspace, &store, args.lab.as_deref(), None)?;
    leave_for_root(workspace, &store, &selected.lab)?;
    session::Session::new(workspace, store, selected, task)?.run()
}

/// Asks for leave to start the checks as root, where they need it, while there
/// is a terminal: a check of the session's has none to ask on. Nothing is built
/// yet, so the program that is named has no hash.
fn leave_for_root(workspace: &Workspace, store: &Store, lab: &LabOnDisk) -> Result<(), Failure> {
    let way = machine::preflight(&lab.lab.needs);
    if !matches!(way, Way::AsRoot(_)) {
        return Ok(());
    }
    let target = build::target_folder(&workspace.root)?;
    let mut command = Command::new(target.join("debug/deps/check-*"));
    command.args(["observe", "--until-eof"]);
    escalate::leave(store, &lab.lab, &way, &command)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_arrows_are_none() {
        assert_eq!(Key::read(b"hQ\n"), [Key::Hint, Key::Quit, Key::Check]);
        assert_eq!(Key::read(b"\x1b[C"), []);
        assert_eq!(Key::read(b"xyz "), []);
    }
}
