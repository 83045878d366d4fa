//! The probe: what the learner's program starts as the container's command.
//!
//! It says what it sees, as lines of JSON behind a mark that no learner's
//! `println!` begins with, and then does what it was asked to, waiting for a
//! line on standard input wherever the scenario wants to look from outside
//! meanwhile. It needs nothing but its own file and libraries.

mod act;
pub mod attribute;
pub mod cgroup;
pub mod files;
mod load;
mod look;
mod root;

use std::ffi::OsString;
use std::io::{BufRead, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

pub use look::{namespace, namespaces, processes};

/// What a line of the probe begins with: a record separator and its name.
pub const MARK: &str = "\u{1e}probe ";

/// Name the check binary is started by, through a link, to be the program a
/// runtime runs while the container's process waits.
const CREATE_RUNTIME: &str = "create-runtime";

/// Says what it sees, then obeys:
///
/// - `exit N`: waits for the end of its input, exits with N
/// - `kill N`: the same, but ends itself by signal N
/// - `mount DIR…`: mounts a tmpfs on each, waits, exits
/// - `ready FILE`: says whether the file was there at its start
/// - `signals`: counts signals; says the counts at every line it reads
/// - `orphans N`: leaves N orphans that end, says how they fared
/// - `burn`: uses all of one processor until its input ends
/// - `hog MIB`: takes so much memory, says so, waits
/// - `bomb N`: starts up to N processes, says how many it got, waits
/// - `count FILE`: counts, thousands of times a second, into the file
/// - `escape FILE`: leaves a chroot, says what is in the file, waits
/// - `reach FILE…`: says of each what it is and holds, and how else the first
///   can be reached, waits
/// - `write FILE…`: writes to each, says which errors that gave, waits
/// - `files DIR STEP…`: does each [step](files::step), says the first error, or
///   the [tree](files::tree) below the directory, waits
pub fn main(words: &[&str]) -> Result<ExitCode> {
    let number = |word: &str| {
        word.parse::<i32>()
            .with_context(|| format!("number {word:?}"))
    };
    match words {
        ["exit", code] => {
            say(look::look()?)?;
            wait_for_line()?;
            Ok(ExitCode::from(
                u8::try_from(number(code)?).context("exit code")?,
            ))
        }
        ["kill", signal] => {
            say(look::look()?)?;
            wait_for_line()?;
            act::die_by(number(signal)?)
        }
        ["mount", directories @ ..] => {
            act::mount_on(directories)?;
            say(look::look()?)?;
            wait_for_line()?;
            Ok(ExitCode::SUCCESS)
        }
        ["ready", file] => {
            let ready = Path::new(file).exists();
            say(json!({ "ready": ready }))?;
            Ok(ExitCode::SUCCESS)
        }
        ["signals"] => act::count_signals(),
        ["burn"] => load::burn(),
        ["hog", mebibytes] => load::hog(number(mebibytes)?),
        ["bomb", count] => load::bomb(number(count)?),
        ["count", file] => load::count(Path::new(file)),
        ["escape", file] => {
            say(root::escape(Path::new(file))?)?;
            wait_for_line()?;
            Ok(ExitCode::SUCCESS)
        }
        ["reach", files @ ..] => {
            say(root::reach(files)?)?;
            wait_for_line()?;
            Ok(ExitCode::SUCCESS)
        }
        ["write", files @ ..] => {
            say(root::write(files))?;
            wait_for_line()?;
            Ok(ExitCode::SUCCESS)
        }
        ["files", directory, steps @ ..] => {
            let done = steps.iter().try_for_each(|step| files::step(step));
            let tree = done.and_then(|()| files::tree(Path::new(directory)));
            say(match tree {
                Ok(tree) => json!({ "pid": std::process::id(), "tree": tree }),
                Err(error) => json!({ "pid": std::process::id(), "error": format!("{error:#}") }),
            })?;
            wait_for_line()?;
            Ok(ExitCode::SUCCESS)
        }
        ["orphans", count] => {
            say(act::orphans(number(count)?)?)?;
            wait_for_line()?;
            Ok(ExitCode::SUCCESS)
        }
        _ => bail!("the probe does not know {words:?}"),
    }
}

/// Was this process started as a runtime's `create_runtime` program?
pub fn is_create_runtime(arguments: &[OsString]) -> bool {
    let name = arguments.first().map(Path::new).and_then(Path::file_name);
    name.is_some_and(|name| name == CREATE_RUNTIME)
}

/// Takes its time, then writes to the file `ready` beside itself: what comes
/// before that file did not wait for the runtime. The file says whether the
/// container's process was asleep for a fixed time: such a wait is for a clock,
/// and not for the runtime, however long it is.
pub fn create_runtime() -> Result<ExitCode> {
    let state: Value = serde_json::from_reader(std::io::stdin()).context("the state")?;
    std::thread::sleep(Duration::from_millis(300));
    let name = std::env::args_os().next().context("own name")?;
    let ready = Path::new(&name).with_file_name("ready");
    let sleeps = [libc::SYS_clock_nanosleep, libc::SYS_nanosleep];
    let call = system_call(&state["pid"]);
    let words = match call.is_some_and(|number| sleeps.contains(&number)) {
        true => "sleeping",
        false => "waiting",
    };
    std::fs::write(&ready, words).context("write the file ready")?;
    Ok(ExitCode::SUCCESS)
}

/// The number of the system call a process is in (proc_pid_syscall(5)); `None`
/// when it runs, or has ended.
fn system_call(pid: &Value) -> Option<i64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/syscall")).ok()?;
    text.split(' ').next()?.parse().ok()
}

/// Makes the link that turns the check binary into a `create_runtime` program.
pub fn create_runtime_link(lab: &crate::Lab) -> Result<std::path::PathBuf> {
    let link = lab.directory().join(CREATE_RUNTIME);
    std::os::unix::fs::symlink(lab.probe(), &link).context("link the create-runtime program")?;
    Ok(link)
}

/// Says one thing to the scenario.
fn say(what: Value) -> Result<()> {
    let mut out = std::io::stdout().lock();
    // One write: other processes may write to the same stream. The line break
    // in front ends whatever a learner has printed without one.
    out.write_all(format!("\n{MARK}{what}\n").as_bytes())?;
    out.flush().context("write to standard output")
}

/// Waits for a line, or the end, of standard input.
fn wait_for_line() -> Result<()> {
    std::io::stdin().lock().read_line(&mut String::new())?;
    Ok(())
}
