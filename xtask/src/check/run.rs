//! One lab's way from its sources to its verdicts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lab_judge::{Check, LabOnDisk, Verdict};

use super::Options;
use super::over;
use super::report::{Ground, Report, Row, State};
use crate::build;
use crate::cli::Format;
use crate::escalate;
use crate::failure::Failure;
use crate::machine::finding::Stops;
use crate::machine::{self, Way, building};
use crate::message::say;
use crate::observe::{self, Question};
use crate::progress::{self, Progress};
use crate::screen;
use crate::select::Selected;
use crate::store::{Results, Store};
use crate::waiting::Waiting;
use crate::workspace::Workspace;

/// Checks one lab and shows its screen.
///
/// # Errors
/// As [`super::run`].
pub fn lab(
    workspace: &Workspace,
    store: &Store,
    selected: &Selected,
    options: &Options<'_>,
) -> Result<Report, Failure> {
    let on_disk = &selected.lab;
    let package = package(workspace, on_disk, options.solution)?;
    let ground = Ground {
        workspace,
        lab: on_disk,
        package: &package,
    };
    let text = options.format == Format::Text;
    if options.on_reference {
        over::possible(workspace, on_disk)?;
    } else if !options.solution && !options.all {
        if let Some(earlier) = earlier_not_green(workspace, store, on_disk, options)? {
            if text {
                screen::print(&screen::check::earlier_first(
                    &earlier.lab,
                    &on_disk.lab.lab,
                ));
            }
            return Ok(empty(selected, options, State::Earlier(Box::new(earlier))));
        }
    }
    let checks = checks(selected, options)?;
    if text {
        screen::print(&screen::check::head(
            on_disk.said(),
            selected.part.as_deref(),
            options.solution,
        ));
        if let Some(place) = options.place {
            screen::print(&screen::vm::place(place));
        }
    }
    // Before the verdicts: afterwards the store knows these checks as well.
    let changed = !options.solution && {
        let before = Progress::of(workspace, store, on_disk)?.green_before;
        checks.iter().any(|check| before.contains(&check.id))
    };
    if text && options.on_reference {
        screen::print(&screen::over::head(on_disk));
    }
    if text && changed {
        screen::print(&screen::over::checks_changed(&on_disk.lab.lab));
    }
    // What is built over other labs than the learner's own says nothing about
    // these, and what holds on another kernel says nothing about this one.
    let counts = !options.solution && !options.on_reference && options.place.is_none();
    // Before anything is built of them: who saves meanwhile has not had that
    // checked.
    let sources = counts.then(|| Sources::of(on_disk)).transpose()?;
    let mut report = judged(workspace, store, selected, options, &ground, checks)?;
    report.checks_changed = changed;
    if let Some(sources) = sources {
        remember(store, sources, &report)?;
    }
    if text {
        screen::print(&screen::check::end(&report, &ground));
        if options.on_reference {
            screen::print(&screen::over::end(on_disk, &report));
        }
    }
    Ok(report)
}

/// The folder of the package that is checked.
fn package(workspace: &Workspace, lab: &LabOnDisk, solution: bool) -> Result<PathBuf, Failure> {
    if solution {
        workspace.solution(&lab.lab)
    } else {
        Ok(lab.dir.clone())
    }
}

/// A lab whose sources are damaged, and why.
pub fn refused(selected: &Selected, options: &Options<'_>, reason: String) -> Report {
    empty(selected, options, State::Refused(reason))
}

fn empty(selected: &Selected, options: &Options<'_>, state: State) -> Report {
    Report {
        lab: selected.lab.lab.lab.clone(),
        part: selected.part.clone(),
        check: selected.only.as_ref().map(|only| only.name.clone()),
        solution: options.solution,
        on_reference: options.on_reference,
        checks_changed: false,
        on: options.place.map(|place| place.node().to_owned()),
        state,
        rows: Vec::new(),
        troubles: Vec::new(),
        stderr: String::new(),
    }
}

/// The first earlier lab that is written, has changed since it was last green
/// and is checked now because of it; `None` when all of them are green.
fn earlier_not_green(
    workspace: &Workspace,
    store: &Store,
    lab_on_disk: &LabOnDisk,
    options: &Options<'_>,
) -> Result<Option<Report>, Failure> {
    // Also those that the earlier ones build on: each after its own.
    let all = lab_on_disk.earlier();
    for earlier in all.map_err(|refusals| workspace.usage(&refusals))? {
        let progress = Progress::of(workspace, store, &earlier)?;
        // One with gaps is not checked: its gaps are named by the later lab.
        if !progress.unwritten.is_empty() || progress.finished(&earlier) {
            continue;
        }
        if options.format == Format::Text {
            screen::print(&screen::check::checks_earlier(&earlier.lab.lab));
        }
        let whole = Selected::whole(earlier);
        let report = lab(workspace, store, &whole, options)?;
        if report.exit() != crate::failure::Exit::Green {
            return Ok(Some(report));
        }
        if options.format == Format::Text {
            screen::print("\n");
        }
    }
    Ok(None)
}

/// The checks that were asked for, in task order; those of the tasks that are
/// wanted first before the others.
fn checks<'a>(selected: &'a Selected, options: &Options<'_>) -> Result<Vec<&'a Check>, Failure> {
    let lab = &selected.lab.lab;
    let mut checks = lab.checks_in_task_order();
    let part_of =
        |check: &Check| Some(&lab.part_of(&lab.tasks.get(lab.latest_task(check)?)?.id)?.id);
    if let Some(only) = &selected.only {
        checks.retain(|check| only.checks.contains(&check.id));
    }
    if let Some(part) = &selected.part {
        let elsewhere = checks.first().and_then(|check| part_of(check)).cloned();
        checks.retain(|check| part_of(check) == Some(part));
        if let (Some(only), Some(other), true) = (&selected.only, elsewhere, checks.is_empty()) {
            return Err(Failure::Usage(say!(
                "select-other-part",
                name = only.name.as_str(),
                part = part.as_str(),
                other = other,
            )));
        }
    }
    checks.sort_by_key(|check| !options.first.contains(&check.task));
    Ok(checks)
}

fn judged(
    workspace: &Workspace,
    store: &Store,
    selected: &Selected,
    options: &Options<'_>,
    ground: &Ground<'_>,
    checks: Vec<&Check>,
) -> Result<Report, Failure> {
    let lab = ground.lab;
    // What another machine lacks shows there.
    let way = match options.place {
        Some(_) => Way::AsUser,
        None => machine::preflight(&lab.lab.needs),
    };
    if let Way::No(findings) = way {
        let lacks = machine::lacks(&findings);
        return Ok(empty(selected, options, State::Lacks(lacks)));
    }
    workspace.check_source(ground.package)?;
    let unwritten = lab
        .unwritten(ground.package)
        .map_err(|refusals| workspace.code(&refusals))?;
    let earlier = match options.on_reference {
        true => Vec::new(),
        false => lab
            .unwritten_earlier(ground.package)
            .map_err(|refusals| workspace.code(&refusals))?,
    };
    let mut lines = Lines::new(ground, &checks, options.format == Format::Text);
    // The first build takes long enough to be watched; later ones need not be.
    let quiet = !store.results(&lab.lab.lab).fingerprint.is_empty();
    let name = package_name(lab, options.solution);
    let built = match (options.place, options.on_reference) {
        (Some(place), _) => place.build(&workspace.root, &name, quiet)?,
        (None, true) => over::check_binary(workspace, lab, quiet)?,
        (None, false) => build::check_binary(&workspace.root, &name, quiet)?,
    };
    let Some(binary) = built else {
        return Ok(empty(selected, options, did_not_build(workspace, options)));
    };
    for check in &checks {
        if let Some(to_do) = lab.to_do(check, &unwritten, &earlier) {
            lines.judged(&check.id, to_do);
        }
    }
    let to_run: Vec<&str> = lines.open();
    let mut answers = observe::Answers::default();
    if !to_run.is_empty() {
        // The check binary knows its program; a machine has to be brought it.
        let program = options.place.and_then(|_| build::program(&binary, &name));
        let mut question = Question {
            binary: &binary,
            package: ground.package,
            program: program.as_deref(),
            place: options.place,
            checks: &to_run,
            limit: options.limit,
            escalation: None,
        };
        let root = match &way {
            Way::AsRoot(because) => {
                let command = question.command_for_root();
                Some(escalate::obtain(store, &lab.lab.lab, because, &command)?)
            }
            _ => None,
        };
        match root {
            Some(Err(refused)) => lines.all_judged(&refused.verdict()),
            root => {
                let escalation = root.and_then(Result::ok);
                question.escalation = escalation.as_ref();
                // A line of our own would be in a password prompt's way.
                let silent = escalation.as_ref().is_some_and(|tool| tool.asks_late());
                let waiting = (!silent).then(|| {
                    Waiting::on(say!("waiting-checks", lab = &lab.lab.lab)).of(to_run.len())
                });
                let mut answered = 0;
                answers = observe::ask(&question, |id, outcome| {
                    answered += 1;
                    if let Some(waiting) = &waiting {
                        waiting.reached(answered);
                    }
                    if let Some(check) = lab.lab.check(id) {
                        lines.judged(id, lab.judge(check, Some(outcome)));
                    }
                })?;
                if let (Some(place), false) = (options.place, answers.troubles.is_empty()) {
                    place.ensure_lives()?;
                }
                if let Some(refused) = escalation.and_then(|tool| tool.refused(&answers)) {
                    lines.all_judged(&refused.verdict());
                    answers = observe::Answers::default();
                }
            }
        }
    }
    for id in lines.open() {
        if let Some(check) = lab.lab.check(id) {
            lines.judged(id, lab.judge(check, None));
        }
    }
    let rows = lines.rows();
    Ok(Report {
        rows,
        troubles: answers.troubles,
        stderr: answers.stderr,
        ..empty(selected, options, State::Judged)
    })
}

/// What a build that failed says about: the machine, when it lacks what every
/// build needs, such as room on its disk; else the source.
fn did_not_build(workspace: &Workspace, options: &Options<'_>) -> State {
    if options.place.is_some() {
        return State::DoesNotCompile;
    }
    let mut findings = building::findings(&workspace.root);
    findings.retain(|finding| matches!(finding.stops(), Stops::Builds));
    match findings.is_empty() {
        true => State::DoesNotCompile,
        false => State::Lacks(machine::lacks(&findings)),
    }
}

/// The package of a lab or of its reference: the folder's name with its prefix.
pub fn package_name(lab: &LabOnDisk, solution: bool) -> String {
    if solution {
        lab.lab.lab.replacen("lab-", "solution-", 1)
    } else {
        lab.lab.lab.clone()
    }
}

/// What verdicts are made from, as the store tells it.
struct Sources {
    fingerprint: String,
    judges: String,
}

impl Sources {
    fn of(lab: &LabOnDisk) -> Result<Sources, Failure> {
        Ok(Sources {
            fingerprint: progress::fingerprint(&lab.dir)?,
            judges: progress::judges(lab)?,
        })
    }
}

/// Remembers the verdicts. Those of checks that were not asked for stay, as
/// long as they are of the same sources.
fn remember(store: &Store, sources: Sources, report: &Report) -> Result<(), Failure> {
    if !matches!(report.state, State::Judged) {
        return Ok(());
    }
    let Sources {
        fingerprint,
        judges,
    } = sources;
    let mut results = store.results(&report.lab);
    if results.fingerprint != fingerprint {
        results = Results {
            fingerprint,
            checks: BTreeMap::new(),
            green: results.green,
        };
    }
    for row in &report.rows {
        // With trouble in the run, no green of it is worth remembering.
        let doubtful = row.verdict.is_green() && !report.troubles.is_empty();
        let name = if doubtful { "red" } else { row.verdict.name() };
        if name == "green" {
            results.green.insert(row.check.id.clone(), judges.clone());
        }
        results.checks.insert(row.check.id.clone(), name.to_owned());
    }
    Ok(store.remember(&report.lab, &results)?)
}

/// Shows one line a check in task order, each as soon as it and all before it
/// have a verdict.
struct Lines<'a> {
    ground: &'a Ground<'a>,
    checks: &'a [&'a Check],
    verdicts: BTreeMap<String, Verdict>,
    /// How many lines are shown.
    shown: usize,
    text: bool,
}

impl<'a> Lines<'a> {
    fn new(ground: &'a Ground<'a>, checks: &'a [&'a Check], text: bool) -> Lines<'a> {
        Lines {
            ground,
            checks,
            verdicts: BTreeMap::new(),
            shown: 0,
            text,
        }
    }

    fn judged(&mut self, id: &str, verdict: Verdict) {
        self.verdicts.insert(id.to_owned(), verdict);
        while let Some(check) = self.checks.get(self.shown) {
            let Some(verdict) = self.verdicts.get(&check.id) else {
                return;
            };
            if self.text {
                screen::print(&screen::check::line(self.ground.lab.said(), check, verdict));
            }
            self.shown += 1;
        }
    }

    /// The same verdict for every check that has none.
    fn all_judged(&mut self, verdict: &Verdict) {
        for id in self.open() {
            self.judged(id, verdict.clone());
        }
    }

    /// Checks without a verdict.
    fn open(&self) -> Vec<&'a str> {
        let ids = self.checks.iter().map(|check| check.id.as_str());
        ids.filter(|id| !self.verdicts.contains_key(*id)).collect()
    }

    fn rows(mut self) -> Vec<Row> {
        let row = |check: &&Check| {
            let verdict = self.verdicts.remove(&check.id)?;
            Some(Row {
                check: (*check).clone(),
                verdict,
            })
        };
        self.checks.iter().filter_map(row).collect()
    }
}
