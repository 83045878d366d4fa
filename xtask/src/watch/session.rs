//! One session of `watch`: what is watched, what runs, what is answered.

use std::io;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, raise};
use nix::unistd::read;

use super::Key;
use super::change::{self, Regions};
use super::files::{Files, POLL};
use super::line::Line;
use super::running::Running;
use super::signals::{Signals, die_by};
use crate::cli::Target;
use crate::failure::{Exit, Failure};
use crate::progress::Progress;
use crate::screen;
use crate::select::Selected;
use crate::store::Store;
use crate::terminal::Keys;
use crate::workspace::Workspace;
use crate::{hint, list, progress};

/// How long it must be quiet after a change, and how long it is waited for
/// that: an editor that saves all files takes a while.
const QUIET: Duration = Duration::from_millis(80);
const AT_MOST: Duration = Duration::from_secs(1);

pub struct Session<'a> {
    workspace: &'a Workspace,
    store: Store,
    signals: Signals,
    keys: Keys,
    selected: Selected,
    files: Files,
    regions: Regions,
    /// The tasks that are being written: their checks come first.
    first: Vec<String>,
    running: Running,
    /// Pressed while a check ran, answered after it.
    pressed: Option<Key>,
    /// When files began to change, and when they last did.
    changing: Option<(Instant, Instant)>,
    line: Line,
}

impl<'a> Session<'a> {
    /// Takes the terminal.
    ///
    /// # Errors
    /// The terminal or the kernel refuses.
    pub fn new(
        workspace: &'a Workspace,
        store: Store,
        selected: Selected,
        task: Option<String>,
    ) -> Result<Session<'a>, Failure> {
        let signals = Signals::hold()?;
        let keys = Keys::take().context("read keys from the terminal")?;
        let files = Files::of(packages(&selected));
        let regions = change::regions(&selected.lab).unwrap_or_default();
        Ok(Session {
            workspace,
            store,
            signals,
            keys,
            selected,
            files,
            regions,
            first: task.into_iter().collect(),
            running: Running::default(),
            pressed: None,
            changing: None,
            line: Line::default(),
        })
    }

    /// Watches until `q` or a signal.
    ///
    /// # Errors
    /// A check can't be started; the terminal can't be read.
    pub fn run(mut self) -> Result<Exit, Failure> {
        self.check(&screen::watch::begins(&self.name()))?;
        loop {
            self.wait()?;
            while let Some(signal) = self.signals.next() {
                self.answer_signal(signal)?;
            }
            for key in self.pressed_keys()? {
                match key {
                    Key::Quit => {
                        self.running.end();
                        self.line.erase();
                        return Ok(Exit::Green);
                    }
                    Key::Check => self.check(&screen::watch::again(&self.name()))?,
                    _ if self.running.is_there() => self.pressed = Some(key),
                    _ => self.answer(key)?,
                }
            }
            self.look()?;
        }
    }

    /// Waits for a key, a signal or a change.
    fn wait(&self) -> Result<(), Failure> {
        let stdin = io::stdin();
        let readable = |fd| PollFd::new(fd, PollFlags::POLLIN);
        let mut sources = vec![readable(stdin.as_fd()), readable(self.signals.wakes())];
        sources.extend(self.files.wakes().map(readable));
        let until = match (self.changing, self.files.wakes()) {
            (Some((_, last)), _) => Some(QUIET.saturating_sub(last.elapsed())),
            (None, None) => Some(POLL),
            (None, Some(_)) => None,
        };
        let timeout = match until {
            // Rounded up, or the last millisecond would be spent polling.
            Some(time) => {
                PollTimeout::try_from(time + Duration::from_millis(1)).unwrap_or(PollTimeout::MAX)
            }
            None => PollTimeout::NONE,
        };
        match poll(&mut sources, timeout) {
            Ok(_) | Err(nix::Error::EINTR) => Ok(()),
            Err(error) => Err(Failure::Machine(
                anyhow::Error::new(error).context("wait for keys and changes"),
            )),
        }
    }

    fn pressed_keys(&mut self) -> Result<Vec<Key>, Failure> {
        let stdin = io::stdin();
        let mut sources = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
        if poll(&mut sources, PollTimeout::ZERO) != Ok(1) {
            return Ok(Vec::new());
        }
        let mut bytes = [0; 64];
        match read(stdin.as_fd(), &mut bytes) {
            // The terminal is gone.
            Ok(0) | Err(nix::Error::EIO) => Ok(vec![Key::Quit]),
            Ok(count) => Ok(Key::read(&bytes[..count])),
            Err(nix::Error::EINTR | nix::Error::EAGAIN) => Ok(Vec::new()),
            Err(error) => Err(Failure::Machine(
                anyhow::Error::new(error).context("read a key"),
            )),
        }
    }

    fn answer_signal(&mut self, signal: Signal) -> Result<(), Failure> {
        match signal {
            Signal::SIGCHLD => self.check_ended(),
            Signal::SIGWINCH => {
                if self.line.erase() {
                    self.draw_line();
                }
                Ok(())
            }
            Signal::SIGTSTP => {
                self.stop();
                Ok(())
            }
            Signal::SIGCONT => {
                self.go_on();
                Ok(())
            }
            signal => {
                self.running.end();
                self.line.erase();
                self.keys.give_back();
                die_by(signal)
            }
        }
    }

    /// Stops, as Ctrl-Z asks for, and goes on when it is continued.
    fn stop(&mut self) {
        self.running.signal(Signal::SIGSTOP);
        self.line.erase();
        self.keys.give_back();
        let _ = raise(Signal::SIGSTOP);
        self.go_on();
    }

    /// Whoever had the terminal meanwhile may have changed it.
    fn go_on(&mut self) {
        let _ = self.keys.again();
        self.running.signal(Signal::SIGCONT);
        if !self.running.is_there() {
            self.line.erase();
            self.draw_line();
        }
    }

    /// Answers a change, once it is quiet.
    fn look(&mut self) -> Result<(), Failure> {
        let now = Instant::now();
        if let Some(fd) = self.files.wakes() {
            let mut sources = [PollFd::new(fd, PollFlags::POLLIN)];
            if poll(&mut sources, PollTimeout::ZERO) == Ok(1) {
                self.files.woken();
                let begun = self.changing.map_or(now, |(begun, _)| begun);
                self.changing = Some((begun, now));
            }
        } else if self.changing.is_none() {
            self.changing = Some((now, now - QUIET));
        }
        match self.changing {
            Some((begun, last)) if last.elapsed() >= QUIET || begun.elapsed() >= AT_MOST => {
                self.changing = None;
                let changed = self.files.changed();
                match changed.first() {
                    Some(file) => self.changed(&file.clone(), changed.len()),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn changed(&mut self, file: &Path, count: usize) -> Result<(), Failure> {
        // While it is refused, what was known of the lab stays; the check says
        // why.
        if let Ok(lab) = self.workspace.load(&self.selected.lab.dir) {
            self.selected.lab = lab;
        }
        if let Some(regions) = change::regions(&self.selected.lab) {
            let tasks = change::tasks(&self.regions, &regions);
            // Another file, such as a helper's: the task is still the same.
            if !tasks.is_empty() {
                self.first = tasks;
            }
            self.regions = regions;
        }
        let file = self.workspace.shown(file);
        self.check(&screen::watch::changed(&file, count, &self.first))
    }

    /// Starts a check; one that runs is ended.
    fn check(&mut self, why: &str) -> Result<(), Failure> {
        self.running.end();
        self.line.erase();
        self.pressed = None;
        screen::print(screen::watch::CLEAR);
        screen::print(why);
        self.running
            .start(&self.workspace.root, &self.name(), &self.first)?;
        Ok(())
    }

    fn check_ended(&mut self) -> Result<(), Failure> {
        if !self.running.has_ended()? {
            return Ok(());
        }
        match self.pressed.take() {
            Some(key) => self.answer(key),
            None => {
                self.draw_line();
                Ok(())
            }
        }
    }

    fn answer(&mut self, key: Key) -> Result<(), Failure> {
        self.line.erase();
        screen::print("\n");
        let answered = match key {
            Key::Hint => hint::run(
                self.workspace,
                &Target {
                    lab: Some(self.name()),
                    task: self.task_at_hand(),
                },
            )
            .map(drop),
            Key::List => list::run(self.workspace).map(drop),
            Key::Next => self.next()?,
            Key::Check | Key::Quit => Ok(()),
        };
        if let Err(failure) = answered {
            screen::failure::print(&failure);
        }
        if !self.running.is_there() {
            self.draw_line();
        }
        Ok(())
    }

    /// The task that is being written, unless its checks are green already.
    fn task_at_hand(&self) -> Option<String> {
        let lab = &self.selected.lab;
        let progress = Progress::of(self.workspace, &self.store, lab).ok()?;
        let is_open = |task: &&String| {
            let mut checks = lab.lab.checks.iter().filter(|check| check.task == **task);
            checks.any(|check| !progress.green.contains(&check.id))
        };
        self.first.iter().find(is_open).cloned()
    }

    /// Goes to the next unfinished lab, or says which task of this one is next.
    /// What is refused meanwhile is told, and doesn't end the session.
    fn next(&mut self) -> Result<Result<(), Failure>, Failure> {
        let lab = &self.selected.lab;
        let progress = match Progress::of(self.workspace, &self.store, lab) {
            Ok(progress) => progress,
            Err(failure) => return Ok(Err(failure)),
        };
        if !progress.finished(lab) {
            let task = hint::current_task(self.workspace, &self.store, &self.selected);
            return Ok(task.map(|task| {
                screen::print(&screen::watch::next_task(self.workspace, lab, &task));
            }));
        }
        match progress::next_unfinished(self.workspace, &self.store) {
            Err(failure) => return Ok(Err(failure)),
            Ok(None) => screen::print(&screen::check::all_finished()),
            Ok(Some(lab)) => {
                self.selected = Selected::whole(lab);
                self.files = Files::of(packages(&self.selected));
                self.regions = change::regions(&self.selected.lab).unwrap_or_default();
                self.first.clear();
                self.check(&screen::watch::begins(&self.name()))?;
            }
        }
        Ok(Ok(()))
    }

    /// The lab, or the part, as `check` takes it.
    fn name(&self) -> String {
        let lab = &self.selected.lab.lab.lab;
        self.selected.part.as_ref().unwrap_or(lab).clone()
    }

    fn draw_line(&mut self) {
        self.line.draw(&self.name());
    }
}

/// A lab's package and those of all earlier labs it stands on, each of which the
/// check looks at. While one of their `lab.yaml` is refused, the check says so.
fn packages(selected: &Selected) -> Vec<PathBuf> {
    let lab = &selected.lab;
    let earlier = lab.earlier().unwrap_or_default();
    let earlier = earlier.into_iter().map(|lab| lab.dir);
    let named = lab.lab.builds_on.iter();
    let named = named.map(|name| lab.dir.with_file_name(name));
    let mut packages: Vec<PathBuf> = earlier.chain(named).chain([lab.dir.clone()]).collect();
    packages.sort();
    packages.dedup();
    packages
}
