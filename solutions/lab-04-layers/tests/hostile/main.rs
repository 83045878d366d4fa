//! Archives that lie, or want to get out: each is refused with its place and its
//! reason, nothing of it can be seen, and nothing beside it has changed.
//!
//! Each case runs on a workbench of its own, for what it would do otherwise it
//! would do with root's rights.

#[path = "../../../../labs/lab-04-layers/tests/check/archive.rs"]
#[allow(dead_code, reason = "the learner's checks need more of it")]
mod archive;
mod documents;
mod members;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use archive::{Files, Layer, Tar, architecture};
use libtest_mimic::{Arguments, Failed, Trial};
use nix::unistd::Uid;
use workbench::bench::{Bench, End, become_keeper_if_asked, is_workbench};

/// Name; the archive; a part of what is said.
type Case = (&'static str, fn() -> Result<Files>, &'static str);

/// All of them.
fn cases() -> impl Iterator<Item = &'static Case> {
    members::CASES.iter().chain(documents::CASES)
}

/// A layout of one layer.
fn layer(tar: Tar) -> Result<Files> {
    Ok(Files::image(&[tar.end()]))
}

/// A layout of one good layer, with something done to it.
fn changed(change: fn(&mut Files, Layer) -> Result<()>) -> Result<Files> {
    let mut files = Files::layout();
    let good = files.plain(&Tar::new().file("a", b"text").end());
    change(&mut files, good)?;
    Ok(files)
}

/// Lets the layout name this layer.
fn at(files: &mut Files, layer: &Layer) {
    let manifest = files.manifest(std::slice::from_ref(layer), architecture());
    files.index(&[manifest]);
}

fn main() -> ExitCode {
    become_keeper_if_asked();
    let words: Vec<String> = std::env::args().collect();
    if let [_, inside, name] = words.as_slice() {
        if inside == "inside" {
            return match case(name) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    eprintln!("{error:#}");
                    ExitCode::FAILURE
                }
            };
        }
    }
    let root = Uid::effective().is_root();
    if !root {
        eprintln!("SKIPPED, nothing is proved: these need root");
    }
    let trials = cases()
        .map(|(name, ..)| Trial::test(*name, || on_workbench(name)).with_ignored_flag(!root));
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

fn on_workbench(name: &str) -> Result<(), Failed> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let program = Path::new(env!("CARGO_BIN_EXE_solution-04-layers"));
    let bench = Bench::new()
        .time_limit(Duration::from_secs(30))
        .show(own.parent().unwrap_or(&own))
        .show(program.parent().unwrap_or(program));
    let command: [OsString; 3] = [own.clone().into(), "inside".into(), name.into()];
    let ended = bench.run(&command)?;
    match ended.end {
        End::Code(0) => Ok(()),
        end => Err(format!("{end:?}: {}", String::from_utf8_lossy(&ended.stderr)).into()),
    }
}

/// As a directory and as a tar file: refused alike.
fn case(name: &str) -> Result<()> {
    ensure!(is_workbench(), "this is not a workbench");
    let case = cases().find(|(known, ..)| *known == name);
    let (_, make, reason) = case.context("no such case")?;
    let files = make()?;
    fs::create_dir("/tmp/outside")?;
    fs::write("/tmp/outside/secret", "secret")?;
    let directory = PathBuf::from("/tmp/archive/layout");
    files.write(&directory)?;
    let tar = PathBuf::from("/tmp/archive/layout.tar");
    fs::write(&tar, files.tar())?;
    let before = seen(Path::new("/tmp"))?;
    for archive in [directory, tar] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_solution-04-layers"));
        command.args(["image", "import", "--store", "/run/store", "--name", "x"]);
        if name == "a-bomb" {
            command.args(["--max-size", "32Mi"]);
        }
        let output = command
            .arg(&archive)
            .output()
            .context("start the program")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.code() == Some(125),
            "{:?}: {said}",
            output.status
        );
        let missing = name == "a-blob-that-is-missing" && said.contains("there is no");
        ensure!(said.contains(reason) || missing, "it said: {said}");
        ensure!(said.lines().count() == 1, "more than one line: {said}");
        for part in ["images", "layers/sha256", "tmp"] {
            let left = seen(&Path::new("/run/store").join(part))?;
            ensure!(left.is_empty(), "left in the store: {left:?}");
        }
        ensure!(
            seen(Path::new("/tmp"))? == before,
            "something outside has changed"
        );
    }
    Ok(())
}

/// Every file with its content and its number of names.
fn seen(directory: &Path) -> Result<Vec<String>> {
    use std::os::unix::fs::MetadataExt;
    let mut all = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let found = fs::symlink_metadata(&path)?;
        let content = match found.is_file() {
            true => archive::digest(&fs::read(&path)?),
            false => String::new(),
        };
        all.push(format!(
            "{} {} {:o} {content}",
            path.display(),
            found.nlink(),
            found.mode()
        ));
        if found.is_dir() {
            all.extend(seen(&path)?);
        }
    }
    all.sort();
    Ok(all)
}
