//! `cargo xtask book`: the finished pages at a local address, built again when a
//! source changes, until Ctrl-C.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::{Arc, RwLock};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::build::{build, built};
use super::changes::{Look, Sources, changed};
use super::http;
use super::mdbook;
use super::served::{Served, right};
use crate::failure::{Exit, Failure};
use crate::message::say;
use crate::screen;

/// The first port that is tried, and how many are.
const FIRST_PORT: u16 = 3000;
const PORTS: u16 = 100;

/// How often the sources are looked at. A change is built when two looks agree:
/// an editor may be in the middle of it.
const LOOK: Duration = Duration::from_millis(400);

/// What the threads share: the builder writes, so that nobody reads half a
/// build; the number tells one build from the next.
type Number = Arc<RwLock<u32>>;

/// Serves the book of the checkout at `root`.
///
/// # Errors
/// mdBook can't be installed or started; no port is free.
pub fn serve(root: &Path, open: bool) -> Result<Exit, Failure> {
    let mdbook = mdbook::find_or_install(root)?;
    let Some(right) = right(root)? else {
        return already(root, open);
    };
    let sources = Sources::of(root)?;
    let look = sources.look()?;
    if !build(&mdbook, root)? {
        return Ok(Exit::Code);
    }
    let listener = first_free()?;
    let port = listener
        .local_addr()
        .context("read the own address")?
        .port();
    let served = Served::say(right, port);
    let number = Number::default();
    let (for_builder, folder) = (Arc::clone(&number), built(root));
    thread::spawn(move || listen(&listener, &folder, &number));
    screen::print(&screen::book::served(&served.url("")));
    if open {
        browse(&served.url(""));
    }
    let builder = Builder {
        mdbook,
        root: root.to_owned(),
        number: for_builder,
    };
    // Until a signal ends this process: nothing of it is on disk.
    builder.follow(sources, look)
}

/// Somebody serves it from here: where.
fn already(root: &Path, open: bool) -> Result<Exit, Failure> {
    let Some(served) = Served::here(root) else {
        return Err(Failure::Machine(anyhow::anyhow!(say!("book-starting"))));
    };
    screen::print(&screen::book::already(&served.url(""), served.pid));
    if open {
        browse(&served.url(""));
    }
    Ok(Exit::Green)
}

/// The first port of 127.0.0.1 that is free: another checkout has the one before.
fn first_free() -> Result<TcpListener> {
    for port in FIRST_PORT..FIRST_PORT + PORTS {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            bound => return bound.with_context(|| format!("listen on 127.0.0.1:{port}")),
        }
    }
    let last = FIRST_PORT + PORTS - 1;
    Err(anyhow::anyhow!(say!(
        "book-no-port",
        first = FIRST_PORT,
        last = last
    )))
}

/// Answers requests, each in a thread of its own.
fn listen(listener: &TcpListener, built: &Path, number: &Number) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            // Out of descriptors: browsers try again, and so do we.
            thread::sleep(LOOK);
            continue;
        };
        let (built, number) = (built.to_owned(), Arc::clone(number));
        let answer = move || -> io::Result<()> {
            let Ok(number) = number.read() else {
                return Ok(());
            };
            // The process's number tells one server's builds from the next's.
            let number = format!("{}-{}", process::id(), *number);
            http::answer(stream, &built, &number)
        };
        // A browser that went away, or a machine out of threads, misses a page.
        let _ = thread::Builder::new().spawn(answer);
    }
}

/// Builds again.
struct Builder {
    mdbook: PathBuf,
    root: PathBuf,
    number: Number,
}

impl Builder {
    /// Follows the sources. What goes wrong is said, and the old pages stay.
    fn follow(&self, mut sources: Sources, mut built_from: Look) -> ! {
        let mut before = built_from.clone();
        loop {
            thread::sleep(LOOK);
            // A folder that is just being replaced is there at the next look.
            let Ok(now) = sources.look() else { continue };
            if now != before {
                before = now;
                continue;
            }
            let Some(file) = changed(&built_from, &now) else {
                continue;
            };
            let shown = file.strip_prefix(&self.root).unwrap_or(file);
            let shown = shown.display().to_string();
            match self.again() {
                Ok(well) => screen::print(&screen::book::again(&shown, well)),
                Err(error) => screen::print_error(&format!("{error:#}\n")),
            }
            if let Ok(new) = Sources::of(&self.root) {
                sources = new;
            }
            built_from = now;
        }
    }

    fn again(&self) -> Result<bool> {
        let mut number = self.number.write().unwrap_or_else(|held| held.into_inner());
        let well = build(&self.mdbook, &self.root)?;
        *number += 1;
        Ok(well)
    }
}

/// Opens the reader's browser, if this system says which one it is.
fn browse(url: &str) {
    let started = Command::new("xdg-open")
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        // It ends by itself; somebody has to see it.
        Ok(mut child) => drop(thread::spawn(move || child.wait())),
        Err(_) => screen::print_error(&screen::book::no_browser()),
    }
}
