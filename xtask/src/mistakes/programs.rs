//! The programs of the cases: one build for all, and a copy for each.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use lab_judge::Source;

use super::Bench;
use super::cases::Case;
use super::schema::{self, Program};
use crate::build::{self, Messages};
use crate::check::package_name;
use crate::files;
use crate::generated;
use crate::manifest::{Manifest, joined};

/// The folder of the package in its generated workspace.
const FOLDER: &str = "cases";

/// The programs of the cases that compiled, and the errors of the others.
#[derive(Default)]
pub struct Programs {
    by_case: BTreeMap<String, PathBuf>,
    errors: BTreeMap<String, String>,
}

impl Programs {
    /// A case's program; `None` means the reference's own.
    ///
    /// # Errors
    /// The first error rustc rendered for it.
    pub fn of(&self, case: &Case) -> Result<Option<&Path>, String> {
        if case.answer.is_none() {
            return Ok(None);
        }
        match self.by_case.get(&case.program()) {
            Some(program) => Ok(Some(program)),
            None => Err(self
                .errors
                .get(&case.program())
                .cloned()
                .unwrap_or_default()),
        }
    }
}

/// Builds the chosen cases.
///
/// # Errors
/// Files that can't be read or written; a cargo that doesn't get as far as
/// compiling.
pub fn build(bench: &Bench<'_>, target: &Path, chosen: &[&Case]) -> Result<Programs> {
    let lab = &bench.lab.lab;
    let package = Package {
        bench,
        target,
        root: target.join("mistakes").join(&lab.lab),
        name: format!("{FOLDER}-{}", lab.lab.trim_start_matches("lab-")),
        sources: bench
            .lab
            .sources(&bench.reference)
            .map_err(|refusals| anyhow::anyhow!("{refusals}"))?,
    };
    // A case's number in the program; 0 is the reference's.
    let numbered: Vec<(usize, &Case)> = (1..)
        .zip(chosen.iter().copied().filter(|case| case.answer.is_some()))
        .collect();
    let mut programs = Programs::default();
    if !numbered.is_empty() {
        files::remove_unfinished(&package.root)?;
        generated::workspace(&bench.workspace.root, &package.root, &[FOLDER])?;
        if let Some(built) = package.sound(&numbered, &mut programs.errors)? {
            package.copies(&built, &numbered, &mut programs)?;
        }
    }
    Ok(programs)
}

/// The generated package of a lab's cases.
struct Package<'a> {
    bench: &'a Bench<'a>,
    target: &'a Path,
    root: PathBuf,
    /// The package's name and its program's.
    name: String,
    /// The reference's sources that hold tasks.
    sources: BTreeMap<String, Source>,
}

impl Package<'_> {
    /// A program of all cases that compile; the errors of the others by their
    /// program's name. `None` when none compiles.
    fn sound(
        &self,
        cases: &[(usize, &Case)],
        errors: &mut BTreeMap<String, String>,
    ) -> Result<Option<PathBuf>> {
        let error = match self.compiled(cases)? {
            Ok(program) => return Ok(Some(program)),
            Err(error) => error,
        };
        self.find_broken(cases, error, errors)?;
        let sound: Vec<(usize, &Case)> = cases
            .iter()
            .copied()
            .filter(|(_, case)| !errors.contains_key(&case.program()))
            .collect();
        if sound.is_empty() {
            return Ok(None);
        }
        let program = self.compiled(&sound)?;
        program.map(Some).map_err(anyhow::Error::msg)
    }

    /// Finds the cases that don't compile, by halving: in one program an error
    /// may be told far from what caused it.
    fn find_broken(
        &self,
        cases: &[(usize, &Case)],
        error: String,
        errors: &mut BTreeMap<String, String>,
    ) -> Result<()> {
        if let [(_, case)] = cases {
            errors.insert(case.program(), error);
            return Ok(());
        }
        let (one, other) = cases.split_at(cases.len() / 2);
        for half in [one, other] {
            if let Err(error) = self.compiled(half)? {
                self.find_broken(half, error, errors)?;
            }
        }
        Ok(())
    }

    /// Compiles these cases into one program, or returns the first error.
    fn compiled(&self, cases: &[(usize, &Case)]) -> Result<Result<PathBuf, String>> {
        self.write(cases)?;
        let target = self.target.to_str();
        let target = target.context("the target folder's name is not UTF-8")?;
        // Each case has a copy, and nobody debugs it.
        let small = format!("profile.dev.package.{}.strip=true", self.name);
        let args = [
            "build",
            "--bins",
            "--target-dir",
            target,
            "--config",
            &small,
        ];
        let built = build::run(&self.root, &args, Messages::Kept)?;
        if !built.success {
            let first = built.errors.into_iter().next();
            return Ok(Err(first.map(|(_, error)| error).unwrap_or_default()));
        }
        built.program(&self.name).map(Ok)
    }

    /// Writes the package. Files that are as they were keep their time, so that
    /// cargo builds only what changed.
    fn write(&self, cases: &[(usize, &Case)]) -> Result<()> {
        let (reference, package) = (&self.bench.reference, self.root.join(FOLDER));
        let schema = schema::sources(&self.bench.lab.lab, &self.sources, cases)?;
        let sources = files::below(&reference.join("src"))?;
        for file in &sources {
            let relative = Path::new("src").join(file);
            let path = reference.join(&relative);
            let new = match relative.to_str().and_then(|name| schema.get(name)) {
                Some(source) => source.text().as_bytes().to_vec(),
                None => fs::read(&path).with_context(|| format!("read {}", path.display()))?,
            };
            files::write_if_changed(&package.join(&relative), &new)?;
        }
        for file in files::below(&package.join("src"))? {
            if !sources.contains(&file) {
                files::remove(&package.join("src").join(file))?;
            }
        }
        files::write_if_changed(&package.join("Cargo.toml"), self.manifest()?.as_bytes())
    }

    /// The reference's manifest under a name of its own. The library keeps its
    /// name, because the sources use it.
    fn manifest(&self) -> Result<String> {
        let reference = &self.bench.reference;
        let path = reference.join("Cargo.toml");
        let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        let mut manifest = Manifest::parse(&text);
        manifest.remove(|header| {
            header == "[[test]]"
                || header.starts_with("[dev-dependencies")
                || header.starts_with("[lints")
        });
        manifest.map_paths(|path| match path.starts_with("src/") {
            true => path.to_owned(),
            false => joined(reference, path).display().to_string(),
        });
        let quoted = format!("\"{}\"", self.name);
        manifest.set("[package]", "name", &quoted);
        if manifest.has("[[bin]]") {
            manifest.set("[[bin]]", "name", &quoted);
        }
        if reference.join("src/lib.rs").is_file() {
            let library = package_name(self.bench.lab, true).replace('-', "_");
            manifest.set("[lib]", "name", &format!("\"{library}\""));
        }
        // What an answer leaves unused is no news.
        manifest.put("[lints.rust]", "[lints.rust]\nwarnings = \"allow\"\n");
        Ok(manifest.text())
    }

    /// A program for each case, all written before any is started: while a file
    /// is open for writing, in a process that somebody is just starting too, it
    /// can't be executed (ETXTBSY).
    fn copies(
        &self,
        built: &Path,
        cases: &[(usize, &Case)],
        programs: &mut Programs,
    ) -> Result<()> {
        let folder = self.root.join("programs");
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("remove {}", folder.display()))?;
        }
        let bytes = fs::read(built).with_context(|| format!("read {}", built.display()))?;
        let mut program = Program::of(bytes)?;
        for (number, case) in cases {
            if programs.errors.contains_key(&case.program()) {
                continue;
            }
            let copy = folder.join(case.program());
            files::write(&copy, program.choose(*number)?)?;
            fs::set_permissions(&copy, fs::Permissions::from_mode(0o755))
                .with_context(|| format!("make {} executable", copy.display()))?;
            programs.by_case.insert(case.program(), copy);
        }
        Ok(())
    }
}
