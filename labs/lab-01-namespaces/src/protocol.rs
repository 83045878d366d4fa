//! The conversation between the runtime and the container's process.
//!
//! One message each way at most, over a socket pair that keeps messages whole
//! (`SOCK_SEQPACKET`, unix(7)):
//!
//! ```text
//!   runtime                          container's process
//!     │ clone3 ─────────────────────▶ │ waits for Start
//!     │ create_runtime hooks          │
//!     │ state to disk                 │
//!     │ Start ──────────────────────▶ │ steps …
//!     │ ◀────────────── Failed(why) ─ │   a step failed, then exit
//!     │ ◀────────────── end of file ─ │   or exec closed the socket: it runs
//! ```
//!
//! The end of file says *it runs* because the socket is close-on-exec. In the
//! other direction it says that the runtime is gone.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, send, socketpair};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// What the runtime says to the container's process.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToContainer {
    /// Everything on the outside is ready: go on.
    Start,
}

/// What the container's process says to the runtime.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToRuntime {
    /// A step failed; nothing more follows.
    Failed(Failure),
}

/// One end of the conversation.
#[derive(Debug)]
pub struct Channel(OwnedFd);

/// Longest message in bytes; a longer one would be cut by the receiver.
const LONGEST: usize = 16 * 1024;

impl Channel {
    /// A connected pair, close-on-exec from birth: runtime's end, container's.
    pub fn pair() -> io::Result<(Channel, Channel)> {
        let (ours, theirs) = socketpair(
            AddressFamily::Unix,
            SockType::SeqPacket,
            None,
            SockFlag::SOCK_CLOEXEC,
        )?;
        Ok((Channel(ours), Channel(theirs)))
    }

    /// Sends one message. The other end being gone is an error, not a signal.
    pub fn send<M: Serialize>(&self, message: &M) -> io::Result<()> {
        let mut text = serde_json::to_vec(message)?;
        if text.len() > LONGEST {
            text = serde_json::to_vec(&ToRuntime::Failed(Failure {
                operation: "report a failure".into(),
                object: "longer than a message may be".into(),
                errno: None,
            }))?;
        }
        send(self.0.as_raw_fd(), &text, MsgFlags::MSG_NOSIGNAL)?;
        Ok(())
    }

    /// Has the other end been closed? Says so at once, whatever is still unread.
    pub fn is_closed(&self) -> nix::Result<bool> {
        let mut end = [PollFd::new(self.0.as_fd(), PollFlags::empty())];
        poll(&mut end, PollTimeout::ZERO)?;
        let seen = end[0].revents().unwrap_or(PollFlags::empty());
        Ok(seen.contains(PollFlags::POLLHUP))
    }

    /// Waits for one message; `None` when the other end has been closed.
    pub fn receive<M: DeserializeOwned>(&self) -> io::Result<Option<M>> {
        let mut buffer = vec![0u8; LONGEST];
        let length = loop {
            match recv(self.0.as_raw_fd(), &mut buffer, MsgFlags::empty()) {
                Err(Errno::EINTR) => continue,
                // A peer that died with our message unread resets the socket.
                Err(Errno::ECONNRESET) => break 0,
                other => break other?,
            }
        };
        if length == 0 {
            return Ok(None);
        }
        Ok(Some(serde_json::from_slice(&buffer[..length])?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_stay_whole_and_the_end_is_seen() -> io::Result<()> {
        let (runtime, container) = Channel::pair()?;
        let failure = Failure {
            operation: "mount".into(),
            object: "/proc".into(),
            errno: Some(1),
        };
        container.send(&ToRuntime::Failed(failure.clone()))?;
        runtime.send(&ToContainer::Start)?;
        assert_eq!(container.receive()?, Some(ToContainer::Start));
        assert_eq!(runtime.receive()?, Some(ToRuntime::Failed(failure)));
        assert!(!runtime.is_closed()?);
        drop(container);
        assert!(runtime.is_closed()?);
        assert_eq!(runtime.receive::<ToRuntime>()?, None);
        assert!(runtime.send(&ToContainer::Start).is_err());
        Ok(())
    }
}
