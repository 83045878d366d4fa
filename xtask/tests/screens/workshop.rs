//! A copy of `tests/workshop` in a temporary folder, and the runner on it.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

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
        for args in [
            vec!["init", "--quiet"],
            vec!["add", "."],
            vec!["commit", "--quiet", "-m", "All"],
        ] {
            let status = Command::new("git")
                .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
                .args([
                    "-c",
                    "commit.gpgsign=false",
                    "-c",
                    "core.hooksPath=/dev/null",
                ])
                .args(args)
                .current_dir(&self.root)
                .status();
            assert!(status.expect("git").success());
        }
    }

    /// A command in the workshop's folder, not yet started.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .args(args)
            .current_dir(&self.root)
            .env("CARGO_NET_OFFLINE", "true")
            .env("LC_ALL", "C")
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("RUSTFLAGS")
            .env_remove("MISBEHAVE")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
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
        let output = self.command(args).output().expect("the runner starts");
        let stdout = String::from_utf8(output.stdout).expect("UTF-8");
        let stderr = String::from_utf8(output.stderr).expect("UTF-8");
        let mut screen = format!("$ cargo xtask {}\n{stdout}", args.join(" "));
        let own = |line: &&str| {
            line.starts_with("your ")
                || line.starts_with("The marks ")
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
        redacted = between(&redacted, ".lab/kept/", "/", "TIME");
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
