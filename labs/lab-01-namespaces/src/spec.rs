//! The container that is wanted, as data.
//!
//! A `Spec` is written to disk before anything is created, so that any later
//! process can rebuild from it what must be entered, stopped or removed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use nix::sched::CloneFlags;
use serde::{Deserialize, Serialize};

/// One of the kernel's namespaces (namespaces(7)).
///
/// Time namespaces are absent: they need offsets written before the first
/// process enters, which no lab teaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Namespace {
    Pid,
    Mount,
    Uts,
    Ipc,
    Net,
    User,
    Cgroup,
}

impl Namespace {
    /// The flag of clone3(2), unshare(2) and setns(2) that names it.
    pub fn flag(self) -> CloneFlags {
        match self {
            Namespace::Pid => CloneFlags::CLONE_NEWPID,
            Namespace::Mount => CloneFlags::CLONE_NEWNS,
            Namespace::Uts => CloneFlags::CLONE_NEWUTS,
            Namespace::Ipc => CloneFlags::CLONE_NEWIPC,
            Namespace::Net => CloneFlags::CLONE_NEWNET,
            Namespace::User => CloneFlags::CLONE_NEWUSER,
            Namespace::Cgroup => CloneFlags::CLONE_NEWCGROUP,
        }
    }

    /// Its file name in `/proc/PID/ns/`.
    pub fn file(self) -> &'static str {
        match self {
            Namespace::Pid => "pid",
            Namespace::Mount => "mnt",
            Namespace::Uts => "uts",
            Namespace::Ipc => "ipc",
            Namespace::Net => "net",
            Namespace::User => "user",
            Namespace::Cgroup => "cgroup",
        }
    }
}

/// What a container is to be. The names follow the OCI runtime specification
/// (config.md) where it has a word.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The container's name: 1 to 64 characters of `[a-zA-Z0-9_.-]`, the first
    /// a letter or digit. Everything the runtime makes is named after it.
    pub id: String,
    /// The command: program, then its arguments. Never empty.
    pub args: Vec<String>,
    /// Hostname inside; `None` keeps the one inherited.
    pub hostname: Option<String>,
    /// Namespaces to create. Those absent are shared with the runtime.
    pub namespaces: BTreeSet<Namespace>,
    /// Put a small init in front of the command, which reaps orphans.
    pub init: bool,
    /// A program the runtime runs while the container's process waits, see
    /// [`program`](crate::program).
    pub create_runtime: Option<PathBuf>,
    /// The container outlives the command that started it.
    pub detach: bool,
    /// The container stays on disk after its end, with its exit code, until it
    /// is removed. In this lab none does.
    #[serde(default)]
    pub keep: bool,
    /// The container's entry on disk; its runtime fills it in.
    #[serde(default)]
    pub directory: PathBuf,
    /// What later labs want, each under its own name. A hook reads its part.
    pub extensions: BTreeMap<String, serde_json::Value>,
}

impl Spec {
    /// A container with a random id running `args` in new pid, mount, uts and
    /// ipc namespaces.
    pub fn new(args: Vec<String>) -> Result<Spec> {
        use Namespace::*;
        Ok(Spec {
            id: random_id()?,
            args,
            namespaces: BTreeSet::from([Pid, Mount, Uts, Ipc]),
            ..Spec::default()
        })
    }

    /// Refuses what could not be run, before anything is made.
    pub fn validate(&self) -> Result<()> {
        validate_id(&self.id)?;
        if self.args.first().is_none_or(|program| program.is_empty()) {
            bail!("no command given");
        }
        if let Some(text) = self.args.iter().find(|text| text.contains('\0')) {
            bail!("the argument {text:?} contains a NUL byte");
        }
        let Some(name) = &self.hostname else {
            return Ok(());
        };
        // 64 bytes: __NEW_UTS_LEN, uts_namespaces(7).
        if name.is_empty() || name.len() > 64 || name.contains('\0') {
            bail!("hostname {name:?}: must be 1 to 64 bytes without NUL");
        }
        if !self.namespaces.contains(&Namespace::Uts) {
            bail!("hostname {name:?}: with --uts host it would rename the host");
        }
        Ok(())
    }

    /// The part of a later lab, or `None` when the container doesn't use it.
    pub fn extension<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let Some(value) = self.extensions.get(name) else {
            return Ok(None);
        };
        T::deserialize(value)
            .map(Some)
            .with_context(|| format!("read the {name} part of container {}", self.id))
    }
}

/// An id becomes a file name: it must not be able to leave its directory.
pub fn validate_id(id: &str) -> Result<()> {
    let good = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let first = id.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    if !first || id.len() > 64 || !id.chars().all(good) {
        bail!("name {id:?}: must be 1 to 64 of [a-zA-Z0-9_.-], beginning with a letter or digit");
    }
    Ok(())
}

/// Twelve random hexadecimal digits.
pub fn random_id() -> Result<String> {
    let mut bytes = [0u8; 6];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .context("read /dev/urandom")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_leave_its_directory() {
        for id in ["", ".", "..", "a/b", "../a", "-a", "a b", "a\0"] {
            assert!(validate_id(id).is_err(), "{id:?}");
        }
        assert!(validate_id(&"a".repeat(65)).is_err());
        for id in ["a", "web-1", "0.1_x"] {
            assert!(validate_id(id).is_ok(), "{id:?}");
        }
    }

    #[test]
    fn a_hostname_needs_a_uts_namespace_of_its_own() -> Result<()> {
        let mut spec = Spec::new(vec!["true".into()])?;
        spec.hostname = Some("box".into());
        spec.validate()?;
        spec.namespaces.remove(&Namespace::Uts);
        assert!(spec.validate().is_err());
        Ok(())
    }

    #[test]
    fn unknown_fields_are_refused() {
        let text = r#"{"id":"a","args":["true"],"namespaces":[],"init":false,"create_runtime":null,"detach":false,"extensions":{},"colour":1}"#;
        assert!(serde_json::from_str::<Spec>(text).is_err());
    }
}
