//! Containers in the background, and commands that enter them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use workbench::probe::cgroup::Groups;
use workbench::program::{Ended, Program};
use workbench::rootfs::Recipe;
use workbench::{Lab, Running};

/// How long a command about a container may take before it counts as hanging.
const SOON: Duration = Duration::from_secs(7);

/// A place for containers on the workbench.
pub struct Boxes<'a> {
    pub lab: &'a Lab,
    /// Their data.
    pub root: PathBuf,
    pub store: PathBuf,
}

impl<'a> Boxes<'a> {
    pub fn new(lab: &'a Lab) -> Boxes<'a> {
        Boxes {
            lab,
            root: lab.directory().join("boxes"),
            store: lab.directory().join("store"),
        }
    }

    /// The program with these words, about our containers.
    pub fn program(&self, words: &[&str]) -> Program {
        let root = self.root.to_string_lossy();
        let program = self.lab.program(&[&["--root", &root], words].concat());
        program.environment("CONTAINER_STORE", &self.store)
    }

    /// Runs it to its end; `None` when that doesn't come.
    pub fn within(&self, words: &[&str]) -> Result<Option<Ended>> {
        self.program(words).start()?.ended_within(SOON)
    }

    /// Runs it to its end.
    pub fn run(&self, words: &[&str]) -> Result<Ended> {
        self.program(words).start()?.end()
    }

    /// Starts a container in the background. When that isn't to be had: why.
    pub fn start(&self, words: &[&str]) -> Result<Result<(), String>> {
        let running = self.program(&[&["run", "-d"], words].concat()).start()?;
        let ended = running.end()?;
        match ended.code {
            Some(0) => Ok(Ok(())),
            _ => Ok(Err(why(&ended.stderr))),
        }
    }

    /// The probe, about to enter a container that has it.
    pub fn enter(&self, words: &[&str], name: &str, probe: &[&str]) -> Program {
        let mut program = self.program(&[&["exec", "-i"], words, &[name]].concat());
        program = program.word(self.lab.probe()).word("probe");
        for word in probe {
            program = program.word(word);
        }
        program
    }

    /// What the program says of a container.
    pub fn told(&self, name: &str) -> Result<Value> {
        let ended = self.run(&["ps", "--all", "--json"])?;
        for line in ended.stdout.lines() {
            let Ok(said) = serde_json::from_str::<Value>(line) else {
                bail!("ps --json: {line}");
            };
            if said["name"] == name {
                return Ok(said);
            }
        }
        Ok(json!({ "status": "not listed" }))
    }

    /// Waits until a container is told to have exited, and how. Between its end
    /// and that its keeper reads what is left in the pipes.
    pub fn is_over(&self, name: &str, limit: Duration) -> bool {
        wait_until(limit, || {
            let over = |told: Value| told["status"] == "exited" && !told["exit_code"].is_null();
            self.told(name).is_ok_and(over)
        })
    }

    /// The pid of a container's process, which is alive.
    pub fn pid(&self, name: &str) -> Result<i32> {
        let path = self.root.join(name).join("state.json");
        let text = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
        let state: Value = serde_json::from_slice(&text)?;
        let pid = state["pid"].as_i64().context("the container's pid")? as i32;
        if !alive(pid) {
            bail!("the container's process has ended");
        }
        Ok(pid)
    }
}

/// A root file system with the probe in it.
pub fn image(lab: &Lab) -> Result<PathBuf> {
    let path = lab.directory().join(lab.random_name()?);
    let made = Recipe::new().with(lab.probe()).make(&path, false)?;
    Ok(made.dir)
}

/// That a command was started, and what is then to be seen instead of
/// [`refused`].
pub fn started() -> Value {
    json!({ "started": "yes", "answer": "none" })
}

/// Why it was not to be had, as the only thing that was seen. The kernel's
/// answer stands by itself too: how an operation is called is up to whoever
/// calls it.
pub fn refused(why: String) -> Value {
    let answer = why.rsplit(": ").next().unwrap_or_default();
    json!({ "command": { "started": why, "answer": answer } })
}

/// Hears the probe. When its command was not started: why, in a word.
pub fn heard(running: &mut Running) -> Result<Result<Value, String>> {
    running.hear_or(reason)
}

/// The kernel's answers, and words for them.
const ANSWERS: [(&str, &str); 10] = [
    ("Invalid argument", "invalid"),
    ("No such file or directory", "no such file"),
    ("No such device or address", "no such device"),
    ("No such process", "no such process"),
    ("Read-only file system", "read-only"),
    ("Device or resource busy", "busy"),
    ("Operation not permitted", "not permitted"),
    ("File exists", "exists"),
    ("Not a directory", "no directory"),
    ("Too many levels of symbolic links", "a link"),
];

/// What stopped it: the operation, and the kernel's answer.
fn reason(stderr: &str) -> Option<String> {
    stderr.lines().find_map(|line| {
        let (_, failure) = line.split_once(": ")?;
        let (operation, answer) = failure.rsplit_once(": ")?;
        let operation = operation.rsplit(": ").next()?.split(' ').next()?;
        let (_, word) = ANSWERS.iter().find(|(text, _)| answer.starts_with(text))?;
        Some(format!("no: {operation}: {word}"))
    })
}

/// The same, or what was said.
pub fn why(stderr: &str) -> String {
    let last = stderr.lines().last().unwrap_or("nothing was said");
    // Without the program's name, which is another for each.
    let last = last.split_once(": ").map_or(last, |(_, words)| words);
    reason(stderr).unwrap_or_else(|| format!("no: {last}"))
}

/// One of two words.
pub fn either(is: bool, yes: &'static str, no: &'static str) -> &'static str {
    if is { yes } else { no }
}

/// Is there such a process, and has it not ended?
pub fn alive(pid: i32) -> bool {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = text
        .rsplit_once(") ")
        .and_then(|(_, rest)| rest.chars().next());
    state.is_some_and(|state| !['Z', 'X'].contains(&state))
}

/// The parent of a process.
pub fn parent(pid: i32) -> Result<i32> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, rest) = text.rsplit_once(") ").context("a process's stat")?;
    Ok(rest.split(' ').nth(1).context("its parent")?.parse()?)
}

/// Waits until something is so, or a moment has passed.
pub fn wait_until(limit: Duration, so: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    while !so() {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}

/// Waits until a file is there.
pub fn appears(path: &Path) -> bool {
    wait_until(Duration::from_secs(8), || path.exists())
}

/// Those directories that are groups of the container's own, by whatever is in
/// their hierarchy; their names contain its name.
pub fn own_groups(all: Groups, name: &str) -> Groups {
    let is_own = |path: &Path| {
        let file = path.file_name().map(|file| file.to_string_lossy());
        file.is_some_and(|file| file.contains(name))
    };
    all.into_iter().filter(|(_, path)| is_own(path)).collect()
}
