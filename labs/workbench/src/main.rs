//! Runs a command on a workbench: `workbench run -- ls /`.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use workbench::bench::node::{self, Nodes};
use workbench::bench::{self, Bench, End, Ended, Machine};
use workbench::rootfs::{Recipe, Refused, Source};

const USAGE: &str = "\
usage: workbench run [--time-limit SECONDS] [OPTION]... [--] COMMAND...
       workbench shell [OPTION]... [--] [COMMAND...]
       workbench nodes [--on NODE] [--] COMMAND...     on a workbench
       workbench on NODE [--] COMMAND...               while nodes run there
       workbench rootfs [--force] [--json] [--from busybox|host]
                        [--with PROGRAM]... [--] DIR
       workbench sweep
options: --show PATH         show a file or directory of /tmp or /run
         --env NAME=VALUE    set a variable
         --break STEP        make a step fail (not in a release build)";

/// Exit statuses of this program's own; a command's passes through.
const BAD_USAGE: u8 = 2;
const YOUR_MACHINE: u8 = 3;
/// As timeout(1).
const TIME_LIMIT: u8 = 124;
const OUTPUT_LIMIT: u8 = 125;

fn main() -> ExitCode {
    bench::become_keeper_if_asked();
    let mut arguments = std::env::args_os().skip(1);
    let verb = arguments.next().unwrap_or_default();
    let rest: Vec<OsString> = arguments.collect();
    let result = match verb.to_str() {
        Some("run") => match options(rest) {
            Some((bench, command)) if !command.is_empty() => bench.run(&command).map(report),
            _ => return usage(),
        },
        Some("shell") => match options(rest) {
            // Whoever types there knows the programs of their own PATH.
            Some((mut bench, command)) => {
                if let Some(path) = std::env::var_os("PATH") {
                    bench = bench.env("PATH", path);
                }
                bench.shell(&or_shell(command)).map(report)
            }
            None => return usage(),
        },
        Some("nodes") => return nodes(rest),
        Some("on") => return on(rest),
        Some("rootfs") => return rootfs(rest),
        Some("sweep") if rest.is_empty() => bench::sweep().map(|removed| {
            removed.iter().for_each(|path| println!("removed {path}"));
            ExitCode::SUCCESS
        }),
        _ => return usage(),
    };
    result.unwrap_or_else(|machine| your_machine(&machine))
}

fn your_machine(machine: &Machine) -> ExitCode {
    eprintln!("workbench: {machine}");
    ExitCode::from(YOUR_MACHINE)
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(BAD_USAGE)
}

/// The options before the command, and the command.
fn options(arguments: Vec<OsString>) -> Option<(Bench, Vec<OsString>)> {
    let mut bench = Bench::new();
    let mut rest = arguments.into_iter().peekable();
    while let Some(option) =
        rest.next_if(|word| word.to_str().is_some_and(|word| word.starts_with("--")))
    {
        match option.to_str()? {
            "--" => break,
            "--time-limit" => {
                let seconds: f64 = rest.next()?.to_str()?.parse().ok()?;
                bench = bench.time_limit(Duration::try_from_secs_f64(seconds).ok()?);
            }
            "--break" => bench = bench.break_step(rest.next()?.to_str()?),
            "--env" => {
                let setting = rest.next()?.into_string().ok()?;
                let (name, value) = setting.split_once('=')?;
                bench = bench.env(name, value);
            }
            "--show" => bench = bench.show(rest.next()?),
            _ => return None,
        }
    }
    Some((bench, rest.collect()))
}

/// Runs a command with nodes around it, or on one of them.
fn nodes(arguments: Vec<OsString>) -> ExitCode {
    let mut rest = arguments.into_iter().peekable();
    let on = rest
        .next_if(|word| word == "--on")
        .and_then(|_| rest.next());
    rest.next_if(|word| word == "--");
    let Some(program) = rest.next() else {
        return usage();
    };
    let nodes = match Nodes::start() {
        Ok(nodes) => nodes,
        Err(machine) => return your_machine(&machine),
    };
    let mut command = match on.map(|name| nodes.get(&name.to_string_lossy())) {
        None => Command::new(&program),
        Some(Some(node)) => node.command(&program),
        Some(None) => return usage(),
    };
    // Ctrl-C is for the command; whoever holds the nodes outlives it.
    let keys = SigSet::from_iter([Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTSTP]);
    let status = keys.thread_block().map_err(std::io::Error::from);
    let status = status
        .and_then(|()| command.args(rest).spawn())
        .and_then(|child| ended(Pid::from_raw(child.id() as i32)));
    match status {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            eprintln!("workbench: run {}: {error}", program.to_string_lossy());
            ExitCode::from(127)
        }
    }
}

/// Waits for a child; one that Ctrl-Z has stopped goes on, because nothing
/// stands behind it that could bring it back.
fn ended(child: Pid) -> std::io::Result<u8> {
    loop {
        match waitpid(child, Some(WaitPidFlag::WUNTRACED)) {
            Ok(WaitStatus::Exited(_, code)) => return Ok(code as u8),
            Ok(WaitStatus::Signaled(_, signal, _)) => return Ok(128 + signal as u8),
            Ok(WaitStatus::Stopped(_, Signal::SIGTSTP | Signal::SIGSTOP)) => {
                kill(child, Signal::SIGCONT)?;
            }
            Ok(_) | Err(nix::Error::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Becomes a command on a node that runs already.
fn on(arguments: Vec<OsString>) -> ExitCode {
    let mut rest = arguments.into_iter().peekable();
    let Some(node) = rest.next() else {
        return usage();
    };
    rest.next_if(|word| word == "--");
    let command: Vec<OsString> = rest.collect();
    if command.is_empty() {
        return usage();
    }
    match node::become_on(&node.to_string_lossy(), &command) {
        Err(machine) => your_machine(&machine),
    }
}

/// Makes a root file system and says what it is: in one line, or as JSON.
fn rootfs(arguments: Vec<OsString>) -> ExitCode {
    let Some((recipe, replace, json, dir)) = recipe(arguments) else {
        return usage();
    };
    match recipe.make(&dir, replace) {
        Ok(made) if json => match serde_json::to_string(&made) {
            Ok(line) => println!("{line}"),
            // A path that isn't UTF-8.
            Err(error) => {
                eprintln!("workbench: {error}");
                return ExitCode::from(YOUR_MACHINE);
            }
        },
        Ok(made) => println!(
            "{}: {} programs, {} KiB",
            made.dir.display(),
            made.programs,
            made.bytes / 1024
        ),
        Err(error) => {
            eprintln!("workbench: {error:#}");
            let refused = error.downcast_ref::<Refused>().is_some();
            return ExitCode::from(if refused { BAD_USAGE } else { YOUR_MACHINE });
        }
    }
    ExitCode::SUCCESS
}

/// The recipe, whether an older one is replaced, whether JSON is wanted, and
/// the directory.
fn recipe(arguments: Vec<OsString>) -> Option<(Recipe, bool, bool, PathBuf)> {
    let (mut recipe, mut replace, mut json) = (Recipe::new(), false, false);
    let mut rest = arguments.into_iter().peekable();
    while let Some(option) =
        rest.next_if(|word| word.to_str().is_some_and(|word| word.starts_with("--")))
    {
        match option.to_str()? {
            "--" => break,
            "--force" => replace = true,
            "--json" => json = true,
            "--from" => {
                recipe = recipe.from(match rest.next()?.to_str()? {
                    "busybox" => Source::Busybox,
                    "host" => Source::Host,
                    _ => return None,
                });
            }
            "--with" => recipe = recipe.with(rest.next()?),
            _ => return None,
        }
    }
    let dir = rest.next()?;
    rest.next()
        .is_none()
        .then(|| (recipe, replace, json, dir.into()))
}

fn or_shell(command: Vec<OsString>) -> Vec<OsString> {
    match command.is_empty() {
        true => vec![std::env::var_os("SHELL").unwrap_or("/bin/sh".into())],
        false => command,
    }
}

/// Passes on what the command wrote and how it ended.
fn report(ended: Ended) -> ExitCode {
    // A reader that is gone, as `head` is, wants no more.
    let _ = std::io::stdout().write_all(&ended.stdout);
    let _ = std::io::stderr().write_all(&ended.stderr);
    let (status, words) = match ended.end {
        End::Code(code) => (code as u8, None),
        End::Signal(signal) => (128 + signal as u8, None),
        End::TimeLimit => (TIME_LIMIT, Some("the time limit ended the command")),
        End::OutputLimit => (
            OUTPUT_LIMIT,
            Some("the command wrote too much and was ended"),
        ),
    };
    if let Some(words) = words {
        eprintln!("workbench: {words}");
    }
    ExitCode::from(status)
}
