//! What a learner waits for after each edit: a check, beside compiling alone.

use std::cell::Cell;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use super::clone::{Clone, timed};
use super::family::{Family, Figure, Goal, Peer, Taken, Unit};
use super::turns::take;
use crate::workspace::Workspace;

const COMPILING: Option<Peer> = Some(Peer {
    what: "compiling alone",
    program: None,
});

const WHOLE: Figure = Figure {
    name: "whole",
    what: "check after an edit",
    peer: COMPILING,
    goal: Some(Goal::Ours(3.0)),
};

const OWN: Figure = Figure {
    name: "own",
    what: "of it, the runner's own",
    peer: COMPILING,
    goal: Some(Goal::More(0.7)),
};

pub const FAMILY: Family = Family {
    name: "check",
    says: "`check lab-01` of the reference after an edit",
    figures: &[WHOLE, OWN],
    unit: Unit::Seconds,
    measure,
    inside: None,
    only_named: false,
};

/// Edits, checked and compiled.
const TURNS: usize = 9;

fn measure(workspace: &Workspace) -> Result<Vec<Taken>> {
    let clone = Clone::of(workspace)?;
    let source = clone.path("solutions/lab-01-namespaces/src/container.rs");
    let number = Cell::new(0);
    let edit = || {
        number.set(number.get() + 1);
        edit(&source, number.get())
    };
    let check = || {
        edit()?;
        timed(clone.cargo(&["xtask", "check", "lab-01", "--solution"]), 0)
    };
    let compile = || {
        edit()?;
        let words = "test --no-run --quiet -p solution-01-namespaces --test check";
        timed(clone.cargo(&words.split(' ').collect::<Vec<_>>()), 0)
    };
    let samples = take(TURNS, check, compile)?;
    // Two promises about the same times.
    Ok(vec![
        Taken::of(&WHOLE, samples.clone()),
        Taken::of(&OWN, samples),
    ])
}

/// A change that has to be compiled.
fn edit(source: &Path, number: u32) -> Result<()> {
    let mut file = OpenOptions::new()
        .append(true)
        .open(source)
        .context("edit the reference")?;
    writeln!(file, "pub const EDIT_{number}: u32 = {number};").context("edit the reference")
}
