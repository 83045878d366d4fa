//! Files and directories of the host's that the caller wants to be seen even
//! where a workbench has a fresh tmpfs.

use std::fs;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode as FileMode;

use super::machine::Machine;
use super::root::{FRESH, Maker, in_root};

/// Where the directories of shown files appear.
const SHOWN: &str = "/.shown";

/// Something of the host's that a fresh tmpfs would hide.
pub struct Shown {
    path: PathBuf,
    is_dir: bool,
    /// The path itself, or the file's directory.
    directory: OwnedFd,
}

impl Maker<'_> {
    /// Opens what a fresh tmpfs would hide: directories, and those of files.
    pub fn look_up(&self, shown: &[PathBuf]) -> Result<Vec<Shown>, Machine> {
        let mut sources = Vec::new();
        for path in shown.iter().filter(|path| path.is_absolute()) {
            let top = path.components().nth(1);
            let hidden = top.is_some_and(|top| FRESH.iter().any(|name| top.as_os_str() == *name));
            // A program that is not there is the command's failure, not ours.
            if !hidden || !path.exists() {
                continue;
            }
            let is_dir = path.is_dir();
            let directory = if is_dir {
                path
            } else {
                path.parent().unwrap_or(path)
            };
            let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
            let step = format!("open {}", directory.display());
            let directory = self
                .steps
                .step(step, || open(directory, flags, FileMode::empty()))?;
            sources.push(Shown {
                path: path.clone(),
                is_dir,
                directory,
            });
        }
        Ok(sources)
    }

    /// Shows each at its path: a directory as an overlay, a file as a link
    /// into one of its directory.
    pub fn show(&mut self, sources: &[Shown]) -> Result<(), Machine> {
        for (at, shown) in sources.iter().enumerate() {
            let place = match shown.is_dir {
                true => shown.path.clone(),
                false => Path::new(SHOWN).join(at.to_string()),
            };
            let to = in_root(&place);
            let from = PathBuf::from(format!("/proc/self/fd/{}", shown.directory.as_raw_fd()));
            let step = format!("show {}", shown.path.display());
            self.steps.step(step, || fs::create_dir_all(&to))?;
            self.overlay_or_bind(&from, &to)?;
            if shown.is_dir {
                continue;
            }
            self.steps
                .step(format!("link {}", shown.path.display()), || {
                    let (link, name) = (in_root(&shown.path), shown.path.file_name());
                    fs::create_dir_all(link.parent().unwrap_or(&link))?;
                    match symlink(place.join(name.unwrap_or_default()), link) {
                        // Its directory is shown as well.
                        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                        other => other,
                    }
                })?;
        }
        Ok(())
    }
}
