//! The checks of lab 05. Each scenario starts containers in the background on a
//! workbench of its own, and returns what was seen of them: by probes that
//! enter, from outside through `/proc` and the cgroup hierarchies, and in the
//! files that are kept.

#[path = "check/boxed.rs"]
mod boxed;
#[path = "check/enter.rs"]
mod enter;
#[path = "check/first_use.rs"]
mod first_use;
#[path = "check/life.rs"]
mod life;
#[path = "check/output.rs"]
mod output;
#[path = "check/stolen.rs"]
mod stolen;
#[path = "check/volumes.rs"]
mod volumes;

use workbench::{Scenario, scenario};

workbench::check_main!(SCENARIOS);

const SCENARIOS: &[Scenario] = &[
    scenario("moves", life::moves),
    scenario("told", life::told),
    scenario("stop", life::stop),
    scenario("lines", output::lines),
    scenario("log-file", output::file),
    scenario("own-program", stolen::own_program),
    scenario("namespaces", enter::namespaces),
    scenario("inside", enter::inside),
    scenario("limits", enter::limits),
    scenario("no-way-out", enter::no_way_out),
    scenario("terminal", enter::terminal),
    scenario("words", volumes::words),
    scenario("both-sides", volumes::both_sides),
    scenario("read-only", volumes::read_only),
    scenario("left-out", volumes::left_out),
    scenario("first-use", first_use::first_use),
    scenario("at-once", first_use::at_once),
    scenario("own-cgroup", volumes::own_cgroup),
];
