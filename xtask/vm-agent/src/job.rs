//! Runs a command and tells what it writes as it comes.

use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use vm_agent::{Job, Say};

use crate::port::Port;

/// How often the command is asked whether it has ended.
const POLL: Duration = Duration::from_millis(20);

/// How long output is read after the end: what the command left running may
/// hold the pipe open.
const REST: Duration = Duration::from_millis(300);

const ENVIRONMENT: [(&str, &str); 6] = [
    ("HOME", "/root"),
    ("LANG", "C.UTF-8"),
    ("LOGNAME", "root"),
    (
        "PATH",
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ),
    ("TERM", "dumb"),
    ("USER", "root"),
];

/// A job under way. Dropping it ends it: whoever asked has hung up.
pub struct Running {
    unwanted: Arc<AtomicBool>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.unwanted.store(true, Ordering::Relaxed);
    }
}

/// Starts one job; its answers come by themselves.
pub fn start(id: u64, job: Job, port: &Arc<Port>) -> Running {
    let unwanted = Arc::new(AtomicBool::new(false));
    let running = Running {
        unwanted: Arc::clone(&unwanted),
    };
    let port = Arc::clone(port);
    thread::spawn(move || {
        let last = run(id, &job, &port, &unwanted);
        if !unwanted.load(Ordering::Relaxed) {
            // A port that is gone ends the agent where it reads.
            let _ = port.say(id, last);
        }
    });
    running
}

fn run(id: u64, job: &Job, port: &Arc<Port>, unwanted: &AtomicBool) -> Say {
    let Some((program, words)) = job.words.split_first() else {
        return Say::Refused("there is no command".into());
    };
    let spawned = Command::new(program)
        .args(words)
        .current_dir("/")
        .env_clear()
        .envs(ENVIRONMENT)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => return Say::Refused(format!("run {program}: {error}")),
    };
    let out = child
        .stdout
        .take()
        .map(|pipe| pass(id, pipe, port, Say::Out));
    let err = child
        .stderr
        .take()
        .map(|pipe| pass(id, pipe, port, Say::Err));
    let last = watch(&mut child, job.limit, unwanted);
    let by = Instant::now() + REST;
    for reader in [out, err].into_iter().flatten() {
        while !reader.is_finished() && Instant::now() < by {
            thread::sleep(POLL);
        }
    }
    last
}

/// Waits for the command's end; kills it when its time is up or nobody wants
/// to know any more.
fn watch(child: &mut Child, limit: u64, unwanted: &AtomicBool) -> Say {
    let deadline = Instant::now() + Duration::from_secs(limit);
    loop {
        match child.try_wait() {
            Ok(None) => {}
            Ok(Some(status)) => {
                return Say::Ended {
                    code: status.code(),
                    signal: status.signal(),
                };
            }
            Err(error) => return Say::Refused(format!("wait for the command: {error}")),
        }
        if unwanted.load(Ordering::Relaxed) || Instant::now() >= deadline {
            // Both fail only when it has ended meanwhile.
            let _ = child.kill();
            let _ = child.wait();
            return Say::TimedOut;
        }
        thread::sleep(POLL);
    }
}

/// Passes on what comes out of a pipe, whole characters at a time.
fn pass(
    id: u64,
    mut pipe: impl Read + Send + 'static,
    port: &Arc<Port>,
    say: fn(String) -> Say,
) -> JoinHandle<()> {
    let port = Arc::clone(port);
    thread::spawn(move || {
        let (mut chunk, mut kept) = (vec![0; 1 << 14], Vec::new());
        while let Ok(count @ 1..) = pipe.read(&mut chunk) {
            kept.extend_from_slice(&chunk[..count]);
            let rest = kept.split_off(whole(&kept));
            let text = String::from_utf8_lossy(&kept).into_owned();
            kept = rest;
            if port.say(id, say(text)).is_err() {
                return;
            }
        }
        if !kept.is_empty() {
            let _ = port.say(id, say(String::from_utf8_lossy(&kept).into_owned()));
        }
    })
}

/// How many bytes end with a whole character: the last may be cut by the read.
fn whole(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        // `None` is a character that goes on; anything else is no UTF-8 at all.
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_not_cut() {
        assert_eq!(whole("aé".as_bytes()), 3);
        assert_eq!(whole(&"aé".as_bytes()[..2]), 1);
        assert_eq!(whole(&[b'a', 0xff, b'b']), 3);
    }
}
