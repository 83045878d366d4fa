//! The workbench, tried with programs that mean harm.
//!
//! This program is the tests, and, started again on a workbench, the hostile
//! program of each. A hostile program first proves that it stands on a
//! workbench; what would be fatal even so is tried in a harmless form (opened
//! but not written, called with a wrong argument).

mod host;
mod hostile;
mod life;
mod making;
mod nodes;
mod rootfs;
mod runner;
mod shell;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use runner::Who;

fn main() -> ExitCode {
    workbench::bench::become_keeper_if_asked();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["hostile", name, host, ref rest @ ..] => hostile::main(name, host, rest),
        ["nodes"] => nodes::inside(),
        ["answer", port] => nodes::answer(port),
        ["ask", address] => nodes::ask(address),
        _ => {}
    }
    let mut arguments = Arguments::from_args();
    // Some of these use all the memory and processes that a workbench may.
    arguments.test_threads = arguments.test_threads.or(Some(2));
    let conclusion = libtest_mimic::run(&arguments, trials());
    let _ = std::fs::remove_dir_all(runner::programs());
    conclusion.exit_code()
}

fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for who in [Who::Root, Who::User] {
        let lacking = who.lacking();
        if let Some(reason) = &lacking {
            eprintln!("SKIPPED: all tests as {who}: {reason}");
        }
        let mut one = hostile::trials(who);
        one.extend(making::trials(who));
        one.extend(life::trials(who));
        one.extend(nodes::trials(who));
        one.extend(rootfs::trials(who));
        one.extend(shell::trials(who));
        trials.extend(
            one.into_iter()
                .map(|trial| trial.with_ignored_flag(lacking.is_some())),
        );
    }
    trials.extend(making::trials_without_rights());
    trials
}
