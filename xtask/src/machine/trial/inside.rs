//! The child that tries. Whatever it makes is in its own namespaces.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getegid, geteuid};

use super::super::facts::Facts;
use super::super::kernel::Feature;
use super::super::system::System;
use super::{Trial, netlink};

/// Tries one after the other and says how each went. It stops at the first
/// without which the next would touch the machine itself.
pub fn run() {
    let root = Facts::read(&System::this()).user.acts_as_root();
    if !said(Trial::Namespaces, namespaces(root)) || !said(Trial::Mounts, mounts()) {
        return;
    }
    for feature in Feature::ALL {
        said(Trial::Feature(feature), tried(feature, root));
    }
}

/// Whether it went well.
fn said(trial: Trial, result: io::Result<()>) -> bool {
    let errno = match &result {
        Ok(()) => 0,
        Err(error) => error.raw_os_error().unwrap_or(nix::libc::EIO),
    };
    let mut out = io::stdout();
    // Nobody listens any more: the limit has passed.
    let _ = writeln!(out, "{} {errno}", trial.name()).and_then(|()| out.flush());
    result.is_ok()
}

fn tried(feature: Feature, root: bool) -> io::Result<()> {
    match feature {
        Feature::Overlay => overlay(root),
        Feature::Fuse | Feature::Tun => {
            let device = feature.device().unwrap_or_default();
            OpenOptions::new()
                .read(true)
                .write(true)
                .open(device)
                .map(drop)
        }
        Feature::Veth | Feature::Bridge | Feature::Vxlan => netlink::new_link(feature.name()),
        Feature::Netfilter => netlink::ask_nftables(),
    }
}

fn namespaces(root: bool) -> io::Result<()> {
    let new = CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWCGROUP;
    if root {
        return Ok(unshare(new)?);
    }
    let (uid, gid) = (geteuid(), getegid());
    unshare(CloneFlags::CLONE_NEWUSER | new)?;
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("0 {uid} 1"))?;
    fs::write("/proc/self/gid_map", format!("0 {gid} 1"))
}

/// From here on `/tmp` is a file system of this process's own.
fn mounts() -> io::Result<()> {
    let none = None::<&str>;
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none)?;
    let options = Some("size=1m,mode=700");
    mount(none, "/tmp", Some("tmpfs"), MsFlags::empty(), options)?;
    Ok(())
}

fn overlay(root: bool) -> io::Result<()> {
    for folder in ["lower", "upper", "work", "merged"] {
        fs::create_dir(format!("/tmp/{folder}"))?;
    }
    // An ordinary user may not write trusted attributes; see the kernel's
    // Documentation/filesystems/overlayfs.rst.
    let attributes = if root { "" } else { ",userxattr" };
    let options = format!("lowerdir=/tmp/lower,upperdir=/tmp/upper,workdir=/tmp/work{attributes}");
    let (kind, none) = (Some("overlay"), None::<&str>);
    let flags = MsFlags::empty();
    Ok(mount(
        none,
        "/tmp/merged",
        kind,
        flags,
        Some(options.as_str()),
    )?)
}
