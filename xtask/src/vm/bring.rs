//! Programs built here, brought into a machine that has no disk.
//!
//! What a machine holds is in its memory, and a workbench there may use half of
//! that. Programs of earlier labs stay, so that none is sent twice, until they
//! would take that half.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use vm_agent::{File, Machine};

use super::agent::Agent;
use super::{image, libraries};

/// Kibibytes that a check needs beside its workbench.
const BESIDE: u64 = 48 << 10;

/// Brings programs and the libraries they need into a machine, at the paths
/// they have here. What is there already isn't sent again; what was brought
/// for something else goes when there is no room for it.
///
/// # Errors
/// A library isn't found; there is no room; the machine doesn't take a file.
pub fn bring(agent: &mut Agent, machine: &Machine, programs: &[&Path]) -> Result<()> {
    let wanted = with_libraries(programs)?;
    let has = |file: &&File| machine.files.get(&file.path) == Some(&file.stamp);
    let missing: Vec<&File> = wanted.iter().filter(|file| !has(file)).collect();
    let bytes: u64 = missing.iter().map(|file| file.size).sum();
    if !missing.is_empty() && !leaves_room(machine, bytes) {
        let wants = |path: &&String| wanted.iter().any(|file| file.path == **path);
        let others = machine.files.keys().filter(|path| !wants(path));
        agent.remove(others.cloned().collect())?;
    }
    for file in missing {
        agent.put(file.clone(), Path::new(&file.path))?;
    }
    Ok(())
}

/// Would a workbench, which may use half of the machine's memory, still have it
/// if `bytes` more lay in it?
fn leaves_room(machine: &Machine, bytes: u64) -> bool {
    machine.available >= machine.memory / 2 + BESIDE + bytes.div_ceil(1024)
}

/// The files to bring, each once.
fn with_libraries(programs: &[&Path]) -> Result<Vec<File>> {
    let mut paths = std::collections::BTreeSet::new();
    for program in programs {
        paths.extend(libraries::of(program, &[])?);
        paths.insert((*program).to_owned());
    }
    paths.iter().map(|path| described(path)).collect()
}

fn described(path: &Path) -> Result<File> {
    let metadata = fs::metadata(path).with_context(|| format!("read {}", path.display()))?;
    let Some(name) = path.to_str() else {
        bail!("{}: a path that is not UTF-8", path.display());
    };
    Ok(File {
        path: name.to_owned(),
        size: metadata.len(),
        mode: image::mode_of(path)?,
        stamp: format!("{} {:?}", metadata.len(), metadata.modified().ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_memory_stays_free() {
        let machine = Machine {
            memory: 600 << 10,
            available: 400 << 10,
            ..Machine::default()
        };
        assert!(leaves_room(&machine, 52 << 20));
        assert!(!leaves_room(&machine, 53 << 20));
    }
}
