//! Nodes: small machines on a workbench, wired to a switch.
//!
//! ```text
//!   node-1 eth0          node-2 eth0          outside eth0
//!   192.168.56.11        192.168.56.12        192.168.56.1
//!        └──────────── bridge `switch` ────────────┘
//! ```
//!
//! A node is a network, a mount and a UTS namespace, with the names and
//! addresses of the classroom's virtual machines; `outside` is the rest of the
//! world, and the others' default route. A node has a `/run` and a `/sys` of
//! its own and shares the workbench's other directories, so that a check finds
//! in `/tmp` what a node left there. The switch is in the workbench's network
//! namespace and has no address.
//!
//! ```no_run
//! use workbench::bench::node::Nodes;
//!
//! let nodes = Nodes::start().expect("nodes");
//! let node = nodes.get("node-1").expect("a node");
//! let status = node.command("ping").args(["-c1", "192.168.56.12"]).status();
//! ```

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, Write};
use std::net::Ipv4Addr;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};

use nix::sched::{CloneFlags, setns};
use nix::unistd::Pid;

use super::machine::Machine;
use super::{ENTER, NODE, is_workbench, netlink, sys};

/// The nodes, in the order in which they are made.
pub const NODES: [(&str, Ipv4Addr); 3] = [
    ("outside", OUTSIDE),
    ("node-1", Ipv4Addr::new(192, 168, 56, 11)),
    ("node-2", Ipv4Addr::new(192, 168, 56, 12)),
];

/// The address of `outside`.
pub const OUTSIDE: Ipv4Addr = Ipv4Addr::new(192, 168, 56, 1);

/// Length of the nodes' network prefix, in bits.
pub const PREFIX: u8 = 24;

/// The bridge's name, in the workbench's network namespace.
pub const SWITCH: &str = "switch";

/// The name of every node's interface.
pub const INTERFACE: &str = "eth0";

/// Running nodes and their switch; dropping it removes them. What a command
/// started on a node and left running keeps that node's namespaces.
#[derive(Debug)]
pub struct Nodes {
    nodes: Vec<Node>,
}

/// One node, as long as its [`Nodes`] live.
#[derive(Debug)]
pub struct Node {
    pub name: &'static str,
    pub address: Ipv4Addr,
    /// The process that holds the namespaces; it ends with its input.
    holder: Child,
    input: Option<ChildStdin>,
}

impl Nodes {
    /// Makes the switch and all nodes, up and reachable. The calling program
    /// must stand on a workbench, and call
    /// [`become_keeper_if_asked`](super::become_keeper_if_asked) first in `main`.
    ///
    /// # Errors
    ///
    /// [`Machine`] with the step that failed; what was made is removed.
    pub fn start() -> Result<Nodes, Machine> {
        // Links made on the host would be the host's.
        if !is_workbench() {
            return Err(Machine::new("make nodes", "this is not a workbench"));
        }
        let at = |step: String| move |error: io::Error| Machine::failed(step, &error);
        netlink::add_bridge(SWITCH).map_err(at(format!("make the bridge {SWITCH}")))?;
        // From here on dropping `nodes` takes everything back.
        let mut nodes = Nodes { nodes: Vec::new() };
        for (name, address) in NODES {
            let node = Node::start(name, address).map_err(at(format!("make {name}")))?;
            nodes.nodes.push(node);
        }
        for node in &mut nodes.nodes {
            node.connect()
                .map_err(at(format!("connect {}", node.name)))?;
        }
        Ok(nodes)
    }

    /// The node of this name.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.name == name)
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        self.nodes.clear();
        // It fails when there is nothing to remove any more.
        let _ = netlink::delete_link(SWITCH);
    }
}

impl Node {
    /// A command that runs on this node; arguments, directory, environment and
    /// streams are the caller's to set. Exit code 127: the program is not
    /// there, 126: it or the node cannot be entered.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("/proc/self/exe");
        command.arg(ENTER).arg(self.pid().to_string()).arg(program);
        command
    }

    /// The process that holds the node's namespaces: `/proc/PID/ns/net`.
    pub fn pid(&self) -> u32 {
        self.holder.id()
    }

    fn start(name: &'static str, address: Ipv4Addr) -> io::Result<Node> {
        let mut holder = Command::new("/proc/self/exe")
            .args([NODE, name, &address.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = holder.stdin.take();
        let mut node = Node {
            name,
            address,
            holder,
            input,
        };
        node.hear("ready")?;
        Ok(node)
    }

    /// Plugs the node into the switch, and lets it configure its end.
    fn connect(&mut self) -> io::Result<()> {
        let namespace = std::fs::File::open(format!("/proc/{}/ns/net", self.pid()))?;
        netlink::add_veth(&self.port(), SWITCH, INTERFACE, &namespace)?;
        if let Some(input) = &mut self.input {
            writeln!(input, "go")?;
        }
        self.hear("up")
    }

    /// The switch's end of the node's cable.
    fn port(&self) -> String {
        format!("to-{}", self.name)
    }

    fn hear(&mut self, expected: &str) -> io::Result<()> {
        let Some(output) = &mut self.holder.stdout else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        // Its lines are few and short, and it waits after each: reading one
        // takes nothing of the next.
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        match line.trim() {
            "" => Err(io::Error::other("its process ended without a word")),
            said if said == expected => Ok(()),
            said => Err(io::Error::other(said.to_string())),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // With one end goes the other. The kernel frees a namespace late, and
        // until then the next node of this name could not have its port.
        let _ = netlink::delete_link(&self.port());
        drop(self.input.take());
        // The end of its input ends it; SIGKILL is for one that is stuck.
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// The whole life of a node's process: makes the namespaces, says `ready`,
/// waits for its interface, says `up`, and stays until its input ends.
pub(super) fn hold(arguments: &[OsString]) -> ! {
    let result = (|| {
        let [name, address] = arguments else {
            return Err(io::Error::other("a node is started by Nodes only"));
        };
        let address = address.to_str().and_then(|text| text.parse().ok());
        let address = address.ok_or_else(|| io::Error::other("no address"))?;
        separate(name)?;
        println!("ready");
        let mut lines = io::stdin().lock().lines();
        if lines.next().is_none() {
            return Ok(());
        }
        configure(address)?;
        println!("up");
        for _ in lines {}
        Ok(())
    })();
    if let Err(error) = result {
        println!("{error}");
    }
    std::process::exit(0)
}

fn separate(name: &OsStr) -> io::Result<()> {
    use nix::mount::{MsFlags, mount};
    use nix::sched::unshare;
    let none = None::<&str>;
    unshare(CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWUTS)?;
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none)?;
    nix::unistd::sethostname(name)?;
    super::root::tmpfs("/run".as_ref(), "size=64m,nr_inodes=50k,mode=755")?;
    // A sysfs shows the interfaces of the namespace it was mounted in. The
    // cgroups below the old one are carried over.
    let aside = "/run/cgroup";
    std::fs::create_dir(aside)?;
    mount(
        Some("/sys/fs/cgroup"),
        aside,
        none,
        MsFlags::MS_BIND | MsFlags::MS_REC,
        none,
    )?;
    super::kernel::mount_sys("/sys".as_ref())?;
    mount(Some(aside), "/sys/fs/cgroup", none, MsFlags::MS_MOVE, none)?;
    std::fs::remove_dir(aside)?;
    netlink::loopback_up()
}

fn configure(address: Ipv4Addr) -> io::Result<()> {
    netlink::add_address(INTERFACE, address, PREFIX)?;
    netlink::up(INTERFACE)?;
    match address == OUTSIDE {
        true => Ok(()),
        false => netlink::add_default_route(OUTSIDE),
    }
}

/// Becomes a program on the running node `name`: from any process of its
/// workbench, on another node too. Returns only if there is no such node.
///
/// # Errors
///
/// [`Machine`] when no node of this name runs here.
pub fn become_on(name: &str, command: &[OsString]) -> Result<Infallible, Machine> {
    if !is_workbench() {
        return Err(Machine::new("enter a node", "this is not a workbench"));
    }
    let mut arguments = vec![holder(name)?.into()];
    arguments.extend_from_slice(command);
    enter(&arguments)
}

/// The process that holds a node, by its arguments.
fn holder(name: &str) -> Result<String, Machine> {
    let begin = format!("\0{NODE}\0{name}\0");
    let is_holder = |pid: &String| {
        let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        // The program's own name comes first.
        let at = words.iter().position(|&byte| byte == 0);
        at.is_some_and(|at| words[at..].starts_with(begin.as_bytes()))
    };
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut pids = names.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
    pids.find(is_holder).ok_or_else(|| {
        Machine::new(
            "enter a node",
            format!("no node {name} runs on this workbench"),
        )
    })
}

/// Becomes a program on a node: `pid program argument…`.
pub(super) fn enter(arguments: &[OsString]) -> ! {
    let [pid, program, rest @ ..] = arguments else {
        eprintln!("workbench: a node is entered by Node::command only");
        std::process::exit(126)
    };
    if let Err(error) = join(pid) {
        eprintln!("workbench: enter the node: {error}");
        std::process::exit(126)
    }
    let error = Command::new(program).args(rest).exec();
    eprintln!("workbench: run {}: {error}", program.to_string_lossy());
    let missing = error.kind() == io::ErrorKind::NotFound;
    std::process::exit(if missing { 127 } else { 126 })
}

/// setns(2) with a pidfd, Linux 5.8: all namespaces in one call.
fn join(pid: &OsStr) -> io::Result<()> {
    let pid = pid.to_str().and_then(|text| text.parse().ok());
    let pid = pid.ok_or_else(|| io::Error::other("no process id"))?;
    let namespaces = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWUTS;
    // Joining a mount namespace moves the process to its root.
    let directory = std::env::current_dir();
    setns(sys::pidfd_open(Pid::from_raw(pid))?, namespaces)?;
    match directory.and_then(std::env::set_current_dir) {
        // The node has no such directory.
        Err(_) => Ok(()),
        done => done,
    }
}
