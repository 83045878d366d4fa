//! The one place for figures: each is measured beside what it is compared
//! with, in one run, and kept with every single time.
//!
//! A *family* is a file of this folder: what it measures, beside which peers,
//! and what was promised. [`FAMILIES`] lists them; [`statistics`] judges;
//! [`record`] is what is kept; [`figures`] are the book's tables and plots,
//! drawn from what was kept and never typed.

mod check;
mod clone;
mod family;
pub mod figures;
mod import;
pub mod machine;
mod plot;
pub mod record;
mod released;
mod run;
pub mod shown;
pub mod statistics;
mod turns;
mod vm;
mod workbench;

use std::env;

pub use family::{Family, Peer};
#[cfg(test)]
pub use family::{Samples, Taken};

use crate::build::target_folder;
use crate::cli::{Format, MeasureArgs};
use crate::failure::{Exit, Failure};
use crate::files;
use crate::screen;
use crate::workspace::Workspace;
use machine::Machine;
use record::Record;
use statistics::Verdict;

/// Every family, in the order in which all are measured.
pub const FAMILIES: &[&Family] = &[
    &clone::FAMILY,
    &check::FAMILY,
    &workbench::FAMILY,
    &run::FAMILY,
    &import::FAMILY,
    &vm::FAMILY,
];

/// Names and what they measure, for the command line.
pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    FAMILIES.iter().map(|family| (family.name, family.says))
}

/// Measures what was asked for, or everything that takes no machines.
///
/// # Errors
/// A program that is measured fails, or can't be built.
pub fn run(workspace: &Workspace, args: &MeasureArgs) -> Result<Exit, Failure> {
    if let Some(name) = &args.inside {
        return inside(name);
    }
    if args.draw {
        figures::draw_all(&workspace.root)?;
        return Ok(Exit::Green);
    }
    // Before anything of ours is built: that would be our own load.
    let machine = Machine::now();
    let folder = target_folder(&workspace.root)?.join("measure");
    let asked = |family: &&&Family| {
        args.what.is_empty() && !family.only_named
            || args.what.iter().any(|name| name == family.name)
    };
    let mut records = Vec::new();
    for family in FAMILIES.iter().filter(asked) {
        if args.format == Format::Text {
            screen::print_error(&screen::measure::begins(family));
        }
        let taken = (family.measure)(workspace)?;
        let record = Record::of(family, machine.clone(), taken);
        let json = record.json()?;
        files::write(
            &folder.join(format!("{}.json", family.name)),
            json.as_bytes(),
        )?;
        if args.book {
            figures::keep(&workspace.root, family, &json)?;
        }
        records.push((*family, record));
    }
    match args.format {
        Format::Text => screen::print(&screen::measure::text(&machine, &records)),
        Format::Json => screen::print(&format!("{}\n", record::all(&records)?)),
    }
    let missed = |(family, record): &(&Family, Record)| {
        record
            .rows(family)
            .iter()
            .any(|row| row.verdict == Verdict::Missed)
    };
    let fails = args.strict && records.iter().any(missed);
    Ok(if fails { Exit::Code } else { Exit::Green })
}

/// The half of a family that runs on a workbench: its times as JSON.
fn inside(name: &str) -> Result<Exit, Failure> {
    let on_workbench =
        env::var_os("WORKBENCH").is_some() && std::path::Path::new("/.workbench").exists();
    let family = FAMILIES.iter().find(|family| family.name == name);
    let inside = family.and_then(|family| family.inside);
    let (Some(inside), true) = (inside, on_workbench) else {
        return Err(Failure::Usage(crate::message::say!("measure-inside")));
    };
    let taken = serde_json::to_string(&inside()?).map_err(anyhow::Error::from)?;
    screen::print(&format!("{taken}\n"));
    Ok(Exit::Green)
}
