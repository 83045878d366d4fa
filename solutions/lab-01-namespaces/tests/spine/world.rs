//! Where a scenario works: a store, containers in it, and what must not be
//! left at the end.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use solution_01_namespaces::state::Store;
use solution_01_namespaces::{Runtime, Spec, creator};
use workbench::probe::processes;

use crate::hooks::{self, PART, Wanted};

/// How long one container may take to come to its end.
pub const LIMIT: Duration = Duration::from_secs(10);

/// A directory of the workbench's `/tmp`.
pub struct World {
    directory: PathBuf,
}

impl World {
    pub fn new() -> Result<World> {
        let directory = PathBuf::from("/tmp/spine");
        fs::create_dir(&directory).context("make the scenario's directory")?;
        // Commands that are root in a user namespace only write here too.
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o777))?;
        let world = World { directory };
        // A copy, for those who may not enter the build directory.
        fs::copy("/proc/self/exe", world.program()).context("copy our program")?;
        Ok(world)
    }

    fn program(&self) -> PathBuf {
        self.path("program")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    pub fn root(&self) -> PathBuf {
        self.path("containers")
    }

    pub fn runtime(&self) -> Runtime {
        runtime(self.root())
    }

    /// A container that runs the probe with these words.
    pub fn probe(&self, words: &[&str], wanted: &Wanted) -> Result<Spec> {
        let program = self.program().to_string_lossy().into_owned();
        let words = words.iter().map(|word| word.to_string());
        let args = [program, "spine-probe".into()].into_iter().chain(words);
        spec(args.collect(), wanted)
    }

    /// A container with this command.
    pub fn command(&self, words: &[&str], wanted: &Wanted) -> Result<Spec> {
        spec(words.iter().map(|word| word.to_string()).collect(), wanted)
    }

    /// Starts a container in the foreground: the process returned is its
    /// creator.
    pub fn start(&self, spec: &Spec) -> Result<Child> {
        self.creator(spec)?.spawn().context("start a creator")
    }

    fn creator(&self, spec: &Spec) -> Result<Command> {
        let mut command = Command::new("/proc/self/exe");
        command
            .args(["spine-run".into(), self.root()])
            .arg(serde_json::to_string(spec)?)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        Ok(command)
    }

    /// Runs a container in the foreground to its end.
    pub fn run(&self, spec: &Spec) -> Result<Option<i32>> {
        ended(self.start(spec)?)
    }

    /// Runs a container in the foreground to its end, and returns its exit code
    /// with what its creator said.
    pub fn words(&self, spec: &Spec) -> Result<(Option<i32>, String)> {
        let mut command = self.creator(spec)?;
        let output = command.output().context("run a creator")?;
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok((output.status.code(), words))
    }

    /// Runs a verb of the later lab's command line.
    pub fn verb(&self, words: &[&str]) -> Result<Option<i32>> {
        let command = Command::new("/proc/self/exe")
            .arg("--root")
            .arg(self.root())
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        ended(command.context("start the command line")?)
    }

    /// Fails unless no container is on disk and no process is left but us and
    /// PID 1 of the workbench.
    pub fn nothing_left(&self) -> Result<()> {
        let ids = self.runtime().store.ids()?;
        ensure!(ids.is_empty(), "left on disk: {ids:?}");
        let own = std::process::id() as i32;
        until("every process is gone", || {
            Ok(processes()?.iter().all(|pid| [1, own].contains(pid)))
        })
        .with_context(|| format!("processes left: {:?}", processes().map(name_all)))
    }
}

fn name_all(pids: Vec<i32>) -> Vec<String> {
    let name = |pid| fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    pids.into_iter().map(name).collect()
}

fn spec(args: Vec<String>, wanted: &Wanted) -> Result<Spec> {
    let mut spec = Spec::new(args)?;
    let part = serde_json::to_value(wanted)?;
    spec.extensions.insert(PART.to_string(), part);
    Ok(spec)
}

fn runtime(root: impl Into<PathBuf>) -> Runtime {
    Runtime {
        store: Store::new(root),
        hooks: hooks::of,
    }
}

/// The part `spine-run`: the creator of a container in the foreground.
pub fn create(root: &str, spec: &str) -> Result<ExitCode> {
    let Runtime { store, hooks } = runtime(root);
    let code = creator::create(&store, &serde_json::from_str(spec)?, hooks, |_| {});
    Ok(ExitCode::from(code.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        125
    })))
}

/// The part `spine-remove`: another process that removes a container.
pub fn remove(root: &str, id: &str) -> Result<()> {
    runtime(root).remove(id)
}

/// Waits for a process of ours and returns its exit code.
pub fn ended(mut child: Child) -> Result<Option<i32>> {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            bail!("still running after {} s", LIMIT.as_secs());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Waits until something is so, at most three seconds.
pub fn until(what: &str, so: impl Fn() -> Result<bool>) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(3);
    while !so()? {
        ensure!(Instant::now() < deadline, "after 3 s it is not so: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

/// Is there such a process, and has it not ended?
pub fn alive(pid: i32) -> bool {
    let state = stat(pid, 3);
    state.is_some_and(|state| !["Z", "X"].contains(&state.as_str()))
}

/// A field of `/proc/PID/stat` behind the name, counted as proc_pid_stat(5)
/// does: 3 is the state, 4 the parent.
pub fn stat(pid: i32, field: usize) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let behind_name = text.rsplit_once(')')?.1;
    let found = behind_name.split_whitespace().nth(field - 3);
    found.map(str::to_string)
}

/// Is anything mounted there, as this process sees it?
pub fn mounted(path: &Path) -> Result<bool> {
    let table = fs::read_to_string("/proc/self/mountinfo")?;
    let wanted = path.to_string_lossy();
    Ok(table
        .lines()
        .any(|line| line.split(' ').nth(4) == Some(&wanted)))
}
