//! One line on standard error for whatever takes longer than a second: what is
//! being done, how far it is, for how long.
//!
//! ```ignore
//! let waiting = Waiting::on(say!("waiting-checks", lab = name)).of(11);
//! waiting.reached(3);
//! ```
//!
//! It is there only where standard error is a terminal that can erase a line,
//! and gone when the [`Waiting`] is dropped. Whatever else is written through
//! [`screen`](crate::screen) stands above it.

use std::io::Write;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::message::say;
use crate::terminal;

/// From then on a wait is told of, and then at every further second.
const TICK: Duration = Duration::from_secs(1);

/// Back to the first column, and the line erased (ECMA-48: CR, EL).
const ERASE: &str = "\r\x1b[K";

/// One thing that is waited for.
struct Wait {
    number: usize,
    what: String,
    since: Instant,
    /// Steps done and steps in all; none are told when there are none in all.
    done: usize,
    all: usize,
}

/// What stands on the terminal. Waits may be nested: the innermost is told.
struct Line {
    waits: Vec<Wait>,
    /// How many there were.
    count: usize,
    drawn: bool,
}

static LINE: Mutex<Line> = Mutex::new(Line {
    waits: Vec::new(),
    count: 0,
    drawn: false,
});

fn line() -> MutexGuard<'static, Line> {
    // A panic while the line was held leaves nothing that could mislead.
    LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A wait, until it is dropped.
pub struct Waiting {
    number: usize,
    /// Dropped to end the thread that draws.
    ticks: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Waiting {
    /// Begins to wait for something: `building lab-01-namespaces`.
    pub fn on(what: String) -> Waiting {
        let number = {
            let mut line = line();
            line.count += 1;
            let wait = Wait {
                number: line.count,
                what,
                since: Instant::now(),
                done: 0,
                all: 0,
            };
            line.waits.push(wait);
            line.count
        };
        Waiting {
            number,
            ticks: terminal::stderr_can_erase().then(ticks),
        }
    }

    /// The same in `all` steps.
    pub fn of(self, all: usize) -> Waiting {
        self.change(|wait| wait.all = all);
        self
    }

    /// `done` steps are done.
    pub fn reached(&self, done: usize) {
        self.change(|wait| wait.done = done);
    }

    fn change(&self, change: impl FnOnce(&mut Wait)) {
        let mut line = line();
        if let Some(wait) = line.waits.iter_mut().find(|w| w.number == self.number) {
            change(wait);
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.ticks.take() {
            drop(stop);
            // It has panicked or it has ended.
            let _ = thread.join();
        }
        let mut line = line();
        line.erase();
        line.waits.retain(|wait| wait.number != self.number);
    }
}

fn ticks() -> (Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = mpsc::channel();
    let thread = thread::spawn(move || {
        while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(TICK) {
            line().draw();
        }
    });
    (stop, thread)
}

impl Line {
    fn draw(&mut self) {
        let Some(wait) = self.waits.last() else {
            return;
        };
        let waited = wait.since.elapsed();
        if waited < TICK {
            return;
        }
        let text = wait.text(waited.as_secs());
        // One column stays free, or the terminal would begin a new line.
        let text: String = text.chars().take(terminal::columns() - 1).collect();
        write(&format!("{ERASE}{}", terminal::spelled(&text)));
        self.drawn = true;
    }

    fn erase(&mut self) {
        if self.drawn {
            write(ERASE);
            self.drawn = false;
        }
    }
}

impl Wait {
    fn text(&self, seconds: u64) -> String {
        let what = self.what.as_str();
        match self.all {
            0 => say!("waiting-line", what = what, seconds = seconds),
            all => say!(
                "waiting-line-steps",
                what = what,
                done = self.done,
                all = all,
                seconds = seconds,
            ),
        }
    }
}

fn write(text: &str) {
    let mut stderr = std::io::stderr().lock();
    // A terminal that went away has nothing to erase.
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}

/// Writes something else, without the line in its way.
pub fn above<T>(write: impl FnOnce() -> T) -> T {
    let mut line = line();
    line.erase();
    write()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_says_what_how_far_and_how_long() {
        let wait = |all| Wait {
            number: 1,
            what: "checking lab-01-own".into(),
            since: Instant::now(),
            done: 3,
            all,
        };
        assert_eq!(wait(0).text(2), "checking lab-01-own, 2 s");
        assert_eq!(wait(11).text(12), "checking lab-01-own: 3 of 11, 12 s");
    }

    #[test]
    fn the_innermost_wait_is_told() {
        let _outer = Waiting::on("outer".into());
        let inner = Waiting::on("inner".into());
        let number = inner.number;
        assert_eq!(line().waits.last().map(|wait| wait.number), Some(number));
        drop(inner);
        assert!(line().waits.iter().all(|wait| wait.number != number));
    }
}
