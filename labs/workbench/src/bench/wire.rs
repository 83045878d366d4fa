//! What PID 1 tells the keeper and the keeper tells the caller.
//!
//! ```text
//! caller            keeper               PID 1
//!   | starts           |                    |
//!   |----------------->| clone3             |
//!   |                  |------------------->|
//!   |                  | go                 |
//!   |                  |------------------->| makes the workbench
//!   |                  |            started |
//!   |                  |<-------------------| runs the command
//!   |                  |              ended |
//!   |            ended |<-------------------|
//!   |<-----------------|
//! ```
//!
//! Each arrow is one packet of a `SOCK_SEQPACKET` pair. Instead of *started*
//! or *ended* comes *failed*, with the step, when something went wrong; the
//! caller sends *enough* when the output has no room left. A peer that is gone
//! shows as end of file.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, send, socketpair};

use super::End;
use super::machine::Machine;

/// One packet.
#[derive(Debug, PartialEq, Eq)]
pub enum Packet {
    Go,
    Started,
    Ended(End),
    Failed(Machine),
    Enough,
}

/// Two connected ends, both close-on-exec.
pub fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let flags = SockFlag::SOCK_CLOEXEC;
    Ok(socketpair(
        AddressFamily::Unix,
        SockType::SeqPacket,
        None,
        flags,
    )?)
}

/// Sends one packet. A peer that is gone is an error, never a signal.
pub fn tell(socket: impl AsFd, packet: &Packet) -> io::Result<()> {
    let flags = MsgFlags::MSG_NOSIGNAL;
    send(socket.as_fd().as_raw_fd(), &encode(packet), flags)?;
    Ok(())
}

/// Waits for one packet. `None` when the peer is gone.
pub fn hear(socket: impl AsFd) -> io::Result<Option<Packet>> {
    let mut buffer = [0; 4096];
    let mut receive = || recv(socket.as_fd().as_raw_fd(), &mut buffer, MsgFlags::empty());
    let length = match receive() {
        // The peer ended with a packet of ours unread. This is said once, and
        // before its own last packet.
        Err(nix::Error::ECONNRESET) => receive(),
        other => other,
    }?;
    if length == 0 {
        return Ok(None);
    }
    let packet = decode(&String::from_utf8_lossy(&buffer[..length]));
    packet
        .map(Some)
        .ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// A word, then its fields, separated by zero bytes.
fn encode(packet: &Packet) -> Vec<u8> {
    let text = match packet {
        Packet::Go => "go".into(),
        Packet::Started => "started".into(),
        Packet::Enough => "enough".into(),
        Packet::Ended(End::Code(code)) => format!("code\0{code}"),
        Packet::Ended(End::Signal(signal)) => format!("signal\0{signal}"),
        Packet::Ended(End::TimeLimit) => "time-limit".into(),
        Packet::Ended(End::OutputLimit) => "output-limit".into(),
        Packet::Failed(machine) => {
            let errno = machine.errno.unwrap_or(0).to_string();
            let missing = machine.missing.as_deref().unwrap_or("");
            let fields = [
                "failed",
                machine.step.as_str(),
                &errno,
                &machine.message,
                missing,
            ];
            // Steps name paths of the host; a packet has room for one of them.
            fields
                .map(|field| field.chars().take(900).collect::<String>())
                .join("\0")
        }
    };
    text.into_bytes()
}

fn decode(text: &str) -> Option<Packet> {
    let fields: Vec<&str> = text.split('\0').collect();
    Some(match fields[..] {
        ["go"] => Packet::Go,
        ["started"] => Packet::Started,
        ["enough"] => Packet::Enough,
        ["code", code] => Packet::Ended(End::Code(code.parse().ok()?)),
        ["signal", signal] => Packet::Ended(End::Signal(signal.parse().ok()?)),
        ["time-limit"] => Packet::Ended(End::TimeLimit),
        ["output-limit"] => Packet::Ended(End::OutputLimit),
        ["failed", step, errno, message, missing] => Packet::Failed(Machine {
            step: step.into(),
            errno: errno.parse().ok().filter(|&errno| errno != 0),
            message: message.into(),
            missing: Some(missing.to_string()).filter(|missing| !missing.is_empty()),
        }),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_packet_arrives_as_it_was_sent() {
        let failed = Machine {
            step: "overlay of /usr".into(),
            errno: Some(1),
            message: "operation not permitted".into(),
            missing: Some("CAP_SYS_ADMIN".into()),
        };
        let packets = [
            Packet::Go,
            Packet::Started,
            Packet::Enough,
            Packet::Ended(End::Code(-1)),
            Packet::Ended(End::Signal(9)),
            Packet::Ended(End::TimeLimit),
            Packet::Ended(End::OutputLimit),
            Packet::Failed(failed),
            Packet::Failed(Machine::new("a", "b")),
        ];
        let (here, there) = pair().expect("a socket pair");
        for packet in packets {
            tell(&here, &packet).expect("sent");
            assert_eq!(hear(&there).expect("received"), Some(packet));
        }
        drop(here);
        assert_eq!(hear(&there).expect("end of file"), None);
    }

    #[test]
    fn the_last_word_is_heard_from_a_peer_that_did_not_listen() {
        let (here, there) = pair().expect("a socket pair");
        tell(&here, &Packet::Go).expect("sent");
        tell(&there, &Packet::Started).expect("sent");
        drop(there);
        assert_eq!(hear(&here).expect("heard"), Some(Packet::Started));
        assert_eq!(hear(&here).expect("end of file"), None);
    }
}
