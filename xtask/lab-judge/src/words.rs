//! What a lab says in another language: `lab.de.yaml` beside `lab.yaml`.
//!
//! It holds texts alone, each under the id `lab.yaml` gives it. What it doesn't
//! say is said in English. Starters are written and checks are judged by
//! `lab.yaml`; the texts here are only shown.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::lab::{Check, Lab};
use crate::lines::Lines;
use crate::load::{self, LabOnDisk};
use crate::refusal::{Refusal, Refusals};

/// The shape of `lab.LANGUAGE.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    title: Option<String>,
    /// Titles.
    parts: BTreeMap<String, String>,
    tasks: BTreeMap<String, TaskWords>,
    checks: BTreeMap<String, CheckWords>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TaskWords {
    says: Option<String>,
    /// All of them or none.
    hints: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CheckWords {
    says: Option<String>,
    /// What each diagnosis says.
    diagnoses: BTreeMap<String, String>,
}

/// The language a file's name says it holds a lab's texts in: `de` of
/// `lab.de.yaml`.
pub fn language_of(file: &Path) -> Option<&str> {
    let name = file.file_name()?.to_str()?;
    name.strip_prefix("lab.")?.strip_suffix(".yaml")
}

/// Of some files the one with a lab's texts in the first of `languages` that
/// there is. Capitals don't matter: `pt-br` finds `lab.pt-BR.yaml`.
pub fn file_in<'a>(files: &[&'a Path], languages: &[String]) -> Option<&'a Path> {
    let of = |language: &String| {
        let same = |file: &&&Path| {
            language_of(file).is_some_and(|found| found.eq_ignore_ascii_case(language))
        };
        files.iter().find(same).copied()
    };
    languages.iter().find_map(of)
}

impl Lab {
    /// The lab with its texts as `text`, the content of `file`, has them.
    ///
    /// # Errors
    /// Each reason with file and line: what isn't YAML or has unknown fields,
    /// ids that `lab.yaml` doesn't have, more or fewer hints than it has, texts
    /// that are empty.
    pub fn in_words(&self, file: &Path, text: &str) -> Result<Lab, Refusals> {
        // Twice, because only an untyped value finds every duplicate key.
        load::yaml::<serde_yaml::Value>(file, text)?;
        let words: Words = load::yaml(file, text)?;
        let lines = Lines::of(text);
        let mut putting = Putting {
            file,
            lines: &lines,
            refused: Vec::new(),
        };
        let mut lab = self.clone();
        putting.all(&mut lab, words);
        Refusals::none_or(putting.refused)?;
        lab.lend_diagnoses();
        Ok(lab)
    }
}

impl LabOnDisk {
    /// Reads the lab's texts in the first of `languages` that there is a file
    /// for, `lab.de.yaml` for `de`. Without one they stay English.
    ///
    /// # Errors
    /// The folder or the file can't be read; what [`Lab::in_words`] refuses.
    pub fn said_in(mut self, languages: &[String]) -> Result<LabOnDisk, Refusals> {
        let failed = |error: std::io::Error| {
            Refusals::one(self.dir.clone(), 1, load::io_reason("read", &error))
        };
        let entries = fs::read_dir(&self.dir).map_err(failed)?;
        let files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
        if let Some(file) = file_in(&files, languages) {
            self.said = Some(self.lab.in_words(file, &load::read(file)?)?);
        }
        self.languages = languages.to_vec();
        Ok(self)
    }

    /// The lab as it is told to a reader. It differs from `lab` in its texts
    /// alone; nothing may be judged or written by it.
    pub fn said(&self) -> &Lab {
        self.said.as_ref().unwrap_or(&self.lab)
    }
}

/// Puts texts into a lab and collects what is wrong with them.
struct Putting<'a> {
    file: &'a Path,
    lines: &'a Lines,
    refused: Vec<Refusal>,
}

impl Putting<'_> {
    fn refuse(&mut self, path: &str, reason: String) {
        self.refused.push(Refusal {
            file: self.file.to_owned(),
            line: self.lines.at(path),
            reason: reason.into(),
        });
    }

    fn put(&mut self, path: &str, old: &mut String, new: Option<String>) {
        match new {
            Some(new) if new.trim().is_empty() => self.refuse(path, "the text is empty".into()),
            Some(new) => *old = new,
            None => {}
        }
    }

    fn all(&mut self, lab: &mut Lab, words: Words) {
        self.put("title", &mut lab.title, words.title);
        for (id, title) in words.parts {
            let path = format!("parts.{id}");
            match lab.parts.iter_mut().find(|part| part.id == id) {
                Some(part) => self.put(&path, &mut part.title, Some(title)),
                None => self.refuse(&path, format!("there is no part {id}")),
            }
        }
        for (id, words) in words.tasks {
            let path = format!("tasks.{id}");
            let Some(task) = lab.tasks.iter_mut().find(|task| task.id == id) else {
                self.refuse(&path, format!("there is no task {id}"));
                continue;
            };
            self.put(&format!("{path}.says"), &mut task.says, words.says);
            let (there, given) = (task.hints.len(), words.hints.len());
            if given != 0 && given != there {
                let reason = format!("task {id} has {given} hints here and {there} in lab.yaml");
                self.refuse(&format!("{path}.hints"), reason);
            }
            for (index, hint) in words.hints.into_iter().take(there).enumerate() {
                let path = format!("{path}.hints[{index}]");
                self.put(&path, &mut task.hints[index], Some(hint));
            }
        }
        for (id, words) in words.checks {
            match lab.checks.iter_mut().find(|check| check.id == id) {
                Some(check) => self.check(check, words),
                None => self.refuse(&format!("checks.{id}"), format!("there is no check {id}")),
            }
        }
    }

    fn check(&mut self, check: &mut Check, words: CheckWords) {
        let path = format!("checks.{}", check.id);
        self.put(&format!("{path}.says"), &mut check.says, words.says);
        for (id, says) in words.diagnoses {
            let path = format!("{path}.diagnoses.{id}");
            match check.diagnoses.iter_mut().find(|known| known.id == id) {
                Some(diagnosis) => self.put(&path, &mut diagnosis.says, Some(says)),
                None => self.refuse(&path, format!("check {} has no diagnosis {id}", check.id)),
            }
        }
    }
}
