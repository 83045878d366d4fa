//! Copies of the reference as one generated workspace, built by one cargo.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Bench;
use super::cases::Case;
use crate::build::{self, Messages};
use crate::files;
use crate::generated;
use crate::manifest::{Manifest, joined};

/// The programs of the copies that compiled, and the errors of the others.
pub struct Programs {
    by_package: BTreeMap<String, PathBuf>,
    errors: BTreeMap<String, String>,
}

impl Programs {
    /// A case's program; `None` means the reference's own.
    ///
    /// # Errors
    /// The first error rustc rendered for the copy.
    pub fn of(&self, case: &Case) -> Result<Option<&Path>, String> {
        if case.package.is_empty() {
            return Ok(None);
        }
        match self.by_package.get(&case.package) {
            Some(program) => Ok(Some(program)),
            None => Err(self.errors.get(&case.package).cloned().unwrap_or_default()),
        }
    }
}

/// Writes the copies of all cases and builds the chosen ones.
///
/// # Errors
/// Files that can't be read or written; a cargo that doesn't get as far as
/// compiling.
pub fn build(bench: &Bench<'_>, target: &Path, all: &[Case], chosen: &[&Case]) -> Result<Programs> {
    let root = target.join("mistakes").join(&bench.lab.lab.lab);
    let copies: Vec<&Case> = all.iter().filter(|case| !case.package.is_empty()).collect();
    let members: Vec<&str> = copies.iter().map(|case| case.package.as_str()).collect();
    files::remove_unfinished(&root)?;
    generated::workspace(&bench.workspace.root, &root, &members)?;
    remove_old(&root, &copies)?;
    for case in &copies {
        write_copy(bench, &root.join(&case.package), case)?;
    }
    let mut programs = Programs {
        by_package: BTreeMap::new(),
        errors: BTreeMap::new(),
    };
    let target = target
        .to_str()
        .context("the target folder's name is not UTF-8")?;
    let mut args = vec!["build", "--bins", "--keep-going", "--target-dir", target];
    // Each copy is compiled once; what a second time would need is a hundred
    // megabytes for every one of them.
    args.extend(["--config", "profile.dev.incremental=false"]);
    let before = args.len();
    for case in chosen.iter().filter(|case| !case.package.is_empty()) {
        args.extend(["-p", &case.package]);
    }
    if args.len() == before {
        return Ok(programs);
    }
    let built = build::run(&root, &args, Messages::Kept)?;
    for artifact in built
        .artifacts
        .into_iter()
        .filter(|artifact| artifact.kind == "bin")
    {
        programs
            .by_package
            .insert(artifact.name, artifact.executable);
    }
    for (package, error) in built.errors {
        let case = copies
            .iter()
            .find(|case| is_of(&package, &root.join(&case.package)));
        if let Some(case) = case {
            programs.errors.entry(case.package.clone()).or_insert(error);
        }
    }
    Ok(programs)
}

/// Whether cargo's package id names the package in `dir`:
/// `path+file:///dir#0.1.0`.
fn is_of(package: &str, dir: &Path) -> bool {
    let path = package.split_once("://").map_or(package, |(_, path)| path);
    path.split('#').next() == dir.to_str()
}

/// Copies of cases that are no more.
fn remove_old(root: &Path, copies: &[&Case]) -> Result<()> {
    for entry in fs::read_dir(root).with_context(|| format!("read {}", root.display()))? {
        let entry = entry.with_context(|| format!("read {}", root.display()))?;
        let path = entry.path();
        let known = copies
            .iter()
            .any(|case| entry.file_name() == case.package.as_str());
        if path.is_dir() && !known {
            fs::remove_dir_all(&path).with_context(|| format!("remove {}", path.display()))?;
        }
    }
    Ok(())
}

/// One copy. Files that are as they were keep their time, so that cargo builds
/// only what changed.
fn write_copy(bench: &Bench<'_>, copy: &Path, case: &Case) -> Result<()> {
    let sources = files::below(&bench.reference.join("src"))?;
    for file in &sources {
        let relative = Path::new("src").join(file);
        let new = match &case.replaced {
            Some((replaced, text)) if Path::new(replaced) == relative => text.clone().into_bytes(),
            _ => {
                let path = bench.reference.join(&relative);
                fs::read(&path).with_context(|| format!("read {}", path.display()))?
            }
        };
        files::write_if_changed(&copy.join(&relative), &new)?;
    }
    for file in files::below(&copy.join("src"))? {
        if !sources.contains(&file) {
            files::remove(&copy.join("src").join(file))?;
        }
    }
    let manifest = manifest(bench, case)?;
    files::write_if_changed(&copy.join("Cargo.toml"), manifest.as_bytes())
}

/// The reference's manifest under a name of its own. The library keeps its
/// name, because the sources use it.
fn manifest(bench: &Bench<'_>, case: &Case) -> Result<String> {
    let reference = &bench.reference;
    let mut manifest = Manifest::parse(&read(&reference.join("Cargo.toml"))?);
    manifest.remove(|header| {
        header == "[[test]]"
            || header.starts_with("[dev-dependencies")
            || header.starts_with("[lints")
    });
    manifest.map_paths(|path| match path.starts_with("src/") {
        true => path.to_owned(),
        false => joined(reference, path).display().to_string(),
    });
    let quoted = format!("\"{}\"", case.package);
    manifest.set("[package]", "name", &quoted);
    if manifest.has("[[bin]]") {
        manifest.set("[[bin]]", "name", &quoted);
    }
    if reference.join("src/lib.rs").is_file() {
        let library = crate::check::package_name(bench.lab, true).replace('-', "_");
        manifest.set("[lib]", "name", &format!("\"{library}\""));
    }
    // What a mistake leaves unused is no news.
    manifest.put("[lints.rust]", "[lints.rust]\nwarnings = \"allow\"\n");
    Ok(manifest.text())
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("read {}", file.display()))
}
