//! A learner's lab over the reference's earlier labs, so that what is wrong in
//! an earlier lab of theirs doesn't hold a later one back.
//!
//! A package in a generated workspace has the learner's manifest with other
//! dependencies, and points at the learner's own sources: nothing is copied,
//! and the compiler names the files they edit.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use lab_judge::LabOnDisk;

use super::package_name;
use crate::build;
use crate::failure::Failure;
use crate::files;
use crate::generated;
use crate::manifest::{Manifest, joined};
use crate::message::say;
use crate::workspace::Workspace;

/// Whether there is something to build over.
///
/// # Errors
/// The lab builds on no other, or the reference of one of them is withheld.
pub fn possible(workspace: &Workspace, lab: &LabOnDisk) -> Result<Vec<Reference>, Failure> {
    let earlier = lab.earlier();
    let earlier = earlier.map_err(|refusals| workspace.usage(&refusals))?;
    if earlier.is_empty() {
        return Err(Failure::Usage(say!(
            "over-nothing",
            lab = lab.lab.lab.as_str(),
            number = lab.lab.number(),
        )));
    }
    earlier
        .iter()
        .map(|lab| {
            Ok(Reference {
                lab: lab.lab.lab.clone(),
                package: package_name(lab, true),
                dir: workspace.solution(&lab.lab)?,
            })
        })
        .collect()
}

/// An earlier lab's reference.
pub struct Reference {
    lab: String,
    package: String,
    dir: PathBuf,
}

/// Builds the check binary. `None` when it doesn't compile.
///
/// # Errors
/// As [`possible`]; files that can't be written; what keeps cargo from
/// compiling.
pub fn check_binary(
    workspace: &Workspace,
    lab: &LabOnDisk,
    quiet: bool,
) -> Result<Option<PathBuf>, Failure> {
    let references = possible(workspace, lab)?;
    let target = build::target_folder(&workspace.root)?;
    let root = target.join("on-reference").join(&lab.lab.lab);
    let package = lab.lab.lab.replacen("lab-", "on-reference-", 1);
    generated::workspace(&workspace.root, &root, &[&package])?;
    let manifest = manifest(lab, &package, &references)?;
    files::write_if_changed(&root.join(&package).join("Cargo.toml"), manifest.as_bytes())?;
    Ok(build::check_binary_in(
        &root,
        Some(&target),
        &package,
        quiet,
    )?)
}

/// The learner's manifest under another name, over the references.
fn manifest(lab: &LabOnDisk, package: &str, references: &[Reference]) -> Result<String> {
    let file = lab.dir.join("Cargo.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
    let mut manifest = Manifest::parse(&text);
    manifest.map_lines(|line| {
        let lines = references.iter();
        lines.fold(line.to_owned(), |line, reference| reference.in_place(&line))
    });
    manifest.map_paths(|path| joined(&lab.dir, path).display().to_string());
    let quoted = format!("\"{package}\"");
    let source = |name: &str| format!("\"{}\"", lab.dir.join("src").join(name).display());
    manifest.set("[package]", "name", &quoted);
    manifest.set("[[bin]]", "name", &quoted);
    manifest.set("[[bin]]", "path", &source("main.rs"));
    if lab.dir.join("src/lib.rs").is_file() {
        // The library keeps its name, because the sources use it.
        let named = manifest
            .body("[lib]")
            .is_some_and(|lib| has_key(lib, "name"));
        if !named {
            let library = format!("\"{}\"", lab.lab.lab.replace('-', "_"));
            manifest.set("[lib]", "name", &library);
        }
        manifest.set("[lib]", "path", &source("lib.rs"));
    }
    Ok(manifest.text())
}

fn has_key(section: &str, key: &str) -> bool {
    let mut keys = section.lines().filter_map(|line| line.split('=').next());
    keys.any(|name| name.trim() == key)
}

impl Reference {
    /// A manifest's line that depends on the learner's lab depends on the
    /// reference instead, under the name it had.
    fn in_place(&self, line: &str) -> String {
        let path = format!("path = \"../{}\"", self.lab);
        if !line.contains(&path) {
            return line.to_owned();
        }
        let reference = format!("path = \"{}\"", self.dir.display());
        let line = line.replace(&path, &reference);
        let package = format!("package = \"{}\"", self.package);
        if line.contains("package = ") {
            return line.replace(&format!("package = \"{}\"", self.lab), &package);
        }
        // A table of its own has a key a line.
        let between = match line.trim_start().starts_with("path") {
            true => "\n",
            false => ", ",
        };
        line.replacen(&reference, &format!("{package}{between}{reference}"), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_of_every_form_go_to_the_reference() {
        let reference = Reference {
            lab: "lab-01-own".into(),
            package: "solution-01-own".into(),
            dir: "/r/solutions/lab-01-own".into(),
        };
        for (line, there) in [
            (
                "own = { package = \"lab-01-own\", path = \"../lab-01-own\" }\n",
                "own = { package = \"solution-01-own\", path = \"/r/solutions/lab-01-own\" }\n",
            ),
            (
                "lab-01-own = { path = \"../lab-01-own\" }\n",
                "lab-01-own = { package = \"solution-01-own\", path = \"/r/solutions/lab-01-own\" }\n",
            ),
            (
                "path = \"../lab-01-own\"\n",
                "package = \"solution-01-own\"\npath = \"/r/solutions/lab-01-own\"\n",
            ),
            (
                "path = \"../lab-01-own-2\"\n",
                "path = \"../lab-01-own-2\"\n",
            ),
            ("path = \"../workbench\"\n", "path = \"../workbench\"\n"),
        ] {
            assert_eq!(reference.in_place(line), there);
        }
    }
}
