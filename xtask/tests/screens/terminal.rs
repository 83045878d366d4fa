//! A terminal of our own (pty(7)), with the runner on it.

use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use nix::pty::{OpenptyResult, Winsize, openpty};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::{Pid, ttyname};

use crate::workshop::{Workshop, until};

/// The runner on a terminal. It is killed when it is dropped.
pub struct Terminal {
    child: Child,
    keyboard: std::fs::File,
    /// Kept open, so that its settings can be read when the runner has ended.
    slave: OwnedFd,
    shown: Arc<Mutex<String>>,
    /// What was shown up to here was expected already.
    from: usize,
}

impl Terminal {
    /// Starts a command on a terminal of 24 lines.
    pub fn start(workshop: &Workshop, columns: u16, args: &[&str]) -> Terminal {
        let size = Winsize {
            ws_row: 24,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let OpenptyResult { master, slave } = openpty(Some(&size), None).expect("a terminal");
        let stdio = || Stdio::from(slave.try_clone().expect("a descriptor"));
        // It makes the terminal the controlling one, which signals come from.
        let mut command = workshop.through(&["setsid", "--ctty", "--wait"], args);
        command
            .env("TERM", "xterm")
            .stdin(stdio())
            .stdout(stdio())
            .stderr(stdio());
        let child = command.spawn().expect("setsid, of util-linux");
        let keyboard = std::fs::File::from(master.try_clone().expect("a descriptor"));
        let shown = Arc::new(Mutex::new(String::new()));
        let (mut screen, all) = (std::fs::File::from(master), shown.clone());
        thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(count @ 1..) = screen.read(&mut chunk) {
                let text = String::from_utf8_lossy(&chunk[..count]).into_owned();
                all.lock().expect("not poisoned").push_str(&text);
            }
        });
        Terminal {
            child,
            keyboard,
            slave,
            shown,
            from: 0,
        }
    }

    /// Everything that was shown, with the sequences that move and paint.
    pub fn shown(&self) -> String {
        self.shown.lock().expect("not poisoned").clone()
    }

    /// Waits until a text was shown after what was expected before.
    pub fn expect(&mut self, text: &str) {
        let (shown, from) = (self.shown.clone(), self.from);
        let all = || shown.lock().expect("not poisoned").clone();
        let limit = std::time::Instant::now() + std::time::Duration::from_secs(60);
        let at = loop {
            if let Some(at) = all()[from..].find(text) {
                break at;
            }
            let rest = &all()[from..];
            assert!(std::time::Instant::now() < limit, "no {text:?} in:\n{rest}");
            thread::sleep(std::time::Duration::from_millis(20));
        };
        self.from = from + at + text.len();
    }

    /// Presses keys.
    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("a key");
    }

    /// The runner's number: setsid has become it.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid() as i32), signal).expect("it runs");
    }

    /// Whether it is as a shell wants it: lines, echoed.
    pub fn is_restored(&self) -> bool {
        let flags = tcgetattr(self.slave.as_fd()).expect("settings").local_flags;
        flags.contains(LocalFlags::ICANON | LocalFlags::ECHO)
    }

    /// Makes it narrower or wider.
    pub fn resize(&self, columns: &str) {
        let name = ttyname(self.slave.as_fd()).expect("a name");
        let status = Command::new("stty")
            .arg("-F")
            .arg(name)
            .args(["columns", columns])
            .status();
        assert!(status.expect("stty").success());
    }

    /// The state of the runner, as ps(1) writes it.
    pub fn state(&self) -> char {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid()));
        let stat = stat.unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        after_name.trim_start().chars().next().unwrap_or(' ')
    }

    /// Waits for the runner's end.
    pub fn ended(&mut self) -> ExitStatus {
        let mut status = None;
        until("the runner ends", || {
            status = self.child.try_wait().expect("wait");
            status.is_some()
        });
        status.expect("it ended")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a terminal shows of lines that were only written one after another:
/// without what moves and paints.
pub fn plain(shown: &str) -> String {
    anstream::adapter::strip_str(shown)
        .to_string()
        .replace('\r', "")
}
