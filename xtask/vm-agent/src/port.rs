//! The virtio-serial port as something to read questions from and to answer on.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::sync::Mutex;

use anyhow::{Context, Result};
use vm_agent::{Answer, PORT, Say};

/// The longest question, in bytes; files come behind their question.
const MAX_LINE: u64 = 1 << 20;

/// Where questions come from.
pub struct Input {
    from: BufReader<fs::File>,
}

/// Where answers go; several threads answer at once.
pub struct Port {
    to: Mutex<fs::File>,
}

impl Port {
    /// Finds and opens the port. The kernel lets one process at a time have it.
    ///
    /// # Errors
    /// There is no such port, or it is open already.
    pub fn open() -> Result<(Input, Port)> {
        let path = find().context("find the port")?;
        let open = || -> io::Result<_> {
            let file = fs::File::options().read(true).write(true).open(&path)?;
            Ok((file.try_clone()?, file))
        };
        let (from, to) = open().with_context(|| format!("open {}", path.display()))?;
        let from = BufReader::with_capacity(1 << 16, from);
        Ok((Input { from }, Port { to: Mutex::new(to) }))
    }

    /// Answers.
    ///
    /// # Errors
    /// The port is gone.
    pub fn say(&self, id: u64, say: Say) -> Result<()> {
        let mut line = serde_json::to_vec(&Answer { id, say })?;
        line.push(b'\n');
        let mut to = self
            .to
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        to.write_all(&line).context("write to the port")
    }
}

impl Input {
    /// The next line, or `None` while nobody is connected.
    ///
    /// # Errors
    /// The port can't be read.
    pub fn line(&mut self) -> Result<Option<String>> {
        let mut line = Vec::new();
        let mut bounded = (&mut self.from).take(MAX_LINE);
        let count = bounded
            .read_until(b'\n', &mut line)
            .context("read the port")?;
        Ok((count > 0).then(|| String::from_utf8_lossy(&line).into_owned()))
    }

    /// The next bytes; fewer when the other side hangs up.
    pub fn take(&mut self, count: u64) -> impl Read + '_ {
        (&mut self.from).take(count)
    }
}

/// The device of the port with our name.
fn find() -> Result<PathBuf> {
    for entry in fs::read_dir("/sys/class/virtio-ports")? {
        let entry = entry?;
        let name = fs::read_to_string(entry.path().join("name")).unwrap_or_default();
        if name.trim() == PORT {
            return Ok(PathBuf::from("/dev").join(entry.file_name()));
        }
    }
    anyhow::bail!("no virtio port is named {PORT}")
}
