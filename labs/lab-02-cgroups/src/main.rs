//! The command line of lab 02: lab 01's, with the limits of `run` and the verbs
//! that need a cgroup.

use std::process::ExitCode;

use lab_02_cgroups::cli::{RunArgs, Verb};
use lab_02_cgroups::hooks;

fn main() -> ExitCode {
    namespaces::cli::main::<Verb<RunArgs>>(hooks)
}
