//! The home a shell has on its workbench: the lab's program, a word from
//! `cargo`, a prompt.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::dialect::Dialect;
use crate::cli::InsideArgs;
use crate::files;
use crate::message::say;

/// On the workbench's own `/tmp`, so that it is empty and can be written to
/// whoever made the workbench.
pub const HOME: &str = "/tmp/home";

/// Makes it.
///
/// # Errors
/// Something can't be written.
pub fn make(args: &InsideArgs, number: &str) -> Result<PathBuf> {
    let home = PathBuf::from(HOME);
    let bin = home.join("bin");
    fs::create_dir_all(&bin).with_context(|| format!("create {HOME}"))?;
    // A copy: what cargo builds outside while the shell is open may be seen
    // through an overlay or may not, which nobody could rely on.
    let program = bin.join(&args.lab);
    fs::copy(&args.program, &program)
        .with_context(|| format!("copy {} to {}", args.program.display(), program.display()))?;
    let workbench = bin.join("workbench");
    symlink(&args.workbench, &workbench)
        .with_context(|| format!("make the link {}", workbench.display()))?;
    write_program(&bin.join("cargo"), &cargo(number))?;
    Ok(home)
}

/// The prompt of a shell.
///
/// # Errors
/// The file can't be written.
pub fn set_prompt(home: &Path, dialect: Dialect, lab: &str) -> Result<()> {
    files::write(&home.join(dialect.file()), dialect.text(lab).as_bytes())
}

/// Here cargo would build from a copy of the sources, without a network, into a
/// folder that is thrown away.
fn cargo(number: &str) -> String {
    let words = say!("shell-cargo", number = number).replace('\'', r"'\''");
    format!("#!/bin/sh\nprintf '%s\\n' '{words}' >&2\nexit 2\n")
}

fn write_program(file: &Path, text: &str) -> Result<()> {
    files::write(file, text.as_bytes())?;
    fs::set_permissions(file, fs::Permissions::from_mode(0o755))
        .with_context(|| format!("make {} executable", file.display()))
}
