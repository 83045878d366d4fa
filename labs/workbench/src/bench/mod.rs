//! The workbench: a disposable copy of the machine, for half-written code that
//! runs as root.
//!
//! [`Bench::run`] runs a command on a new one and removes it. The command is
//! root in namespaces of its own (pid, mount, network, uts, ipc, cgroup; user
//! as well when the caller is not root), on a root file system whose changes
//! nobody sees, with limits on processes, memory, time and output. If any step
//! of making it fails, nothing of the command runs and the caller gets a
//! [`Machine`].
//!
//! It guards against accidents, not against an attacker who is root: root
//! shares the kernel with the host.
//!
//! Start from [`Bench`], [`Ended`] and [`become_keeper_if_asked`].

mod bpf;
mod caller;
mod cgroup;
mod dev;
mod device_rules;
pub(crate) mod hierarchy;
mod init;
mod keeper;
mod kernel;
mod limits;
mod machine;
pub(crate) mod mounts;
mod netlink;
pub mod node;
mod request;
mod root;
mod shown;
mod sweep;
mod switch;
mod sys;
mod sysctl_rules;
mod terminal;
mod wire;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

pub use machine::{Machine, STEPS};
use request::Request;
pub use switch::MARKER;
pub(crate) use sys::drop_capabilities;

/// Private first arguments under which a program becomes a part of the
/// workbench.
const KEEPER: &str = "workbench-keeper";
const NODE: &str = "workbench-node";
const ENTER: &str = "workbench-enter";

/// The `PATH` of programs on a workbench, unless [`Bench::env`] says otherwise.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// How much a command may write to each of standard output and error, in bytes.
pub const OUTPUT: usize = 1 << 20;

/// How long a command may take unless told otherwise.
pub const TIME_LIMIT: Duration = Duration::from_secs(20);

/// How a command on a workbench ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It exited. 126 and 127: it could not be executed, it was not found.
    Code(i32),
    /// A signal ended it. The workbench's memory limit shows as SIGKILL.
    Signal(i32),
    /// The time limit ended it.
    TimeLimit,
    /// It wrote more than [`OUTPUT`] bytes to one of its outputs.
    OutputLimit,
}

/// A command that ran, and what it wrote: at most [`OUTPUT`] bytes each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub end: End,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// A workbench to be made.
///
/// ```no_run
/// use workbench::bench::{Bench, End, become_keeper_if_asked};
///
/// fn main() {
///     become_keeper_if_asked();
///     let ended = Bench::new().run(&["/bin/true".into()]).expect("a workbench");
///     assert_eq!(ended.end, End::Code(0));
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Bench {
    time_limit: Duration,
    shown: Vec<PathBuf>,
    environment: Vec<(OsString, OsString)>,
}

impl Default for Bench {
    fn default() -> Bench {
        Bench::new()
    }
}

impl Bench {
    /// A workbench with the default time limit.
    pub fn new() -> Bench {
        Bench {
            time_limit: TIME_LIMIT,
            shown: Vec::new(),
            environment: Vec::new(),
        }
    }

    /// How long the command may take, from its start.
    pub fn time_limit(mut self, limit: Duration) -> Bench {
        self.time_limit = limit;
        self
    }

    /// Shows the file or directory at the absolute path `path` at the same path
    /// on the workbench, even below `/tmp` and `/run`, which are empty
    /// otherwise. The command itself is shown without asking. What is changed
    /// there stays on the workbench.
    pub fn show(mut self, path: impl Into<PathBuf>) -> Bench {
        self.shown.push(path.into());
        self
    }

    /// Sets a variable in the command's environment, which holds nothing of
    /// the caller's.
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Bench {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Makes a step fail, to prove that nothing runs then: one of [`STEPS`], or
    /// the seventh of PID 1 (`init:7`), or of the keeper (`keeper:7`). Has no
    /// effect in a release build.
    pub fn break_step(self, step: &str) -> Bench {
        self.env("WORKBENCH_FAULT", step)
    }

    /// Runs `command` (the program and its arguments) on a new workbench, with
    /// an empty standard input, in `/`, and waits for its end and for the
    /// workbench's. Everything the command left running ends with it.
    ///
    /// # Errors
    ///
    /// [`Machine`] when a workbench cannot be made here; nothing has run then.
    pub fn run(&self, command: &[OsString]) -> Result<Ended, Machine> {
        self.start(command, false)
    }

    /// As [`Bench::run`], on the caller's terminal and without a time limit;
    /// the outputs are not captured.
    ///
    /// # Errors
    ///
    /// As [`Bench::run`].
    pub fn shell(&self, command: &[OsString]) -> Result<Ended, Machine> {
        self.start(command, true)
    }

    fn start(&self, command: &[OsString], terminal: bool) -> Result<Ended, Machine> {
        let Some(program) = command.first() else {
            return Err(Machine::new("start the command", "it is empty"));
        };
        let mut shown = self.shown.clone();
        shown.push(program.into());
        let request = Request {
            terminal,
            time_limit: (!terminal).then_some(self.time_limit),
            shown,
            command: command.to_vec(),
        };
        caller::start(&request, &self.environment)
    }
}

/// Becomes a part of the workbench if the program was started as one, and
/// then does not return. Every program that uses [`Bench`] calls it first
/// thing in `main`, while it has one thread.
pub fn become_keeper_if_asked() {
    let mut arguments = std::env::args_os().skip(1);
    let role = arguments.next().unwrap_or_default();
    let rest = || arguments.collect::<Vec<OsString>>();
    match role.to_str() {
        Some(KEEPER) => keeper::main(rest()),
        Some(NODE) => node::hold(&rest()),
        Some(ENTER) => node::enter(&rest()),
        _ => {}
    }
}

/// Whether the calling process stands on a workbench.
pub fn is_workbench() -> bool {
    std::env::var_os("WORKBENCH").is_some() && switch::is_marked()
}

/// Removes what keepers that were killed left behind. Returns what it
/// removed, as paths of cgroup directories.
///
/// # Errors
///
/// [`Machine`] when the cgroups cannot be read or removed.
pub fn sweep() -> Result<Vec<String>, Machine> {
    sweep::sweep().map_err(|error| Machine::failed("sweep the cgroups", &error))
}
