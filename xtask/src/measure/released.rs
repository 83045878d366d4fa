//! Programs as they are released, and the half of a family on a workbench.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::family::{Family, Taken};
use crate::build;
use crate::screen;
use crate::workspace::Workspace;

/// Builds packages for release and says where their programs are.
///
/// # Errors
/// One doesn't compile.
pub fn build(workspace: &Workspace, packages: &[&str]) -> Result<PathBuf> {
    let mut command = build::cargo();
    command.args(["build", "--quiet", "--release"]);
    for package in packages {
        command.args(["--package", package]);
    }
    let built = command.current_dir(&workspace.root).stdin(Stdio::null());
    let status = built.status().context("start cargo")?;
    if !status.success() {
        bail!("build the release programs: {status}");
    }
    Ok(build::target_folder(&workspace.root)?.join("release"))
}

/// Runs [`Family::inside`] on a workbench, with the programs on its PATH.
///
/// # Errors
/// No workbench, or what is measured fails.
pub fn on_workbench(
    workspace: &Workspace,
    family: &Family,
    programs: &PathBuf,
) -> Result<Vec<Taken>> {
    let own = env::current_exe().context("find this program")?;
    let path = env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(programs.clone()).chain(env::split_paths(&path));
    let mut path = OsString::from("PATH=");
    path.push(env::join_paths(all).context("put the release programs on PATH")?);
    let output = Command::new(programs.join("workbench"))
        .args(["run", "--time-limit", "120", "--show"])
        .arg(programs)
        .arg("--env")
        .arg(path)
        // A workbench begins in `/`; this program wants to be in its repository.
        .args(["--", "sh", "-c", r#"cd "$0" && exec "$@""#])
        .arg(&workspace.root)
        .arg(own)
        .args(["measure", "--inside", family.name])
        .current_dir(&workspace.root)
        .stdin(Stdio::null())
        .output()
        .context("start a workbench")?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        bail!(
            "measure on a workbench: {}: {}",
            output.status,
            words.trim()
        );
    }
    // What it tells beside its times.
    screen::print_error(&String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("read what was measured on a workbench")
}
