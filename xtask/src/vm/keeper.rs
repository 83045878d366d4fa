//! The keeper: the process that owns the machines.
//!
//! `vm up` starts it, with a pipe as its standard input and what to start as
//! its first line. Until it is told `stay`, the end of the pipe is the end of
//! the machines: Ctrl-C and SIGKILL close it as well as a clean exit. Afterwards
//! it stays until `down` asks for the end at its socket, or the last machine
//! has ended by itself. Where its socket is deleted, by `cargo clean` say, nobody
//! can ask any more, and it ends them too. Machines die with it, so killing it
//! leaves nothing either.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::folder::{Folder, NODES};
use super::qemu::{self, Accelerator};
use super::state::{Process, State};
use crate::{files, process};

/// The keeper's socket.
const SOCKET: &str = "keeper";

/// How long the keeper may take to do what it is told.
const LIMIT: Duration = Duration::from_secs(15);

/// How often machines are asked whether they have ended.
const POLL: Duration = Duration::from_millis(100);

/// What a keeper is to start.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    pub folder: PathBuf,
    pub accelerator: Accelerator,
    /// QEMU's arguments by the machine's name.
    pub machines: BTreeMap<String, Vec<String>>,
}

/// The keeper as the process that started it sees it. Dropping it ends the
/// machines, unless they were told to stay.
#[derive(Debug)]
pub struct Keeper {
    child: Child,
    input: Option<ChildStdin>,
}

/// The machines are to end.
struct End;

impl Keeper {
    /// Starts a keeper and waits until its machines are started.
    ///
    /// # Errors
    /// It, or a machine, can't be started.
    pub fn start(order: &Order) -> Result<Keeper> {
        let own = std::env::current_exe().context("find this program")?;
        let mut child = Command::new(own)
            .args(["vm", "keep"])
            .current_dir(&order.folder)
            // Ctrl-C is for this process; it ends the keeper by the pipe.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("start the keeper of the machines")?;
        let mut input = child.stdin.take().context("a pipe to the keeper")?;
        let complaints = child.stderr.take().map(process::tail_of);
        let mut line = serde_json::to_string(order).context("write the order as JSON")?;
        line.push('\n');
        input
            .write_all(line.as_bytes())
            .context("tell the keeper")?;
        let mut keeper = Keeper {
            child,
            input: Some(input),
        };
        if keeper.first_word() != "started" {
            drop(keeper);
            bail!("{}", process::received(complaints).trim());
        }
        Ok(keeper)
    }

    /// The keeper's one word, or nothing when it ends or takes too long.
    fn first_word(&mut self) -> String {
        let Some(output) = self.child.stdout.take() else {
            return String::new();
        };
        let (send, receive) = mpsc::channel();
        thread::spawn(move || {
            let mut word = String::new();
            let _ = BufReader::new(output).take(100).read_line(&mut word);
            let _ = send.send(word.trim().to_owned());
        });
        receive.recv_timeout(LIMIT).unwrap_or_default()
    }

    /// Whether it goes on; it ends with its last machine.
    pub fn lives(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Lets the machines outlive this process.
    ///
    /// # Errors
    /// The keeper is gone.
    pub fn stay(mut self) -> Result<()> {
        let mut input = self.input.take().context("a pipe to the keeper")?;
        input
            .write_all(b"stay\n")
            .context("tell the keeper to stay")?;
        // It closes its end when it has understood.
        drop(input);
        Ok(())
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if self.input.take().is_some() {
            // A keeper that doesn't end the machines is killed, and they die
            // with it.
            let _ = process::wait(&mut self.child, Instant::now() + LIMIT);
        }
    }
}

/// Whether a keeper listens in this folder.
fn is_there(folder: &Folder) -> bool {
    folder.connect(SOCKET).is_ok()
}

/// Asks the keeper to end the machines, and waits until it has. False when
/// there is none, or it doesn't.
pub fn end(folder: &Folder) -> bool {
    let ask = || -> io::Result<()> {
        let mut socket = folder.connect(SOCKET)?;
        socket.set_read_timeout(Some(LIMIT))?;
        socket.write_all(b"end\n")?;
        // Its end closes the socket.
        socket.read_to_end(&mut Vec::new())?;
        Ok(())
    };
    ask().is_ok()
}

/// The keeper's process: from its order to the end of the machines.
///
/// # Errors
/// The order makes no sense, another keeper is here, a machine can't be started.
pub fn main() -> Result<()> {
    let mut input = BufReader::new(io::stdin());
    let mut line = String::new();
    input.read_line(&mut line).context("read the order")?;
    let order: Order = serde_json::from_str(&line).context("read the order")?;
    let folder = Folder::at(order.folder.clone());
    let (send, events) = mpsc::channel();
    listen(&folder, send.clone())?;
    let own = socket_here();
    let mut machines = start(&order)?;
    println!("started");
    thread::spawn(move || watch(input, &send));
    while !machines.is_empty() {
        if let Ok(End) = events.recv_timeout(POLL) {
            break;
        }
        if socket_here() != own {
            break;
        }
        machines.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
    }
    for child in &mut machines {
        process::kill(child);
    }
    // What is there now may be another keeper's.
    if socket_here() != own {
        return Ok(());
    }
    clear(&folder)
}

/// Which file the socket is, if it is there. Looked for in the current folder,
/// which stays the machines' when the checkout is renamed.
fn socket_here() -> Option<(u64, u64)> {
    let metadata = fs::symlink_metadata(SOCKET).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// The word on the pipe: `stay`, or its end.
fn watch(mut input: impl BufRead, send: &Sender<End>) {
    let mut line = String::new();
    let read = input.read_line(&mut line);
    if read.is_err() || line.trim() != "stay" {
        // The receiver is gone when the machines are.
        let _ = send.send(End);
    }
}

/// Listens for `end`. The socket is also what keeps a second keeper away.
fn listen(folder: &Folder, send: Sender<End>) -> Result<()> {
    if is_there(folder) {
        bail!("machines of this checkout run already");
    }
    files::remove(&folder.file(SOCKET))?;
    // The current folder is the machines'; see Folder for the short name.
    let socket = UnixListener::bind(SOCKET).with_context(|| {
        format!(
            "make a socket in {} (a shared folder may not hold one)",
            folder.path().display()
        )
    })?;
    thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in socket.incoming().flatten() {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
            let mut line = String::new();
            let read = BufReader::new(&stream).take(100).read_line(&mut line);
            if read.is_ok() && line.trim() == "end" {
                // Closed by the end of this process.
                kept.push(stream);
                let _ = send.send(End);
            }
        }
    });
    Ok(())
}

fn start(order: &Order) -> Result<Vec<Child>> {
    let folder = Folder::at(order.folder.clone());
    clear_machines(&folder)?;
    let mut children = Vec::new();
    let started = (|| -> Result<()> {
        let mut state = State {
            accelerator: order.accelerator,
            keeper: Process::of(std::process::id()).context("find this process")?,
            machines: BTreeMap::new(),
        };
        for (name, words) in &order.machines {
            let complaints = fs::File::create(folder.file(&format!("{name}.qemu.log")));
            let child = qemu::dying_with_us(qemu::PROGRAM)
                .args(words)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(complaints.context("create a log")?)
                .spawn()
                .with_context(|| format!("start {}", qemu::PROGRAM))?;
            let process = Process::of(child.id());
            children.push(child);
            if let Some(process) = process {
                state.machines.insert(name.clone(), process);
            }
            // After each, so that a killed keeper leaves none unnamed.
            state.write(&folder)?;
        }
        Ok(())
    })();
    if let Err(error) = started {
        children.iter_mut().for_each(process::kill);
        return Err(error);
    }
    Ok(children)
}

/// Removes what machines and their keeper leave in the folder; the logs stay to
/// be read.
///
/// # Errors
/// A file can't be removed.
pub fn clear(folder: &Folder) -> Result<()> {
    clear_machines(folder)?;
    files::remove(&folder.file(SOCKET))
}

fn clear_machines(folder: &Folder) -> Result<()> {
    for name in NODES {
        for socket in ["net", "agent", "shell"] {
            files::remove(&folder.file(&format!("{name}.{socket}")))?;
        }
    }
    State::forget(folder)
}
