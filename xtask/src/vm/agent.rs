//! The host's side of the agent: asks, and believes nothing but the words.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use vm_agent::{Answer, Ask, File, Job, Machine, Question, Say};

use super::folder::Folder;

/// How long an answer may take that needs nothing but reading and writing. A
/// machine under emulation, on a host that does other things, is slow.
const LIMIT: Duration = Duration::from_secs(20);

/// The longest answer; the agent sends what a command writes in pieces.
const MAX_LINE: u64 = 1 << 20;

/// A conversation with one machine. It ends with it; so does what runs.
pub struct Agent {
    node: String,
    from: BufReader<UnixStream>,
    to: UnixStream,
    next: u64,
}

/// How a command in a machine ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Code(i32),
    Signal(i32),
    /// The machine killed it for its limit.
    TimedOut,
}

impl Agent {
    /// Connects, and hears what machine it is.
    ///
    /// # Errors
    /// The machine doesn't run, doesn't answer, or is busy with another client.
    pub fn connect(folder: &Folder, node: &str, limit: Duration) -> Result<(Agent, Machine)> {
        let stream = folder
            .connect(&format!("{node}.agent"))
            .with_context(|| format!("reach {node}"))?;
        let to = stream.try_clone().context("copy a socket")?;
        let mut agent = Agent {
            node: node.to_owned(),
            from: BufReader::new(stream),
            to,
            // Answers to an earlier client are no answers to this one.
            next: u64::from(std::process::id()) << 32 | u64::from(clock()),
        };
        let id = agent.ask(Ask::Hello)?;
        match agent.answer(id, Instant::now() + limit)? {
            Some(Say::Here(machine)) => Ok((agent, machine)),
            Some(other) => bail!("{node} answered a greeting with {other:?}"),
            None => bail!(
                "{node} doesn't answer: it is busy with another command, or it hangs \
                 (`cargo xtask vm down`, then `up`)"
            ),
        }
    }

    /// Writes a file of the host's at the same path in the machine.
    ///
    /// # Errors
    /// The file can't be read; the machine can't or won't write it.
    pub fn put(&mut self, file: File, from: &Path) -> Result<()> {
        let what = format!("bring {} to {}", file.path, self.node);
        let size = file.size;
        let source = std::fs::File::open(from).with_context(|| what.clone())?;
        let id = self.ask(Ask::Put(file))?;
        let sent = std::io::copy(&mut source.take(size), &mut self.to);
        let sent = sent.with_context(|| what.clone())?;
        if sent != size {
            bail!("{what}: it became shorter meanwhile");
        }
        match self.answer(id, Instant::now() + LIMIT)? {
            Some(Say::Taken) => Ok(()),
            Some(Say::Refused(reason)) => bail!("{what}: {reason}"),
            other => bail!("{what}: the machine answered {other:?}"),
        }
    }

    /// Removes files that were put in the machine.
    ///
    /// # Errors
    /// One wasn't put there; the machine can't remove it.
    pub fn remove(&mut self, paths: Vec<String>) -> Result<()> {
        let id = self.ask(Ask::Remove(paths))?;
        match self.answer(id, Instant::now() + LIMIT)? {
            Some(Say::Removed) => Ok(()),
            Some(Say::Refused(reason)) => bail!("make room in {}: {reason}", self.node),
            other => bail!("make room in {}: the machine answered {other:?}", self.node),
        }
    }

    /// Runs a command to its end, with what it writes as it comes: `out` is
    /// given `true` for standard output.
    ///
    /// # Errors
    /// It can't be started, or the machine is gone or silent past the limit.
    pub fn run(
        &mut self,
        words: &[String],
        limit: Duration,
        mut out: impl FnMut(bool, &str),
    ) -> Result<End> {
        let id = self.ask(Ask::Run(Job {
            words: words.to_vec(),
            limit: limit.as_secs(),
        }))?;
        // The machine keeps the limit; if it doesn't, this does.
        let deadline = Instant::now() + limit + LIMIT;
        loop {
            match self.answer(id, deadline)? {
                Some(Say::Out(text)) => out(true, &text),
                Some(Say::Err(text)) => out(false, &text),
                Some(Say::Ended {
                    code: Some(code), ..
                }) => return Ok(End::Code(code)),
                Some(Say::Ended { signal, .. }) => return Ok(End::Signal(signal.unwrap_or(9))),
                Some(Say::TimedOut) | None => return Ok(End::TimedOut),
                Some(Say::Refused(reason)) => bail!("{}: {reason}", self.node),
                Some(other) => bail!("{} answered a command with {other:?}", self.node),
            }
        }
    }

    fn ask(&mut self, ask: Ask) -> Result<u64> {
        self.next += 1;
        let id = self.next;
        // An empty line first ends whatever an earlier client left unfinished.
        let mut line = b"\n".to_vec();
        serde_json::to_writer(&mut line, &Question { id, ask }).context("write JSON")?;
        line.push(b'\n');
        let timeout = self.to.set_write_timeout(Some(LIMIT));
        let sent = timeout.and_then(|()| self.to.write_all(&line));
        sent.with_context(|| format!("speak to {}", self.node))?;
        Ok(id)
    }

    /// The next answer to this question; `None` past the deadline.
    fn answer(&mut self, id: u64, deadline: Instant) -> Result<Option<Say>> {
        loop {
            let Some(line) = self.line(deadline)? else {
                return Ok(None);
            };
            match serde_json::from_str::<Answer>(&line) {
                Ok(answer) if answer.id == id => return Ok(Some(answer.say)),
                // Another client's, or the rest of one.
                _ => {}
            }
        }
    }

    fn line(&mut self, deadline: Instant) -> Result<Option<String>> {
        let mut line = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            let stream = self.from.get_ref();
            stream
                .set_read_timeout(Some(left))
                .context("limit a read")?;
            let rest = MAX_LINE.saturating_sub(line.len() as u64);
            match (&mut self.from).take(rest).read_until(b'\n', &mut line) {
                Ok(0) => bail!("{} is gone", self.node),
                Ok(_) if line.ends_with(b"\n") => break,
                Ok(_) => bail!("{} wrote a line that doesn't end", self.node),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    return Ok(None);
                }
                Err(error) => return Err(error).with_context(|| format!("hear {}", self.node)),
            }
        }
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    }
}

/// Something that differs between two conversations of one process.
fn clock() -> u32 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| now.subsec_micros())
}
