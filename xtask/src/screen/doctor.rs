//! The screen of `doctor`.

use super::{BOLD, GREEN, RED, YELLOW, labelled, paint, wrap};
use crate::doctor::{Examination, Told, Weight};
use crate::machine::Way;
use crate::machine::cgroups::{Layout, OF_LABS};
use crate::machine::facts::Facts;
use crate::machine::kernel::{Available, Feature};
use crate::machine::trial::Trial;
use crate::message::say;

/// What is here, what is missing and what to do, and what that means for each
/// lab.
pub fn text(examination: &Examination) -> String {
    let mut text = format!("{}\n\n", paint(BOLD, &head(&examination.facts)));
    for fact in facts(examination) {
        text += &wrap("", 2, 4, &fact);
    }
    let idle = |told: &&Told| told.weight == Weight::Idle;
    for told in examination.findings.iter().filter(|told| !idle(told)) {
        text += "\n";
        text += &finding(told);
    }
    let mut idle = examination.findings.iter().filter(idle).peekable();
    if idle.peek().is_some() {
        text += &format!("\n{}\n", say!("doctor-idle"));
    }
    for told in idle {
        text += &wrap("· ", 2, 4, &told.finding.what());
    }
    if !examination.labs.is_empty() {
        text += "\n";
    }
    for (lab, way) in &examination.labs {
        text += &lab_line(lab, way, examination);
    }
    text
}

fn head(facts: &Facts) -> String {
    let user = match &facts.user.name {
        Some(name) => name.clone(),
        None => facts.user.uid.to_string(),
    };
    say!(
        "doctor-head",
        os = facts.os.name.as_str(),
        release = facts.release.as_str(),
        user = user
    )
}

/// What is here.
fn facts(examination: &Examination) -> Vec<String> {
    let facts = &examination.facts;
    let trials = &examination.trials;
    let mut lines = Vec::new();
    if let Some(container) = &facts.container {
        let engine = container.engine.as_str();
        lines.push(say!(
            "doctor-container",
            engine = engine,
            seen = container.seen
        ));
    }
    if facts.user.filtered {
        lines.push(say!("doctor-filtered"));
    }
    if trials.worked(Trial::Mounts) {
        lines.push(if facts.user.acts_as_root() {
            say!("doctor-namespaces-root")
        } else {
            say!("doctor-namespaces-user")
        });
    }
    lines.push(cgroups(facts));
    let works = |feature: &Feature| {
        let trial = Trial::Feature(*feature);
        let kernel = |seen: crate::machine::kernel::Seen| {
            seen.feature == *feature && seen.kernel == Available::Yes && seen.device
        };
        match trials.came_to(trial) {
            true => trials.worked(trial),
            false => facts.features.all().any(kernel),
        }
    };
    let working: Vec<&str> = Feature::ALL
        .iter()
        .filter(|feature| works(feature))
        .map(|feature| feature.name())
        .collect();
    if !working.is_empty() {
        lines.push(say!("doctor-features", names = working.join(", ")));
    }
    if let Some(rustc) = &examination.rustc {
        lines.push(say!("doctor-rustc", version = rustc.as_str()));
    }
    lines
}

fn cgroups(facts: &Facts) -> String {
    let mut cgroups = facts.cgroups.clone();
    if facts.user.acts_as_root() {
        cgroups.become_root();
    }
    let usable: Vec<&str> = OF_LABS
        .into_iter()
        .filter(|name| cgroups.lacks(name).is_none())
        .collect();
    let layout = match facts.cgroups.layout() {
        Layout::None => say!("doctor-cgroups-none"),
        Layout::V1 => say!("doctor-cgroups-v1"),
        Layout::V2 => say!("doctor-cgroups-v2"),
        Layout::Hybrid => say!("doctor-cgroups-hybrid"),
    };
    match usable.is_empty() {
        true => say!("doctor-cgroups-unusable", layout = layout),
        false => say!("doctor-cgroups", layout = layout, names = usable.join(", ")),
    }
}

/// The layout's name for machines.
pub fn layout_id(layout: Layout) -> &'static str {
    match layout {
        Layout::None => "none",
        Layout::V1 => "v1",
        Layout::V2 => "v2",
        Layout::Hybrid => "hybrid",
    }
}

fn finding(told: &Told) -> String {
    let mark = match told.weight {
        Weight::Stops => paint(RED, "✘ "),
        Weight::Warns | Weight::Idle => paint(YELLOW, "! "),
    };
    let mut text = wrap(&mark, 0, 2, &told.finding.what());
    text += &labelled(&say!("doctor-label-why"), &told.finding.why());
    if !told.labs.is_empty() {
        text += &labelled(&say!("doctor-label-labs"), &told.labs.join(", "));
    }
    for (place, remedy) in told.remedies.iter().enumerate() {
        // Those of other distributions are no alternatives.
        let label = match place {
            0 => say!("doctor-label-do"),
            _ if remedy.family.is_some() => String::new(),
            _ => say!("doctor-label-or"),
        };
        text += &labelled(&label, &remedy.shown());
    }
    text
}

fn lab_line(lab: &str, way: &Way, examination: &Examination) -> String {
    let (good, bad) = (paint(GREEN, "✔ "), paint(RED, "✘ "));
    let tool = examination.escalator.unwrap_or_default();
    let (mark, says) = match way {
        _ if examination.no_builds() => (bad, say!("doctor-lab-no", lab = lab)),
        Way::AsUser => (good, say!("doctor-lab-runs", lab = lab)),
        Way::AsRoot(_) => (good, say!("doctor-lab-as-root", lab = lab, tool = tool)),
        Way::No(_) => (bad, say!("doctor-lab-no", lab = lab)),
    };
    wrap(&mark, 0, 2, &says)
}
