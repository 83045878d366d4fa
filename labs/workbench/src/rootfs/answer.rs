//! What a program prints, within a limit of time and of length.

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Time for a loader or a busybox to list what it has.
const LIMIT: Duration = Duration::from_secs(10);

/// Bytes of an answer. It fits into a pipe, so that nobody has to read while
/// the program runs: pipe(7), "Pipe capacity".
const MOST: u64 = 64 * 1024;

/// A program that was asked and has not been listened to. Many can be asked
/// before the first is heard.
pub struct Asked {
    child: Child,
    name: String,
    until: Instant,
}

/// Starts a program with an empty environment: what it says must not depend on
/// a `LD_LIBRARY_PATH` that is set outside only.
pub fn ask(program: &Path, arguments: &[&OsStr]) -> Result<Asked> {
    let child = Command::new(program)
        .args(arguments)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("start {}", program.display()))?;
    Ok(Asked {
        child,
        name: program.display().to_string(),
        until: Instant::now() + LIMIT,
    })
}

impl Asked {
    /// Its standard output, once it has ended well.
    pub fn answer(mut self) -> Result<String> {
        let status = loop {
            if let Some(status) = self.child.try_wait().context("wait for a program")? {
                break status;
            }
            if Instant::now() > self.until {
                bail!("{}: no answer within {} s", self.name, LIMIT.as_secs());
            }
            std::thread::sleep(Duration::from_micros(300));
        };
        let output = read(self.child.stdout.take())?;
        if !status.success() {
            let said = read(self.child.stderr.take())?;
            let said = said.lines().next().unwrap_or_default();
            bail!("{}: {status}: {said}", self.name);
        }
        Ok(output)
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        // Both fail when it has ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(pipe: Option<impl Read>) -> Result<String> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(MOST).read_to_end(&mut bytes).context("read")?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
