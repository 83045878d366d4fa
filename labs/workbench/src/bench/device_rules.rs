//! Which devices may be opened on a workbench: none that stores anything.
//!
//! Making a node stays allowed for any device (labs unpack images), opening it
//! does not. cgroup v1 has a controller for it, on v2 a program decides
//! (BPF_PROG_TYPE_CGROUP_DEVICE, Linux 4.15).

use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use super::bpf::{Program, R0, R1, R2, R3, R4, R5};
use super::sys;

/// Character devices that may be opened, by major and minor number; no minor
/// means all of them (Documentation/admin-guide/devices.txt).
const ALLOWED: [(u32, Option<u32>); 10] = [
    (1, Some(3)),    // null
    (1, Some(5)),    // zero
    (1, Some(7)),    // full
    (1, Some(8)),    // random
    (1, Some(9)),    // urandom
    (5, Some(0)),    // tty
    (5, Some(2)),    // ptmx
    (136, None),     // pts/*
    (10, Some(200)), // net/tun
    (10, Some(229)), // fuse
];

const BPF_PROG_TYPE_CGROUP_DEVICE: u32 = 15;
const BPF_CGROUP_DEVICE: u32 = 6;

/// Writes the rules to the v1 group `directory`.
pub fn v1(directory: &Path) -> io::Result<()> {
    fs::write(directory.join("devices.deny"), "a")?;
    let allow = |rule: &str| fs::write(directory.join("devices.allow"), rule);
    allow("c *:* m")?;
    allow("b *:* m")?;
    for (major, minor) in ALLOWED {
        let minor = minor.map_or("*".into(), |minor| minor.to_string());
        allow(&format!("c {major}:{minor} rwm"))?;
    }
    Ok(())
}

/// Attaches the rules to the v2 group at `directory`.
pub fn v2(directory: &OwnedFd) -> io::Result<()> {
    let program = sys::load_program(BPF_PROG_TYPE_CGROUP_DEVICE, &rules())?;
    sys::attach_program(program.as_fd(), BPF_CGROUP_DEVICE, directory)
}

/// struct bpf_cgroup_dev_ctx: access in the upper and type in the lower half
/// of the first word, then major and minor. The result 1 allows.
fn rules() -> Vec<u64> {
    let (access_mknod, type_char) = (1, 2);
    let mut program = Program::default();
    program.load_word(R2, R1, 0);
    program.copy(R3, R2);
    program.shift_right(R3, 16);
    program.and(R2, 0xffff);
    program.load_word(R4, R1, 4);
    program.load_word(R5, R1, 8);
    program.set(R0, 1);
    program.unless_equal(R3, access_mknod, 1);
    program.exit();
    program.set(R0, 0);
    program.if_equal(R2, type_char, 1);
    program.exit();
    for (major, minor) in ALLOWED {
        let rest = if minor.is_some() { 3 } else { 2 };
        program.unless_equal(R4, major, rest);
        if let Some(minor) = minor {
            program.unless_equal(R5, minor, 2);
        }
        program.set(R0, 1);
        program.exit();
    }
    program.exit();
    program.instructions
}
