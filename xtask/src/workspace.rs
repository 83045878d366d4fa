//! The repository: where it is, and its labs.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Context;
use lab_judge::{Lab, LabOnDisk, Refusals, lab_dirs};

use crate::book;
use crate::failure::{Failure, refused_lab};
use crate::screen;

/// The repository's root.
#[derive(Debug)]
pub struct Workspace {
    pub root: PathBuf,
}

impl Workspace {
    /// The nearest folder from here upwards that holds `labs` and `Cargo.toml`.
    ///
    /// # Errors
    /// There is none, or the current folder is gone.
    pub fn find() -> Result<Workspace, Failure> {
        let here = env::current_dir().context("read the current folder")?;
        let is_root = |dir: &&Path| dir.join("labs").is_dir() && dir.join("Cargo.toml").is_file();
        match here.ancestors().find(is_root) {
            Some(root) => Ok(Workspace {
                root: root.to_owned(),
            }),
            None => Err(Failure::Usage(format!(
                "{}: not inside the workshop's repository",
                here.display()
            ))),
        }
    }

    /// The folders of the labs, in the order of their numbers.
    ///
    /// # Errors
    /// `labs` can't be read.
    pub fn lab_dirs(&self) -> Result<Vec<PathBuf>, Failure> {
        let dirs = lab_dirs(&self.root);
        Ok(dirs.with_context(|| format!("read {}", self.root.join("labs").display()))?)
    }

    /// Loads one lab.
    ///
    /// # Errors
    /// What its `lab.yaml` or its snapshots are refused for.
    pub fn load(&self, dir: &Path) -> Result<LabOnDisk, Failure> {
        Lab::load(dir).map_err(|refusals| self.usage(&refusals))
    }

    /// All labs, loaded.
    ///
    /// # Errors
    /// As [`Workspace::load`], of the first lab that is refused.
    pub fn load_all(&self) -> Result<Vec<LabOnDisk>, Failure> {
        self.lab_dirs()?.iter().map(|dir| self.load(dir)).collect()
    }

    /// The folder of a lab's reference.
    ///
    /// # Errors
    /// It is not here: a teacher may withhold it.
    pub fn solution(&self, lab: &Lab) -> Result<PathBuf, Failure> {
        let dir = self.root.join("solutions").join(&lab.lab);
        if dir.join("Cargo.toml").is_file() {
            return Ok(dir);
        }
        Err(Failure::Usage(format!(
            "the reference of {} is withheld: there is no solutions/{0} here",
            lab.lab
        )))
    }

    /// A heading of the lab's chapter, as a learner opens it now: served, built,
    /// or the source.
    pub fn chapter(&self, lab: &Lab, heading: &str) -> String {
        let place = book::place(&self.root, &lab.chapter, heading);
        match place.url {
            Some(url) => screen::hyperlink(&place.shown, &url),
            None => place.shown,
        }
    }

    /// A path as a learner writes it: relative to the root.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }

    /// Refusals of a declaration, with paths relative to the root.
    pub fn usage(&self, refusals: &Refusals) -> Failure {
        self.relative(refused_lab(refusals))
    }

    /// Refusals of a learner's source, with paths relative to the root.
    pub fn code(&self, refusals: &Refusals) -> Failure {
        self.relative(crate::failure::refused_source(refusals))
    }

    fn relative(&self, failure: Failure) -> Failure {
        let root = format!("{}/", self.root.display());
        match failure {
            Failure::Usage(reason) => Failure::Usage(reason.replace(&root, "")),
            Failure::Code(reason) => Failure::Code(reason.replace(&root, "")),
            Failure::Machine(error) => Failure::Machine(error),
        }
    }
}
