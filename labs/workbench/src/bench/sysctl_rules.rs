//! Which settings of the kernel may be written on a workbench: those that a
//! namespace holds.
//!
//! The workbench's `/proc/sys` is read-only, but root may mount another
//! `/proc`. On cgroup v2 a program (BPF_PROG_TYPE_CGROUP_SYSCTL, Linux 5.2)
//! sees every write, whichever mount it comes through.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use super::bpf::{Program, R0, R1, R2, R3, R4, R6, R10};
use super::sys;

/// Beginnings of the names that may be written: the network namespace's
/// settings, and the UTS namespace's two names. Whole groups of four bytes,
/// so that each compares as words.
const ALLOWED: [&[u8]; 3] = [b"net/", b"kernel/hostn", b"kernel/domai"];

const BPF_PROG_TYPE_CGROUP_SYSCTL: u32 = 23;
const BPF_CGROUP_SYSCTL: u32 = 18;
const HELPER_SYSCTL_GET_NAME: u32 = 101;

/// Attaches the rules to the v2 group at `directory`.
pub fn attach(directory: &OwnedFd) -> io::Result<()> {
    let program = sys::load_program(BPF_PROG_TYPE_CGROUP_SYSCTL, &rules())?;
    sys::attach_program(program.as_fd(), BPF_CGROUP_SYSCTL, directory)
}

/// struct bpf_sysctl: the first word is 1 for a write. The result 1 allows.
fn rules() -> Vec<u64> {
    let length = 16;
    let mut program = Program::default();
    program.load_word(R6, R1, 0);
    program.set(R0, 1);
    program.unless_equal(R6, 0, 1);
    program.exit();
    // The name, cut to what fits: bpf_sysctl_get_name(ctx, buffer, 16, 0).
    program.store(R10, -8, 0);
    program.store(R10, -16, 0);
    program.copy(R2, R10);
    program.add(R2, -16);
    program.set(R3, length);
    program.set(R4, 0);
    program.call(HELPER_SYSCTL_GET_NAME);
    for name in ALLOWED {
        let words: Vec<u32> = name
            .chunks_exact(4)
            .map(|word| u32::from_ne_bytes([word[0], word[1], word[2], word[3]]))
            .collect();
        for (at, &word) in words.iter().enumerate() {
            // Past the other words (two instructions each) and the two below.
            let rest = 2 * (words.len() - 1 - at) as i16 + 2;
            program.load_word(R3, R10, -16 + 4 * at as i16);
            program.unless_equal(R3, word, rest);
        }
        program.set(R0, 1);
        program.exit();
    }
    program.set(R0, 0);
    program.exit();
    program.instructions
}
