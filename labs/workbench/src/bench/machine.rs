//! Why a workbench could not be made, in words a learner can act on.

use std::cell::Cell;
use std::fmt;
use std::fs;
use std::io;

/// The machine, not the learner's code, is why nothing ran.
///
/// Crosses from PID 1 to the keeper to the caller as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Which step failed, with its object: `overlay of /usr`.
    pub step: String,
    /// What the system call returned, when a system call failed.
    pub errno: Option<i32>,
    /// The reason, lower case.
    pub message: String,
    /// The permission or feature this machine lacks, when we know it.
    pub missing: Option<String>,
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "make the workbench: {}: {}", self.step, self.message)?;
        match &self.missing {
            Some(missing) => write!(f, "; missing: {missing}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Machine {}

impl Machine {
    /// A failure that no system call reported.
    pub fn new(step: impl Into<String>, message: impl Into<String>) -> Machine {
        Machine {
            step: step.into(),
            errno: None,
            message: message.into(),
            missing: None,
        }
    }

    /// A failed system call, with what explains it on this machine.
    pub fn failed(step: impl Into<String>, error: &io::Error) -> Machine {
        let errno = error.raw_os_error();
        Machine {
            step: step.into(),
            errno,
            message: match errno {
                Some(errno) => nix::errno::Errno::from_raw(errno).desc().to_lowercase(),
                None => error.to_string(),
            },
            missing: errno.and_then(missing),
        }
    }
}

/// Whose permissions a workbench is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `CAP_SYS_ADMIN` in the initial user namespace.
    Root,
    /// Anyone else: a user namespace of its own comes first.
    User,
}

impl Mode {
    /// The mode of the calling process, from `/proc/self`.
    pub fn of_this_process() -> Mode {
        let map = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
        let initial = map.split_whitespace().eq(["0", "0", "4294967295"]);
        match initial && has_sys_admin() {
            true => Mode::Root,
            false => Mode::User,
        }
    }
}

fn has_sys_admin() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    let bits = effective.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok());
    bits.is_some_and(|bits| bits & (1 << 21) != 0)
}

/// What stands behind an errno here. Only what can be read from the machine is
/// claimed.
fn missing(errno: i32) -> Option<String> {
    let denied = matches!(errno, libc::EPERM | libc::EACCES);
    let used_up = matches!(errno, libc::ENOSPC | libc::EUSERS);
    match errno {
        _ if denied || used_up => Some(match Mode::of_this_process() {
            Mode::Root => "a capability that the container or VM you are in was not given \
                           (CAP_SYS_ADMIN is there; start it privileged)"
                .into(),
            Mode::User => no_user_namespaces().unwrap_or_else(|| {
                "CAP_SYS_ADMIN, or permission for user namespaces (a container's seccomp \
                 profile may forbid them)"
                    .into()
            }),
        }),
        libc::ENOSYS => Some("a kernel of 5.12 or later, without a filter on its calls".into()),
        libc::ENODEV => Some("a file system of this kernel (overlay, tmpfs, cgroup)".into()),
        _ => None,
    }
}

/// The setting that forbids an ordinary user a user namespace, if one does.
fn no_user_namespaces() -> Option<String> {
    let setting = |path: &str| {
        let text = fs::read_to_string(format!("/proc/sys/{path}")).ok()?;
        text.trim().parse::<u64>().ok()
    };
    let words = |name: &str, value: u32, wanted: &str| {
        format!(
            "CAP_SYS_ADMIN, or permission for user namespaces: {name} is {value} \
             (as root: sysctl -w {name}={wanted})"
        )
    };
    if setting("user/max_user_namespaces") == Some(0) {
        return Some(words("user.max_user_namespaces", 0, "15000"));
    }
    if setting("kernel/unprivileged_userns_clone") == Some(0) {
        return Some(words("kernel.unprivileged_userns_clone", 0, "1"));
    }
    if setting("kernel/apparmor_restrict_unprivileged_userns") == Some(1) {
        let name = "kernel.apparmor_restrict_unprivileged_userns";
        return Some(words(name, 1, "0") + "; this is AppArmor's");
    }
    None
}

/// The steps of one process, counted so that a test can break each in turn.
pub struct Steps {
    process: &'static str,
    done: Cell<u32>,
}

impl Steps {
    pub fn of(process: &'static str) -> Steps {
        Steps {
            process,
            done: Cell::new(0),
        }
    }

    /// Does one step; its failure carries `name`.
    pub fn step<T, E: Into<io::Error>>(
        &self,
        name: impl Into<String>,
        action: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, Machine> {
        self.done.set(self.done.get() + 1);
        let name = name.into();
        if self.broken(&name) {
            return Err(Machine::new(name, "broken on purpose"));
        }
        action().map_err(|error| Machine::failed(name, &error.into()))
    }

    /// Whether a test asked for this step to fail, by its name or as the
    /// `init:7`th of a process. Not compiled into a release.
    fn broken(&self, name: &str) -> bool {
        if !cfg!(debug_assertions) {
            return false;
        }
        let number = format!("{}:{}", self.process, self.done.get());
        std::env::var("WORKBENCH_FAULT").is_ok_and(|fault| fault == number || fault == name)
    }
}

/// The steps that every workbench has, by name, in their order. A step for a
/// file or directory of the host's has its path in its name (`overlay of /usr`).
pub const STEPS: &[&str] = &[
    "close descriptors",
    "name the workbench",
    "look at the mount namespace",
    "read the cgroup hierarchies",
    "socket pair",
    "clone3 into new namespaces",
    "let PID 1 go",
    "die with the keeper",
    "wait for the keeper",
    "prove the namespaces",
    "make mounts private",
    "join the cgroups",
    "cgroup namespace",
    "leaf of the cgroups",
    "hostname",
    "loopback",
    "tmpfs for the copies",
    "tmpfs of the root",
    "mark the root",
    "list /",
    "overlay of /usr",
    "tmpfs on /tmp",
    "tmpfs on /run",
    "device /dev/null",
    "devpts on /dev/pts",
    "proc on /proc",
    "sysfs on /sys",
    "change to the root",
    "pivot_root",
    "detach the host's root",
    "prove the root",
    "limit of core dumps",
    "drop capabilities",
    "tell the keeper",
];
