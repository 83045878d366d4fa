//! The words of `exec`.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;
use layers::process;
use namespaces::Runtime;

use crate::container::settled;
use crate::exec::{Command, exec};
use crate::sealed;

#[derive(Debug, Args)]
pub struct ExecArgs {
    /// Don't wait for the command
    #[arg(short, long)]
    detach: bool,
    /// Give it our standard input
    #[arg(short, long)]
    interactive: bool,
    /// Give it a terminal of its own
    #[arg(short = 't', long = "tty")]
    terminal: bool,
    /// Set a variable; without a value, to the one it has here
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    env: Vec<String>,
    /// Directory to start in [default: the container's]
    #[arg(short, long, value_name = "DIR")]
    workdir: Option<PathBuf>,
    /// User, or user:group, by name or number [default: the container's]
    #[arg(short, long)]
    user: Option<String>,
    /// The container
    name: String,
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

pub fn enter(runtime: &Runtime, arguments: ExecArgs) -> Result<u8> {
    let container = settled(runtime, &arguments.name)?;
    if container.spec.extensions.contains_key(rootfs::hook::PART) {
        // What it can get hold of of this program must not be the host's.
        sealed::go_on_sealed()?;
    }
    let mut env = Vec::new();
    for setting in arguments.env {
        let name = setting.split('=').next().unwrap_or_default();
        ensure!(!name.is_empty(), "--env {setting:?}: a variable has a name");
        match setting.contains('=') {
            true => env.push(setting),
            false => env.extend(std::env::var(&setting).map(|value| format!("{setting}={value}"))),
        }
    }
    let command = Command {
        args: arguments.command,
        detach: arguments.detach,
        interactive: arguments.interactive,
        terminal: arguments.terminal,
        process: process::Part {
            clear: false,
            env,
            cwd: arguments.workdir,
            user: arguments.user,
        },
    };
    exec(&container, &command)
}
