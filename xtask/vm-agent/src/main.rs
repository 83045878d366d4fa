//! The agent: waits at its port for a question, does it, answers.
//!
//! It is started again by the machine's init if it ends.

mod job;
mod machine;
mod port;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use vm_agent::{Ask, File, Question, Say};

use port::{Input, Port};

/// How often the port is asked whether somebody is there.
const PAUSE: Duration = Duration::from_millis(20);

fn main() -> Result<()> {
    let (mut input, port) = Port::open()?;
    let port = Arc::new(port);
    let mut files = BTreeMap::new();
    // Replaced, and so ended, by whatever comes next: another question, or the
    // end of the client.
    let mut _job = None;
    loop {
        let line = input.line()?;
        _job = None;
        let Some(line) = line else {
            thread::sleep(PAUSE);
            continue;
        };
        // What is no question is the rest of what another client left.
        let Ok(Question { id, ask }) = serde_json::from_str(&line) else {
            continue;
        };
        match ask {
            Ask::Hello => port.say(id, Say::Here(machine::look(&files)))?,
            Ask::Put(file) => {
                let said = match put(&file, &mut input) {
                    Ok(()) => {
                        files.insert(file.path, file.stamp);
                        Say::Taken
                    }
                    Err(error) => Say::Refused(format!("{error:#}")),
                };
                port.say(id, said)?;
            }
            Ask::Remove(paths) => {
                let said = match remove(&paths, &mut files) {
                    Ok(()) => Say::Removed,
                    Err(error) => Say::Refused(format!("{error:#}")),
                };
                port.say(id, said)?;
            }
            Ask::Run(job) => _job = Some(job::start(id, job, &port)),
        }
    }
}

/// Takes a file's bytes; it is there whole or as it was before.
fn put(file: &File, input: &mut Input) -> Result<()> {
    let path = Path::new(&file.path);
    let beside = PathBuf::from(format!("{}.new", file.path));
    let mut bytes = input.take(file.size);
    let made = create(path, &beside);
    // All of them are read even if they can't be kept, or they would be taken
    // for questions.
    let taken = match &made {
        Ok(to) => std::io::copy(&mut bytes, &mut &*to),
        Err(_) => std::io::copy(&mut bytes, &mut std::io::sink()),
    };
    let rest = std::io::copy(&mut bytes, &mut std::io::sink());
    let to = made?;
    let taken = taken.with_context(|| format!("write {}", file.path))?;
    rest.context("read the port")?;
    ensure!(taken == file.size, "{}: {taken} bytes came", file.path);
    let finish = || -> std::io::Result<()> {
        (&to).flush()?;
        to.set_permissions(fs::Permissions::from_mode(file.mode))?;
        fs::rename(&beside, path)
    };
    finish().with_context(|| format!("write {}", file.path))
}

/// Removes files that were put, and no others.
fn remove(paths: &[String], files: &mut BTreeMap<String, String>) -> Result<()> {
    for path in paths {
        ensure!(files.contains_key(path), "{path}: it was not brought here");
        fs::remove_file(path).with_context(|| format!("remove {path}"))?;
        files.remove(path);
    }
    Ok(())
}

fn create(path: &Path, beside: &Path) -> Result<fs::File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    }
    fs::File::create(beside).with_context(|| format!("create {}", beside.display()))
}
