//! Names that name nothing, and the one that was meant.

use std::path::PathBuf;

use super::{Name, dir_name};
use crate::failure::Failure;
use crate::message::{listed, say};
use crate::workspace::Workspace;

/// The name nearest to what was typed, when one is near enough to be meant.
pub fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| (strsim::damerau_levenshtein(typed, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4 && *distance < name.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The refusal of a word that is no lab but nearly a task or a check of one,
/// where such names may stand as well. `None` when nothing is near, or when a
/// lab's name is as near.
pub fn of_a_lab(workspace: &Workspace, typed: &str) -> Option<Failure> {
    let dirs = workspace.lab_dirs().ok()?;
    if matches!(Name::read(&typed.to_ascii_lowercase()), Name::Number { .. })
        || nearest_lab(typed, &dirs).is_some()
    {
        return None;
    }
    let labs = workspace.load_all().ok()?;
    let tasks = labs.iter().flat_map(|lab| &lab.lab.tasks);
    let checks = labs.iter().flat_map(|lab| &lab.lab.checks);
    let names = tasks
        .map(|task| &task.id)
        .chain(checks.map(|check| &check.id));
    let near = nearest(typed, names.map(String::as_str))?;
    Some(Failure::Usage(say!(
        "select-no-lab-near",
        typed = typed,
        near = near
    )))
}

/// The refusal of a lab's name.
pub fn unknown_lab(typed: &str, dirs: &[PathBuf]) -> Failure {
    let names: Vec<&str> = dirs.iter().map(|dir| dir_name(dir)).collect();
    if let Name::Number { .. } = Name::read(&typed.to_ascii_lowercase()) {
        return Failure::Usage(say!(
            "select-no-lab-number",
            typed = typed,
            labs = listed(&names),
        ));
    }
    Failure::Usage(match nearest_lab(typed, dirs) {
        Some(name) => say!("select-no-lab-near", typed = typed, near = name),
        None => say!("select-no-lab", typed = typed),
    })
}

/// The lab whose name, number or words are nearest: each alone may be what was
/// mistyped.
fn nearest_lab<'a>(typed: &str, dirs: &'a [PathBuf]) -> Option<&'a str> {
    let mut forms: Vec<(&str, &str)> = Vec::new();
    for name in dirs.iter().map(|dir| dir_name(dir)) {
        let rest = name.strip_prefix("lab-").unwrap_or(name);
        let (number, short) = rest.split_once('-').unwrap_or((rest, rest));
        let numbered = &name[..name.len() - rest.len() + number.len()];
        forms.extend([(name, name), (numbered, name), (short, name)]);
    }
    let near = nearest(typed, forms.iter().map(|(form, _)| *form))?;
    let form = forms.iter().find(|(form, _)| *form == near);
    form.map(|(_, name)| *name)
}

/// What is named inside a lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Task,
    Check,
    /// A row of the matrix of mistakes.
    Case,
}

/// The refusal of a name inside a lab.
pub fn unknown(named: Named, lab: &str, typed: &str, names: &[&str]) -> Failure {
    let near = nearest(typed, names.iter().copied());
    let names = listed(names);
    Failure::Usage(match (named, near) {
        (Named::Task, Some(near)) => {
            say!("select-no-task-near", lab = lab, typed = typed, near = near)
        }
        (Named::Task, None) => say!("select-no-task", lab = lab, typed = typed, names = names),
        (Named::Check, Some(near)) => {
            say!(
                "select-no-check-near",
                lab = lab,
                typed = typed,
                near = near
            )
        }
        (Named::Check, None) => say!("select-no-check", lab = lab, typed = typed, names = names),
        (Named::Case, Some(near)) => {
            say!("select-no-case-near", lab = lab, typed = typed, near = near)
        }
        (Named::Case, None) => say!("select-no-case", lab = lab, typed = typed, names = names),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_names_are_suggested() {
        let names = ["lab-01-namespaces", "lab-02-cgroups", "lab-03"];
        let near = |typed| nearest(typed, names.into_iter());
        assert_eq!(near("lab-01-namespace"), Some("lab-01-namespaces"));
        assert_eq!(near("lab-02-cgruops"), Some("lab-02-cgroups"));
        assert_eq!(near("bananas"), None);
        assert_eq!(near(""), None);
    }
}
