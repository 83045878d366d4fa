//! One empty workbench, beside the bare start of the program it runs.

use std::process::Command;

use anyhow::Result;

use super::family::{Family, Figure, Goal, Peer, Taken, Unit};
use super::released;
use super::turns::in_turns;
use crate::workspace::Workspace;

const EMPTY: Figure = Figure {
    name: "empty",
    what: "an empty workbench",
    peer: Some(Peer {
        what: "/bin/true alone",
        program: None,
    }),
    goal: Some(Goal::Ours(0.020)),
};

pub const FAMILY: Family = Family {
    name: "workbench",
    says: "a workbench for /bin/true, release build",
    figures: &[EMPTY],
    unit: Unit::Seconds,
    measure,
    inside: None,
    only_named: false,
};

fn measure(workspace: &Workspace) -> Result<Vec<Taken>> {
    let programs = released::build(workspace, &["workbench"])?;
    let mut ours = Command::new(programs.join("workbench"));
    ours.args(["run", "--", "/bin/true"]);
    let samples = in_turns(&mut ours, &mut Command::new("/bin/true"), 50)?;
    Ok(vec![Taken::of(&EMPTY, samples)])
}
