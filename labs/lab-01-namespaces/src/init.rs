//! A small init: PID 1 of the container when the command should not be.
//!
//! The kernel expects two things of the first process of a pid namespace
//! (pid_namespaces(7)): that it reaps the orphans it inherits, and that it
//! knows that signals it has no handler for are dropped. Most programs know
//! neither. This one starts the command as its child, which gives the command
//! the usual signals back, and waits for whatever ends.

use std::convert::Infallible;
use std::os::fd::{AsFd, BorrowedFd};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::CloneFlags;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getppid};

use crate::failure::{During, Failure};
use crate::protocol::{Channel, ToRuntime};
use crate::signals::{FORWARDED, Signals, forward};
use crate::supervise::{End, exit_code};
use crate::sys::{self, Cloned};

/// Starts `command` as a child and looks after it. When it ends, so does this
/// process, with its exit code, and the kernel ends the rest of the namespace.
pub fn run(
    channel: &Channel,
    command: impl FnOnce() -> Result<Infallible, Failure>,
) -> Result<Infallible, Failure> {
    let mut heard = FORWARDED.to_vec();
    heard.push(Signal::SIGCHLD);
    // Blocked before there is a child: its end cannot be missed.
    let signals = Signals::block(&heard).during("block signals", "")?;
    let init = Pid::this();
    match sys::clone3(CloneFlags::empty(), None).during("clone", "the command")? {
        Cloned::Child => {
            let Err(failure) = end_with(init)
                .and_then(|()| signals.unblock().during("unblock signals", ""))
                .and_then(|()| command());
            // The runtime knows nothing of this process: it reads the message.
            let _ = channel.send(&ToRuntime::Failed(failure));
            std::process::exit(125)
        }
        Cloned::Parent(main, process) => {
            // This process never calls exec, so it closes what exec would: the
            // channel, whose end tells the runtime that the command runs, and
            // the lock, which must not outlive the runtime.
            sys::close_from(3, &[process.as_fd(), signals.as_fd()])
                .during("close_range", "3 and up")?;
            let code =
                look_after(main, process.as_fd(), &signals).during("wait for the command", "")?;
            std::process::exit(code.into())
        }
    }
}

/// Ends the command when its init is killed. In a pid namespace of its own the
/// kernel would see to that; in the host's nobody else does.
fn end_with(init: Pid) -> Result<(), Failure> {
    set_pdeathsig(Signal::SIGKILL).during("prctl", "PR_SET_PDEATHSIG")?;
    if getppid() != init {
        return Err(Errno::ESRCH).during("look for the init", init);
    }
    Ok(())
}

/// Reaps every child that ends until `main` does, and returns its exit code.
/// Other signals go to `main`, which the pidfd `process` stands for.
pub fn look_after(main: Pid, process: BorrowedFd, signals: &Signals) -> nix::Result<u8> {
    // ANCHOR: init
    todo!(
        "Reap whatever ends; pass other signals on; end with the command's exit code. (chapter: task-8-somebody-has-to-reap)"
    )
    // ANCHOR_END: init
}

/// Waits for the next signal.
pub fn wait_for_signal(signals: &Signals) -> nix::Result<nix::sys::signalfd::siginfo> {
    loop {
        if let Some(received) = signals.next()? {
            return Ok(received);
        }
        let mut ready = [PollFd::new(signals.as_fd(), PollFlags::POLLIN)];
        match poll(&mut ready, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => continue,
            Err(errno) => return Err(errno),
        }
    }
}
