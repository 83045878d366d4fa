//! Building with cargo. What cargo and rustc say reaches the learner untouched.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::message::say;
use crate::waiting::Waiting;
use crate::{process, screen, terminal};

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

impl Built {
    /// The program of this name.
    ///
    /// # Errors
    /// cargo built none.
    pub fn program(&self, name: &str) -> Result<PathBuf> {
        let found = |artifact: &&Artifact| artifact.kind == "bin" && artifact.name == name;
        let artifact = self.artifacts.iter().find(found);
        let artifact = artifact.with_context(|| say!("build-no-program", program = name))?;
        Ok(artifact.executable.clone())
    }
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

/// The part of `cargo metadata` that is used.
#[derive(Deserialize)]
struct Metadata {
    target_directory: PathBuf,
}

/// cargo, the one that runs this runner.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// Time for cargo to answer a question.
const ANSWER: Duration = Duration::from_secs(30);

/// The folder cargo builds the workspace at `root` into, wherever it was moved.
///
/// # Errors
/// cargo can't be started, or refuses the workspace.
pub fn target_folder(root: &Path) -> Result<PathBuf> {
    let mut command = cargo();
    command
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root);
    let ended = process::run(&mut command, ANSWER, 64 << 20)?;
    let metadata: Metadata = serde_json::from_str(&ended.stdout)
        .with_context(|| format!("read cargo metadata: {}", ended.stderr.trim()))?;
    Ok(metadata.target_directory)
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
    let mut command = cargo();
    command
        .args(args)
        .arg(format)
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    // A quiet cargo shows no progress of its own, so we tell how long it takes,
    // and what it says goes through us, or it would run into our line.
    let quiet = args.contains(&"--quiet") && terminal::stderr_can_erase();
    let _waiting = quiet.then(|| Waiting::on(say!("waiting-build")));
    if quiet {
        command.stderr(Stdio::piped());
        let colours = anstream::AutoStream::choice(&std::io::stderr());
        if colours != anstream::ColorChoice::Never && env::var_os("CARGO_TERM_COLOR").is_none() {
            command.env("CARGO_TERM_COLOR", "always");
        }
    }
    process::end_with_us(&mut command);
    let mut child = command.spawn().context("start cargo")?;
    let complaints = child.stderr.take().map(relayed);
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
    if let Some(relay) = complaints {
        // It ends with the pipe, or has panicked.
        let _ = relay.join();
    }
    if !finished {
        let command = format!("cargo {}", args.join(" "));
        bail!(say!("build-ended-early", command = command));
    }
    Ok(built)
}

/// Hands on what cargo says while it says it.
fn relayed(mut pipe: impl Read + Send + 'static) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(count @ 1..) = pipe.read(&mut chunk) {
            screen::relay_error(&chunk[..count]);
        }
    })
}

/// Builds a package's check binary. `None` when it doesn't compile.
///
/// # Errors
/// As [`run`].
pub fn check_binary(root: &Path, package: &str, quiet: bool) -> Result<Option<PathBuf>> {
    check_binary_in(root, None, package, quiet)
}

/// The same, built into a folder that isn't the workspace's own.
///
/// # Errors
/// As [`run`].
pub fn check_binary_in(
    root: &Path,
    target: Option<&Path>,
    package: &str,
    quiet: bool,
) -> Result<Option<PathBuf>> {
    let mut args = vec!["test", "--no-run", "-p", package, "--test", "check"];
    if quiet {
        args.push("--quiet");
    }
    if let Some(target) = target {
        let target = target.to_str();
        args.push("--target-dir");
        args.push(target.context("the target folder's name is not UTF-8")?);
    }
    let built = run(root, &args, Messages::Shown)?;
    if !built.success {
        return Ok(None);
    }
    let check = built
        .artifacts
        .into_iter()
        .find(|a| a.kind == "test" && a.name == "check");
    let check = check.with_context(|| say!("build-no-check", package = package))?;
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
