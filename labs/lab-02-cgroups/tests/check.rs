//! The checks of lab 02. Each scenario runs on a workbench of its own, starts
//! the lab's program with the probe as the container's command, and returns
//! what was seen in the kernel's files, told in words that mean the same on
//! every machine and for both versions of cgroups.

#[path = "check/cpu.rs"]
mod cpu;
#[path = "check/life.rs"]
mod life;
#[path = "check/limits.rs"]
mod limits;
#[path = "check/machines.rs"]
mod machines;
#[path = "check/tables.rs"]
mod tables;

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;
use workbench::probe::cgroup::{Groups, groups};
use workbench::{Running, Scenario, scenario};

workbench::check_main!(SCENARIOS);

const SCENARIOS: &[Scenario] = &[
    scenario("quantities", tables::quantities),
    scenario("machines", machines::machines),
    scenario("files", tables::files),
    scenario("born", limits::born),
    scenario("enabled", limits::enabled),
    scenario("limits", limits::limits),
    scenario("share", cpu::share),
    scenario("hog", limits::hog),
    scenario("bomb", limits::bomb),
    scenario("frozen", life::frozen),
    scenario("stats", cpu::stats),
    scenario("told", life::told),
    scenario("told-throttled", cpu::told),
    scenario("removed", life::removed),
];

/// Waits until something is so, at most as long as given; says whether it is.
pub fn wait_until(limit: Duration, so: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    while !so() {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}

/// The groups of a command that was started with `--pid host`, and has just
/// said what it sees.
pub fn groups_of(look: &Value) -> Result<Groups> {
    groups(&look["pid"].to_string())
}

/// Hears the probe. When the container was not started: what the program said
/// instead.
pub fn heard(running: &mut Running) -> Result<Result<Value, String>> {
    running.hear_or(|said| Some(said.to_string()))
}

/// An exit code beside the one that the field agrees on.
pub fn agreed(code: Option<i32>, wanted: i32) -> String {
    match code {
        Some(code) if code == wanted => "as agreed".into(),
        Some(code) => format!("{code} instead of {wanted}"),
        None => "ended by a signal itself".into(),
    }
}
