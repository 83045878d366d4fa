//! The spine under load: a made-up later lab with throw-away hooks.
//!
//! This one program plays every part, told apart by its first argument: the
//! tests (outside), a scenario (on a workbench of its own), the later lab's
//! command line with its creator, and the command inside a container.

mod crash;
mod hooks;
mod kept;
mod life;
mod probe;
mod threads;
mod world;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use libtest_mimic::{Arguments, Failed, Trial};
use nix::unistd::Uid;
use solution_01_namespaces::cli::{self, RunArgs, Verb};
use workbench::bench::{Bench, End, become_keeper_if_asked};

/// What a line begins with that is shown although the scenario succeeded.
const MEASURED: &str = "measured: ";

type Scenario = (&'static str, fn() -> Result<()>);

const SCENARIOS: &[Scenario] = &[
    ("a volume is seen inside and gone afterwards", life::volume),
    ("namespaces of another container are joined", life::joined),
    (
        "a user namespace with maps and a filter",
        life::user_and_filter,
    ),
    ("exec enters a running container", life::exec),
    (
        "exec enters a user namespace as its root",
        life::exec_as_root,
    ),
    (
        "only 0, 1, 2 and planned descriptors are open",
        life::descriptors,
    ),
    ("a detached container outlives its creator", crash::detached),
    (
        "a detached container has no stream of its caller",
        crash::streams,
    ),
    ("a failing hook undoes in reverse", crash::failing_hooks),
    ("what hooks note at the end is told", crash::notes),
    ("a killed runtime takes its container along", crash::killed),
    (
        "a creator killed at any moment is cleaned up after",
        crash::random_moments,
    ),
    (
        "a detached one killed at any moment is removed",
        crash::random_detached,
    ),
    (
        "a kept container stays until it is removed",
        kept::until_removed,
    ),
    ("a kept container lives once more", kept::again),
    (
        "one that could not be started is not kept",
        kept::never_lived,
    ),
    (
        "a kept one killed at any moment is settled",
        kept::random_moments,
    ),
    (
        "a program with threads creates 1,000 containers",
        threads::thousand,
    ),
    (
        "containers started at once don't wait for each other",
        threads::at_once,
    ),
];

fn main() -> ExitCode {
    become_keeper_if_asked();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = |result: Result<()>| result.map(|()| ExitCode::SUCCESS);
    let code = match words.as_slice() {
        // The later lab's command line, and the creator it starts again.
        ["--root", ..] => return cli::main::<Verb<RunArgs>>(hooks::of),
        ["spine-run", root, spec] => world::create(root, spec),
        ["spine-remove", root, id] => done(world::remove(root, id)),
        ["spine-probe", words @ ..] => done(probe::main(words)),
        ["spine-scenario", name] => done(scenario(name)),
        _ => return tests(),
    };
    code.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        ExitCode::FAILURE
    })
}

/// On the workbench. Mounts and namespaces must never touch the host.
fn scenario(name: &str) -> Result<()> {
    anyhow::ensure!(workbench::bench::is_workbench(), "this is not a workbench");
    let known = SCENARIOS.iter().find(|scenario| scenario.0 == name);
    (known.context("no such scenario")?.1)()
}

fn tests() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // The limits below are meant for one scenario at a time.
    arguments.test_threads = Some(1);
    let impossible = Bench::new()
        .run(&["/bin/true".into()])
        .err()
        .filter(|_| !Uid::effective().is_root());
    if let Some(machine) = &impossible {
        let missing = machine.missing.as_deref().unwrap_or_default();
        eprintln!("SKIPPED, nothing is proved: {machine}: {missing}");
    }
    let trials = SCENARIOS.iter().map(|(name, _)| {
        Trial::test(*name, || on_workbench(name))
            .with_ignored_flag(impossible.is_some())
            .with_kind(if impossible.is_some() {
                "no workbench"
            } else {
                ""
            })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn on_workbench(name: &str) -> Result<(), Failed> {
    let own = std::env::current_exe()?;
    let directory = own.parent().ok_or("own directory")?.to_path_buf();
    let command: [OsString; 3] = [own.into(), "spine-scenario".into(), name.into()];
    let bench = Bench::new()
        .time_limit(Duration::from_secs(60))
        .show(directory);
    let ended = bench.run(&command)?;
    let words = String::from_utf8_lossy(&ended.stderr).into_owned();
    match ended.end {
        End::Code(0) => {
            // The rest is what failing containers are meant to say.
            let measured = words.lines().filter(|line| line.starts_with(MEASURED));
            measured.for_each(|line| eprintln!("{line}"));
            Ok(())
        }
        end => Err(format!("{end:?}: {words}").into()),
    }
}
