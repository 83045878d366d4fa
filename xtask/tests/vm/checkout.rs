//! A copy of this checkout, with machines of its own.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The longest that one command may take.
const LIMIT: Duration = Duration::from_secs(300);

pub struct Checkout {
    root: PathBuf,
}

impl Checkout {
    /// Copies what git knows. Packages that this checkout has are used.
    pub fn new(name: &str) -> Checkout {
        let repository = repository();
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("vm-{name}"));
        let _ = fs::remove_dir_all(&root);
        let listed = Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(&repository)
            .output()
            .expect("git");
        for file in String::from_utf8_lossy(&listed.stdout).lines() {
            let to = root.join(file);
            fs::create_dir_all(to.parent().expect("a folder")).expect("create");
            // One that was deleted and not committed is still listed.
            if repository.join(file).is_file() {
                fs::copy(repository.join(file), to).expect("copy");
            }
        }
        let packages = repository.join("target/vm/packages");
        if packages.is_dir() {
            fs::create_dir_all(root.join("target/vm")).expect("create");
            // As links: nothing writes to a file there.
            let copied = Command::new("cp")
                .arg("-rl")
                .arg(&packages)
                .arg(root.join("target/vm"))
                .status();
            assert!(copied.expect("cp").success());
        }
        Checkout { root }
    }

    fn command(&self, words: &[&str]) -> Command {
        // A shell that starts us in the background has us ignore SIGINT, and what
        // we start would as well.
        let mut command = Command::new("env");
        command
            .arg("--default-signal=INT")
            .arg(env!("CARGO_BIN_EXE_xtask"))
            .args(words)
            .current_dir(&self.root)
            // What is compiled once is compiled for all.
            .env("CARGO_TARGET_DIR", repository().join("target"))
            .env("LC_ALL", "C.UTF-8")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts a command and goes on.
    pub fn start(&self, words: &[&str]) -> Child {
        self.command(words).spawn().expect("the runner starts")
    }

    /// Runs a command to its end.
    pub fn run(&self, words: &[&str]) -> Output {
        let child = self.start(words);
        let id = child.id();
        // Ends a command that hangs; the thread is not waited for.
        let (done, waits) = std::sync::mpsc::channel::<()>();
        thread::spawn(move || {
            if waits.recv_timeout(LIMIT) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                signal(id, "KILL");
            }
        });
        let output = child.wait_with_output().expect("an end");
        drop(done);
        output
    }

    /// Runs a command that has to succeed; what it said.
    pub fn succeeds(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{words:?}: {said}{complaints}"
        );
        said
    }

    /// Waits until the check binary of a running `vm check` has been started.
    pub fn wait_for_line(&self, _check: &Child, _line: &str) {
        self.until(LIMIT, "the check observes", || {
            processes().iter().any(|(_, words)| {
                words.contains("vm ssh") && words.contains("observe") && words.contains("node-1")
            })
        });
    }

    /// Numbers of this checkout's QEMU processes.
    pub fn machines(&self) -> Vec<u32> {
        let own = self.root.display().to_string();
        let mut machines: Vec<u32> = processes()
            .into_iter()
            .filter(|(_, words)| words.starts_with("qemu-system") && words.contains(&own))
            .map(|(pid, _)| pid)
            .collect();
        machines.sort_unstable();
        machines
    }

    /// Waits for this many machines.
    pub fn machines_within(&self, limit: Duration, count: usize) {
        self.until(limit, "machines", || self.machines().len() == count);
    }

    /// The keeper's number.
    pub fn keeper(&self) -> u32 {
        let text = fs::read_to_string(self.root.join("target/vm/machines.json")).expect("read");
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        value["keeper"]["pid"].as_u64().expect("a number") as u32
    }

    /// Neither a machine nor a keeper is there, by then.
    pub fn nothing_within(&self, limit: Duration, when: &str) {
        let keepers = || {
            let folder = self.root.join("target/vm");
            let of_ours = |pid: &u32| {
                fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == folder)
            };
            let all = processes().into_iter().map(|(pid, _)| pid);
            all.filter(of_ours).count()
        };
        self.until(limit, when, || self.machines().is_empty() && keepers() == 0);
    }

    /// Sockets and states that are left in the folder.
    pub fn left(&self) -> Vec<String> {
        let entries = fs::read_dir(self.root.join("target/vm"))
            .expect("read")
            .flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let stays = |name: &String| {
            name == "packages"
                || name == "accelerator.json"
                || name.starts_with("image-")
                || name.ends_with(".log")
        };
        names.filter(|name| !stays(name)).collect()
    }

    fn until(&self, limit: Duration, what: &str, holds: impl Fn() -> bool) {
        let deadline = Instant::now() + limit;
        while !holds() {
            assert!(Instant::now() < deadline, "not within {limit:?}: {what}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        // Also when the test has failed: nothing of it may run on.
        let _ = self.command(&["vm", "down"]).output();
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// Sends a signal to one process.
pub fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill")
        .args(["-s", name, &pid.to_string()])
        .status();
    assert!(sent.expect("kill").success(), "SIG{name} to {pid}");
}

fn repository() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("the repository").to_owned()
}

/// Every process with its command line, words separated by spaces.
fn processes() -> Vec<(u32, String)> {
    let entries = fs::read_dir("/proc").expect("read").flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let with_words = |pid: u32| {
        let words = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        Some((pid, String::from_utf8_lossy(&words).replace('\0', " ")))
    };
    numbers.filter_map(with_words).collect()
}
