//! Tests that are shell scripts, each on a workbench of its own: what a lab's
//! reference is tried with beside its checks.
//!
//! A script prints what it saw, and that must be what is expected. One that ends
//! with 77 has said on standard error what this machine lacks: it is *ignored*,
//! with the reason, and nothing is proved.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use nix::unistd::Uid;

use crate::bench::{Bench, End, become_keeper_if_asked};

/// The exit code by which a script asks to be ignored.
const LACKING: i32 = 77;

/// A script's name, its text, and what it must print.
pub type Script = (&'static str, &'static str, &'static str);

/// What all scripts of one test have in common.
#[derive(Clone, Debug)]
pub struct Scripts {
    programs: Vec<(&'static str, PathBuf)>,
    prologue: &'static str,
    shell: &'static str,
    limit: Duration,
    words: Vec<(&'static str, &'static str)>,
}

impl Scripts {
    /// `program` is `$lab` in a script, and its `name`, `$lab_name`, is
    /// `NAME` in what was printed. `prologue` goes before every script.
    pub fn new(program: &'static str, name: &'static str, prologue: &'static str) -> Scripts {
        Scripts {
            programs: vec![("lab", program.into())],
            prologue,
            shell: "/bin/sh",
            limit: Duration::from_secs(90),
            words: vec![(name, "NAME")],
        }
    }

    /// How long one may take.
    pub fn limit(self, limit: Duration) -> Scripts {
        Scripts { limit, ..self }
    }

    /// The shell that runs them.
    pub fn shell(self, shell: &'static str) -> Scripts {
        Scripts { shell, ..self }
    }

    /// Another program they have, and the variable that names it.
    pub fn program(mut self, variable: &'static str, path: PathBuf) -> Scripts {
        self.programs.push((variable, path));
        self
    }

    /// What is printed as `found` is expected as `word`.
    pub fn word(mut self, found: &'static str, word: &'static str) -> Scripts {
        self.words.push((found, word));
        self
    }

    /// Runs them, one after the other: their limits are meant for one at a time.
    /// Whoever isn't root has none of them run, and is told so.
    pub fn run(self, scripts: &[Script]) -> ExitCode {
        become_keeper_if_asked();
        let mut arguments = Arguments::from_args();
        arguments.test_threads = Some(1);
        let root = Uid::effective().is_root();
        if !root {
            eprintln!("SKIPPED, nothing is proved: these need root");
        }
        let trial = |(name, script, expected): &Script| {
            let (all, script, expected) = (self.clone(), *script, *expected);
            Trial::ignorable_test(*name, move || all.one(script, expected)).with_ignored_flag(!root)
        };
        libtest_mimic::run(&arguments, scripts.iter().map(trial).collect()).exit_code()
    }

    fn one(&self, script: &str, expected: &str) -> Result<Completion, Failed> {
        let mut bench = Bench::new().time_limit(self.limit);
        let mut text = format!("lab_name={}\n", self.words[0].0);
        for (variable, path) in &self.programs {
            text += &format!("{variable}={}\n", path.display());
            bench = bench.show(path);
        }
        text += self.prologue;
        text += script;
        let ended = bench.run(&[self.shell, "-c", &text].map(OsString::from))?;
        let mut said = String::from_utf8_lossy(&ended.stdout).into_owned();
        for (found, word) in &self.words {
            said = said.replace(found, word);
        }
        let complaints = String::from_utf8_lossy(&ended.stderr);
        match ended.end {
            End::Code(LACKING) => Ok(Completion::ignored_with(format!(
                "this machine has not what it needs: {}",
                complaints.trim()
            ))),
            _ if said == expected => Ok(Completion::Completed),
            end => {
                let words = format!("{end:?}, it said:\n{said}\nexpected:\n{expected}");
                Err(format!("{words}\n{complaints}").into())
            }
        }
    }
}
