//! A store, images of directories in it, and containers of them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use workbench::probe::files::{self, Tree, step};
use workbench::program::Program;
use workbench::rootfs::Recipe;
use workbench::{Lab, Running};

/// Lets a container start before everything about it is written.
pub const BARE: &str = "--bare";

/// A store on the workbench.
pub struct Store<'a> {
    lab: &'a Lab,
    pub dir: PathBuf,
}

impl<'a> Store<'a> {
    pub fn new(lab: &'a Lab) -> Store<'a> {
        let dir = lab.directory().join("store");
        Store { lab, dir }
    }

    /// Makes an image whose layers come from these steps, the lowest first. In
    /// them `./` stands for the layer's root. The last also has the probe, with
    /// what it needs: whatever is done to the others, it can be started.
    pub fn image(&self, layers: &[Vec<String>]) -> Result<Result<String, String>> {
        let name = self.lab.random_name()?;
        let mut program = self.program(&["image", "make"]).word(&name);
        for (number, steps) in layers.iter().enumerate() {
            let dir = self.lab.directory().join(format!("{name}-{number}"));
            match number + 1 == layers.len() {
                true => drop(Recipe::new().with(self.lab.probe()).make(&dir, false)?),
                false => fs::create_dir(&dir).context("make a layer")?,
            }
            all(&dir, steps)?;
            program = program.word(&dir);
        }
        let ended = program.start()?.end()?;
        Ok(match ended.code {
            Some(0) => Ok(name),
            _ => Err(format!("no: image make: {}", last_line(&ended.stderr))),
        })
    }

    /// The program with a verb, and this store.
    pub fn program(&self, verb: &[&str]) -> Program {
        self.lab.program(verb).word("--store").word(&self.dir)
    }

    /// `run`, about to start the probe on an image.
    pub fn run(&self, image: &str, words: &[&str], probe: &[&str]) -> Program {
        let mut program = self.program(&["run"]);
        for word in words {
            program = program.word(word);
        }
        program = program.word(image).word(self.lab.probe()).word("probe");
        for word in probe {
            program = program.word(word);
        }
        program
    }

    /// Does steps in a container and tells the tree of `/data` there; the
    /// container waits.
    pub fn files(
        &self,
        image: &str,
        words: &[&str],
        steps: &[&str],
    ) -> Result<Result<(Running, Tree), String>> {
        let probe = [&["files", "/data"], steps].concat();
        let mut running = self.run(image, words, &probe).start()?;
        let said = match heard(&mut running)? {
            Err(why) => return Ok(Err(why)),
            Ok(said) => said,
        };
        if let Some(error) = said["error"].as_str() {
            return Ok(Err(reason_of(error)));
        }
        let tree = files::heard(&said)?;
        Ok(Ok((running, tree)))
    }

    /// The files of all layers, as they are on disk.
    pub fn layers(&self) -> Result<Tree> {
        files::tree(&self.dir.join("layers"))
    }

    /// The directories of the layers.
    pub fn layer_dirs(&self) -> Result<Vec<PathBuf>> {
        let dir = self.dir.join("layers/sha256");
        let mut dirs = Vec::new();
        for entry in fs::read_dir(&dir).with_context(|| format!("read {}", dir.display()))? {
            dirs.push(entry?.path());
        }
        dirs.sort();
        Ok(dirs)
    }
}

/// Does steps on a directory of the host; `./` stands for it.
pub fn all(dir: &Path, steps: &[String]) -> Result<()> {
    let root = format!("{}/", dir.display());
    steps
        .iter()
        .try_for_each(|text| step(&text.replace("./", &root)))
}

/// Steps as they are written down.
pub fn steps(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| text.to_string()).collect()
}

/// Why it was not started, as the only thing that was seen.
pub fn refused(why: String) -> Value {
    json!({ "command": { "started": why } })
}

/// Hears the probe. When the container was not started: why, in a word.
pub fn heard(running: &mut Running) -> Result<Result<Value, String>> {
    running.hear_or(refusal)
}

/// The kernel's answers, and words for them.
const ANSWERS: [(&str, &str); 7] = [
    ("Invalid argument", "invalid"),
    ("No such file or directory", "no such file"),
    ("Read-only file system", "read-only"),
    ("Device or resource busy", "busy"),
    ("Operation not permitted", "not permitted"),
    ("File exists", "exists"),
    ("Too many levels of symbolic links", "a loop"),
];

/// What stopped it: the kernel's answer. What the operation is called is the
/// learner's to choose. Any other end is the judge's to tell.
fn refusal(stderr: &str) -> Option<String> {
    stderr.lines().find_map(|line| {
        let failure = line.split_once(": layers: ")?.1;
        let (_, answer) = failure.rsplit_once(": ")?;
        let (_, word) = ANSWERS.iter().find(|(text, _)| *text == answer)?;
        Some(format!("no: {word}"))
    })
}

/// The kernel's words at the end of an error of the probe's.
fn reason_of(error: &str) -> String {
    let known = ANSWERS.iter().find(|(text, _)| error.contains(text));
    match known {
        Some((text, _)) => format!("refused: {text}"),
        None => format!("refused: {}", last_line(error)),
    }
}

fn last_line(text: &str) -> &str {
    text.lines().last().unwrap_or_default()
}

/// The container's process, which is the only child of the program.
pub fn process(running: &Running) -> Result<i32> {
    let pid = running.pid();
    let path = format!("/proc/{pid}/task/{pid}/children");
    let children = fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
    match children.split_whitespace().next() {
        Some(first) => first.parse().with_context(|| format!("read {path}")),
        None => bail!("{path}: no process"),
    }
}

/// Where a container's root can be looked at from outside.
pub fn root(running: &Running) -> Result<PathBuf> {
    Ok(format!("/proc/{}/root", process(running)?).into())
}

/// `yes` or `no`.
pub fn yes(so: bool) -> &'static str {
    if so { "yes" } else { "no" }
}

/// One of two words.
pub fn either(so: bool, yes: &'static str, no: &'static str) -> &'static str {
    if so { yes } else { no }
}
