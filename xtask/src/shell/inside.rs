//! The half of `shell` on the workbench: makes it a place to live in, greets
//! and becomes the shell, or the command.

use std::env;
use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::Context;

use super::{dialect, home, on_workbench};
use crate::cli::InsideArgs;
use crate::failure::{Exit, Failure};
use crate::progress::Progress;
use crate::rootfs;
use crate::screen;
use crate::screen::shell::Greeting;
use crate::store::Store;
use crate::workspace::Workspace;

/// Where the practice root file system is: on a tmpfs, which can be a lower and
/// an upper layer, whatever the repository lies on.
const ROOTFS: &str = "/tmp/rootfs";

/// Never returns when all goes well.
///
/// # Errors
/// This is no workbench; its `/tmp` can't be written to; the shell can't be
/// started.
pub fn run(workspace: &Workspace, args: &InsideArgs) -> Result<Exit, Failure> {
    if !on_workbench() {
        let reason = "`inside` is the half of `cargo xtask shell` on a workbench";
        return Err(Failure::Usage(reason.into()));
    }
    let lab = workspace.load(&workspace.root.join("labs").join(&args.lab))?;
    let number = lab.lab.number();
    let home = home::make(args, number)?;
    let rootfs = rootfs::make(&args.workbench, &[], Path::new(ROOTFS));

    let (words, folder) = if args.command.is_empty() {
        let preferred = env::var_os("SHELL");
        let (shell, dialect) = dialect::choose(preferred.as_deref(), Path::is_file);
        home::set_prompt(&home, dialect, &format!("lab-{number}"))?;
        let store = Store::at(&workspace.root);
        // A source that is damaged is no reason to keep somebody out.
        let unwritten = Progress::of(workspace, &store, &lab).map_or(0, |p| p.unwritten.len());
        screen::print(&screen::shell::greeting(&Greeting {
            lab: &lab.lab,
            unwritten,
            node: args.node.as_deref(),
            rootfs: rootfs.as_ref().err().map(Failure::to_string),
        }));
        (vec![shell.into_os_string()], home.as_path())
    } else {
        if let Err(failure) = &rootfs {
            screen::failure::print(failure);
        }
        (args.command.clone(), args.folder.as_path())
    };
    become_command(args, &home, &words, folder, rootfs.is_ok())
}

/// exec, by way of the nodes if there are to be some.
fn become_command(
    args: &InsideArgs,
    home: &Path,
    words: &[OsString],
    folder: &Path,
    has_rootfs: bool,
) -> Result<Exit, Failure> {
    let mut command = match &args.node {
        Some(node) => {
            let mut command = Command::new(&args.workbench);
            command.args(["nodes", "--on", node, "--"]).args(words);
            command
        }
        None => {
            let mut command = Command::new(&words[0]);
            command.args(&words[1..]);
            command
        }
    };
    let path = env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(home.join("bin")).chain(env::split_paths(&path));
    let path = env::join_paths(all).context("put the lab's program on PATH")?;
    // The caller's folder may be one that a workbench doesn't show.
    let folder = if folder.is_dir() { folder } else { home };
    command
        .env("HOME", home)
        .env("PATH", &path)
        .env("ENV", home.join(dialect::Dialect::Posix.file()))
        .env("PWD", folder)
        .env_remove("LC_ALL")
        .env_remove("OLDPWD")
        .current_dir(folder);
    if has_rootfs {
        command.env("ROOTFS", ROOTFS);
    }
    let error = command.exec();
    // As a shell says it: the command, not the machine, is what is wrong.
    let missing = error.kind() == std::io::ErrorKind::NotFound;
    let name = words.first().map(OsStr::new).unwrap_or_default();
    screen::shell::not_started(&name.to_string_lossy(), &error);
    std::process::exit(if missing { 127 } else { 126 })
}
