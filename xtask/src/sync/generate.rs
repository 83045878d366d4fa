//! A starter's files from its reference's.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use lab_judge::{LabOnDisk, Source, todo_body};

use crate::failure::Failure;
use crate::files;
use crate::manifest::Manifest;
use crate::message::say;
use crate::screen::marks::marks;
use crate::workspace::Workspace;

/// The generated files by their path in the lab's folder: `Cargo.toml` and
/// everything in `src`.
///
/// # Errors
/// A withheld reference; one whose tasks have no region or are unwritten;
/// rustfmt missing.
pub fn starter(
    workspace: &Workspace,
    lab: &LabOnDisk,
) -> Result<BTreeMap<PathBuf, Vec<u8>>, Failure> {
    let reference = workspace.solution(&lab.lab)?;
    let unwritten = lab
        .unwritten(&reference)
        .map_err(|refusals| workspace.usage(&refusals))?;
    if let Some(task) = unwritten.first() {
        let place = workspace.shown(&reference);
        return Err(Failure::Usage(say!(
            "sync-unwritten",
            place = place,
            task = task,
        )));
    }
    let mut files = BTreeMap::new();
    for file in files::below(&reference.join("src"))? {
        let file = PathBuf::from("src").join(file);
        let path = reference.join(&file);
        let bytes = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
        let bytes = match String::from_utf8(bytes) {
            Ok(text) if file.extension().is_some_and(|ending| ending == "rs") => {
                source(workspace, lab, &file, &text)?.into_bytes()
            }
            Ok(text) => starter_names(&text).into_bytes(),
            Err(binary) => binary.into_bytes(),
        };
        files.insert(file, bytes);
    }
    let manifest = manifest(workspace, lab, &reference)?;
    files.insert(PathBuf::from("Cargo.toml"), manifest.into_bytes());
    Ok(files)
}

/// A source with its tasks to do, renamed, and formatted: a shorter crate name
/// changes the order of imports and the length of lines.
fn source(
    workspace: &Workspace,
    lab: &LabOnDisk,
    file: &Path,
    text: &str,
) -> Result<String, Failure> {
    let refused = |fault: lab_judge::AnchorFault| {
        let file = format!("solutions/{}/{}", lab.lab.lab, file.display());
        Failure::Usage(say!("sync-fault", file = file, fault = marks(&fault)))
    };
    let mut source = Source::parse(text).map_err(refused)?;
    for task in lab
        .lab
        .tasks
        .iter()
        .filter(|task| Path::new(&task.file) == file)
    {
        let indent = source.task(&task.id).map_err(refused)?.indent.clone();
        source = source
            .replaced(&task.id, &todo_body(task, &indent))
            .map_err(refused)?;
    }
    Ok(rustfmt(&workspace.root, &starter_names(source.text()))?)
}

/// Reference names become a learner's: `solution-01` and `solution_01` become
/// `lab-01` and `lab_01`, wherever two digits follow.
pub fn starter_names(text: &str) -> String {
    let mut renamed = text.to_owned();
    for (old, new) in [("solution-", "lab-"), ("solution_", "lab_")] {
        let mut result = String::new();
        let mut rest = renamed.as_str();
        while let Some(at) = rest.find(old) {
            let (before, from) = rest.split_at(at);
            let after = &from[old.len()..];
            let numbered = after.bytes().take(2).filter(u8::is_ascii_digit).count() == 2;
            result.push_str(before);
            result.push_str(if numbered { new } else { old });
            rest = after;
        }
        result.push_str(rest);
        renamed = result;
    }
    renamed
}

/// The starter's manifest: paths one folder nearer, and lints that allow what
/// a gap leaves unused.
fn manifest(workspace: &Workspace, lab: &LabOnDisk, reference: &Path) -> Result<String> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        anyhow::Ok(Manifest::parse(&text))
    };
    let root = read(workspace.root.join("Cargo.toml"))?;
    let mut manifest = read(reference.join("Cargo.toml"))?;
    let own = format!("../../labs/{}/", lab.lab.lab);
    manifest.map_paths(|path| match path.strip_prefix(&own) {
        Some(inside) => inside.to_owned(),
        None => path.replacen("../../labs/", "../", 1),
    });
    manifest.remove(|header| header.starts_with("[lints"));
    // The reference may have tests of its own; a starter has the checks.
    manifest.remove_tests_but("check");
    let lints = |tool: &str| {
        root.body(&format!("[workspace.lints.{tool}]"))
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    manifest.put(
        "[lints.rust]",
        &format!(
            "# The workspace's lints, and leave to have gaps: what only an unwritten\n\
             # task uses is unused until it is written.\n\
             [lints.rust]\n\
             unused = {{ level = \"allow\", priority = -1 }}\n\
             unused_must_use = \"warn\"\n\
             {}",
            with_end(&lints("rust"))
        ),
    );
    manifest.put(
        "[lints.clippy]",
        &format!(
            "[lints.clippy]\n\
             diverging_sub_expression = \"allow\"\n\
             ptr_arg = \"allow\"\n\
             {}",
            with_end(&lints("clippy"))
        ),
    );
    let head = format!(
        "# Written from solutions/{} by `cargo xtask sync`.\n",
        lab.lab.lab
    );
    Ok(head + &starter_names(&manifest.text()))
}

/// Lines with an end, or nothing.
fn with_end(lines: &str) -> String {
    if lines.is_empty() {
        String::new()
    } else {
        format!("{lines}\n")
    }
}

/// Formats a source as `cargo fmt` would in this repository.
fn rustfmt(root: &Path, text: &str) -> Result<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| say!("sync-rustfmt"))?;
    let mut stdin = child.stdin.take().context("write to rustfmt")?;
    let input = text.to_owned();
    // In the background: rustfmt may write before it has read everything.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().context("read what rustfmt says")?;
    let written = writer.join().is_ok_and(|result| result.is_ok());
    if !output.status.success() || !written {
        bail!(
            "rustfmt: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    String::from_utf8(output.stdout).context("read what rustfmt says")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbered_names_change() {
        assert_eq!(
            starter_names("use solution_01_own::x; // solution-12-y, a solution-free solution_1"),
            "use lab_01_own::x; // lab-12-y, a solution-free solution_1"
        );
    }

    #[test]
    fn rustfmt_leaves_a_starters_body_alone() {
        // Then `reset`, which doesn't format, writes what `sync` wrote.
        let mut text = String::new();
        for length in (1..160).step_by(3) {
            let task = lab_judge::Task {
                id: "a".into(),
                file: "src/a.rs".into(),
                says: "x".repeat(length),
                heading: "task-1".into(),
                hints: Vec::new(),
                noop: String::new(),
            };
            let body = todo_body(&task, "    ");
            let gap = if text.is_empty() { "" } else { "\n" };
            text += &format!(
                "{gap}fn f{length}() {{\n    // ANCHOR: a{length}\n{body}    // ANCHOR_END: a{length}\n}}\n"
            );
        }
        assert_eq!(
            rustfmt(Path::new(env!("CARGO_MANIFEST_DIR")), &text).expect("rustfmt"),
            text
        );
    }
}
