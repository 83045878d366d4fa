//! The caller's side: starts the keeper, collects the output, hears the end.

use std::ffi::OsString;
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::process::{Child, Command, Stdio};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{Shutdown, shutdown};
use nix::unistd::tcgetpgrp;

use super::machine::Machine;
use super::request::Request;
use super::terminal::Terminal;
use super::wire::{self, Packet, hear, tell};
use super::{End, Ended, KEEPER, OUTPUT, PATH, sys};

/// Runs one request to its end.
pub fn start(request: &Request, environment: &[(OsString, OsString)]) -> Result<Ended, Machine> {
    let failed = |step: &str| {
        let step = step.to_string();
        move |error: io::Error| Machine::failed(step, &error)
    };
    // A program that forgets to become a keeper would start itself for ever.
    if std::env::var_os("WORKBENCH_KEEPER").is_some() {
        return Err(Machine::new(
            "start the keeper",
            "this program does not call become_keeper_if_asked first",
        ));
    }
    let (here, there) = wire::pair().map_err(failed("socket pair"))?;
    let _terminal = request.terminal.then(Terminal::remember);
    let mut keeper = spawn(request, environment, &there).map_err(failed("start the keeper"))?;
    drop(there);

    let mut output = Output::of(&mut keeper);
    let collected = output.collect(&here).map_err(failed("read the output"));
    if collected.is_err() {
        // The keeper takes the end of this socket as the end of its caller.
        drop(here);
        let _ = keeper.wait();
        return Err(collected.expect_err("just seen"));
    }
    if request.terminal {
        closed_or_told(&here).map_err(failed("wait for the keeper"))?;
    }
    let answer = hear(&here);
    keeper.wait().map_err(failed("wait for the keeper"))?;
    match answer.map_err(failed("hear the keeper"))? {
        Some(Packet::Ended(end)) => Ok(Ended {
            end: if output.full { End::OutputLimit } else { end },
            stdout: output.taken[0].bytes.split_off(0),
            stderr: output.taken[1].bytes.split_off(0),
        }),
        Some(Packet::Failed(machine)) => Err(machine),
        _ => Err(Machine::new(
            "start the keeper",
            "it ended without an answer (does main call become_keeper_if_asked first?)",
        )),
    }
}

/// Milliseconds after which the terminal is looked at again: its end wakes up
/// those who wait for input, and this process must not take the command's.
const LOOK: u16 = 300;

/// Waits for the keeper's answer. A terminal that is closed, or whose session's
/// leader is gone, has no more use for a workbench: the keeper is told by the
/// end of its socket. SIGHUP is not enough, for it is sent to the leader and to
/// those in front, and this process is neither.
fn closed_or_told(keeper: &OwnedFd) -> io::Result<()> {
    // It succeeds on the terminal of one's own session only.
    let has_terminal = || tcgetpgrp(io::stdin()).is_ok();
    let had_terminal = has_terminal();
    loop {
        let mut sources = [PollFd::new(keeper.as_fd(), PollFlags::POLLIN)];
        match poll(&mut sources, LOOK) {
            Ok(0) if had_terminal && !has_terminal() => {
                return Ok(shutdown(keeper.as_raw_fd(), Shutdown::Both)?);
            }
            Ok(0) | Err(nix::Error::EINTR) => {}
            Ok(_) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

fn spawn(
    request: &Request,
    environment: &[(OsString, OsString)],
    control: &OwnedFd,
) -> io::Result<Child> {
    let mut command = Command::new("/proc/self/exe");
    command
        .arg(KEEPER)
        .args(request.to_arguments(control.as_raw_fd()))
        .current_dir("/")
        .env_clear()
        .envs([
            // A container's writable layer can't lie on an overlay, as most of a
            // workbench does.
            ("CONTAINER_STORE", "/tmp/store"),
            ("HOME", "/tmp"),
            ("LANG", "C.UTF-8"),
            ("LOGNAME", "root"),
            ("PATH", PATH),
            ("USER", "root"),
            ("WORKBENCH", "1"),
            ("WORKBENCH_KEEPER", "1"),
        ]);
    let kept = ["WORKBENCH_FAULT", "WORKBENCH_UNLIMITED"];
    let kept = kept.iter().filter(|_| cfg!(debug_assertions));
    for name in kept.chain(request.terminal.then_some(&"TERM")) {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    sys::pass(&mut command, control.as_raw_fd());
    if request.terminal {
        // Ctrl-C at the terminal is the command's, not the keeper's.
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    } else {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        sys::own_session(&mut command);
    }
    command.spawn()
}

/// What a command writes, as it comes.
struct Output {
    taken: [Stream; 2],
    full: bool,
}

struct Stream {
    source: Option<Box<dyn Source>>,
    bytes: Vec<u8>,
}

trait Source: Read {
    fn fd(&self) -> BorrowedFd<'_>;
}

impl<T: Read + AsFd> Source for T {
    fn fd(&self) -> BorrowedFd<'_> {
        self.as_fd()
    }
}

impl Output {
    fn of(keeper: &mut Child) -> Output {
        let stdout = keeper
            .stdout
            .take()
            .map(|source| Box::new(source) as Box<dyn Source>);
        let stderr = keeper
            .stderr
            .take()
            .map(|source| Box::new(source) as Box<dyn Source>);
        let stream = |source| Stream {
            source,
            bytes: Vec::new(),
        };
        Output {
            taken: [stream(stdout), stream(stderr)],
            full: false,
        }
    }

    /// Reads both streams to their end: the keeper holds them last, so then
    /// the workbench is gone. Past [`OUTPUT`] bytes the keeper is told to end
    /// it, and the rest is thrown away.
    fn collect(&mut self, keeper: &OwnedFd) -> io::Result<()> {
        let mut buffer = vec![0; 1 << 16];
        loop {
            let open: Vec<usize> = (0..2)
                .filter(|&at| self.taken[at].source.is_some())
                .collect();
            let fds = open.iter().filter_map(|&at| self.taken[at].source.as_ref());
            let mut sources: Vec<_> = fds
                .map(|one| PollFd::new(one.fd(), PollFlags::POLLIN))
                .collect();
            if sources.is_empty() {
                return Ok(());
            }
            match poll(&mut sources, PollTimeout::NONE) {
                Err(nix::Error::EINTR) => continue,
                other => other?,
            };
            let ready: Vec<bool> = sources
                .iter()
                .map(|one| one.any().unwrap_or(true))
                .collect();
            for (at, _) in open.iter().zip(ready).filter(|(_, ready)| *ready) {
                self.take(*at, &mut buffer, keeper)?;
            }
        }
    }

    fn take(&mut self, at: usize, buffer: &mut [u8], keeper: &OwnedFd) -> io::Result<()> {
        let stream = &mut self.taken[at];
        let Some(source) = stream.source.as_mut() else {
            return Ok(());
        };
        let length = match source.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            other => other?,
        };
        let room = OUTPUT - stream.bytes.len();
        stream.bytes.extend_from_slice(&buffer[..length.min(room)]);
        if length == 0 {
            stream.source = None;
        } else if length > room && !self.full {
            self.full = true;
            // A keeper that is gone has ended the workbench already.
            let _ = tell(keeper, &Packet::Enough);
        }
        Ok(())
    }
}
