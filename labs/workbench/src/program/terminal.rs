//! The learner's program on a terminal of its own, where Ctrl-C is a key.

use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::pty::{Winsize, openpty};
use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
use nix::unistd::setsid;

use super::{Program, Running};

/// The keyboard's side of a terminal a program runs on.
#[derive(Debug)]
pub struct Terminal {
    keyboard: File,
}

impl Terminal {
    /// Gives the terminal another size; the kernel tells whoever is in its
    /// foreground.
    pub fn resize(&self, rows: u16, columns: u16) -> Result<()> {
        let size = Winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        // SAFETY: the argument points to a size that lives through the call.
        let result = unsafe {
            nix::libc::ioctl(
                self.keyboard.as_raw_fd(),
                nix::libc::TIOCSWINSZ,
                &raw const size,
            )
        };
        Errno::result(result)
            .map(drop)
            .context("resize the terminal")
    }

    /// Is the terminal as it was: does it echo, and hand lines on?
    pub fn is_cooked(&self) -> Result<bool> {
        let settings = tcgetattr(&self.keyboard).context("read the terminal's settings")?;
        Ok(settings.local_flags.contains(LocalFlags::ICANON))
    }

    /// Presses keys: `\x03` is Ctrl-C.
    pub fn press(&mut self, keys: &str) -> Result<()> {
        self.keyboard
            .write_all(keys.as_bytes())
            .context("press keys")
    }
}

impl Program {
    /// Starts it as the leader of a session on a new terminal, in the
    /// terminal's foreground. Standard output and error stay pipes, so that
    /// what the probe says is heard as always.
    pub fn start_on_terminal(mut self) -> Result<(Running, Terminal)> {
        let pty = openpty(None, None).context("open a terminal")?;
        quiet(&pty.slave)?;
        let slave = pty.slave.try_clone().context("duplicate the terminal")?;
        self.command.stdin(pty.slave);
        let take = move || {
            setsid()?;
            set_controlling_terminal(slave.as_fd())?;
            Ok(())
        };
        // SAFETY: between fork and exec only system calls are made, on memory
        // that was there before; nothing is allocated or locked.
        unsafe { self.command.pre_exec(take) };
        let running = self.start_with_given_stdin()?;
        let keyboard = File::from(pty.master);
        Ok((running, Terminal { keyboard }))
    }
}

/// Keys must not be echoed back to a keyboard nobody reads.
fn quiet(terminal: &OwnedFd) -> Result<()> {
    let mut settings = tcgetattr(terminal).context("read the terminal's settings")?;
    settings.local_flags.remove(LocalFlags::ECHO);
    tcsetattr(terminal, SetArg::TCSANOW, &settings).context("change the terminal's settings")
}

/// Makes a terminal the controlling one of this session: TIOCSCTTY, tty_ioctl(4).
fn set_controlling_terminal(terminal: BorrowedFd) -> nix::Result<()> {
    // SAFETY: an ioctl that takes an integer.
    let result = unsafe { nix::libc::ioctl(terminal.as_raw_fd(), nix::libc::TIOCSCTTY, 0) };
    Errno::result(result).map(drop)
}
