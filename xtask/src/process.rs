//! Programs with a limit: on the time they take and on the output they keep.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::unistd::{getpid, getppid};

use crate::message::say;

/// How often a program that closed its output is asked whether it ended.
const POLL: Duration = Duration::from_millis(5);

/// How long output is read after the program ended: what it started may hold
/// the pipe open. On a busy machine the reader may take a while to be run, and
/// output that is cut short reads as another answer.
const REST: Duration = Duration::from_secs(5);

/// A program that ended by itself.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    /// At most the number of bytes asked for.
    pub stdout: String,
    /// The tail, as [`tail_of`] keeps it.
    pub stderr: String,
}

/// Lets the kernel kill a program when the thread that starts it ends, and so
/// when this runner is killed in a way it can't answer (prctl(2),
/// PR_SET_PDEATHSIG). What is started goes on for no one.
pub fn end_with_us(command: &mut Command) {
    let us = getpid();
    let before_exec = move || {
        prctl::set_pdeathsig(Signal::SIGKILL)?;
        // We may have died before it was set.
        match getppid() == us {
            true => Ok(()),
            false => Err(io::ErrorKind::BrokenPipe.into()),
        }
    };
    // SAFETY: between fork and exec it makes two system calls and neither
    // allocates nor locks.
    unsafe { command.pre_exec(before_exec) };
}

/// Runs a program to its end.
///
/// # Errors
/// It can't be started, or it takes longer than `limit` and is killed.
pub fn run(command: &mut Command, limit: Duration, max_output: u64) -> Result<Ended> {
    let name = command.get_program().to_string_lossy().into_owned();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    end_with_us(command);
    let mut child = command.spawn().with_context(|| format!("start {name}"))?;
    let stdout = child
        .stdout
        .take()
        .map(|pipe| in_background(pipe.take(max_output)));
    let stderr = child.stderr.take().map(tail_of);
    let Some(status) = wait(&mut child, Instant::now() + limit)? else {
        bail!(say!(
            "failure-limit",
            program = &name,
            seconds = limit.as_secs(),
        ));
    };
    Ok(Ended {
        status,
        stdout: received(stdout),
        stderr: received(stderr),
    })
}

/// Runs a program and keeps what it wrote even when `limit` ends it. Returns
/// the output and whether the program ended by itself.
///
/// # Errors
/// It can't be started.
pub fn run_kept(command: &mut Command, limit: Duration, max_output: u64) -> Result<(String, bool)> {
    let name = command.get_program().to_string_lossy().into_owned();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    end_with_us(command);
    let mut child = command.spawn().with_context(|| format!("start {name}"))?;
    let stdout = child
        .stdout
        .take()
        .map(|pipe| in_background(pipe.take(max_output)));
    let status = wait(&mut child, Instant::now() + limit)?;
    Ok((received(stdout), status.is_some()))
}

/// Waits for a child until `deadline`, then kills it. `None` when it was
/// killed.
///
/// # Errors
/// The kernel refuses to wait.
pub fn wait(child: &mut Child, deadline: Instant) -> Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait().context("wait for a child")? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            kill(child);
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

/// Kills a child and reaps it. One that has ended already is only reaped, and
/// one that is root's is left: a user may not kill it, and waiting could last.
pub fn kill(child: &mut Child) {
    // Waiting fails only when the child is gone, which is what is wanted.
    let _ = match child.kill() {
        Ok(()) => child.wait().map(Some),
        Err(_) => child.try_wait(),
    };
}

/// Reads a pipe to its end in the background.
fn in_background(mut pipe: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is still worth showing.
        let _ = pipe.read_to_end(&mut bytes);
        let _ = send.send(bytes);
    });
    receive
}

/// Bytes of a program's complaints that are worth showing.
const TAIL: usize = 8 * 1024;

/// Reads a pipe to its end in the background and keeps the last 8 KiB.
pub fn tail_of(mut pipe: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let (mut tail, mut chunk) = (Vec::new(), [0; 4096]);
        while let Ok(count @ 1..) = pipe.read(&mut chunk) {
            tail.extend_from_slice(&chunk[..count]);
            if tail.len() > 2 * TAIL {
                tail.drain(..tail.len() - TAIL);
            }
        }
        let _ = send.send(tail.split_off(tail.len().saturating_sub(TAIL)));
    });
    receive
}

/// What a background reader has, waiting a moment for it.
pub fn received(receive: Option<mpsc::Receiver<Vec<u8>>>) -> String {
    let bytes = receive.and_then(|receive| receive.recv_timeout(REST).ok());
    String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
}
