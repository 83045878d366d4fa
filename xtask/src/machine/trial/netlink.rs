//! Two questions to the kernel by netlink(7), without a library: whether it
//! makes a link of some kind, and whether it has nftables.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, recv, sendto,
    setsockopt, socket, sockopt::ReceiveTimeout,
};
use nix::sys::time::{TimeVal, TimeValLike};

/// linux/netlink.h, linux/rtnetlink.h, linux/if_link.h
const NLMSG_ERROR: u16 = 2;
const REQUEST_AND_ACKNOWLEDGE: u16 = 0x1 | 0x4;
const CREATE_EXCLUSIVELY: u16 = 0x400 | 0x200;
const RTM_NEWLINK: u16 = 16;
const IFLA_LINKINFO: u16 = 18;
const IFLA_INFO_KIND: u16 = 1;
const IFLA_INFO_DATA: u16 = 2;
const IFLA_VXLAN_ID: u16 = 1;
/// linux/netfilter/nfnetlink.h and nf_tables.h
const NFT_MSG_GETGEN: u16 = 10 << 8 | 16;

/// Makes a link of a kind, with a name of the kernel's choice.
pub fn new_link(kind: &str) -> io::Result<()> {
    let mut info = attribute(IFLA_INFO_KIND, kind.as_bytes());
    if kind == "vxlan" {
        let id = attribute(IFLA_VXLAN_ID, &1_u32.to_ne_bytes());
        info.extend(attribute(IFLA_INFO_DATA, &id));
    }
    // struct ifinfomsg: nothing is chosen.
    let mut body = vec![0; 16];
    body.extend(attribute(IFLA_LINKINFO, &info));
    ask(
        SockProtocol::NetlinkRoute,
        RTM_NEWLINK,
        CREATE_EXCLUSIVELY,
        &body,
    )
}

/// Asks for the generation of the rules, which changes nothing.
pub fn ask_nftables() -> io::Result<()> {
    // struct nfgenmsg: no family, version 0.
    ask(SockProtocol::NetlinkNetFilter, NFT_MSG_GETGEN, 0, &[0; 4])
}

/// An attribute: its length, its type, its value, and zeros to a multiple of 4.
fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = 4 + value.len() as u16;
    let mut bytes = [length.to_ne_bytes(), kind.to_ne_bytes()].concat();
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// Sends one message and reads the answer's errno.
fn ask(protocol: SockProtocol, kind: u16, flags: u16, body: &[u8]) -> io::Result<()> {
    let socket: OwnedFd = socket(
        AddressFamily::Netlink,
        SockType::Raw,
        SockFlag::SOCK_CLOEXEC,
        protocol,
    )?;
    setsockopt(&socket, ReceiveTimeout, &TimeVal::seconds(5))?;
    let length = 16 + body.len() as u32;
    let mut message = length.to_ne_bytes().to_vec();
    message.extend(kind.to_ne_bytes());
    message.extend((flags | REQUEST_AND_ACKNOWLEDGE).to_ne_bytes());
    // Sequence number and sender: one message needs neither.
    message.extend([0; 8]);
    message.extend(body);
    let kernel = NetlinkAddr::new(0, 0);
    sendto(socket.as_raw_fd(), &message, &kernel, MsgFlags::empty())?;
    let mut answer = [0; 4096];
    let length = recv(socket.as_raw_fd(), &mut answer, MsgFlags::empty())?;
    if length < 20 || u16::from_ne_bytes([answer[4], answer[5]]) != NLMSG_ERROR {
        // Any other answer is one: the kernel understood.
        return Ok(());
    }
    match -i32::from_ne_bytes([answer[16], answer[17], answer[18], answer[19]]) {
        0 => Ok(()),
        errno => Err(Errno::from_raw(errno).into()),
    }
}
