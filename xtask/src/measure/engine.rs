//! A container from an image: with a cgroup, an overlay of its own and
//! pivot_root. Lab 04 starts it as the program that it is; lab 05 starts itself
//! once more first, by a way on which nobody in a container can write to it.

use anyhow::Result;

use super::bundle::{self, CRUN, LAB_04, LAB_05};
use super::family::{Family, Figure, Goal, Taken, Unit};
use super::released;
use super::turns::in_turns;
use crate::workspace::Workspace;

const LAYERS: Figure = Figure {
    name: "layers",
    what: "from an image, lab 04",
    peer: Some(CRUN),
    goal: Some(Goal::Ratio(0.5)),
};

const ENGINE: Figure = Figure {
    name: "engine",
    what: "from an image, lab 05",
    peer: Some(CRUN),
    goal: Some(Goal::Ratio(0.5)),
};

pub const FAMILY: Family = Family {
    name: "engine",
    says: "the reference's `run --rm IMAGE /bin/true` beside crun",
    figures: &[LAYERS, ENGINE],
    unit: Unit::Seconds,
    measure,
    inside: Some(inside),
    only_named: false,
};

/// Containers of each.
const TURNS: usize = 100;

fn measure(workspace: &Workspace) -> Result<Vec<Taken>> {
    let programs = released::build(workspace, &["workbench", LAB_04, LAB_05])?;
    released::on_workbench(workspace, &FAMILY, &programs)
}

fn inside() -> Result<Vec<Taken>> {
    let figures = [(&LAYERS, LAB_04), (&ENGINE, LAB_05)];
    if CRUN.missing() {
        return Ok(figures.map(|(figure, _)| Taken::skipped(figure)).into());
    }
    bundle::make()?;
    let command = ["/bin/true"];
    let taken = figures.map(|(figure, program)| {
        let mut ours = bundle::ours(program, &command);
        let mut crun = bundle::crun(&command)?;
        Ok(Taken::of(figure, in_turns(&mut ours, &mut crun, TURNS)?))
    });
    taken.into_iter().collect()
}
