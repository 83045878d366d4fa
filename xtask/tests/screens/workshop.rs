//! A copy of `tests/workshop` in a temporary folder, and the runner on it.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{SigHandler, Signal, signal};

/// No configuration of this machine's decides what git does.
const GIT: [(&str, &str); 2] = [
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_SYSTEM", "/dev/null"),
];

/// The workshop, removed at the end.
pub struct Workshop {
    root: PathBuf,
    environment: Vec<(&'static str, String)>,
}

impl Workshop {
    /// Copies the workshop and writes its starters with `sync`.
    pub fn new(name: &str) -> Workshop {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        copy(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workshop"),
            &root,
        );
        let workshop = Workshop {
            root,
            environment: Vec::new(),
        };
        workshop.run(&["sync"]);
        // A clone has no memory of it.
        fs::remove_dir_all(workshop.root.join(".lab")).expect("remove .lab");
        workshop
    }

    /// The same with every task of the first lab solved.
    pub fn solved(name: &str) -> Workshop {
        let workshop = Workshop::new(name);
        workshop.run(&["solve", "01", "--all"]);
        workshop
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("read")
    }

    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).expect("write");
    }

    /// Replaces a text that must be there.
    pub fn edit(&self, file: &str, old: &str, new: &str) {
        let text = self.read(file);
        assert!(text.contains(old), "{file} has no {old}:\n{text}");
        self.write(file, &text.replacen(old, new, 1));
    }

    /// Makes the check binary misbehave.
    pub fn misbehave(&mut self, how: &'static str) {
        self.set("MISBEHAVE", how);
    }

    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.environment.push((name, value.into()));
    }

    /// Commits everything, so that `sync` knows what is whose.
    pub fn commit(&self) {
        self.write(".gitignore", "/target\n.lab\n");
        self.git(&["init", "--quiet", "--initial-branch=main"]);
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "-m", "All"]);
    }

    /// A clone of it, as a learner has one. It must be committed.
    pub fn cloned(&self, name: &str) -> Workshop {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        let to = root.to_str().expect("UTF-8");
        self.git(&["clone", "--quiet", ".", to]);
        let clone = Workshop {
            root,
            environment: Vec::new(),
        };
        // As the clone sees it: an address that is the same on every machine.
        let upstream = self.root.file_name().and_then(|name| name.to_str());
        let address = format!("../{}", upstream.expect("UTF-8"));
        clone.git(&["remote", "set-url", "origin", &address]);
        clone
    }

    /// What git says, which must be content.
    pub fn git(&self, args: &[&str]) -> String {
        let (success, said) = self.try_git(args);
        assert!(success, "git {args:?}: {said}");
        said
    }

    /// Whether git is content, and what it says.
    pub fn try_git(&self, args: &[&str]) -> (bool, String) {
        let output = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
            .args(args)
            .current_dir(&self.root)
            .envs(GIT)
            .output()
            .expect("git");
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }

    /// A command in the workshop's folder, not yet started.
    pub fn command(&self, args: &[&str]) -> Command {
        self.through(&[], args)
    }

    /// The same, started by another program that takes a command.
    pub fn through(&self, program: &[&str], args: &[&str]) -> Command {
        heed_interrupts();
        let runner = env!("CARGO_BIN_EXE_xtask");
        let words: Vec<&str> = program
            .iter()
            .chain([&runner])
            .chain(args)
            .copied()
            .collect();
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .current_dir(&self.root)
            .env("CARGO_NET_OFFLINE", "true")
            .env("LC_ALL", "C")
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("RUSTFLAGS")
            .env_remove("MISBEHAVE")
            .envs(GIT)
            .env_remove("SUDO_UID")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The processes of programs that were built in this workshop.
    pub fn processes(&self) -> Vec<u32> {
        let built = self.path("target");
        let pid = |entry: fs::DirEntry| entry.file_name().to_str()?.parse().ok();
        let is_ours = |pid: &u32| {
            fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe.starts_with(&built))
        };
        let all = fs::read_dir("/proc").expect("/proc");
        all.flatten().filter_map(pid).filter(is_ours).collect()
    }

    /// Starts a command in a process group of its own and doesn't wait for it.
    pub fn start(&self, args: &[&str]) -> Child {
        let mut command = self.command(args);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.process_group(0).spawn().expect("the runner starts")
    }

    /// Runs a command for what it does.
    pub fn run(&self, args: &[&str]) {
        let screen = self.screen(args);
        assert!(screen.ends_with("exit 0\n"), "{args:?}:\n{screen}");
    }

    /// The screen: the command, standard output, what the runner itself wrote
    /// to standard error, the exit status.
    pub fn screen(&self, args: &[&str]) -> String {
        let (screen, _) = self.screen_and_stderr(args);
        screen
    }

    /// The screen, and all of standard error: cargo's and rustc's words are not
    /// recorded, because they change with their versions.
    pub fn screen_and_stderr(&self, args: &[&str]) -> (String, String) {
        self.screen_of(args, &mut self.command(args))
    }

    /// The same of a command that was prepared.
    pub fn screen_of(&self, args: &[&str], command: &mut Command) -> (String, String) {
        let output = command.output().expect("the runner starts");
        let stdout = String::from_utf8(output.stdout).expect("UTF-8");
        let stderr = String::from_utf8(output.stderr).expect("UTF-8");
        let mut screen = format!("$ cargo xtask {}\n{stdout}", args.join(" "));
        let own = |line: &&str| {
            line.starts_with("your ")
                || line.starts_with("The marks ")
                || line.starts_with("An update ")
                || line.starts_with("What you had edited ")
                || ["Fehler: ", "dein Code: ", "dein Rechner: "]
                    .iter()
                    .any(|b| line.starts_with(b))
                || (line.starts_with("error: ") && !line.contains("could not compile"))
        };
        for line in stderr.lines().filter(own) {
            screen.push_str(&format!("stderr: {line}\n"));
        }
        screen.push_str(&format!(
            "exit {}\n",
            output.status.code().expect("an exit status")
        ));
        for line in screen.lines().skip(1) {
            let machine_readable = line.contains('"') || line.starts_with("stderr: ");
            let one_word = !line.trim().contains(' ');
            let width = line.chars().count();
            assert!(
                machine_readable || one_word || width <= 80,
                "wider than 80 columns:\n{line}"
            );
        }
        (self.redacted(&screen), stderr)
    }

    /// Without what changes from run to run: the folder, times, seconds.
    fn redacted(&self, screen: &str) -> String {
        let mut redacted = screen.replace(&format!("{}/", self.root.display()), "");
        redacted = between(&redacted, "deps/check-", " ", "HASH");
        redacted = between(&redacted, ".lab/kept/", "/", "TIME");
        redacted = without_commits(&redacted);
        redacted = between(&redacted, "http://127.0.0.1:", "/", "PORT");
        redacted = between(&redacted, "Process ", " serves", "PID");
        between(&redacted, "declared (", " s)", "0.0")
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// Replaces the short names of commits where a screen names them.
fn without_commits(text: &str) -> String {
    let names_one = |line: &str| {
        let around = [
            "is up to date: ",
            "auf dem neuen Stand: ",
            "is back at ",
            "on commit ",
            "`git log ",
        ];
        around.iter().any(|around| line.contains(around))
    };
    let is_commit =
        |word: &str| word.len() == 7 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let redacted = |line: &str| -> String {
        let words = line.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
        let word = |word: &str| {
            let name = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            match is_commit(name) {
                true => word.replace(name, "COMMIT"),
                false => word.to_owned(),
            }
        };
        words.map(word).collect()
    };
    let lines = text
        .split_inclusive('\n')
        .map(|line| match names_one(line) {
            true => redacted(line),
            false => line.to_owned(),
        });
    lines.collect()
}

/// Lets Ctrl-C reach what is started from here. A shell without job control
/// starts what runs in its background with SIGINT ignored, and that is passed
/// on from process to process (sh(1p), "Asynchronous Lists").
fn heed_interrupts() {
    for one in [Signal::SIGINT, Signal::SIGQUIT] {
        // SAFETY: the default action replaces the ignored one; no handler of
        // this process is taken away, for it has none.
        unsafe { signal(one, SigHandler::SigDfl) }.expect("a signal that can be set");
    }
}

/// Waits until something is so, for at most a minute: others use the machine.
pub fn until(what: &str, mut done: impl FnMut() -> bool) {
    let limit = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < limit, "waited too long: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Replaces what stands between `start` and the next `end`, everywhere.
fn between(text: &str, start: &str, end: &str, new: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(start) {
        let (before, after) = rest.split_at(at + start.len());
        let length = after.find(end).unwrap_or(after.len());
        result.push_str(before);
        result.push_str(new);
        rest = &after[length..];
    }
    result + rest
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("create");
    for entry in fs::read_dir(from).expect("read") {
        let entry = entry.expect("read");
        let to = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("copy");
        }
    }
}
