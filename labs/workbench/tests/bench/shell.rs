//! A workbench on a terminal: keys, sizes, and ends of every kind.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::poll::{PollFd, PollFlags, poll};
use nix::pty::{OpenptyResult, Winsize, openpty};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::host::{Host, gone, processes};
use crate::runner::{Who, nonce};

/// A loaded machine gets this much for what takes a moment.
const PATIENCE: Duration = Duration::from_secs(10);
/// After an end, everything is gone within this.
const GONE: Duration = Duration::from_secs(5);

/// A command that only SIGKILL ends.
const STUBBORN: &str = "trap '' HUP INT TERM; echo rea''dy; while :; do sleep 1; done";

pub fn trials(who: Who) -> Vec<Trial> {
    let named = |name: &str, test: fn(Who) -> Result<(), Failed>| {
        Trial::test(format!("{who}::shell::{name}"), move || test(who))
    };
    vec![
        named("keys", keys),
        named("one-command-is-not-left-stopped", not_left_stopped),
        named("shell-killed", shell_killed),
        named("caller-killed", caller_killed),
        named("terminal-closed", terminal_closed),
        named("leader-killed", leader_killed),
    ]
}

/// `workbench shell` on a terminal of its own.
struct Session {
    child: Child,
    /// The keyboard's and the screen's side, until it is closed.
    terminal: Option<File>,
    said: String,
    host: Host,
    nonce: String,
}

impl Session {
    /// Starts it as the leader of a session, or, with `leader`, below a shell
    /// that is.
    fn start(who: Who, words: &[&str], leader: bool) -> Result<Session, Failed> {
        let (host, nonce) = (Host::watch(), nonce());
        let OpenptyResult { master, slave } = openpty(None, None)?;
        // A terminal is closed when nobody has it: no child, no other test's.
        for end in [&master, &slave] {
            fcntl(end, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        }
        let mut command = who.workbench();
        if leader {
            let program = command.get_program().to_owned();
            let mut shell = std::process::Command::new("/bin/sh");
            shell.args(["-c", r#""$0" "$@"; exit $?"#]).arg(program);
            if who == Who::User && crate::runner::is_root() {
                shell.uid(65534).gid(65534);
            }
            command = shell;
        }
        command
            .args(["shell", "--env", &nonce, "--"])
            .args(words)
            .env("TERM", "dumb")
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .stdin(slave.try_clone()?)
            .stdout(slave.try_clone()?)
            .stderr(slave.try_clone()?);
        let lead = || {
            nix::unistd::setsid()?;
            // SAFETY: an ioctl on descriptor 0, the terminal, with an integer.
            let result = unsafe { libc::ioctl(0, libc::TIOCSCTTY, 0) };
            nix::errno::Errno::result(result)?;
            Ok(())
        };
        // SAFETY: the closure makes two system calls and allocates nothing.
        unsafe { command.pre_exec(lead) };
        let child = command.spawn()?;
        drop((command, slave));
        Ok(Session {
            child,
            terminal: Some(File::from(master)),
            said: String::new(),
            host,
            nonce,
        })
    }

    fn press(&mut self, keys: &str) -> Result<(), Failed> {
        let terminal = self.terminal.as_mut().ok_or("the terminal is closed")?;
        Ok(terminal.write_all(keys.as_bytes())?)
    }

    /// Waits until `words` have been written since the last time.
    fn hear(&mut self, words: &str) -> Result<(), Failed> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.said.find(words) {
                self.said.drain(..at + words.len());
                return Ok(());
            }
            if !self.listen()? || Instant::now() > deadline {
                return Err(format!("{words:?} was not heard, but {:?}", self.said).into());
            }
        }
    }

    /// Takes what is written within a moment. False when nobody is left to write.
    fn listen(&mut self) -> Result<bool, Failed> {
        let Some(terminal) = &mut self.terminal else {
            std::thread::sleep(Duration::from_millis(5));
            return Ok(true);
        };
        let mut sources = [PollFd::new(terminal.as_fd(), PollFlags::POLLIN)];
        if poll(&mut sources, 20_u8)? == 0 {
            return Ok(true);
        }
        let mut bytes = [0; 4096];
        match terminal.read(&mut bytes) {
            // The end of a terminal is an error: EIO.
            Ok(0) | Err(_) => Ok(false),
            Ok(count) => {
                self.said += &String::from_utf8_lossy(&bytes[..count]);
                Ok(true)
            }
        }
    }

    /// Waits for its end, and until nothing of it is left.
    fn end(mut self) -> Result<ExitStatus, Failed> {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait()? {
                Some(status) => break status,
                None if Instant::now() > deadline => {
                    self.child.kill()?;
                    return Err(format!("it did not end; it said {:?}", self.said).into());
                }
                None if self.listen()? => {}
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        gone(&self.nonce, GONE)?;
        self.host.unchanged_within(GONE, &self.nonce)?;
        Ok(status)
    }

    /// Pids, as the host counts, of its processes that run `program`.
    fn running(&self, program: &str) -> Vec<u32> {
        let is = |pid: &u32| {
            let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            name.trim() == program
        };
        processes(&self.nonce).into_iter().filter(is).collect()
    }
}

/// A test that failed leaves nothing behind either.
impl Drop for Session {
    fn drop(&mut self) {
        for pid in processes(&self.nonce) {
            let _ = kill(Pid::from_raw(pid as i32), Signal::SIGKILL);
        }
        // Ended and waited for already, when all went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn expect(status: ExitStatus, code: i32) -> Result<(), Failed> {
    match status.code() {
        Some(seen) if seen == code => Ok(()),
        _ => Err(format!("expected {code}, and it ended with {status}").into()),
    }
}

/// Ctrl-C, Ctrl-Z, a new size, Ctrl-D: all are the shell's.
fn keys(who: Who) -> Result<(), Failed> {
    let mut session = Session::start(who, &["/bin/sh", "-i"], false)?;
    session.press("echo be''gun\n")?;
    session.hear("begun\r\n")?;
    session.press("sleep 1000; echo interr''upted\n")?;
    wait_for(|| !session.running("sleep").is_empty())?;
    session.press("\x03echo sti''ll\n")?;
    session.hear("still\r\n")?;
    session.press("sleep 1000\n")?;
    wait_for(|| !session.running("sleep").is_empty())?;
    session.press("\x1a")?;
    session.press("kill -9 %1; wait; echo ba''ck\n")?;
    session.hear("back\r\n")?;
    let size = Winsize {
        ws_row: 17,
        ws_col: 61,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    let terminal = session.terminal.as_ref().ok_or("the terminal is closed")?;
    let fd = terminal.as_raw_fd();
    // SAFETY: the ioctl reads one Winsize, which lives across the call.
    nix::errno::Errno::result(unsafe { libc::ioctl(fd, libc::TIOCSWINSZ, &size) })?;
    session.press("stty size\n")?;
    session.hear("17 61\r\n")?;
    // The second end of file is for a shell that hasn't heard yet that its
    // stopped job was killed: it refuses to leave once.
    session.press("(exit 9)\n\x04\x04")?;
    expect(session.end()?, 9)
}

/// Ctrl-Z on a command that nothing stands behind.
fn not_left_stopped(who: Who) -> Result<(), Failed> {
    let command = ["/bin/sh", "-c", "echo rea''dy; exec sleep 1000"];
    let mut session = Session::start(who, &command, false)?;
    session.hear("ready\r\n")?;
    for _ in 0..3 {
        session.press("\x1a")?;
        std::thread::sleep(Duration::from_millis(50));
    }
    session.press("\x03")?;
    expect(session.end()?, 128 + 2)
}

/// The shell itself is killed, with something in the background that nobody
/// would end.
fn shell_killed(who: Who) -> Result<(), Failed> {
    let script = format!("({STUBBORN}) & sleep 0.1; kill -9 $$");
    let session = Session::start(who, &["/bin/sh", "-c", &script], false)?;
    expect(session.end()?, 128 + 9)
}

fn caller_killed(who: Who) -> Result<(), Failed> {
    let mut session = Session::start(who, &["/bin/sh", "-c", STUBBORN], false)?;
    session.hear("ready\r\n")?;
    kill(Pid::from_raw(session.child.id() as i32), Signal::SIGKILL)?;
    match session.end()?.signal() {
        Some(9) => Ok(()),
        other => Err(format!("it ended by {other:?}").into()),
    }
}

/// The window is closed, on a workbench started by the session's leader and by
/// one of its children: then SIGHUP reaches those in front only, and they may
/// not care.
fn terminal_closed(who: Who) -> Result<(), Failed> {
    for leader in [false, true] {
        let mut session = Session::start(who, &["/bin/sh", "-c", STUBBORN], leader)?;
        session.hear("ready\r\n")?;
        session.terminal = None;
        session.end()?;
    }
    Ok(())
}

/// Only the leader dies; the terminal stays.
fn leader_killed(who: Who) -> Result<(), Failed> {
    let mut session = Session::start(who, &["/bin/sh", "-c", STUBBORN], true)?;
    session.hear("ready\r\n")?;
    kill(Pid::from_raw(session.child.id() as i32), Signal::SIGKILL)?;
    session.end().map(drop)
}

fn wait_for(mut holds: impl FnMut() -> bool) -> Result<(), Failed> {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        if Instant::now() > deadline {
            return Err("it did not come about".into());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
