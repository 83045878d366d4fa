//! What a check's scenario is written with.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::program::{Ended, Program};

/// The observing half of a check: runs on a workbench of its own, starts the
/// learner's program, and returns what it saw as a JSON object.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// The check's id in `lab.yaml`.
    pub name: &'static str,
    pub run: fn(&Lab) -> Result<Value>,
    /// No other check runs meanwhile, see [`Scenario::alone`].
    pub alone: bool,
}

/// Names a scenario.
pub const fn scenario(name: &'static str, run: fn(&Lab) -> Result<Value>) -> Scenario {
    Scenario {
        name,
        run,
        alone: false,
    }
}

impl Scenario {
    /// This one runs while no other check does, not even one of another check
    /// binary of this build: for what a busy machine would make look otherwise.
    pub const fn alone(mut self) -> Scenario {
        self.alone = true;
        self
    }
}

/// Lets nothing make a device that this scenario starts from here on, whoever
/// runs it: mknod(2) says `EPERM`, as it does in a user namespace. It can't be
/// taken back.
pub fn forgo_mknod() -> Result<()> {
    /// Its number in linux/capability.h.
    const CAP_MKNOD: u32 = 27;
    ensure!(crate::bench::is_workbench(), "this is not a workbench");
    crate::bench::drop_capabilities(&[CAP_MKNOD]).context("drop CAP_MKNOD")
}

/// What a scenario returns as its error when this machine lacks what the check
/// has to look at: nothing is said about the learner's program then.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lacking {
    /// What the scenario wanted to do: `enable a controller`.
    pub step: String,
    /// Why it can't, lower case.
    pub message: String,
    /// What to do about it, or what is missing.
    pub missing: String,
}

impl std::fmt::Display for Lacking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}: {}; missing: {}",
            self.step, self.message, self.missing
        )
    }
}

impl std::error::Error for Lacking {}

/// The lab under check, as a scenario sees it.
#[derive(Debug)]
pub struct Lab {
    binary: PathBuf,
    probe: PathBuf,
    directory: PathBuf,
    names: AtomicU32,
}

impl Lab {
    pub(crate) fn on_workbench(binary: PathBuf) -> Result<Lab> {
        // Half-written programs with root's rights run from here on.
        ensure!(crate::bench::is_workbench(), "this is not a workbench");
        let probe = std::env::current_exe().context("find the check's own program")?;
        let directory = PathBuf::from("/tmp/check");
        std::fs::create_dir_all(&directory).context("create /tmp/check")?;
        Ok(Lab {
            binary,
            probe,
            directory,
            names: AtomicU32::new(0),
        })
    }

    /// An empty directory that goes with the workbench.
    pub fn directory(&self) -> &std::path::Path {
        &self.directory
    }

    /// The learner's program itself, for what is done to the file.
    pub fn binary(&self) -> &std::path::Path {
        &self.binary
    }

    /// The check binary itself, to be started as `probe …` inside containers.
    pub fn probe(&self) -> &std::path::Path {
        &self.probe
    }

    /// A name nobody can have guessed: a program that prints what a chapter's
    /// example prints doesn't pass.
    pub fn random_name(&self) -> Result<String> {
        use std::io::Read;
        let mut bytes = [0u8; 4];
        std::fs::File::open("/dev/urandom")
            .and_then(|mut file| file.read_exact(&mut bytes))
            .context("read /dev/urandom")?;
        let count = self.names.fetch_add(1, Ordering::Relaxed);
        Ok(format!("box-{:08x}-{count}", u32::from_ne_bytes(bytes)))
    }

    /// A random number from `from` up to, not including, `to`.
    pub fn random_number(&self, from: u32, to: u32) -> Result<u32> {
        let name = self.random_name()?;
        let number = u32::from_str_radix(&name[4..12], 16).context("draw a number")?;
        Ok(from + number % (to - from))
    }

    /// The learner's program with these words, then `--`, then the probe with
    /// its words: a container whose command is the probe.
    pub fn with_probe(&self, words: &[&str], probe: &[&str]) -> Program {
        let mut program = self
            .program(words)
            .word("--")
            .word(&self.probe)
            .word("probe");
        for word in probe {
            program = program.word(word);
        }
        program
    }

    /// The learner's program with these words.
    pub fn program(&self, words: &[&str]) -> Program {
        words
            .iter()
            .fold(Program::new(&self.binary), |program, word| {
                program.word(word)
            })
    }

    /// Runs the learner's program with these words to its end.
    pub fn run(&self, words: &[&str]) -> Result<Ended> {
        self.program(words).start()?.end()
    }
}
