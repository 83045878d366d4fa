//! Starts `workbench run` as root or as an ordinary user.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Whom the workbench is made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Root,
    User,
}

/// An ordinary user's number: nobody's, on every distribution.
pub const NOBODY: u32 = 65534;

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Who::Root => "root",
            Who::User => "user",
        })
    }
}

impl Who {
    /// Why this machine cannot try it, if it cannot.
    pub fn lacking(self) -> Option<String> {
        if self == Who::Root && !is_root() {
            return Some("run the tests as root to try root's workbench".into());
        }
        let tried = run(self, &[], &["/bin/true"]);
        let words = String::from_utf8_lossy(&tried.stderr).trim().to_string();
        (tried.status.code() != Some(0)).then_some(words)
    }

    /// `workbench` with this user's rights.
    pub fn workbench(self) -> Command {
        let mut command = Command::new(programs().join("workbench"));
        if self == Who::User && is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

pub fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// A directory with copies of `workbench` and of this program which every user
/// can read, unlike many a target directory.
pub fn programs() -> &'static PathBuf {
    static PROGRAMS: OnceLock<PathBuf> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let directory =
            std::env::temp_dir().join(format!("workbench-tests-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("a directory for the programs");
        let own = std::env::current_exe().expect("this program");
        let own = own.to_str().expect("a path in UTF-8");
        for (name, from) in [
            ("workbench", env!("CARGO_BIN_EXE_workbench")),
            ("trial", own),
        ] {
            let to = directory.join(name);
            fs::copy(from, &to).expect("copied");
            fs::set_permissions(&to, fs::Permissions::from_mode(0o755)).expect("readable");
        }
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).expect("readable");
        directory
    })
}

/// This program, as it is reached on a workbench.
pub fn trial() -> String {
    programs().join("trial").display().to_string()
}

/// Runs a command on a workbench and waits.
pub fn run(who: Who, options: &[&str], command: &[&str]) -> Output {
    let mut workbench = who.workbench();
    workbench.arg("run").args(options).arg("--").args(command);
    workbench.output().expect("workbench starts")
}

/// A word no other test uses, to find this one's processes by.
pub fn nonce() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("TRIAL=trial-{}-{number}.", std::process::id())
}

/// What a command wrote, as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
