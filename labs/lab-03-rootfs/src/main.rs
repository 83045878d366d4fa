//! The command line of lab 03: lab 02's, with a root file system for `run` and
//! the way out of a chroot.

use std::process::ExitCode;

use lab_03_rootfs::cli::{RunArgs, Verb};
use lab_03_rootfs::hooks;

fn main() -> ExitCode {
    namespaces::cli::main::<Verb<RunArgs>>(hooks)
}
