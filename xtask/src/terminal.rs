//! What the terminal is: how wide, what it can show, how it reads keys.

use std::env;
use std::io::{self, IsTerminal};
use std::os::fd::AsRawFd;
use std::sync::OnceLock;

use nix::libc;
use nix::sys::termios::{LocalFlags, SetArg, SpecialCharacterIndices, Termios};
use nix::sys::termios::{tcgetattr, tcsetattr};

/// Columns where nothing tells how many there are.
const COLUMNS: usize = 80;

/// Fewer would break every word; a terminal may also say it has none.
const FEWEST: usize = 20;

/// How many columns the terminal has on standard error, else on standard
/// output; 80 where neither is one.
pub fn columns() -> usize {
    let size = window(&io::stderr()).or_else(|| window(&io::stdout()));
    match size {
        Some(size) if size.ws_col > 0 => usize::from(size.ws_col).max(FEWEST),
        _ => COLUMNS,
    }
}

/// The columns a screen on standard output has: 80, or what a narrower
/// terminal has. Where it goes to a file or a pipe it is 80.
pub fn screen_columns() -> usize {
    // Asked each time: it may have been resized.
    match io::stdout().is_terminal() {
        true => columns().min(COLUMNS),
        false => COLUMNS,
    }
}

fn window(of: &impl AsRawFd) -> Option<libc::winsize> {
    let mut size = libc::winsize {
        ws_row: 0,
        ws_col: 0,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: TIOCGWINSZ writes one winsize, and the descriptor is open.
    let result = unsafe { libc::ioctl(of.as_raw_fd(), libc::TIOCGWINSZ, &mut size) };
    (result == 0).then_some(size)
}

/// Whether standard error is a terminal on which a line can be erased.
pub fn stderr_can_erase() -> bool {
    io::stderr().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Text as this terminal can show it: in a locale that isn't UTF-8 the marks
/// are plain characters of the same width.
pub fn spelled(text: &str) -> String {
    static UTF_8: OnceLock<bool> = OnceLock::new();
    match UTF_8.get_or_init(|| is_utf_8(|name| env::var(name).ok())) {
        true => text.to_owned(),
        false => plain(text),
    }
}

/// The first of LC_ALL, LC_CTYPE and LANG that is set and not empty decides
/// (locale(7)).
fn is_utf_8(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].map(variable);
    let locale = set.into_iter().flatten().find(|value| !value.is_empty());
    let locale = locale.unwrap_or_default().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '✔' => plain.push('+'),
            '✘' => plain.push('x'),
            '·' => plain.push('-'),
            '…' => plain.push_str("..."),
            other => plain.push(other),
        }
    }
    plain
}

/// Standard input that gives each key as it is pressed and shows none. Signals
/// keep their keys. Dropping it gives back what was.
pub struct Keys {
    before: Termios,
}

impl Keys {
    /// Takes the keys.
    ///
    /// # Errors
    /// Standard input is no terminal.
    pub fn take() -> nix::Result<Keys> {
        let before = tcgetattr(io::stdin())?;
        let keys = Keys { before };
        keys.again()?;
        Ok(keys)
    }

    /// Takes them again, after the program was stopped.
    ///
    /// # Errors
    /// The terminal went away.
    pub fn again(&self) -> nix::Result<()> {
        let mut keys = self.before.clone();
        keys.local_flags
            .remove(LocalFlags::ICANON | LocalFlags::ECHO);
        // A check in the background may write.
        keys.local_flags.remove(LocalFlags::TOSTOP);
        keys.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
        keys.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
        tcsetattr(io::stdin(), SetArg::TCSADRAIN, &keys)
    }

    /// Gives the terminal back as it was.
    pub fn give_back(&self) {
        // A terminal that went away needs nothing.
        let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, &self.before);
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_says_whether_marks_can_be_shown() {
        let with = |set: &[(&str, &str)]| {
            is_utf_8(|name| {
                let found = set.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(with(&[("LANG", "de_CH.UTF-8")]));
        assert!(with(&[("LC_ALL", ""), ("LC_CTYPE", "C.utf8")]));
        assert!(!with(&[("LC_ALL", "C"), ("LANG", "de_CH.UTF-8")]));
        assert!(!with(&[]));
    }

    #[test]
    fn plain_marks_are_as_wide() {
        assert_eq!(plain("✔ ✘ · ! a…"), "+ x - ! a...");
    }
}
