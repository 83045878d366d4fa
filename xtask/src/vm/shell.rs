//! `vm ssh`: a command in a machine, or a shell.

use std::io::{self, IsTerminal, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::agent::{Agent, End};
use super::bring::bring;
use super::emulated::{self, GREETING};
use super::folder::Folder;
use super::vagrant::Vagrant;
use crate::cli::SshArgs;
use crate::failure::{Exit, Failure};
use crate::message::say;
use crate::screen;

/// How long a command may take.
const LIMIT: Duration = Duration::from_secs(3600);

/// Ctrl-], which leaves the shell; as telnet(1).
const LEAVE: u8 = 0x1d;

/// Runs a command, or joins the terminal to the machine's shell.
///
/// # Errors
/// The machine doesn't run or answer; there is no terminal for a shell; the
/// command can't be started.
pub fn run(folder: &Folder, args: &SshArgs) -> Result<Exit, Failure> {
    let (node, command) = (args.node.as_str(), &args.command);
    if emulated::running(folder).is_none() {
        return Err(Failure::Usage(say!("vm-ssh-none")));
    }
    if command.is_empty() && !io::stdin().is_terminal() {
        return Err(Failure::Usage(say!("vm-no-terminal")));
    }
    bring_all(folder, node, &args.bring)?;
    if command.is_empty() {
        interactive(folder, node)?;
        return Ok(Exit::Green);
    }
    let (mut agent, _) = Agent::connect(folder, node, GREETING)?;
    let end = agent.run(command, LIMIT, pass_on)?;
    // The command's own exit status, as ssh(1) does it.
    let code = match end {
        End::Code(code) => code,
        End::Signal(signal) => 128 + signal,
        End::TimedOut => return Err(anyhow::anyhow!("{node}: the command took too long").into()),
    };
    std::process::exit(code)
}

/// As [`run`], in a machine of Vagrant's.
///
/// # Errors
/// Something is to be brought there; Vagrant can't be started.
pub fn by_vagrant(vagrant: &Vagrant, args: &SshArgs) -> Result<Exit, Failure> {
    if !args.bring.is_empty() {
        return Err(Failure::Usage(say!("vm-bring-vagrant")));
    }
    vagrant.ssh(&args.node, &args.command)
}

fn bring_all(folder: &Folder, node: &str, programs: &[PathBuf]) -> Result<()> {
    if programs.is_empty() {
        return Ok(());
    }
    let absolute = |program: &PathBuf| {
        std::path::absolute(program).with_context(|| format!("find {}", program.display()))
    };
    let programs: Vec<PathBuf> = programs.iter().map(absolute).collect::<Result<_>>()?;
    let programs: Vec<&Path> = programs.iter().map(PathBuf::as_path).collect();
    let (mut agent, machine) = Agent::connect(folder, node, GREETING)?;
    bring(&mut agent, &machine, &programs)
}

/// A reader that is gone wants no more.
fn pass_on(standard: bool, text: &str) {
    let _ = match standard {
        true => {
            let mut out = io::stdout();
            out.write_all(text.as_bytes()).and_then(|()| out.flush())
        }
        false => io::stderr().write_all(text.as_bytes()),
    };
}

fn interactive(folder: &Folder, node: &str) -> Result<()> {
    let mut console = folder
        .connect(&format!("{node}.shell"))
        .with_context(|| format!("reach {node}"))?;
    same_size(folder, node);
    screen::print(&screen::vm::shell(node));
    let saved = stty(&["-g"])?;
    stty(&["raw", "-echo"])?;
    let result = join(&mut console);
    let restored = stty(&[saved.trim()]);
    screen::print("\n");
    result.and(restored.map(|_| ()))
}

/// The machine's terminal gets the size of this one, if it can be told.
fn same_size(folder: &Folder, node: &str) {
    let Ok(size) = stty(&["size"]) else { return };
    let Some((rows, columns)) = size.trim().split_once(' ') else {
        return;
    };
    let words = ["stty", "-F", "/dev/hvc0", "rows", rows, "cols", columns];
    if let Ok((mut agent, _)) = Agent::connect(folder, node, GREETING) {
        let _ = agent.run(&words.map(str::to_owned), GREETING, |_, _| {});
    }
}

/// Passes keys there and answers back until Ctrl-] or the machine's end.
fn join(console: &mut UnixStream) -> Result<()> {
    let mut keys = console.try_clone().context("copy a socket")?;
    // A prompt.
    keys.write_all(b"\n").context("speak to the shell")?;
    thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(count @ 1..) = io::stdin().read(&mut chunk) {
            let typed = &chunk[..count];
            let until = typed.iter().position(|key| *key == LEAVE);
            let sent = keys.write_all(&typed[..until.unwrap_or(count)]);
            if until.is_some() || sent.is_err() {
                break;
            }
        }
        // Ends the other direction as well.
        let _ = keys.shutdown(Shutdown::Both);
    });
    let mut chunk = [0; 4096];
    while let Ok(count @ 1..) = console.read(&mut chunk) {
        let mut out = io::stdout();
        if out
            .write_all(&chunk[..count])
            .and_then(|()| out.flush())
            .is_err()
        {
            break;
        }
    }
    Ok(())
}

/// stty(1) on this terminal.
fn stty(words: &[&str]) -> Result<String> {
    let output = Command::new("stty")
        .args(words)
        .stdin(Stdio::inherit())
        .output()
        .context("start stty")?;
    if !output.status.success() {
        bail!(
            "stty {}: {}",
            words.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
