//! `cargo xtask completions`: lets a shell complete what stands after
//! `cargo xtask`.
//!
//! What is completed is cargo, so each script first asks whether `xtask` was
//! typed, and leaves every other word to cargo's own completion. It asks this
//! program for the words, not cargo, which might begin to build.

mod words;

use std::env;

use anyhow::Context;

use crate::cli::{CompletionsArgs, Shell};
use crate::failure::{Exit, Failure};
use crate::screen;
use crate::workspace::Workspace;

/// Prints a shell's script, or what a word being typed can become.
///
/// # Errors
/// The kernel doesn't say where this program is.
pub fn run(workspace: &Workspace, args: &CompletionsArgs) -> Result<Exit, Failure> {
    let text = match &args.words {
        Some(typed) => words::complete(workspace, typed),
        None => script(args.shell)?,
    };
    screen::print(&text);
    Ok(Exit::Green)
}

fn script(shell: Shell) -> Result<String, Failure> {
    let program = env::current_exe().context("find this program")?;
    let script = match shell {
        Shell::Bash => include_str!("cargo-xtask.bash"),
        Shell::Zsh => include_str!("cargo-xtask.zsh"),
        Shell::Fish => include_str!("cargo-xtask.fish"),
    };
    let quoted = quoted(shell, &program.display().to_string());
    Ok(script.replace("@PROGRAM@", &quoted))
}

/// A path as one word of a shell.
fn quoted(shell: Shell, path: &str) -> String {
    let inside = match shell {
        Shell::Bash | Shell::Zsh => path.replace('\'', r"'\''"),
        Shell::Fish => path.replace('\\', r"\\").replace('\'', r"\'"),
    };
    format!("'{inside}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word() {
        assert_eq!(quoted(Shell::Bash, "/a b/it's"), r"'/a b/it'\''s'");
        assert_eq!(quoted(Shell::Fish, "/a b/it's"), r"'/a b/it\'s'");
    }
}
