//! `cargo xtask mistakes`: every declared wrong answer must be told, every
//! declared right one must pass, every gap must be noticed.
//!
//! Each case is the reference with one region replaced. All cases of a lab are
//! compiled into one program, and observed by the reference's own check binary
//! with `--binary`.

mod cases;
mod matrix;
mod programs;
mod schema;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use lab_judge::{Check, LabOnDisk, Verdict};

pub use cases::{Case, Kind};
pub use matrix::Row;
use programs::Programs;

use crate::build;
use crate::check::package_name;
use crate::cli::MistakesArgs;
use crate::escalate::{self, Escalation};
use crate::failure::{Exit, Failure};
use crate::message::say;
use crate::observe::{self, Question, Trouble};
use crate::screen;
use crate::select::{self, Named};
use crate::store::Store;
use crate::waiting::Waiting;
use crate::workspace::Workspace;

/// Cases observed at one time, each with as many checks at a time as there are
/// processors. A check waits most of its time, and one of a wrong answer longer;
/// more would only make time limits less certain.
const PARALLEL: usize = 4;

/// What observing one case came to.
#[derive(Debug, Default)]
pub struct Seen {
    /// A verdict for every check that was asked, by its id.
    pub verdicts: BTreeMap<String, Verdict>,
    pub troubles: Vec<Trouble>,
}

/// A lab with everything that is asked of it.
struct Bench<'a> {
    workspace: &'a Workspace,
    lab: &'a LabOnDisk,
    reference: PathBuf,
    check_binary: PathBuf,
    limit: Duration,
    /// Starts the check binary as root, where that is needed.
    escalation: Option<Escalation>,
}

/// Prints the matrix of each lab.
///
/// # Errors
/// Unknown names, withheld references, a reference that doesn't compile,
/// mistakes whose files are missing or undeclared.
pub fn run(workspace: &Workspace, args: &MistakesArgs) -> Result<Exit, Failure> {
    let labs = if args.labs.is_empty() {
        workspace.load_all()?
    } else {
        let named = args
            .labs
            .iter()
            .map(|typed| Ok(select::lab(workspace, typed)?.lab));
        named.collect::<Result<Vec<LabOnDisk>, Failure>>()?
    };
    let mut worst = Exit::Green;
    for lab in &labs {
        let started = Instant::now();
        let rows = lab_rows(workspace, lab, args)?;
        screen::print(&screen::mistakes::text(
            lab,
            &rows,
            args.only.is_some(),
            started.elapsed(),
        ));
        if rows.iter().any(|row| row.machine) {
            return Ok(Exit::Machine);
        }
        if rows.iter().any(|row| !row.faults.is_empty()) {
            worst = Exit::Code;
        }
    }
    Ok(worst)
}

fn lab_rows(
    workspace: &Workspace,
    lab: &LabOnDisk,
    args: &MistakesArgs,
) -> Result<Vec<Row>, Failure> {
    let reference = workspace.solution(&lab.lab)?;
    let all = cases::of(workspace, lab, &reference)?;
    let chosen: Vec<&Case> = match &args.only {
        None => all.iter().collect(),
        Some(name) => all.iter().filter(|case| case.is_named(name)).collect(),
    };
    if let (true, Some(name)) = (chosen.is_empty(), &args.only) {
        let mut names: Vec<&str> = all.iter().map(Case::stem).collect();
        names.sort();
        names.dedup();
        return Err(select::unknown(Named::Case, &lab.lab.lab, name, &names));
    }
    let way = escalate::way(&lab.lab)?;
    let package = package_name(lab, true);
    let Some(check_binary) = build::check_binary(&workspace.root, &package, false)? else {
        let place = workspace.shown(&reference);
        return Err(Failure::Usage(say!(
            "mistakes-reference-broken",
            place = place,
        )));
    };
    let target = build::target_dir(&check_binary)
        .context("find the target folder")?
        .to_owned();
    let limit = Duration::from_secs(args.limit);
    let store = Store::at(&workspace.root);
    let asked = Question {
        binary: &check_binary,
        package: &reference,
        program: None,
        place: None,
        checks: &[],
        limit,
        escalation: None,
    };
    let escalation = escalate::leave(&store, &lab.lab, &way, &asked.command_for_root())?;
    let bench = Bench {
        workspace,
        lab,
        reference,
        check_binary,
        limit,
        escalation,
    };
    let built = programs::build(&bench, &target, &chosen)?;
    Ok(observed(&bench, &chosen, &built)?)
}

/// Observes the cases that compiled, some at a time, and judges all of them.
fn observed(bench: &Bench<'_>, chosen: &[&Case], built: &Programs) -> anyhow::Result<Vec<Row>> {
    let next = Mutex::new(chosen.iter().enumerate());
    let rows = Mutex::new(Vec::new());
    let waiting = Waiting::on(say!("waiting-cases", lab = bench.lab.lab.lab.as_str()));
    let waiting = waiting.of(chosen.len());
    let work = || -> anyhow::Result<()> {
        loop {
            let taken = next.lock().ok().and_then(|mut next| next.next());
            let Some((place, case)) = taken else {
                return Ok(());
            };
            let row = match built.of(case) {
                Err(reason) => Row::does_not_compile(case, reason),
                Ok(program) => Row::judged(bench.lab, case, observe_case(bench, case, program)?),
            };
            if let Ok(mut rows) = rows.lock() {
                rows.push((place, row));
                waiting.reached(rows.len());
            }
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..PARALLEL).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| match worker.join() {
                Ok(result) => result,
                Err(_) => anyhow::bail!("observe a case: the thread panicked"),
            })
    })?;
    let mut rows = rows.into_inner().unwrap_or_default();
    rows.sort_by_key(|(place, _)| *place);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

fn observe_case(bench: &Bench<'_>, case: &Case, program: Option<&Path>) -> anyhow::Result<Seen> {
    let lab = bench.lab;
    let asked: Vec<&Check> = lab
        .lab
        .checks
        .iter()
        .filter(|check| case.is_asked(check))
        .collect();
    let checks: Vec<&str> = asked.iter().map(|check| check.id.as_str()).collect();
    let question = Question {
        binary: &bench.check_binary,
        package: &bench.reference,
        program,
        place: None,
        checks: &checks,
        limit: bench.limit,
        escalation: bench.escalation.as_ref(),
    };
    let answers = observe::ask(&question, |_, _| {})?;
    let verdict = |check: &&Check| {
        (
            check.id.clone(),
            lab.judge(check, answers.outcomes.get(&check.id)),
        )
    };
    Ok(Seen {
        verdicts: asked.iter().map(verdict).collect(),
        troubles: answers.troubles,
    })
}
