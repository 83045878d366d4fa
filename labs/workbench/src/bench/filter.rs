//! Two small programs for the kernel's filter machine, attached to the cgroup
//! v2 group of a workbench (bpf(2), `BPF_PROG_TYPE_CGROUP_DEVICE` since Linux
//! 4.15, `BPF_PROG_TYPE_CGROUP_SYSCTL` since 5.2).
//!
//! The first is how cgroup v2 forbids devices. The second closes what a mount
//! namespace cannot: a program with root's rights may mount a `/proc` of its
//! own, where no read-only mount of ours covers `/proc/sys`.

use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::Path;

use super::device::NODES;
use super::machine::{At, Machine};
use crate::sys;

const PROG_LOAD: i32 = 5;
const PROG_ATTACH: i32 = 8;
const TYPE_DEVICE: u64 = 15;
const TYPE_SYSCTL: u64 = 23;
const ATTACH_DEVICE: u64 = 6;
const ATTACH_SYSCTL: u64 = 18;

/// One instruction: `struct bpf_insn` of `linux/bpf.h`.
fn instruction(code: u8, to: u8, from: u8, offset: i16, immediate: i32) -> u64 {
    let registers = to | from << 4;
    u64::from(code)
        | u64::from(registers) << 8
        | u64::from(offset as u16) << 16
        | u64::from(immediate as u32) << 32
}

// Codes of the instructions used, from the kernel's instruction set document.
const LOAD_WORD: u8 = 0x61;
const AND: u8 = 0x57;
const MOVE: u8 = 0xb7;
const MOVE_REGISTER: u8 = 0xbf;
const ADD: u8 = 0x07;
const JUMP_IF_EQUAL: u8 = 0x15;
const JUMP_UNLESS_EQUAL: u8 = 0x55;
const CALL: u8 = 0x85;
const EXIT: u8 = 0x95;

fn answer(allowed: bool) -> [u64; 2] {
    [
        instruction(MOVE, 0, 0, 0, allowed.into()),
        instruction(EXIT, 0, 0, 0, 0),
    ]
}

/// Allows the devices of `/dev` and terminals; everything else, also by a node
/// of the program's own making, is refused.
pub(super) fn forbid_devices(group: &Path) -> Result<(), Machine> {
    // struct bpf_cgroup_dev_ctx: access and type, major, minor.
    let mut program = vec![
        instruction(LOAD_WORD, 2, 1, 0, 0),
        instruction(AND, 2, 0, 0, 0xffff),
        instruction(LOAD_WORD, 3, 1, 4, 0),
        instruction(LOAD_WORD, 4, 1, 8, 0),
    ];
    // Type 2 is a character device.
    program.push(instruction(JUMP_IF_EQUAL, 2, 0, 2, 2));
    program.extend(answer(false));
    let mut allow = |major: u32, minor: Option<u32>| {
        let skip = if minor.is_some() { 3 } else { 2 };
        program.push(instruction(JUMP_UNLESS_EQUAL, 3, 0, skip, major as i32));
        if let Some(minor) = minor {
            program.push(instruction(JUMP_UNLESS_EQUAL, 4, 0, 2, minor as i32));
        }
        program.extend(answer(true));
    };
    for (_, major, minor) in NODES {
        allow(major, Some(minor));
    }
    allow(5, Some(2)); // /dev/pts/ptmx
    allow(136, None); // terminals
    program.extend(answer(false));
    attach(group, TYPE_DEVICE, ATTACH_DEVICE, &program)
}

/// Refuses writes to sysctls other than those of the network, which belong to
/// a namespace.
pub(super) fn forbid_sysctls(group: &Path) -> Result<(), Machine> {
    const GET_NAME: i32 = 101; // bpf_sysctl_get_name of bpf-helpers(7)
    let net = i32::from_le_bytes(*b"net/");
    let mut program = vec![
        instruction(LOAD_WORD, 2, 1, 0, 0), // write
        instruction(JUMP_UNLESS_EQUAL, 2, 0, 2, 0),
    ];
    program.extend(answer(true));
    program.extend([
        instruction(MOVE_REGISTER, 2, 10, 0, 0),
        instruction(ADD, 2, 0, 0, -64),
        instruction(MOVE, 3, 0, 0, 64),
        instruction(MOVE, 4, 0, 0, 0),
        instruction(CALL, 0, 0, 0, GET_NAME),
        instruction(LOAD_WORD, 2, 10, -64, 0),
        instruction(JUMP_UNLESS_EQUAL, 2, 0, 2, net),
    ]);
    program.extend(answer(true));
    program.extend(answer(false));
    attach(group, TYPE_SYSCTL, ATTACH_SYSCTL, &program)
}

fn attach(group: &Path, kind: u64, attach: u64, program: &[u64]) -> Result<(), Machine> {
    const STEP: &str = "forbid devices";
    let licence = c"Dual MIT/GPL";
    // union bpf_attr of BPF_PROG_LOAD: type and count, instructions, licence,
    // log level and size, log, kernel version and flags, name (two words),
    // interface index and expected attach type.
    let load = [
        kind | (program.len() as u64) << 32,
        program.as_ptr() as u64,
        licence.as_ptr() as u64,
        0,
        0,
        0,
        0,
        0,
        attach << 32,
    ];
    // SAFETY: the attributes are laid out as above, and all they point to
    // lives through the call.
    let program = unsafe { sys::bpf(PROG_LOAD, &load) }.at(STEP, "load a filter")?;
    // SAFETY: the kernel just gave us this descriptor.
    let program = unsafe { OwnedFd::from_raw_fd(program) };
    let group_file = File::open(group).at(STEP, group.display())?;
    // BPF_PROG_ATTACH: target and program, attach type and flags.
    let attributes = [
        group_file.as_raw_fd() as u64 | (program.as_raw_fd() as u64) << 32,
        attach,
    ];
    // SAFETY: as above.
    unsafe { sys::bpf(PROG_ATTACH, &attributes) }.at(STEP, group.display())?;
    Ok(())
}
