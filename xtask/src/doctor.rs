//! `cargo xtask doctor`: everything about this machine that a lab could miss.

use lab_judge::Need;
use serde_json::{Value, json};

use crate::cli::{DoctorArgs, Format};
use crate::escalate;
use crate::failure::{Exit, Failure};
use crate::machine::building;
use crate::machine::facts::Facts;
use crate::machine::finding::{self, Finding, Stops};
use crate::machine::remedy::{self, Remedy};
use crate::machine::system::System;
use crate::machine::trial::{self, Trials};
use crate::machine::{self, Way};
use crate::message;
use crate::screen;
use crate::select;
use crate::workspace::Workspace;

/// What was found, for the labs that were asked about.
#[derive(Debug)]
pub struct Examination {
    pub facts: Facts,
    pub trials: Trials,
    /// rustc's version.
    pub rustc: Option<String>,
    pub findings: Vec<Told>,
    /// Each lab and how it can run.
    pub labs: Vec<(String, Way)>,
    /// What would start checks as root.
    pub escalator: Option<&'static str>,
}

/// A finding with whom it concerns.
#[derive(Debug)]
pub struct Told {
    pub finding: Finding,
    pub weight: Weight,
    /// Labs that it stops, or that run as root because of it.
    pub labs: Vec<String>,
    pub remedies: Vec<Remedy>,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// A lab can't run because of it.
    Stops,
    /// Worth knowing: it may stop something yet, or root gets around it.
    Warns,
    /// No lab that was asked about needs it.
    Idle,
}

/// Examines the machine for one lab or for all.
///
/// # Errors
/// Unknown labs, and a `lab.yaml` that is refused.
pub fn run(workspace: &Workspace, args: &DoctorArgs) -> Result<Exit, Failure> {
    if args.inside {
        trial::inside();
        return Ok(Exit::Green);
    }
    match args.format {
        // Programs read it, and they know one language.
        Format::Json => message::in_language("en", || examined(workspace, args)),
        Format::Text => examined(workspace, args),
    }
}

fn examined(workspace: &Workspace, args: &DoctorArgs) -> Result<Exit, Failure> {
    let labs = match &args.lab {
        Some(typed) => vec![select::lab(workspace, typed)?.lab],
        None => workspace.load_all()?,
    };
    let needs: Vec<(String, Vec<Need>)> = labs
        .into_iter()
        .map(|lab| (lab.lab.lab, lab.lab.needs))
        .collect();
    let facts = Facts::read(&System::this());
    let trials = Trials::run();
    let mut findings = building::findings(&workspace.root);
    findings.extend(escalate::cargo_as_root(workspace).map(|user| Finding::CargoAsRoot { user }));
    let escalator = escalate::find().map(|(tool, _)| tool.name());
    let mut examination = examine(facts, trials, findings, &needs, escalator);
    examination.rustc = building::rustc();
    if args.lab.is_some() {
        examination
            .findings
            .retain(|told| told.weight != Weight::Idle);
    }
    let exit = examination.exit();
    screen::print(&match args.format {
        Format::Text => screen::doctor::text(&examination),
        Format::Json => format!("{:#}\n", document(&examination)),
    });
    Ok(exit)
}

/// Decides what each finding means for the labs.
pub fn examine(
    facts: Facts,
    trials: Trials,
    building: Vec<Finding>,
    labs: &[(String, Vec<Need>)],
    escalator: Option<&'static str>,
) -> Examination {
    let ways: Vec<(String, Way)> = labs
        .iter()
        .map(|(lab, needs)| {
            let way = machine::way(needs, &facts, &trials, || escalator.is_some());
            (lab.clone(), way)
        })
        .collect();
    let all = building
        .into_iter()
        .chain(finding::of_needs(&facts, &trials));
    let mut findings: Vec<Told> = all
        .map(|finding| {
            let concerned = |(_, needs): &&(String, Vec<Need>)| finding.stops_any(needs);
            let concerned: Vec<String> = labs
                .iter()
                .filter(concerned)
                .map(|(lab, _)| lab.clone())
                .collect();
            let ends = |lab: &String| {
                let way = ways.iter().find(|(name, _)| name == lab);
                matches!(way, Some((_, Way::No(_))))
            };
            let weight = match finding.stops() {
                Stops::Builds => Weight::Stops,
                Stops::Nothing => Weight::Warns,
                _ if concerned.iter().any(ends) => Weight::Stops,
                _ if concerned.is_empty() => Weight::Idle,
                _ => Weight::Warns,
            };
            Told {
                remedies: remedy::remedies(&finding, &facts),
                weight,
                labs: concerned,
                finding,
            }
        })
        .collect();
    findings.sort_by_key(|told| told.weight);
    Examination {
        facts,
        trials,
        rustc: None,
        findings,
        labs: ways,
        escalator,
    }
}

impl Examination {
    /// A lab that can't run is your machine's; a warning is nobody's.
    pub fn exit(&self) -> Exit {
        let stops = |told: &Told| told.weight == Weight::Stops;
        if self.findings.iter().any(stops) {
            Exit::Machine
        } else {
            Exit::Green
        }
    }

    /// Whether every build fails, and so every lab.
    pub fn no_builds(&self) -> bool {
        let stops = |told: &Told| told.finding.stops() == Stops::Builds;
        self.findings.iter().any(stops)
    }
}

/// The same for machines.
fn document(examination: &Examination) -> Value {
    let facts = &examination.facts;
    let findings: Vec<Value> = examination.findings.iter().map(told).collect();
    let labs: Vec<Value> = examination
        .labs
        .iter()
        .map(|(lab, way)| {
            let (runs, because) = match way {
                _ if examination.no_builds() => ("no", [].as_slice()),
                Way::AsUser => ("yes", [].as_slice()),
                Way::AsRoot(because) => ("as-root", because.as_slice()),
                Way::No(because) => ("no", because.as_slice()),
            };
            let because: Vec<&str> = because.iter().map(Finding::id).collect();
            json!({"lab": lab, "runs": runs, "because": because})
        })
        .collect();
    json!({
        "os": facts.os.name,
        "kernel": facts.release,
        "uid": facts.user.uid,
        "container": facts.container.as_ref().map(|container| &container.engine),
        "cgroups": screen::doctor::layout_id(facts.cgroups.layout()),
        "rustc": examination.rustc,
        "root_through": examination.escalator,
        "findings": findings,
        "labs": labs,
        "exit": examination.exit().status(),
    })
}

fn told(told: &Told) -> Value {
    let weight = match told.weight {
        Weight::Stops => "stops",
        Weight::Warns => "warns",
        Weight::Idle => "idle",
    };
    let remedies: Vec<Value> = told
        .remedies
        .iter()
        .map(|remedy| json!({"on": remedy.family.map(|family| family.id()), "do": remedy.text}))
        .collect();
    json!({
        "finding": told.finding.id(),
        "weight": weight,
        "what": told.finding.what(),
        "why": told.finding.why(),
        "labs": told.labs,
        "remedies": remedies,
    })
}
