//! Where facts are read: the machine's files, or a tree made for a test.

use std::fs;
use std::path::{Path, PathBuf};

use nix::unistd::{AccessFlags, access};

/// The files below a root, and who may write to them.
#[derive(Debug)]
pub struct System {
    root: PathBuf,
    /// Paths an ordinary user may write to in a tree that is not this machine.
    #[cfg(test)]
    pub writable: Option<Vec<PathBuf>>,
}

impl System {
    /// This machine.
    pub fn this() -> System {
        System::at(Path::new("/"))
    }

    /// The machine whose `/` is `root`.
    pub fn at(root: &Path) -> System {
        System {
            root: root.to_owned(),
            #[cfg(test)]
            writable: None,
        }
    }

    /// Where a path of the machine's is found.
    fn below(&self, path: &Path) -> PathBuf {
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// A file's text; none when it isn't there or can't be read.
    pub fn text(&self, path: impl AsRef<Path>) -> Option<String> {
        fs::read_to_string(self.below(path.as_ref())).ok()
    }

    /// A file's text, or nothing.
    pub fn lines(&self, path: impl AsRef<Path>) -> String {
        self.text(path).unwrap_or_default()
    }

    /// A file that holds one number.
    pub fn number(&self, path: impl AsRef<Path>) -> Option<u64> {
        self.text(path)?.trim().parse().ok()
    }

    pub fn exists(&self, path: impl AsRef<Path>) -> bool {
        self.below(path.as_ref()).exists()
    }

    /// Whether this process may write to a file or into a directory; see
    /// access(2), which knows of read-only mounts and capabilities.
    pub fn may_write(&self, path: &Path) -> bool {
        #[cfg(test)]
        if let Some(writable) = &self.writable {
            return writable.iter().any(|start| path.starts_with(start));
        }
        access(&self.below(path), AccessFlags::W_OK).is_ok()
    }
}
