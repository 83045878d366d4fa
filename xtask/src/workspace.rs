//! The repository: where it is, and its labs.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use lab_judge::{Lab, LabOnDisk, Refusal, Refusals, lab_dirs};
use nix::errno::Errno;

use crate::book;
use crate::failure::Failure;
use crate::manifest::{Manifest, joined};
use crate::message::{self, say};
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
            None => Err(Failure::Usage(say!(
                "select-outside",
                folder = here.display(),
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

    /// Loads one lab, to be said in the reader's language.
    ///
    /// # Errors
    /// What its `lab.yaml`, its texts in that language or its snapshots are
    /// refused for.
    pub fn load(&self, dir: &Path) -> Result<LabOnDisk, Failure> {
        let lab = Lab::load(dir).and_then(|lab| lab.said_in(message::languages()));
        lab.map_err(|refusals| self.usage(&refusals))
    }

    /// All labs, loaded.
    ///
    /// # Errors
    /// As [`Workspace::load`], of the first lab that is refused.
    pub fn load_all(&self) -> Result<Vec<LabOnDisk>, Failure> {
        self.lab_dirs()?.iter().map(|dir| self.load(dir)).collect()
    }

    /// The file with the checks of a lab's package is the workshop's, and must
    /// be there: cargo would only say that it knows no such test.
    ///
    /// # Errors
    /// It can't be read: why, and how to bring it back.
    pub fn check_source(&self, package: &Path) -> Result<(), Failure> {
        let manifest = fs::read_to_string(package.join("Cargo.toml")).unwrap_or_default();
        let mut manifest = Manifest::parse(&manifest);
        manifest.remove_tests_but("check");
        let lines = manifest.body("[[test]]").unwrap_or_default().lines();
        let mut stated = lines.filter_map(|line| line.trim().strip_prefix("path = "));
        let path = stated.next_back().unwrap_or("tests/check.rs");
        let file = joined(package, path.trim_matches('"'));
        let Err(error) = fs::read(&file) else {
            return Ok(());
        };
        let errno = Errno::from_raw(error.raw_os_error().unwrap_or_default());
        let reason = errno.desc().to_lowercase();
        let file = self.shown(&file);
        Err(Failure::Usage(say!(
            "failure-check-source",
            file = file.as_str(),
            reason = reason
        )))
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
        Err(Failure::Usage(say!(
            "select-withheld",
            lab = &lab.lab,
            folder = format!("solutions/{}", lab.lab),
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

    /// Refusals of a declaration, which is the repository's and not a learner's
    /// code.
    pub fn usage(&self, refusals: &Refusals) -> Failure {
        Failure::Usage(self.reasons(refusals))
    }

    /// Refusals of a learner's source.
    pub fn code(&self, refusals: &Refusals) -> Failure {
        Failure::Code(self.reasons(refusals))
    }

    /// One a line, with paths relative to the root.
    fn reasons(&self, refusals: &Refusals) -> String {
        let line = |refusal: &Refusal| {
            let place = format!("{}:{}", self.shown(&refusal.file), refusal.line);
            format!("{place}: {}", screen::marks::reason(&refusal.reason))
        };
        refusals.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}
