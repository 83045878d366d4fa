//! The command line of lab 01. Everything it does is in the library.

use std::process::ExitCode;

use lab_01_namespaces::cli::{self, RunArgs, Verb};

fn main() -> ExitCode {
    // Lab 01 adds no hooks: what it does is the spine the hooks hang on.
    cli::main::<Verb<RunArgs>>(|_spec| Ok(Vec::new()))
}
