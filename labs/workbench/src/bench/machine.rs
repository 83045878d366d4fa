//! Your machine: why a workbench could not be made.

use std::fmt;

use nix::errno::Errno;
use nix::unistd::Uid;
use serde::{Deserialize, Serialize};

/// The step that failed, the kernel's answer, and what the machine lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The step, in words: `mount the root`.
    pub step: String,
    /// What it was done to; may be empty.
    pub object: String,
    /// The error number of errno(3), when the kernel gave one.
    pub errno: Option<i32>,
    /// What is missing and what to do, when it is known.
    pub missing: Option<String>,
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.step)?;
        if !self.object.is_empty() {
            write!(f, " {}", self.object)?;
        }
        match self.errno {
            Some(errno) => write!(f, ": {}", Errno::from_raw(errno).desc()),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Machine {}

impl Machine {
    pub(super) fn new(step: &str, object: impl fmt::Display, errno: Option<Errno>) -> Machine {
        Machine {
            step: step.to_string(),
            object: object.to_string(),
            errno: errno.map(|errno| errno as i32),
            missing: None,
        }
    }

    /// Adds what is missing, unless it is known already.
    pub(super) fn lacking(mut self, missing: impl FnOnce() -> Option<String>) -> Machine {
        self.missing = self.missing.or_else(missing);
        self
    }
}

/// Names the step where a system call is made.
pub(super) trait At<T> {
    fn at(self, step: &str, object: impl fmt::Display) -> Result<T, Machine>;
}

impl<T> At<T> for nix::Result<T> {
    fn at(self, step: &str, object: impl fmt::Display) -> Result<T, Machine> {
        self.map_err(|errno| Machine::new(step, object, Some(errno)))
    }
}

impl<T> At<T> for std::io::Result<T> {
    fn at(self, step: &str, object: impl fmt::Display) -> Result<T, Machine> {
        self.map_err(|error| match error.raw_os_error() {
            Some(errno) => Machine::new(step, object, Some(Errno::from_raw(errno))),
            None => Machine::new(step, format!("{object}: {error}"), None),
        })
    }
}

/// What keeps this process from making namespaces, as far as the machine says.
pub(super) fn missing_for_namespaces() -> Option<String> {
    let setting = |path: &str| {
        std::fs::read_to_string(path)
            .ok()
            .map(|text| text.trim().to_string())
    };
    if Uid::effective().is_root() && has_sys_admin() {
        return None;
    }
    if Uid::effective().is_root() {
        return Some(
            "CAP_SYS_ADMIN: this root may not make namespaces. In a container, start it \
             privileged (the devcontainer of this repository is)"
                .into(),
        );
    }
    let apparmor = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
    if setting(apparmor).as_deref() == Some("1") {
        return Some(
            "user namespaces: AppArmor withholds them from ordinary users \
             (kernel.apparmor_restrict_unprivileged_userns is 1). Run as root, or set it to 0 \
             with sysctl"
                .into(),
        );
    }
    if setting("/proc/sys/user/max_user_namespaces").as_deref() == Some("0") {
        return Some(
            "user namespaces: user.max_user_namespaces is 0. Run as root, or raise it with sysctl"
                .into(),
        );
    }
    if setting("/proc/sys/kernel/unprivileged_userns_clone").as_deref() == Some("0") {
        return Some(
            "user namespaces: kernel.unprivileged_userns_clone is 0. Run as root, or set it to 1 \
             with sysctl"
                .into(),
        );
    }
    Some("user namespaces, or root: this user may not make namespaces here".into())
}

/// Is CAP_SYS_ADMIN (bit 21, capabilities(7)) in the effective set?
pub(super) fn has_sys_admin() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    let bits = line.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok());
    bits.is_some_and(|bits| bits & (1 << 21) != 0)
}
