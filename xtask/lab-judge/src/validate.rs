//! What a `lab.yaml` that parses can still have wrong.

mod mistakes;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::lab::Lab;
use crate::lines::Lines;
use crate::refusal::Refusal;
use crate::subset::empty_object;

/// Where the lab stands, for the refusals' places.
pub(crate) struct Place<'a> {
    pub(crate) dir: &'a Path,
    pub(crate) file: &'a Path,
    pub(crate) lines: &'a Lines,
}

struct Found<'a> {
    place: &'a Place<'a>,
    refused: Vec<Refusal>,
}

impl Found<'_> {
    /// Refuses the value at `path` of `lab.yaml`.
    fn at(&mut self, path: &str, reason: String) {
        self.refused.push(Refusal {
            file: self.place.file.to_owned(),
            line: self.place.lines.at(path),
            reason: reason.into(),
        });
    }

    /// Refuses ids that are used twice.
    fn unique<'a>(&mut self, what: &str, ids: impl Iterator<Item = (String, &'a str)>) {
        let mut known = BTreeSet::new();
        for (path, id) in ids {
            if !known.insert(id) {
                self.at(&path, format!("{what} {id} is declared a second time"));
            }
        }
    }
}

pub(crate) fn lab(
    lab: &Lab,
    snapshots: &BTreeMap<String, Value>,
    place: &Place<'_>,
) -> Vec<Refusal> {
    let mut found = Found {
        place,
        refused: Vec::new(),
    };
    names(lab, &mut found);
    parts(lab, &mut found);
    tasks(lab, &mut found);
    checks(lab, snapshots, &mut found);
    mistakes::diagnoses(lab, snapshots, &mut found);
    mistakes::mistakes(lab, &mut found);
    found.refused
}

fn names(lab: &Lab, found: &mut Found<'_>) {
    let folder = found.place.dir.file_name().and_then(|name| name.to_str());
    if let Some(folder) = folder.filter(|folder| *folder != lab.lab) {
        found.at("lab", format!("lab {} stands in folder {folder}", lab.lab));
    }
    let number =
        |name: &str| -> Option<u32> { name.strip_prefix("lab-")?.split('-').next()?.parse().ok() };
    if number(&lab.lab).is_none() {
        found.at("lab", format!("lab {} is not named lab-NN-name", lab.lab));
    }
    for (index, earlier) in lab.builds_on.iter().enumerate() {
        let path = format!("builds_on[{index}]");
        if number(earlier) >= number(&lab.lab) {
            found.at(&path, format!("{earlier} is not earlier than {}", lab.lab));
        } else if !found
            .place
            .dir
            .with_file_name(earlier)
            .join("lab.yaml")
            .is_file()
        {
            found.at(&path, format!("there is no lab {earlier}"));
        }
    }
}

fn parts(lab: &Lab, found: &mut Found<'_>) {
    let ids = lab.parts.iter().enumerate();
    found.unique(
        "part",
        ids.map(|(i, part)| (format!("parts[{i}].id"), part.id.as_str())),
    );
    if lab.parts.is_empty() {
        found.at("parts", "a lab has at least one part".into());
    }
    let mut placed: BTreeMap<&str, &str> = BTreeMap::new();
    for (index, part) in lab.parts.iter().enumerate() {
        let letter = part.id.strip_prefix(lab.number());
        let is_letter = |rest: &str| {
            rest.is_empty() || (rest.len() == 1 && rest.as_bytes()[0].is_ascii_lowercase())
        };
        if !letter.is_some_and(is_letter) {
            let reason = format!(
                "part {} is not named {} and a letter",
                part.id,
                lab.number()
            );
            found.at(&format!("parts[{index}].id"), reason);
        }
        for (place, task) in part.tasks.iter().enumerate() {
            let path = format!("parts[{index}].tasks[{place}]");
            if lab.task(task).is_none() {
                found.at(&path, format!("part {}: there is no task {task}", part.id));
            }
            if let Some(first) = placed.insert(task, &part.id) {
                found.at(
                    &path,
                    format!("task {task} is in part {first} and in part {}", part.id),
                );
            }
        }
    }
    for (index, task) in lab.tasks.iter().enumerate() {
        if !placed.contains_key(task.id.as_str()) {
            found.at(
                &format!("tasks[{index}].id"),
                format!("task {} is in no part", task.id),
            );
        }
    }
}

fn tasks(lab: &Lab, found: &mut Found<'_>) {
    let ids = lab.tasks.iter().enumerate();
    found.unique(
        "task",
        ids.map(|(i, task)| (format!("tasks[{i}].id"), task.id.as_str())),
    );
    for (index, task) in lab.tasks.iter().enumerate() {
        if task.hints.len() != 3 {
            let reason = format!(
                "task {} has {} hints, it needs three",
                task.id,
                task.hints.len()
            );
            found.at(&format!("tasks[{index}].hints"), reason);
        }
        if task.says.contains('\n') {
            let reason = format!("task {}: `says` is one line", task.id);
            found.at(&format!("tasks[{index}].says"), reason);
        }
        let outside = task.file.starts_with('/') || task.file.split('/').any(|step| step == "..");
        if outside || !task.file.ends_with(".rs") {
            let reason = format!(
                "task {}: {} is not a source of the package",
                task.id, task.file
            );
            found.at(&format!("tasks[{index}].file"), reason);
        }
        if !lab
            .checks
            .iter()
            .any(|check| check.tasks().any(|id| id == task.id))
        {
            let reason = format!("task {} is judged by no check", task.id);
            found.at(&format!("tasks[{index}].id"), reason);
        }
    }
}

fn checks(lab: &Lab, snapshots: &BTreeMap<String, Value>, found: &mut Found<'_>) {
    let ids = lab.checks.iter().enumerate();
    found.unique(
        "check",
        ids.map(|(i, check)| (format!("checks[{i}].id"), check.id.as_str())),
    );
    for (index, check) in lab.checks.iter().enumerate() {
        let path = |field: &str| format!("checks[{index}].{field}");
        for task in check.tasks().filter(|id| lab.task(id).is_none()) {
            let field = if task == check.task { "task" } else { "also" };
            found.at(
                &path(field),
                format!("check {}: there is no task {task}", check.id),
            );
        }
        for (place, other) in check.diagnoses_as.iter().enumerate() {
            if *other == check.id || lab.check(other).is_none() {
                let reason = format!("check {}: there is no other check {other}", check.id);
                found.at(&path(&format!("diagnoses_as[{place}]")), reason);
            }
        }
        if !snapshots.contains_key(&check.id) {
            let reason = format!(
                "check {0} has no snapshot tests/snapshots/{0}.yaml",
                check.id
            );
            found.at(&path("id"), reason);
        }
        let turned_red = lab
            .mistakes
            .iter()
            .any(|mistake| mistake.red.contains(&check.id));
        match (&check.no_mistake, turned_red) {
            (None, false) => {
                let reason = format!(
                    "check {} is turned red by no mistake, and no `no_mistake` says why",
                    check.id
                );
                found.at(&path("id"), reason);
            }
            (Some(_), true) => {
                let reason = format!("check {} is turned red by a mistake", check.id);
                found.at(&path("no_mistake"), reason);
            }
            _ => {}
        }
    }
    for (name, snapshot) in snapshots {
        let file = found.place.dir.join(format!("tests/snapshots/{name}.yaml"));
        let reason = if lab.check(name).is_none() {
            format!("no check of lab.yaml is named {name}")
        } else if !snapshot.is_object() {
            "a snapshot is a mapping of fields".to_owned()
        } else if let Some(path) = empty_object(snapshot, "") {
            format!("the mapping at `{path}` is empty and judges nothing")
        } else {
            continue;
        };
        found.refused.push(Refusal {
            file,
            line: 1,
            reason: reason.into(),
        });
    }
}
