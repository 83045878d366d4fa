//! Runs a check binary's `observe` and reads its answers.
//!
//! The check binary starts learner's code, so it is believed about nothing but
//! what its lines say: it may hang, die, answer twice or write without end.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use lab_judge::{Outcome, Report};

use crate::escalate::{self, Escalation};
use crate::process;
use crate::vm::Place;

/// Bytes of one answer. A workbench keeps at most 1 MiB of each stream.
const MAX_LINE: u64 = 4 * 1024 * 1024;

/// Bytes of all answers.
const MAX_OUTPUT: u64 = 64 * 1024 * 1024;

/// What a password may take to be typed, on top of the first answer's time.
const PASSWORD: Duration = Duration::from_secs(120);

/// How long the check binary may take to end after its last answer.
const REST: Duration = Duration::from_secs(5);

/// What is asked of a check binary.
#[derive(Debug)]
pub struct Question<'a> {
    pub binary: &'a Path,
    /// The folder it runs in.
    pub package: &'a Path,
    /// The program to observe; without it the one it was built with.
    pub program: Option<&'a Path>,
    /// The virtual machine it runs in; without one, here.
    pub place: Option<&'a Place>,
    pub checks: &'a [&'a str],
    /// Time without an answer after which it is killed.
    pub limit: Duration,
    /// Starts it as root; without it, as the user.
    pub escalation: Option<&'a Escalation>,
}

impl Question<'_> {
    /// The check binary with what it is asked, not yet started.
    pub fn command(&self) -> Command {
        self.asked_by(Command::new(self.binary))
    }

    /// A command that starts the check binary, with what it is asked.
    fn asked_by(&self, mut command: Command) -> Command {
        command.arg("observe");
        if let Some(program) = self.program {
            command.arg("--binary").arg(program);
        }
        command.args(self.checks).current_dir(self.package);
        // What a learner has set for their own tests decides nothing here.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("INSTA_") {
                command.env_remove(name);
            }
        }
        command
            .env_remove("RUST_BACKTRACE")
            .env_remove("RUST_LIB_BACKTRACE");
        command
    }

    /// The same for root: it ends when its standard input does. A user may not
    /// kill what is root's, and this runner may be killed itself.
    pub fn command_for_root(&self) -> Command {
        let mut command = Command::new(self.binary);
        let plain = self.command();
        let rest = plain.get_args().skip(1);
        command.args(["observe", "--until-eof"]).args(rest);
        command.current_dir(self.package);
        for (name, _) in plain.get_envs().filter(|(_, value)| value.is_none()) {
            command.env_remove(name);
        }
        command
    }
}

/// The answers, and what was wrong with them.
#[derive(Debug, Default)]
pub struct Answers {
    pub outcomes: BTreeMap<String, Outcome>,
    /// Any of these keeps the whole run from being green.
    pub troubles: Vec<Trouble>,
    /// The tail of what the check binary itself complained about; empty when
    /// all is well.
    pub stderr: String,
}

/// What a check binary did instead of answering.
#[derive(Debug, PartialEq)]
pub enum Trouble {
    /// It ended before all checks were answered; without a status, it closed
    /// its output and had to be killed.
    Ended {
        status: Option<ExitStatus>,
        missing: usize,
    },
    /// It was killed after this many seconds without an answer.
    Silent { seconds: u64, missing: usize },
    /// It wrote a line that is no answer.
    NotAnAnswer { line: String },
    /// It answered a check twice: one of the answers isn't the check's.
    Twice { check: String },
    /// It answered a check that was not asked for.
    NotAsked { check: String },
    /// It wrote more than is read.
    TooMuch { mebibytes: u64 },
}

enum Event {
    Line(String),
    TooMuch(u64),
    End,
}

/// Asks, and calls `answered` for each answer as it comes.
///
/// # Errors
/// The check binary can't be started.
pub fn ask(question: &Question<'_>, mut answered: impl FnMut(&str, &Outcome)) -> Result<Answers> {
    let late = question.escalation.is_some_and(Escalation::asks_late);
    let mut held = late.then(escalate::hold_terminal).transpose()?;
    let (mut child, leash) = start(question)?;
    let events = events(&mut child);
    let complaints = child.stderr.take().map(process::tail_of);
    let mut answers = Answers::default();
    let patience = if late { PASSWORD } else { Duration::ZERO };
    let mut deadline = Instant::now() + patience + question.limit;
    let missing = |answers: &Answers| question.checks.len() - answers.outcomes.len();
    let killed = loop {
        let event = events.recv_timeout(deadline.saturating_duration_since(Instant::now()));
        // It has begun or has ended: nothing more is typed.
        drop(held.take());
        match event {
            Ok(Event::Line(line)) => match read(&line, question.checks, &answers) {
                Ok(report) => {
                    answered(&report.check, &report.outcome);
                    answers.outcomes.insert(report.check, report.outcome);
                    let done = missing(&answers) == 0;
                    deadline = Instant::now() + if done { REST } else { question.limit };
                }
                Err(trouble) => {
                    // One is enough to be told; the rest may be endless.
                    if answers.troubles.is_empty() {
                        answers.troubles.push(trouble);
                    }
                }
            },
            Ok(Event::TooMuch(bytes)) => {
                let mebibytes = bytes / (1024 * 1024);
                answers.troubles.push(Trouble::TooMuch { mebibytes });
                break true;
            }
            Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => break false,
            Err(RecvTimeoutError::Timeout) => {
                if missing(&answers) > 0 {
                    let seconds = question.limit.as_secs();
                    let missing = missing(&answers);
                    answers.troubles.push(Trouble::Silent { seconds, missing });
                }
                break true;
            }
        }
    };
    if killed && leash.is_some() {
        drop(leash);
        process::wait(&mut child, Instant::now() + REST)?;
    } else if killed {
        process::kill(&mut child);
    } else {
        let status = process::wait(&mut child, Instant::now() + REST)?;
        if missing(&answers) > 0 {
            let missing = missing(&answers);
            answers.troubles.push(Trouble::Ended { status, missing });
        }
    }
    // A flood is cut by closing the pipe, so its complaint would be about us.
    let flood = |trouble: &Trouble| matches!(trouble, Trouble::TooMuch { .. });
    if !answers.troubles.is_empty() && !answers.troubles.iter().any(flood) {
        answers.stderr = process::received(complaints);
    }
    Ok(answers)
}

/// Starts it, and returns what it ends with when it runs as root: its standard
/// input.
fn start(question: &Question<'_>) -> Result<(Child, Option<ChildStdin>)> {
    let mut command = match (question.place, question.escalation) {
        (Some(place), _) => question.asked_by(place.command(question.binary, question.program)?),
        (None, Some(escalation)) => escalation.of(&question.command_for_root()),
        (None, None) => question.command(),
    };
    command
        .stdin(match question.escalation {
            Some(_) => Stdio::piped(),
            None => Stdio::null(),
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    process::end_with_us(&mut command);
    let start = || format!("start the check binary {}", question.binary.display());
    let mut child = command.spawn().with_context(start)?;
    let leash = child.stdin.take();
    Ok((child, leash))
}

/// Reads the lines in the background, within bounds. The channel holds few, so
/// a flood waits in the pipe and not in memory.
fn events(child: &mut Child) -> Receiver<Event> {
    let (send, receive) = mpsc::sync_channel(4);
    if let Some(stdout) = child.stdout.take() {
        thread::spawn(move || lines(BufReader::new(stdout), &send));
    }
    receive
}

fn lines(mut pipe: impl BufRead, send: &SyncSender<Event>) {
    let mut total = 0;
    loop {
        let mut line = Vec::new();
        let event = match pipe
            .by_ref()
            .take(MAX_LINE + 1)
            .read_until(b'\n', &mut line)
        {
            Ok(0) | Err(_) => Event::End,
            Ok(count) => {
                total += count as u64;
                if count as u64 > MAX_LINE || total > MAX_OUTPUT {
                    Event::TooMuch(total)
                } else {
                    Event::Line(String::from_utf8_lossy(&line).trim_end().to_owned())
                }
            }
        };
        let last = !matches!(event, Event::Line(_));
        // The other end is gone when the check binary was killed.
        if send.send(event).is_err() || last {
            return;
        }
    }
}

fn read(line: &str, asked: &[&str], answers: &Answers) -> Result<Report, Trouble> {
    let report = Report::parse(line).map_err(|_| {
        let line: String = line.chars().take(60).collect();
        Trouble::NotAnAnswer { line }
    })?;
    let check = report.check.clone();
    if !asked.contains(&check.as_str()) {
        return Err(Trouble::NotAsked { check });
    }
    if answers.outcomes.contains_key(&check) {
        return Err(Trouble::Twice { check });
    }
    Ok(report)
}
