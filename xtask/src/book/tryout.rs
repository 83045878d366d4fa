//! Runs the book's transcripts, each on a workbench of its own.
//!
//! The programs a page calls by the learner's names are the references: a page
//! shows what happens once a lab is done.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};

use super::fault::{self, Fault};
use super::lint::read;
use super::transcript::Transcript;
use crate::failure::{Exit, Failure};
use crate::message::say;
use crate::screen;
use crate::waiting::Waiting;

/// Seconds a transcript may take.
const LIMIT: &str = "30";
/// What `workbench run` says with when it could not make one.
const YOUR_MACHINE: i32 = 3;

/// Runs the transcripts of all pages whose path contains `only`.
///
/// # Errors
/// The reference is withheld, a build failed, or no workbench could be made.
pub fn run(root: &Path, only: &str) -> Result<Exit, Failure> {
    let source = root.join("book/src");
    let pages = read(&source)?;
    let wanted = |path: &Path| {
        path.strip_prefix(&source)
            .unwrap_or(path)
            .to_string_lossy()
            .contains(only)
    };
    let mut ran = 0;
    let mut faults = 0;
    let mut programs = None;
    for page in pages.iter().filter(|page| wanted(&page.path)) {
        let (transcripts, wrong) = Transcript::all(page);
        faults += wrong.len();
        wrong
            .iter()
            .for_each(|fault| screen::print(&format!("{}\n", fault.shown(root))));
        for transcript in transcripts {
            if let Some(reason) = &transcript.skipped {
                let note = say!("book-skipped", reason = reason);
                let fault = Fault::new(&page.path, transcript.line, note);
                screen::print(&format!("{}\n", fault.shown(root)));
                continue;
            }
            let folder = match &programs {
                Some(folder) => folder,
                None => programs.insert(gather(root)?),
            };
            ran += 1;
            let page_shown = page.path.strip_prefix(root).unwrap_or(&page.path);
            let place = format!("{}:{}", page_shown.display(), transcript.line);
            let waiting = Waiting::on(say!("waiting-transcript", place = place));
            let fault = try_one(folder, &page.path, &transcript)?;
            drop(waiting);
            if let Some(fault) = fault {
                faults += 1;
                screen::print(&format!("{}\n", fault.shown(root)));
            }
        }
    }
    if ran == 0 && faults == 0 {
        return Err(Failure::Usage(say!("book-no-page", part = only)));
    }
    screen::print(&screen::book::happen_or(ran, faults));
    Ok(fault::exit(faults))
}

/// Where programs are found on a workbench, behind the labs' own.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Runs one transcript and compares.
fn try_one(programs: &Path, page: &Path, transcript: &Transcript) -> Result<Option<Fault>> {
    // Not to be guessed by a program, so that none can pretend to be done.
    let mark = format!(
        "--transcript-{}",
        fs::read_to_string("/proc/sys/kernel/random/uuid")?.trim()
    );
    let output = Command::new(programs.join("workbench"))
        .args(["run", "--time-limit", LIMIT, "--show"])
        .arg(programs)
        .args(["--env", &format!("PATH={}:{PATH}", programs.display())])
        .args(["--", "sh", "-c"])
        .arg(transcript.script(&mark))
        .stdin(Stdio::null())
        .output()
        .context("start the workbench")?;
    let text = String::from_utf8_lossy(&output.stdout);
    if output.status.code() == Some(YOUR_MACHINE) && text.is_empty() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let differs = transcript.compare(&text, &mark);
    Ok(differs.map(|(step, why)| {
        let reason = format!("$ {}\n{why}", step.command);
        Fault::new(page, step.line, reason)
    }))
}

/// Builds the workbench and every reference, and puts the references into one
/// folder under the names the learner's programs have.
fn gather(root: &Path) -> Result<PathBuf, Failure> {
    let dirs = lab_judge::lab_dirs(root).context("read labs")?;
    let names = dirs.iter().filter_map(|dir| dir.file_name()?.to_str());
    let labs: Vec<(String, String)> = names
        .map(|lab| (lab.to_owned(), lab.replacen("lab-", "solution-", 1)))
        .collect();
    if let Some((lab, _)) = labs
        .iter()
        .find(|(lab, _)| !root.join("solutions").join(lab).is_dir())
    {
        return Err(Failure::Usage(say!("book-withheld", lab = lab.as_str())));
    }
    let mut packages = vec!["workbench"];
    packages.extend(labs.iter().map(|(_, solution)| solution.as_str()));
    let built = executables(root, &packages)?;
    let find = |name: &str| {
        let path = built.get(name);
        path.ok_or_else(|| anyhow!("cargo did not say where it built {name}"))
    };
    let workbench = find("workbench")?;
    let folder = workbench.with_file_name("book-programs");
    fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    place(workbench, &folder.join("workbench"))?;
    for (lab, solution) in &labs {
        place(find(solution)?, &folder.join(lab))?;
    }
    Ok(folder)
}

/// A copy, renamed into place, because a program that runs can't be written to.
fn place(from: &Path, to: &Path) -> Result<()> {
    let new = to.with_extension("new");
    fs::copy(from, &new)
        .and_then(|_| fs::rename(&new, to))
        .with_context(|| format!("copy {} to {}", from.display(), to.display()))
}

/// Builds packages and returns their programs by name.
fn executables(root: &Path, packages: &[&str]) -> Result<BTreeMap<String, PathBuf>> {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root).args([
        "build",
        "--quiet",
        "--message-format=json-render-diagnostics",
    ]);
    for package in packages {
        command.args(["--package", package]);
    }
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .context("start cargo")?;
    if !output.status.success() {
        bail!("cargo build: {}", output.status);
    }
    let mut found = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let message: serde_json::Value =
            serde_json::from_str(line).context("read cargo's messages")?;
        let name = message["target"]["name"].as_str();
        if let (Some(name), Some(path)) = (name, message["executable"].as_str()) {
            found.insert(name.to_owned(), PathBuf::from(path));
        }
    }
    Ok(found)
}
