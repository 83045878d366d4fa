//! Building with cargo. What cargo and rustc say reaches the learner untouched.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// A program cargo built.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// `bin`, `test`, …
    pub kind: String,
    pub name: String,
    pub executable: PathBuf,
}

/// What became of a build.
#[derive(Debug)]
pub struct Built {
    pub success: bool,
    pub artifacts: Vec<Artifact>,
    /// Errors rustc rendered, with their package; only when asked for.
    pub errors: Vec<(String, String)>,
}

/// What happens to rustc's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Messages {
    /// cargo renders them on the terminal, with its colours.
    Shown,
    /// They are kept by package: many packages fail in one build.
    Kept,
}

/// One line of cargo's messages; see "External tools" in the Cargo Book.
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Message {
    #[serde(rename = "compiler-artifact")]
    Artifact {
        target: Target,
        executable: Option<PathBuf>,
    },
    #[serde(rename = "compiler-message")]
    Diagnostic {
        package_id: String,
        message: Rendered,
    },
    BuildFinished {
        success: bool,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
}

#[derive(Deserialize)]
struct Rendered {
    level: String,
    rendered: Option<String>,
}

/// cargo, the one that runs this runner.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// Runs a cargo command that builds, in `dir`.
///
/// Whether the code compiles is in [`Built::success`].
///
/// # Errors
/// cargo can't be started, or ends before it builds anything: a manifest it
/// refuses, a registry it doesn't reach. Its own words are on the terminal.
pub fn run(dir: &Path, args: &[&str], messages: Messages) -> Result<Built> {
    let format = match messages {
        Messages::Shown => "--message-format=json-render-diagnostics",
        Messages::Kept => "--message-format=json",
    };
    let mut child = cargo()
        .args(args)
        .arg(format)
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("start cargo")?;
    let stdout = child.stdout.take().context("read what cargo says")?;
    let mut built = Built {
        success: false,
        artifacts: Vec::new(),
        errors: Vec::new(),
    };
    let mut finished = false;
    for line in BufReader::new(stdout).lines() {
        let line = line.context("read what cargo says")?;
        // Build scripts of dependencies may print; only JSON is cargo's.
        match serde_json::from_str(&line) {
            Ok(Message::Artifact {
                target,
                executable: Some(executable),
            }) => {
                built.artifacts.push(Artifact {
                    kind: target.kind.join(","),
                    name: target.name,
                    executable,
                });
            }
            Ok(Message::Diagnostic {
                package_id,
                message,
            }) if message.level == "error" => {
                built
                    .errors
                    .push((package_id, message.rendered.unwrap_or_default()));
            }
            Ok(Message::BuildFinished { success }) => {
                finished = true;
                built.success = success;
            }
            _ => {}
        }
    }
    child.wait().context("wait for cargo")?;
    if !finished {
        bail!(
            "cargo {} ended before it built anything; its words stand above",
            args.join(" ")
        );
    }
    Ok(built)
}

/// Builds a package's check binary. `None` when it doesn't compile.
///
/// # Errors
/// As [`run`].
pub fn check_binary(root: &Path, package: &str, quiet: bool) -> Result<Option<PathBuf>> {
    let mut args = vec!["test", "--no-run", "-p", package, "--test", "check"];
    if quiet {
        args.push("--quiet");
    }
    let built = run(root, &args, Messages::Shown)?;
    if !built.success {
        return Ok(None);
    }
    let check = built
        .artifacts
        .into_iter()
        .find(|a| a.kind == "test" && a.name == "check");
    let check = check.with_context(|| format!("cargo built no test `check` of {package}"))?;
    Ok(Some(check.executable))
}

/// The program of the package, beside the folder of its check binary.
pub fn program(check: &Path, package: &str) -> Option<PathBuf> {
    Some(check.ancestors().nth(2)?.join(package))
}

/// The folder cargo builds into, from a binary in it: `…/debug/deps/check-…`.
pub fn target_dir(executable: &Path) -> Option<&Path> {
    executable.ancestors().nth(3)
}
