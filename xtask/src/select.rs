//! From what a learner typed to a lab, a part, a task.

mod near;

use std::path::Path;

use lab_judge::{Lab, LabOnDisk, Part, Task};

use crate::failure::Failure;
use crate::message::{listed, say};
use crate::progress;
use crate::store::Store;
use crate::workspace::Workspace;

pub use near::{Named, nearest, unknown};

/// A lab, or one part of it, or some of its checks.
#[derive(Debug)]
pub struct Selected {
    pub lab: LabOnDisk,
    /// The id of a part of this lab.
    pub part: Option<String>,
    pub only: Option<Only>,
}

/// The checks that were asked for by name.
#[derive(Debug, Clone)]
pub struct Only {
    /// A check's name, or a task's: then all of its checks are meant.
    pub name: String,
    pub checks: Vec<String>,
}

impl Selected {
    /// A lab with nothing left out.
    pub fn whole(lab: LabOnDisk) -> Selected {
        Selected {
            lab,
            part: None,
            only: None,
        }
    }
}

/// How a name reads: a number with an optional part's letter, or words.
#[derive(Debug, PartialEq, Eq)]
enum Name<'a> {
    Number { number: u32, letter: &'a str },
    Words(&'a str),
}

impl Name<'_> {
    /// `lab-01`, `lab01`, `01`, `1`, `01a` are numbers; `namespaces` and
    /// `lab-01-namespaces` are words. Expects lower case.
    fn read(typed: &str) -> Name<'_> {
        let rest = typed.strip_prefix("lab").unwrap_or(typed);
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, letter) = rest.split_at(digits);
        match number.parse() {
            Ok(number) if letter.is_empty() || is_letter(letter) => Name::Number { number, letter },
            _ => Name::Words(typed),
        }
    }

    fn is(&self, dir_name: &str) -> bool {
        let rest = dir_name.strip_prefix("lab-").unwrap_or(dir_name);
        let (number, short) = rest.split_once('-').unwrap_or((rest, ""));
        match self {
            Name::Number { number: wanted, .. } => number.parse() == Ok(*wanted),
            Name::Words(words) => *words == dir_name || *words == short,
        }
    }
}

/// Whether a word is a part's letter.
fn is_letter(word: &str) -> bool {
    word.len() == 1 && word.as_bytes()[0].is_ascii_lowercase()
}

fn dir_name(dir: &Path) -> &str {
    dir.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

/// The lab or part a learner named.
///
/// # Errors
/// No lab has this name: the nearest one is suggested. Or the lab is refused.
pub fn lab(workspace: &Workspace, typed: &str) -> Result<Selected, Failure> {
    let dirs = workspace.lab_dirs()?;
    let lower = typed.to_ascii_lowercase();
    let name = Name::read(&lower);
    let Some(dir) = dirs.iter().find(|dir| name.is(dir_name(dir))) else {
        return Err(near::unknown_lab(typed, &dirs));
    };
    let lab = workspace.load(dir)?;
    let part = match name {
        Name::Number { letter, .. } if !letter.is_empty() => {
            Some(part(&lab.lab, letter)?.id.clone())
        }
        _ => None,
    };
    Ok(Selected {
        part,
        ..Selected::whole(lab)
    })
}

/// What the words of a `check` name, in their order. Beside labs and parts they
/// may be what a learner reads on the screen: a check or a task, of the lab
/// named before it or of the only lab that has it. `1 a` is `1a`.
///
/// # Errors
/// A word names nothing: the nearest name is suggested. A lab is refused.
pub fn words(workspace: &Workspace, typed: &[String]) -> Result<Vec<Selected>, Failure> {
    let mut all: Vec<Selected> = Vec::new();
    for word in typed {
        let letter = word.to_ascii_lowercase();
        if let Some(last) = all.last_mut().filter(|last| is_whole(last)) {
            if is_letter(&letter) {
                last.part = Some(part(&last.lab.lab, &letter)?.id.clone());
                continue;
            }
        }
        let refused = match lab(workspace, word) {
            Ok(selected) => {
                all.push(selected);
                continue;
            }
            Err(refused) => refused,
        };
        match all.last_mut() {
            Some(last) if last.only.is_none() => last.only = Some(only(&last.lab.lab, word)?),
            Some(last) => {
                let only = only(&last.lab.lab, word)?;
                let lab = workspace.load(&last.lab.dir)?;
                let only = Some(only);
                all.push(Selected {
                    only,
                    ..Selected::whole(lab)
                });
            }
            None => match having(workspace, word)? {
                Some(selected) => all.push(selected),
                None => return Err(near::of_a_lab(workspace, word).unwrap_or(refused)),
            },
        }
    }
    Ok(all)
}

fn is_whole(selected: &Selected) -> bool {
    selected.part.is_none() && selected.only.is_none()
}

/// A check or a task of a lab, as the checks it means.
fn named(lab: &Lab, name: &str) -> Option<Only> {
    let of_task = |check: &&lab_judge::Check| check.task == name;
    let checks: Vec<String> = match lab.check(name) {
        Some(check) => vec![check.id.clone()],
        None => lab
            .checks
            .iter()
            .filter(of_task)
            .map(|c| c.id.clone())
            .collect(),
    };
    let name = name.to_owned();
    (!checks.is_empty()).then_some(Only { name, checks })
}

/// The checks a name means in a lab.
///
/// # Errors
/// Neither a check nor a task has this name.
pub fn only(lab: &Lab, typed: &str) -> Result<Only, Failure> {
    let names: Vec<&str> = lab.checks.iter().map(|check| check.id.as_str()).collect();
    named(lab, typed).ok_or_else(|| unknown(Named::Check, &lab.lab, typed, &names))
}

/// The only lab that has a check or a task of this name.
///
/// # Errors
/// Several labs have one; a lab is refused.
pub fn having(workspace: &Workspace, name: &str) -> Result<Option<Selected>, Failure> {
    let mut having: Vec<Selected> = Vec::new();
    for lab in workspace.load_all()? {
        if let Some(only) = named(&lab.lab, name) {
            let only = Some(only);
            having.push(Selected {
                only,
                ..Selected::whole(lab)
            });
        }
    }
    if having.len() > 1 {
        let labs: Vec<&str> = having.iter().map(|one| one.lab.lab.lab.as_str()).collect();
        let labs = listed(&labs);
        return Err(Failure::Usage(say!(
            "select-several",
            name = name,
            labs = labs
        )));
    }
    Ok(having.pop())
}

/// The lab that has the check of this name.
///
/// # Errors
/// None has it: the nearest name is suggested. As [`having`].
pub fn by_check(workspace: &Workspace, name: &str) -> Result<Selected, Failure> {
    if let Some(selected) = having(workspace, name)? {
        return Ok(selected);
    }
    let labs = workspace.load_all()?;
    let all = labs.iter().flat_map(|lab| &lab.lab.checks);
    Err(Failure::Usage(
        match nearest(name, all.map(|check| check.id.as_str())) {
            Some(near) => say!("select-no-lab-check-near", name = name, near = near),
            None => say!("select-no-lab-check", name = name),
        },
    ))
}

fn part<'a>(lab: &'a Lab, letter: &str) -> Result<&'a Part, Failure> {
    let id = format!("{}{letter}", lab.number());
    lab.parts.iter().find(|part| part.id == id).ok_or_else(|| {
        let ids: Vec<&str> = lab.parts.iter().map(|part| part.id.as_str()).collect();
        Failure::Usage(say!(
            "select-no-part",
            lab = &lab.lab,
            part = &id,
            parts = listed(&ids),
        ))
    })
}

/// A lab's task by its name, or by that of one of its checks: a learner reads
/// both on the same screen.
///
/// # Errors
/// No task has this name: the nearest one is suggested, or all are named.
pub fn task<'a>(lab: &'a Lab, typed: &str) -> Result<&'a Task, Failure> {
    let of_check = || lab.task(&lab.check(typed)?.task);
    lab.task(typed).or_else(of_check).ok_or_else(|| {
        let names: Vec<&str> = lab.tasks.iter().map(|task| task.id.as_str()).collect();
        unknown(Named::Task, &lab.lab, typed, &names)
    })
}

/// The lab, or the part of it, and the task a learner named; the lab may be
/// left out where only one lab has such a task. Without any name: the next
/// unfinished lab.
///
/// # Errors
/// Names that name nothing, and labs that are refused.
pub fn lab_and_task(
    workspace: &Workspace,
    store: &Store,
    lab_name: Option<&str>,
    task_name: Option<&str>,
) -> Result<(Selected, Option<String>), Failure> {
    let Some(first) = lab_name else {
        let lab = progress::next_unfinished(workspace, store)?;
        return match lab {
            Some(lab) => Ok((Selected::whole(lab), None)),
            None => Err(Failure::Usage(say!("select-all-green"))),
        };
    };
    let found = lab(workspace, first);
    if let (Err(Failure::Usage(_)), None) = (&found, task_name) {
        let mut having = workspace.load_all()?;
        having.retain(|lab| task(&lab.lab, first).is_ok());
        if having.len() == 1 {
            let lab = having.remove(0);
            let id = task(&lab.lab, first)?.id.clone();
            return Ok((Selected::whole(lab), Some(id)));
        }
        if let Some(refused) = near::of_a_lab(workspace, first) {
            return Err(refused);
        }
    }
    let selected = found?;
    let task = match task_name {
        Some(name) => Some(task(&selected.lab.lab, name)?.id.clone()),
        None => None,
    };
    Ok((selected, task))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_every_form() {
        for typed in [
            "lab-01-own",
            "lab-01",
            "01",
            "1",
            "lab-1",
            "own",
            "01a",
            "1a",
            "lab-01a",
            "lab01",
            "lab1a",
        ] {
            assert!(Name::read(typed).is("lab-01-own"), "{typed}");
        }
        for typed in [
            "lab-01-",
            "lab",
            "011",
            "own1",
            "",
            "-",
            "01ab",
            "99999999999",
        ] {
            assert!(!Name::read(typed).is("lab-01-own"), "{typed}");
        }
    }
}
