//! One at a time: a name that only one process of this machine can have.
//!
//! It is the address of a socket in the abstract namespace, see unix(7): nothing
//! of it is on disk, and the kernel takes it back when its holder ends, however
//! it ends. It lives in the network namespace, as a port does: who can't reach
//! the one doesn't see the other.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, ErrorKind, Read, Write};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How often a name that is taken is tried again.
const AGAIN: Duration = Duration::from_millis(100);

/// How long a holder may take to say something.
const ANSWER: Duration = Duration::from_millis(500);

/// Bytes of what a holder says.
const WORDS: u64 = 64;

/// A name that is held until this is dropped.
pub struct Name(UnixListener);

fn address(what: &str, folder: &Path) -> io::Result<SocketAddr> {
    // An address has room for 107 bytes, a path for more.
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    SocketAddr::from_abstract_name(format!("cargo-xtask/{what}/{:016x}", hasher.finish()))
}

impl Name {
    /// The right to do `what` in `folder`, or none when somebody has it for
    /// longer than `patience`. `waits` is called once when there is somebody.
    ///
    /// # Errors
    /// The kernel refuses the socket.
    pub fn take(
        what: &str,
        folder: &Path,
        patience: Duration,
        waits: impl FnOnce(),
    ) -> Result<Option<Name>> {
        let address = address(what, folder).context("name a socket")?;
        let deadline = Instant::now() + patience;
        let mut waits = Some(waits);
        loop {
            match UnixListener::bind_addr(&address) {
                Ok(held) => return Ok(Some(Name(held))),
                Err(error) if error.kind() == ErrorKind::AddrInUse => {}
                Err(error) => return Err(error).context("bind a socket"),
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            if let Some(waits) = waits.take() {
                waits();
            }
            thread::sleep(AGAIN);
        }
    }

    /// Tells whoever asks, from a thread that ends with the process.
    pub fn tell(self, words: String) {
        thread::spawn(move || {
            for stream in self.0.incoming() {
                match stream {
                    // Who doesn't wait for the answer misses it.
                    Ok(mut asks) => drop(asks.write_all(words.as_bytes())),
                    Err(_) => thread::sleep(AGAIN),
                }
            }
        });
    }
}

/// What the holder of a name tells; none when there is none, or it is silent.
pub fn ask(what: &str, folder: &Path) -> Option<String> {
    let stream = UnixStream::connect_addr(&address(what, folder).ok()?).ok()?;
    stream.set_read_timeout(Some(ANSWER)).ok()?;
    let mut words = String::new();
    stream.take(WORDS).read_to_string(&mut words).ok()?;
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_held_by_one_and_tells() {
        let here = std::env::temp_dir().join(format!("name-{}", std::process::id()));
        let take = || Name::take("test", &here, Duration::ZERO, || {}).expect("a socket");
        assert_eq!(ask("test", &here), None);
        let first = take().expect("free");
        assert!(take().is_none());
        assert_eq!(ask("test", &here), None, "it has nothing to tell yet");
        drop(first);
        take().expect("free again").tell("3000".into());
        assert_eq!(ask("test", &here).as_deref(), Some("3000"));
        let elsewhere = here.join("elsewhere");
        assert_eq!(ask("test", &elsewhere), None);
    }
}
