//! `cargo xtask check`: build, observe, judge, tell.

mod json;
mod over;
mod report;
mod run;

use std::time::Duration;

use crate::cli::{CheckArgs, Format};
use crate::failure::{Exit, Failure};
use crate::message;
use crate::progress;
use crate::screen;
use crate::select::{self, Selected};
use crate::store::Store;
use crate::vm::Place;
use crate::workspace::Workspace;

pub use report::{Ground, Report, Row, State};
pub use run::package_name;

/// How every lab of one command is checked.
#[derive(Debug)]
pub struct Options<'a> {
    pub solution: bool,
    /// Build over the reference's earlier labs.
    pub on_reference: bool,
    /// Every lab is checked, and so each by itself, whatever the others are.
    pub all: bool,
    /// Tasks whose checks are run and shown before the others.
    pub first: &'a [String],
    pub limit: Duration,
    pub format: Format,
    /// Where the checks observe, when that isn't this machine.
    pub place: Option<&'a Place>,
}

/// Checks the labs that were named, or the next unfinished one.
///
/// # Errors
/// Unknown names, a `lab.yaml` that is refused, damaged sources, and what keeps
/// cargo or the check binary from starting.
pub fn run(workspace: &Workspace, args: &CheckArgs) -> Result<Exit, Failure> {
    run_on(workspace, args, None)
}

/// As [`run`], with what is observed in a virtual machine and judged here.
///
/// # Errors
/// As [`run`], and what keeps the machine from answering.
pub fn run_on(
    workspace: &Workspace,
    args: &CheckArgs,
    place: Option<&Place>,
) -> Result<Exit, Failure> {
    match args.format {
        // Programs read it, and they know one language.
        Format::Json => message::in_language("en", || checked(workspace, args, place)),
        Format::Text => checked(workspace, args, place),
    }
}

fn checked(
    workspace: &Workspace,
    args: &CheckArgs,
    place: Option<&Place>,
) -> Result<Exit, Failure> {
    let store = Store::at(&workspace.root);
    let options = Options {
        solution: args.solution,
        on_reference: args.on_reference,
        all: args.all,
        first: &args.first,
        limit: Duration::from_secs(args.limit),
        format: args.format,
        place,
    };
    let selected = selected(workspace, &store, args)?;
    let mut reports = Vec::new();
    for (index, one) in selected.iter().enumerate() {
        if index > 0 && options.format == Format::Text {
            screen::print("\n");
        }
        let report = match run::lab(workspace, &store, one, &options) {
            // One damaged source says nothing about the other labs.
            Err(failure @ Failure::Code(_)) if options.all => {
                screen::failure::print(&failure);
                Ok(run::refused(one, &options, failure.to_string()))
            }
            report => report,
        };
        reports.push(report?);
    }
    let exit = worst(&reports);
    match options.format {
        Format::Json => screen::print(&json::document(&reports, exit)),
        Format::Text if selected.is_empty() => screen::print(&screen::check::all_finished()),
        Format::Text => {}
    }
    Ok(exit)
}

fn selected(
    workspace: &Workspace,
    store: &Store,
    args: &CheckArgs,
) -> Result<Vec<Selected>, Failure> {
    let name = args.check.as_deref();
    if args.all {
        let labs = workspace.load_all()?.into_iter().map(Selected::whole);
        return having(labs.collect(), name);
    }
    match (args.labs.is_empty(), name) {
        (true, None) => Ok(progress::next_unfinished(workspace, store)?
            .map(Selected::whole)
            .into_iter()
            .collect()),
        (true, Some(name)) => Ok(vec![select::by_check(workspace, name)?]),
        (false, name) => {
            let mut all = select::words(workspace, &args.labs)?;
            if let Some(name) = name {
                for one in &mut all {
                    one.only = Some(select::only(&one.lab.lab, name)?);
                }
            }
            Ok(all)
        }
    }
}

/// The labs that have a check of this name: of all labs not each must.
fn having(labs: Vec<Selected>, name: Option<&str>) -> Result<Vec<Selected>, Failure> {
    let Some(name) = name else {
        return Ok(labs);
    };
    let mut refused = None;
    let mut having = Vec::new();
    for mut one in labs {
        match select::only(&one.lab.lab, name) {
            Ok(only) => {
                one.only = Some(only);
                having.push(one);
            }
            Err(failure) => refused = Some(failure),
        }
    }
    match refused {
        Some(failure) if having.is_empty() => Err(failure),
        _ => Ok(having),
    }
}

/// Red is told before the machine: there is something a learner can do.
fn worst(reports: &[Report]) -> Exit {
    let exits: Vec<Exit> = reports.iter().map(Report::exit).collect();
    let any = |exit| exits.contains(&exit);
    let red = reports.iter().any(Report::is_red);
    match () {
        () if red => Exit::Code,
        () if any(Exit::Machine) => Exit::Machine,
        () if any(Exit::Code) => Exit::Code,
        () => Exit::Green,
    }
}
