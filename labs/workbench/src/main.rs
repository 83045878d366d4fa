//! The workbench from a command line: what `cargo xtask shell` and `clean`
//! start, and what the tests try it with.

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use workbench::bench::{Bench, End, become_keeper_if_asked, sweep};

const USAGE: &str = "usage: workbench run [--time-limit SECONDS] -- COMMAND…
       workbench shell [-- COMMAND…]
       workbench sweep";

/// How long a shell may stay open.
const A_DAY: Duration = Duration::from_secs(24 * 3600);

fn main() -> ExitCode {
    become_keeper_if_asked();
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let text: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
    match text.as_slice() {
        ["run", "--time-limit", seconds, "--", ..] => match seconds.parse() {
            Ok(seconds) => run(
                Bench::new().time_limit(Duration::from_secs(seconds)),
                &words[4..],
            ),
            Err(_) => usage(),
        },
        ["run", "--break", step, "--", ..] => run(Bench::new().break_step(step), &words[4..]),
        ["run", "--", ..] => run(Bench::new(), &words[2..]),
        ["shell"] => shell(&[std::env::var_os("SHELL").unwrap_or("/bin/sh".into())]),
        ["shell", "--", ..] => shell(&words[2..]),
        ["sweep"] => match sweep() {
            Ok(swept) => {
                swept.iter().for_each(|path| println!("removed {path}"));
                ExitCode::SUCCESS
            }
            Err(machine) => your_machine(&machine),
        },
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

fn run(bench: Bench, command: &[OsString]) -> ExitCode {
    use std::io::Write;
    match bench.show(own_directory()).run(command) {
        Ok(ended) => {
            let _ = std::io::stdout().write_all(&ended.stdout);
            let _ = std::io::stderr().write_all(&ended.stderr);
            code_of(ended.end)
        }
        Err(machine) => your_machine(&machine),
    }
}

fn shell(command: &[OsString]) -> ExitCode {
    let mut bench = Bench::new().time_limit(A_DAY).show(own_directory());
    for path in std::env::var_os("WORKBENCH_PATH")
        .iter()
        .flat_map(std::env::split_paths)
    {
        bench = bench.show(path);
    }
    match bench.shell(command) {
        Ok(ended) => code_of(ended.end),
        Err(machine) => your_machine(&machine),
    }
}

fn own_directory() -> std::path::PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    own.parent().unwrap_or(&own).to_path_buf()
}

/// 124 when time was over and 123 when it wrote too much, beside the usual.
fn code_of(end: End) -> ExitCode {
    match end {
        End::Code(code) => ExitCode::from(code as u8),
        End::Signal(signal) => ExitCode::from(128 + signal as u8),
        End::TimeLimit => ExitCode::from(124),
        End::OutputLimit => ExitCode::from(123),
    }
}

/// 3, as everywhere: your machine.
fn your_machine(machine: &workbench::bench::Machine) -> ExitCode {
    eprintln!("your machine: {machine}");
    if let Some(missing) = &machine.missing {
        eprintln!("missing: {missing}");
    }
    ExitCode::from(3)
}
