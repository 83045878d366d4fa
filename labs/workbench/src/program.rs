//! The learner's program, started from a scenario: bounded in time and in
//! output, and heard line by line.

mod terminal;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use lab_judge::Outcome;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::check::tail;
use crate::probe::MARK;

pub use terminal::Terminal;

/// How long a scenario waits for an answer of the probe, or for the end.
pub const PATIENCE: Duration = Duration::from_secs(8);

/// How long the last words of a program that has ended may take to be read, and
/// one that was killed to be gone. On a busy machine the reader may not run for a
/// while.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The most a program may write to one stream.
const MOST: u64 = 1 << 20;

/// A program to be started.
#[derive(Debug)]
pub struct Program {
    command: Command,
}

/// A program that has been started. Dropping it kills it.
#[derive(Debug)]
pub struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    stdout: Option<JoinHandle<Vec<u8>>>,
    stderr: Option<JoinHandle<Vec<u8>>>,
    begun: Instant,
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code, or `None` when a signal ended it.
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// The program left a scenario without the answer it waited for. Carried as an
/// error up to the judge.
#[derive(Debug, Serialize, Deserialize)]
pub struct NoAnswer {
    message: String,
    code: Option<i32>,
    signal: Option<i32>,
    /// Set when it was still running: after so many seconds.
    waited: Option<f64>,
    /// Set when it wrote too much: so many bytes.
    wrote: Option<u64>,
    stderr: String,
}

impl std::fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for NoAnswer {}

impl NoAnswer {
    /// The end of what the program wrote to standard error.
    pub fn stderr(&self) -> &str {
        &self.stderr
    }

    pub(crate) fn outcome(self) -> Outcome {
        match (self.wrote, self.waited) {
            (Some(bytes), _) => Outcome::TooMuchOutput { bytes },
            (None, Some(seconds)) => Outcome::TimedOut {
                seconds,
                stderr: self.stderr,
            },
            (None, None) => Outcome::EndedBadly {
                code: self.code,
                signal: self.signal,
                message: self.message,
                stderr: self.stderr,
            },
        }
    }
}

impl Program {
    pub fn new(path: &Path) -> Program {
        let mut command = Command::new(path);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Program { command }
    }

    pub fn word(mut self, word: impl AsRef<OsStr>) -> Program {
        self.command.arg(word);
        self
    }

    pub fn environment(mut self, name: &str, value: impl AsRef<OsStr>) -> Program {
        self.command.env(name, value);
        self
    }

    /// The directory it is started in; without it, the check's own.
    pub fn directory(mut self, path: &Path) -> Program {
        self.command.current_dir(path);
        self
    }

    /// Starts it with pipes for its three streams.
    pub fn start(mut self) -> Result<Running> {
        self.command.stdin(Stdio::piped());
        self.start_with_given_stdin()
    }

    fn start_with_given_stdin(mut self) -> Result<Running> {
        let child = self.command.spawn();
        let path = || self.command.get_program().to_string_lossy().into_owned();
        Running::of(child.with_context(|| format!("start {}", path()))?)
    }
}

impl Running {
    fn of(mut child: Child) -> Result<Running> {
        let (sender, lines) = channel();
        let stdout = child.stdout.take().context("standard output")?;
        let stderr = child.stderr.take().context("standard error")?;
        let stdin = child.stdin.take();
        let stdout = std::thread::spawn(move || {
            let mut all = Vec::new();
            // One more than allowed, so that reaching the limit can be told.
            let mut reader = BufReader::new(stdout.take(MOST + 1));
            loop {
                let from = all.len();
                match reader.read_until(b'\n', &mut all) {
                    Ok(0) | Err(_) => return all,
                    Ok(_) => {}
                }
                if let Some(text) = all[from..].strip_prefix(MARK.as_bytes()) {
                    // The scenario has stopped listening: keep reading for the record.
                    let _ = sender.send(String::from_utf8_lossy(text).into_owned());
                }
            }
        });
        let stderr = std::thread::spawn(move || {
            let mut all = Vec::new();
            let _ = stderr.take(MOST + 1).read_to_end(&mut all);
            all
        });
        Ok(Running {
            child,
            stdin,
            lines,
            stdout: Some(stdout),
            stderr: Some(stderr),
            begun: Instant::now(),
        })
    }

    /// The pid of the learner's program itself.
    pub fn pid(&self) -> i32 {
        self.child.id() as i32
    }

    /// The next thing the probe says; or, when the program ended before the
    /// probe was started, `why` as its standard error tells. Any other end is an
    /// error, and the judge's to tell.
    pub fn hear_or<W>(&mut self, why: impl Fn(&str) -> Option<W>) -> Result<Result<Value, W>> {
        let error = match self.hear() {
            Ok(said) => return Ok(Ok(said)),
            Err(error) => error,
        };
        match error.downcast::<NoAnswer>() {
            Ok(no_answer) => match why(no_answer.stderr()) {
                Some(why) => Ok(Err(why)),
                None => Err(no_answer.into()),
            },
            Err(error) => Err(error).context("hear the probe"),
        }
    }

    /// The next thing the probe says. An error of kind [`NoAnswer`] when the
    /// program ends, or time runs out, before it says anything.
    pub fn hear(&mut self) -> Result<Value> {
        let mut deadline = Instant::now() + PATIENCE;
        let mut over = false;
        loop {
            // Looked at before waiting: its last words may still be on the way.
            // They come before the end of its output, unless somebody it has
            // left behind keeps that open.
            if !over
                && self
                    .child
                    .try_wait()
                    .context("wait for the program")?
                    .is_some()
            {
                over = true;
                deadline = deadline.min(Instant::now() + LAST_WORDS);
            }
            match self.lines.recv_timeout(Duration::from_millis(20)) {
                Ok(line) => return serde_json::from_str(&line).context("the probe's line"),
                Err(RecvTimeoutError::Timeout) if Instant::now() < deadline => continue,
                Err(RecvTimeoutError::Disconnected) if !over && Instant::now() < deadline => {
                    // Its output is closed, or past the limit; it may still run.
                    std::thread::sleep(Duration::from_millis(5));
                    if self.stdout.as_ref().is_some_and(|t| t.is_finished()) {
                        return Err(self.no_answer()?.into());
                    }
                }
                Err(_) => return Err(self.no_answer()?.into()),
            }
        }
    }

    /// Says a line to the probe.
    pub fn say(&mut self, line: &str) -> Result<()> {
        let stdin = self.stdin.as_mut().context("standard input is closed")?;
        writeln!(stdin, "{line}").context("write to the probe")
    }

    /// Sends a signal to the learner's program.
    pub fn signal(&self, signal: nix::sys::signal::Signal) -> Result<()> {
        let pid = nix::unistd::Pid::from_raw(self.pid());
        nix::sys::signal::kill(pid, signal).with_context(|| format!("send {signal}"))
    }

    /// Waits for its end with standard input left open; `None` when it is still
    /// running after `limit`.
    pub fn ended_within(mut self, limit: Duration) -> Result<Option<Ended>> {
        match self.wait(limit)? {
            Some(status) => self.ended(status).map(Some),
            None => Ok(None),
        }
    }

    /// Closes its standard input and waits for its end. An error of kind
    /// [`NoAnswer`] when it doesn't end.
    pub fn end(mut self) -> Result<Ended> {
        drop(self.stdin.take());
        match self.wait(PATIENCE)? {
            Some(status) => self.ended(status),
            None => Err(self.no_answer()?.into()),
        }
    }

    fn wait(&mut self, limit: Duration) -> Result<Option<ExitStatus>> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().context("wait for the program")? {
                return Ok(Some(status));
            }
            if Instant::now() > deadline {
                return Ok(None);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn ended(&mut self, status: ExitStatus) -> Result<Ended> {
        let (stdout, stderr) = (streamed(self.stdout.take()), streamed(self.stderr.take()));
        for stream in [&stdout, &stderr] {
            if stream.len() as u64 > MOST {
                return Err(self.too_much(stream.len() as u64).into());
            }
        }
        Ok(Ended {
            code: status.code(),
            signal: status.signal(),
            stdout: String::from_utf8_lossy(&stdout).into_owned(),
            stderr: tail(&stderr),
        })
    }

    fn too_much(&self, bytes: u64) -> NoAnswer {
        NoAnswer {
            message: "it wrote too much".into(),
            code: None,
            signal: None,
            waited: None,
            wrote: Some(bytes),
            stderr: String::new(),
        }
    }

    /// Ends it, and says what is known about why nothing was heard.
    fn no_answer(&mut self) -> Result<NoAnswer> {
        let status = self.child.try_wait().context("wait for the program")?;
        let waited = self.begun.elapsed().as_secs_f64();
        let _ = self.child.kill();
        let killed = self.wait(LAST_WORDS)?;
        let (stdout, stderr) = (streamed(self.stdout.take()), streamed(self.stderr.take()));
        if let Some(most) = [stdout.len(), stderr.len()].into_iter().max() {
            if most as u64 > MOST {
                return Ok(self.too_much(most as u64));
            }
        }
        let known = status.or(killed);
        Ok(NoAnswer {
            message: match status {
                Some(_) => "the command inside the container was never heard of".into(),
                None => "still running, and nothing was heard".into(),
            },
            code: known.and_then(|status| status.code()),
            signal: known.and_then(|status| status.signal()),
            waited: status.is_none().then_some(waited),
            wrote: None,
            stderr: tail(&stderr),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already ended and reaped: nothing left to do. One that is frozen doesn't
        // die, and is left to the workbench's end.
        let _ = self.child.kill();
        let _ = self.wait(LAST_WORDS);
    }
}

/// What a stream held, once its last writer is gone or a moment has passed: a
/// process left behind may keep it open for ever.
fn streamed(thread: Option<JoinHandle<Vec<u8>>>) -> Vec<u8> {
    let Some(thread) = thread else {
        return Vec::new();
    };
    let deadline = Instant::now() + Duration::from_millis(500);
    while !thread.is_finished() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    match thread.is_finished() {
        true => thread.join().unwrap_or_default(),
        false => Vec::new(),
    }
}
