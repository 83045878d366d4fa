//! The cases of a lab: what is replaced and what must come of it.

use std::fs;
use std::path::Path;

use anyhow::Context;
use lab_judge::{Check, LabOnDisk};

use crate::failure::Failure;
use crate::files;
use crate::message::say;
use crate::screen::marks::marks;
use crate::workspace::Workspace;

/// The reference with one region replaced.
#[derive(Debug)]
pub struct Case {
    pub kind: Kind,
    /// The mistake's or variant's file, or the task's id.
    pub name: String,
    /// What is replaced; nothing for the reference itself.
    pub answer: Option<Answer>,
}

/// A task's region, and what stands there instead.
#[derive(Debug)]
pub struct Answer {
    pub task: String,
    pub body: String,
}

/// What a case is and what must come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Unchanged: every check green, or no other case means anything.
    Reference,
    /// These checks red; these diagnoses shown and no others, but that some may
    /// be.
    Mistake {
        red: Vec<String>,
        shows: Vec<String>,
        may_show: Vec<String>,
    },
    /// Every check green.
    Variant,
    /// A task is `todo!()`: some check red.
    LeftOut,
    /// A task is its declared no-op: some check red.
    NoOp,
}

impl Kind {
    fn prefix(&self) -> &'static str {
        match self {
            Kind::Reference => "reference",
            Kind::Mistake { .. } => "mistake",
            Kind::Variant => "variant",
            Kind::LeftOut => "left-out",
            Kind::NoOp => "no-op",
        }
    }
}

impl Case {
    /// Whether `--only` means this case: by file, file without ending, or task.
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || self.stem() == name
    }

    /// The file without its ending, or the task.
    pub fn stem(&self) -> &str {
        self.name.strip_suffix(".rs").unwrap_or(&self.name)
    }

    /// The name of its program, unique in its lab.
    pub fn program(&self) -> String {
        let stem = self.stem().replace('_', "-");
        format!("{}-{stem}", self.kind.prefix())
    }

    /// Whether a check is run on it.
    ///
    /// What a check says it stands on in `lab.yaml` is what its verdict can
    /// depend on. That is believed of no check: a task left out turns every
    /// check red that comes to it, so all are run there, and one that is red
    /// without saying so is a fault.
    pub fn is_asked(&self, check: &Check) -> bool {
        match (&self.answer, &self.kind) {
            (None, _) | (_, Kind::LeftOut) => true,
            (Some(answer), _) => check.tasks().any(|task| task == answer.task),
        }
    }
}

/// All cases of a lab, the reference first.
///
/// # Errors
/// Files that are declared and not there, or there and not declared; regions
/// that can't be replaced.
pub fn of(workspace: &Workspace, lab: &LabOnDisk, reference: &Path) -> Result<Vec<Case>, Failure> {
    let sources = lab
        .sources(reference)
        .map_err(|refusals| workspace.usage(&refusals))?;
    let mut cases = vec![Case {
        kind: Kind::Reference,
        name: "reference".into(),
        answer: None,
    }];
    let mut add = |kind: Kind, name: &str, task: &str, body: &str| -> Result<(), Failure> {
        let Some(task) = lab.lab.task(task) else {
            return Ok(());
        };
        let fault = |fault| {
            Failure::Usage(say!(
                "mistakes-fault",
                file = &task.file,
                task = &task.id,
                fault = marks(&fault),
            ))
        };
        sources[&task.file]
            .replaced(&task.id, body)
            .map_err(fault)?;
        cases.push(Case {
            kind,
            name: name.to_owned(),
            answer: Some(Answer {
                task: task.id.clone(),
                body: body.to_owned(),
            }),
        });
        Ok(())
    };
    let mistakes = reference.join("mistakes");
    declared(
        workspace,
        &mistakes,
        lab.lab.mistakes.iter().map(|m| m.file.as_str()),
    )?;
    for mistake in &lab.lab.mistakes {
        let kind = Kind::Mistake {
            red: mistake.red.clone(),
            shows: mistake.shows.clone(),
            may_show: mistake.may_show.clone(),
        };
        let body = read(&mistakes.join(&mistake.file))?;
        add(kind, &mistake.file, &mistake.task, &body)?;
    }
    let variants = reference.join("variants");
    declared(
        workspace,
        &variants,
        lab.lab.variants.iter().map(|v| v.file.as_str()),
    )?;
    for variant in &lab.lab.variants {
        let body = read(&variants.join(&variant.file))?;
        add(Kind::Variant, &variant.file, &variant.task, &body)?;
    }
    for task in &lab.lab.tasks {
        add(Kind::LeftOut, &task.id, &task.id, "todo!()\n")?;
        add(Kind::NoOp, &task.id, &task.id, &task.noop)?;
    }
    Ok(cases)
}

fn read(file: &Path) -> Result<String, Failure> {
    Ok(fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?)
}

/// The files of a folder are exactly those that `lab.yaml` declares.
fn declared<'a>(
    workspace: &Workspace,
    folder: &Path,
    names: impl Iterator<Item = &'a str>,
) -> Result<(), Failure> {
    let names: Vec<&str> = names.collect();
    let mut reasons = Vec::new();
    for name in &names {
        if !folder.join(name).is_file() {
            let file = workspace.shown(&folder.join(name));
            reasons.push(say!("mistakes-not-there", file = file));
        }
    }
    for file in files::below(folder)? {
        if !file.to_str().is_some_and(|name| names.contains(&name)) {
            let file = workspace.shown(&folder.join(file));
            reasons.push(say!("mistakes-undeclared", file = file));
        }
    }
    if reasons.is_empty() {
        Ok(())
    } else {
        Err(Failure::Usage(reasons.join("\n")))
    }
}
