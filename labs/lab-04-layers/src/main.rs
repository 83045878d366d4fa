//! The command line of lab 04: lab 03's, with images for `run`, and the verbs
//! that look at images and make them.

use std::process::ExitCode;

use lab_04_layers::cli::{RunArgs, Verb};
use lab_04_layers::hooks;

fn main() -> ExitCode {
    namespaces::cli::main::<Verb<RunArgs>>(hooks)
}
