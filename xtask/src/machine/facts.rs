//! What files say about this machine. Nothing is tried and nothing is decided.

use super::cgroups::Cgroups;
use super::kernel::{Feature, Features, Version};
use super::system::System;

/// The facts that decide whether a lab can run.
#[derive(Debug, Clone)]
pub struct Facts {
    pub user: User,
    pub os: Os,
    /// `/proc/sys/kernel/osrelease`, as in `6.1.0-18-amd64`.
    pub release: String,
    /// What of it can be compared; none of a release that reads differently.
    pub version: Option<Version>,
    /// What shows that this is a container.
    pub container: Option<Container>,
    pub settings: Settings,
    pub subordinate: Subordinate,
    pub cgroups: Cgroups,
    pub features: Features,
}

/// Whose rights a command has.
#[derive(Debug, Clone)]
pub struct User {
    /// The effective user.
    pub uid: u32,
    /// From `/etc/passwd`.
    pub name: Option<String>,
    /// Whether user 0 is the machine's own and not mapped; see
    /// user_namespaces(7).
    pub initial: bool,
    /// `CapEff` of `/proc/self/status`; see capabilities(7).
    pub capabilities: u64,
    /// `CapBnd`: what a program started as root could have at most.
    pub bounding: u64,
    /// `NoNewPrivs`: no set-user-ID program gives rights, sudo included.
    pub no_new_privs: bool,
    /// A seccomp filter decides about system calls.
    pub filtered: bool,
}

/// One capability with its bit; see linux/capability.h.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capability {
    pub name: &'static str,
    bit: u8,
}

const fn capability(name: &'static str, bit: u8) -> Capability {
    Capability { name, bit }
}

/// To make mounts and namespaces.
pub const SYS_ADMIN: Capability = capability("CAP_SYS_ADMIN", 21);

/// To map user 0 into a user namespace, since Linux 5.12.
pub const SETFCAP: Capability = capability("CAP_SETFCAP", 31);

/// What root makes a workbench with, each found by leaving it out: loopback,
/// `/dev`, the groups in a cgroup of somebody else's, the rights given up.
pub const OF_ROOT: [Capability; 5] = [
    SYS_ADMIN,
    capability("CAP_NET_ADMIN", 12),
    capability("CAP_MKNOD", 27),
    capability("CAP_DAC_OVERRIDE", 1),
    capability("CAP_SETPCAP", 8),
];

impl User {
    pub fn has(&self, capability: Capability) -> bool {
        self.capabilities & (1 << capability.bit) != 0
    }

    /// Whether a workbench is made with root's rights, without a user
    /// namespace.
    pub fn acts_as_root(&self) -> bool {
        self.initial && self.has(SYS_ADMIN)
    }
}

/// What allows ordinary users a user namespace. None: the kernel has no such
/// setting.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// `user.max_user_namespaces`; see namespaces(7).
    pub max_user_namespaces: Option<u64>,
    /// `kernel.unprivileged_userns_clone`, in Debian's kernels.
    pub unprivileged_clone: Option<u64>,
    /// `kernel.apparmor_restrict_unprivileged_userns`, in Ubuntu's.
    pub apparmor: Option<u64>,
}

/// Further ids for a user namespace; see subuid(5).
#[derive(Debug, Clone, Copy)]
pub struct Subordinate {
    /// The user has a line in `/etc/subuid` and one in `/etc/subgid`.
    pub ranges: bool,
    /// `newuidmap` and `newgidmap` are installed.
    pub programs: bool,
}

/// The distribution, from os-release(5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Os {
    pub name: String,
    /// None of those we know commands for: all are shown.
    pub family: Option<Family>,
}

/// Distributions that install alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Debian,
    Fedora,
    Arch,
}

impl Family {
    pub const ALL: [Family; 3] = [Family::Debian, Family::Fedora, Family::Arch];

    /// The name in messages.
    pub fn id(self) -> &'static str {
        match self {
            Family::Debian => "debian",
            Family::Fedora => "fedora",
            Family::Arch => "arch",
        }
    }
}

/// A container we are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// `docker`, `podman`, or what the file names.
    pub engine: String,
    /// The file that shows it.
    pub seen: &'static str,
}

impl Facts {
    /// Reads all of them. Every file may be missing.
    pub fn read(system: &System) -> Facts {
        Facts::read_for(system, &|_| true)
    }

    /// Reads them with what is known about the features that are wanted.
    pub fn read_for(system: &System, wanted: &dyn Fn(Feature) -> bool) -> Facts {
        let user = user(system);
        let release = system.lines("/proc/sys/kernel/osrelease").trim().to_owned();
        Facts {
            os: os(&os_release(system)),
            version: Version::parse(&release),
            container: container(system),
            settings: Settings {
                max_user_namespaces: system.number("/proc/sys/user/max_user_namespaces"),
                unprivileged_clone: system.number("/proc/sys/kernel/unprivileged_userns_clone"),
                apparmor: system.number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
            },
            subordinate: subordinate(system, &user),
            cgroups: Cgroups::read(system),
            features: Features::read(system, &release, wanted),
            release,
            user,
        }
    }

    /// What the same machine is to a program started through sudo.
    pub fn as_root(&self) -> Facts {
        let mut facts = self.clone();
        facts.user.uid = 0;
        facts.user.capabilities = facts.user.bounding;
        facts.cgroups.become_root();
        facts
    }
}

fn user(system: &System) -> User {
    let status = system.lines("/proc/self/status");
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().trim().to_owned()
    };
    let bits = |name| u64::from_str_radix(&field(name), 16).unwrap_or(0);
    // Real, effective, saved, file system; see proc_pid_status(5).
    let uid = field("Uid:").split_whitespace().nth(1).map(str::parse);
    let uid = uid.and_then(Result::ok).unwrap_or(u32::MAX);
    let map = system.lines("/proc/self/uid_map");
    User {
        uid,
        name: name_of(system, uid),
        initial: map.split_whitespace().eq(["0", "0", "4294967295"]),
        capabilities: bits("CapEff:"),
        bounding: bits("CapBnd:"),
        no_new_privs: field("NoNewPrivs:") == "1",
        filtered: field("Seccomp:") == "2",
    }
}

fn name_of(system: &System, uid: u32) -> Option<String> {
    let passwd = system.lines("/etc/passwd");
    let fields = passwd
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>());
    let uid = uid.to_string();
    let mut of_user = fields.filter(|fields| fields.get(2) == Some(&uid.as_str()));
    Some(of_user.next()?[0].to_owned())
}

fn subordinate(system: &System, user: &User) -> Subordinate {
    let uid = user.uid.to_string();
    let mine = |path: &str| {
        let text = system.lines(path);
        let mut owners = text.lines().filter_map(|line| line.split(':').next());
        owners.any(|owner| owner == uid || Some(owner) == user.name.as_deref())
    };
    let program = |name: &str| {
        let folders = ["/usr/bin", "/bin", "/usr/sbin", "/usr/local/bin"];
        folders
            .iter()
            .any(|folder| system.exists(format!("{folder}/{name}")))
    };
    Subordinate {
        ranges: mine("/etc/subuid") && mine("/etc/subgid"),
        programs: program("newuidmap") && program("newgidmap"),
    }
}

fn os_release(system: &System) -> String {
    let etc = system.text("/etc/os-release");
    etc.unwrap_or_else(|| system.lines("/usr/lib/os-release"))
}

fn os(release: &str) -> Os {
    let field = |name: &str| {
        let line = release
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.map(|value| value.trim().trim_matches(['"', '\'']).to_owned())
    };
    let like = field("ID_LIKE").unwrap_or_default();
    let id = field("ID").unwrap_or_default();
    let family = std::iter::once(id.as_str())
        .chain(like.split_whitespace())
        .find_map(|id| match id {
            "debian" | "ubuntu" => Some(Family::Debian),
            "fedora" | "rhel" | "centos" => Some(Family::Fedora),
            "arch" => Some(Family::Arch),
            _ => None,
        });
    Os {
        name: field("PRETTY_NAME")
            .or(field("NAME"))
            .unwrap_or_else(|| "Linux".to_owned()),
        family,
    }
}

fn container(system: &System) -> Option<Container> {
    let named = |engine: &str, seen| {
        let engine = engine.to_owned();
        Some(Container { engine, seen })
    };
    if system.exists("/run/.containerenv") {
        return named("podman", "/run/.containerenv");
    }
    if system.exists("/.dockerenv") {
        return named("docker", "/.dockerenv");
    }
    // Written by systemd; see "Container Interface".
    if let Some(engine) = system.text("/run/systemd/container") {
        return named(engine.trim(), "/run/systemd/container");
    }
    let groups = system.lines("/proc/1/cgroup");
    ["docker", "libpod", "kubepods", "lxc"]
        .into_iter()
        .find(|engine| groups.contains(engine))
        .and_then(|engine| named(engine, "/proc/1/cgroup"))
}
