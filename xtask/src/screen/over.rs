//! What `check` says beyond its verdicts: over whose earlier labs a lab was
//! built, and that its checks are others than before.

use lab_judge::LabOnDisk;

use super::{labelled, wrap};
use crate::check::Report;
use crate::message::say;

/// Below the lab's name: what it stands on.
pub fn head(lab: &LabOnDisk) -> String {
    let earlier = lab.earlier().unwrap_or_default();
    let names: Vec<&str> = earlier.iter().map(|lab| lab.lab.lab.as_str()).collect();
    wrap("", 0, 0, &say!("over-head", labs = names.join(", "))) + "\n"
}

/// At the end: this was not the lab's own verdict.
pub fn end(lab: &LabOnDisk, report: &Report) -> String {
    if report.rows.is_empty() {
        return String::new();
    }
    let command = format!("cargo xtask check {}", lab.lab.number());
    labelled(
        &say!("over-label-own"),
        &say!("over-end", command = command),
    )
}

/// Below the lab's name: what was green before may not be now.
pub fn checks_changed(lab: &str) -> String {
    wrap("", 0, 0, &say!("over-checks-changed", lab = lab)) + "\n"
}
