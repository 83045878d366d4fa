//! A terminal of the container's own, given.
//!
//! ```text
//!  our terminal          runtime's process              container's process
//!   keys, raw ─────────▶ relay ──▶ master ═══ slave ──▶ 0, 1, 2
//!   screen ◀──────────── relay ◀── master ═══   │       its controlling terminal
//!   SIGWINCH ──────────▶ relay ──▶ TIOCSWINSZ ──┘
//! ```
//!
//! The pair is made *inside*, in the container's own `/dev/pts`, so that the
//! command's terminal has a name there; the master comes out over a socket.
//! Ours is raw meanwhile: Ctrl-C is a key like any other, and it is the slave's
//! line discipline that makes a signal of it, for whoever is in the foreground
//! inside.

use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use anyhow::{Context, Result, bail};
use namespaces::Failure;
use namespaces::failure::During;
use namespaces::sys::{duplicate, set_controlling_terminal};
use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::pty::Winsize;
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, recvmsg,
    sendmsg, socketpair,
};
use nix::sys::stat::Mode;
use nix::sys::termios::{SetArg, Termios, cfmakeraw, tcgetattr, tcsetattr};
use nix::unistd::setsid;

use crate::sys;

/// The way a master takes out of the container: our end, and the one that goes
/// in.
pub fn way_out() -> Result<(OwnedFd, OwnedFd)> {
    socketpair(
        AddressFamily::Unix,
        SockType::SeqPacket,
        None,
        SockFlag::SOCK_CLOEXEC,
    )
    .context("make a socket for the terminal")
}

/// Inside, on the container's root: makes the pair, takes the slave for 0, 1, 2
/// and as the controlling terminal of a new session, and sends the master out.
pub fn take(out: BorrowedFd, size: Option<&Winsize>) -> Result<(), Failure> {
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
    let master = match open("/dev/pts/ptmx", flags, Mode::empty()) {
        // One that nobody but the maker of the /dev/pts may open.
        Err(Errno::EACCES | Errno::ENOENT) => open("/dev/ptmx", flags, Mode::empty()),
        opened => opened,
    };
    let master = master.during("make a terminal", "/dev/ptmx")?;
    let slave = sys::peer(master.as_fd()).during("make a terminal", "its other side")?;
    if let Some(size) = size {
        sys::set_window_size(master.as_fd(), size).during("ioctl", "TIOCSWINSZ")?;
    }
    setsid().during("setsid", "")?;
    set_controlling_terminal(slave.as_fd()).during("ioctl", "TIOCSCTTY")?;
    for number in 0..=2 {
        duplicate(slave.as_fd(), number).during("dup2", number)?;
    }
    let descriptors = [master.as_raw_fd()];
    let message = [ControlMessage::ScmRights(&descriptors)];
    sendmsg::<()>(
        out.as_raw_fd(),
        &[IoSlice::new(b"t")],
        &message,
        MsgFlags::MSG_NOSIGNAL,
        None,
    )
    .during("send", "the terminal")?;
    Ok(())
}

/// Outside: the master; `None` when the process has ended, or failed, before.
pub fn receive(out: OwnedFd) -> Result<Option<OwnedFd>> {
    let mut byte = [0u8; 1];
    let mut parts = [IoSliceMut::new(&mut byte)];
    let mut space = nix::cmsg_space!([RawFd; 1]);
    let message = loop {
        let flags = MsgFlags::MSG_CMSG_CLOEXEC;
        match recvmsg::<()>(out.as_raw_fd(), &mut parts, Some(&mut space), flags) {
            Err(Errno::EINTR) => continue,
            message => break message.context("receive the terminal")?,
        }
    };
    for part in message.cmsgs().context("receive the terminal")? {
        if let ControlMessageOwned::ScmRights(descriptors) = part {
            if let [number] = descriptors.as_slice() {
                // SAFETY: a descriptor the kernel just gave us; nobody else owns it.
                return Ok(Some(unsafe { OwnedFd::from_raw_fd(*number) }));
            }
        }
    }
    Ok(None)
}

/// Our own terminal in raw mode, until this is dropped.
#[derive(Debug)]
pub struct Raw {
    terminal: OwnedFd,
    before: Termios,
}

impl Raw {
    /// Makes the terminal raw: every key is passed on at once and unchanged.
    pub fn enter(terminal: BorrowedFd) -> Result<Raw> {
        let before = tcgetattr(terminal).context("read the terminal's settings")?;
        let mut raw = before.clone();
        cfmakeraw(&mut raw);
        tcsetattr(terminal, SetArg::TCSADRAIN, &raw).context("make the terminal raw")?;
        let terminal = terminal.try_clone_to_owned()?;
        Ok(Raw { terminal, before })
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing.
        let _ = tcsetattr(&self.terminal, SetArg::TCSADRAIN, &self.before);
    }
}

/// The size of the terminal on our standard input; refuses to go on where keys
/// are to be passed on and there is none.
pub fn ours(interactive: bool) -> Result<Option<Winsize>> {
    let stdin = std::io::stdin();
    match sys::window_size(stdin.as_fd()) {
        Ok(size) => Ok(Some(size)),
        Err(_) if interactive => {
            bail!("-it: standard input is no terminal; leave -t out to pass it on")
        }
        Err(_) => Ok(sys::window_size(std::io::stdout().as_fd()).ok()),
    }
}
