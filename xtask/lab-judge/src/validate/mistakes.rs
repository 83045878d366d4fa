//! Refusals of diagnoses, mistakes and variants.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Found;
use crate::lab::{Check, Diagnosis, Lab};
use crate::subset::{contradicts, empty_object};

pub(super) fn diagnoses(lab: &Lab, snapshots: &BTreeMap<String, Value>, found: &mut Found<'_>) {
    let declared = declared(lab);
    let ids = declared.iter();
    found.unique(
        "diagnosis",
        ids.map(|(path, _, diagnosis)| (format!("{path}.id"), diagnosis.id.as_str())),
    );
    for (path, check, diagnosis) in declared {
        let (id, when) = (&diagnosis.id, format!("{path}.when"));
        let expected = snapshots.get(&check.id);
        if !diagnosis.when.is_object() || empty_object(&diagnosis.when, "").is_some() {
            let reason = format!("diagnosis {id}: `when` names no field, so it says nothing");
            found.at(&when, reason);
        } else if expected.is_some_and(|expected| !contradicts(&diagnosis.when, expected)) {
            let reason = format!(
                "diagnosis {id}: no field of `when` contradicts the snapshot of {}, \
                 so it can't tell red from green",
                check.id
            );
            found.at(&when, reason);
        }
        if let Some(task) = diagnosis.task.as_deref() {
            if !check.tasks().any(|id| id == task) {
                let reason = format!(
                    "diagnosis {id}: check {} doesn't need task {task}",
                    check.id
                );
                found.at(&format!("{path}.task"), reason);
            }
        }
        if !lab
            .mistakes
            .iter()
            .any(|mistake| mistake.shows.contains(id))
        {
            let reason = format!("diagnosis {id} is shown by no mistake");
            found.at(&format!("{path}.id"), reason);
        }
    }
}

/// Each diagnosis with its path in `lab.yaml` and its check.
fn declared(lab: &Lab) -> Vec<(String, &Check, &Diagnosis)> {
    let mut all = Vec::new();
    for (place, check) in lab.checks.iter().enumerate() {
        for (index, diagnosis) in check.diagnoses.iter().enumerate() {
            all.push((
                format!("checks[{place}].diagnoses[{index}]"),
                check,
                diagnosis,
            ));
        }
    }
    all
}

pub(super) fn mistakes(lab: &Lab, found: &mut Found<'_>) {
    let files = lab.mistakes.iter().enumerate();
    found.unique(
        "mistake",
        files.map(|(i, m)| (format!("mistakes[{i}].file"), m.file.as_str())),
    );
    let files = lab.variants.iter().enumerate();
    found.unique(
        "variant",
        files.map(|(i, v)| (format!("variants[{i}].file"), v.file.as_str())),
    );
    for (index, mistake) in lab.mistakes.iter().enumerate() {
        let path = |field: &str| format!("mistakes[{index}].{field}");
        if lab.task(&mistake.task).is_none() {
            let reason = format!(
                "mistake {}: there is no task {}",
                mistake.file, mistake.task
            );
            found.at(&path("task"), reason);
        }
        if mistake.red.is_empty() {
            found.at(
                &path("red"),
                format!("mistake {} turns no check red", mistake.file),
            );
        }
        for check in mistake.red.iter().filter(|id| lab.check(id).is_none()) {
            let reason = format!("mistake {}: there is no check {check}", mistake.file);
            found.at(&path("red"), reason);
        }
        let red = mistake.red.iter().filter_map(|id| lab.check(id));
        for check in red.filter(|check| check.tasks().all(|task| task != mistake.task)) {
            let reason = format!(
                "mistake {}: check {} doesn't need task {}",
                mistake.file, check.id, mistake.task
            );
            found.at(&path("red"), reason);
        }
        let known = |id: &str| {
            lab.checks
                .iter()
                .any(|c| c.diagnoses.iter().any(|d| d.id == id))
        };
        for (field, shown) in [("shows", &mistake.shows), ("may_show", &mistake.may_show)] {
            for diagnosis in shown.iter().filter(|id| !known(id)) {
                let reason = format!(
                    "mistake {}: there is no diagnosis {diagnosis}",
                    mistake.file
                );
                found.at(&path(field), reason);
            }
        }
    }
    for (index, variant) in lab.variants.iter().enumerate() {
        if lab.task(&variant.task).is_none() {
            let reason = format!(
                "variant {}: there is no task {}",
                variant.file, variant.task
            );
            found.at(&format!("variants[{index}].task"), reason);
        }
    }
}
