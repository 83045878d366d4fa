//! The command line of lab 05: lab 04's, with containers that run in the
//! background, and the verbs for them.

use std::process::ExitCode;

use lab_05_enter::cli::{RunArgs, Verb};
use lab_05_enter::hooks;

fn main() -> ExitCode {
    namespaces::cli::main::<Verb<RunArgs>>(hooks)
}
