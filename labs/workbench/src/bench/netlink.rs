//! Just enough rtnetlink (rtnetlink(7)) to wire nodes to a switch.
//!
//! One request, one answer, on a blocking socket; names and addresses are
//! given by the workbench itself.

use std::io;
use std::net::Ipv4Addr;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, socket,
};

const NLM_F_REQUEST: u16 = 0x1;
const NLM_F_ACK: u16 = 0x4;
const NLM_F_CREATE: u16 = 0x400;
const NLM_F_EXCL: u16 = 0x200;
const NLMSG_ERROR: u16 = 2;
const IFF_UP: u32 = 1;

const IFLA_IFNAME: u16 = 3;
const IFLA_MASTER: u16 = 10;
const IFLA_LINKINFO: u16 = 18;
const IFLA_NET_NS_FD: u16 = 28;
const IFLA_INFO_KIND: u16 = 1;
const IFLA_INFO_DATA: u16 = 2;
const VETH_INFO_PEER: u16 = 1;

/// Index of the loopback interface, in every network namespace.
const LOOPBACK: u32 = 1;

/// Brings up the loopback interface of this network namespace.
pub fn loopback_up() -> io::Result<()> {
    set_up(LOOPBACK)
}

/// Makes a bridge and brings it up.
pub fn add_bridge(name: &str) -> io::Result<()> {
    let mut request = Request::new(libc::RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    request.link(0, IFF_UP);
    request.text(IFLA_IFNAME, name);
    request.nest(IFLA_LINKINFO, |info| info.text(IFLA_INFO_KIND, "bridge"));
    request.send()
}

/// Makes a pair: `here` in this namespace, up and on the bridge `bridge`;
/// `there` in the network namespace `namespace`, down.
pub fn add_veth(here: &str, bridge: &str, there: &str, namespace: impl AsFd) -> io::Result<()> {
    let mut request = Request::new(libc::RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    request.link(0, IFF_UP);
    request.text(IFLA_IFNAME, here);
    request.number(IFLA_MASTER, index(bridge)?);
    request.nest(IFLA_LINKINFO, |info| {
        info.text(IFLA_INFO_KIND, "veth");
        info.nest(IFLA_INFO_DATA, |data| {
            data.nest(VETH_INFO_PEER, |peer| {
                peer.link(0, 0);
                peer.text(IFLA_IFNAME, there);
                peer.number(IFLA_NET_NS_FD, namespace.as_fd().as_raw_fd() as u32);
            });
        });
    });
    request.send()
}

/// Removes an interface.
pub fn delete_link(name: &str) -> io::Result<()> {
    let mut request = Request::new(libc::RTM_DELLINK, 0);
    request.link(index(name)?, 0);
    request.send()
}

/// Brings an interface up.
pub fn up(name: &str) -> io::Result<()> {
    set_up(index(name)?)
}

/// Gives an interface an address with a prefix length in bits.
pub fn add_address(name: &str, address: Ipv4Addr, prefix: u8) -> io::Result<()> {
    const IFA_ADDRESS: u16 = 1;
    const IFA_LOCAL: u16 = 2;
    let mut request = Request::new(libc::RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
    // struct ifaddrmsg: family, prefix length, flags, scope, index.
    let family = libc::AF_INET as u8;
    request.bytes.extend([family, prefix, 0, 0]);
    request.bytes.extend(index(name)?.to_ne_bytes());
    request.attribute(IFA_LOCAL, &address.octets());
    request.attribute(IFA_ADDRESS, &address.octets());
    request.send()
}

/// Sets the default route of this network namespace.
pub fn add_default_route(gateway: Ipv4Addr) -> io::Result<()> {
    const RTA_GATEWAY: u16 = 5;
    let mut request = Request::new(libc::RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
    // struct rtmsg: family, destination and source length, tos, table,
    // protocol, scope, type, flags.
    let (boot, universe, unicast) = (3, 0, 1);
    let family = libc::AF_INET as u8;
    request.bytes.extend([
        family,
        0,
        0,
        0,
        libc::RT_TABLE_MAIN,
        boot,
        universe,
        unicast,
    ]);
    request.bytes.extend([0; 4]);
    request.attribute(RTA_GATEWAY, &gateway.octets());
    request.send()
}

fn set_up(index: u32) -> io::Result<()> {
    let mut request = Request::new(libc::RTM_NEWLINK, 0);
    request.link(index, IFF_UP);
    request.send()
}

/// The number of the interface `name` in this network namespace.
fn index(name: &str) -> io::Result<u32> {
    Ok(nix::net::if_::if_nametoindex(name)?)
}

/// A message under construction.
struct Request {
    bytes: Vec<u8>,
}

impl Request {
    /// struct nlmsghdr: length (set when sent), type, flags, sequence, port.
    fn new(kind: u16, flags: u16) -> Request {
        let mut bytes = vec![0; 4];
        bytes.extend(kind.to_ne_bytes());
        bytes.extend((flags | NLM_F_REQUEST | NLM_F_ACK).to_ne_bytes());
        bytes.extend([0; 8]);
        Request { bytes }
    }

    /// struct ifinfomsg: family, padding, type, index, flags, change mask.
    fn link(&mut self, index: u32, flags: u32) {
        self.bytes.extend([0; 4]);
        self.bytes.extend(index.to_ne_bytes());
        self.bytes.extend(flags.to_ne_bytes());
        self.bytes.extend(flags.to_ne_bytes());
    }

    /// struct rtattr: length without padding, type; then the value, padded to
    /// four bytes.
    fn attribute(&mut self, kind: u16, value: &[u8]) {
        self.nest(kind, |inside| inside.bytes.extend(value));
    }

    fn text(&mut self, kind: u16, value: &str) {
        self.attribute(kind, &[value.as_bytes(), b"\0"].concat());
    }

    fn number(&mut self, kind: u16, value: u32) {
        self.attribute(kind, &value.to_ne_bytes());
    }

    fn nest(&mut self, kind: u16, fill: impl FnOnce(&mut Request)) {
        let start = self.bytes.len();
        self.bytes.extend([0; 2]);
        self.bytes.extend(kind.to_ne_bytes());
        fill(self);
        let length = (self.bytes.len() - start) as u16;
        self.bytes[start..start + 2].copy_from_slice(&length.to_ne_bytes());
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    /// Sends the message and waits for the kernel's answer, which is there
    /// when the call returns.
    fn send(mut self) -> io::Result<()> {
        let length = self.bytes.len() as u32;
        self.bytes[..4].copy_from_slice(&length.to_ne_bytes());
        let socket: OwnedFd = socket(
            AddressFamily::Netlink,
            SockType::Raw,
            SockFlag::SOCK_CLOEXEC,
            SockProtocol::NetlinkRoute,
        )?;
        send(socket.as_raw_fd(), &self.bytes, MsgFlags::empty())?;
        let mut answer = [0; 4096];
        let length = recv(socket.as_raw_fd(), &mut answer, MsgFlags::empty())?;
        errno_of(&answer[..length])
    }
}

/// struct nlmsgerr follows the header: a negative errno, or 0.
fn errno_of(answer: &[u8]) -> io::Result<()> {
    let kind = answer.get(4..6).and_then(|bytes| bytes.try_into().ok());
    let error = answer.get(16..20).and_then(|bytes| bytes.try_into().ok());
    match (kind.map(u16::from_ne_bytes), error.map(i32::from_ne_bytes)) {
        (Some(NLMSG_ERROR), Some(0)) => Ok(()),
        (Some(NLMSG_ERROR), Some(error)) => Err(io::Error::from_raw_os_error(-error)),
        _ => Err(io::Error::other("the kernel's answer is not one")),
    }
}
