//! The files of a lab, and how it is noticed that they changed.
//!
//! The kernel only wakes us (inotify(7)); what changed is found by looking. So
//! it doesn't matter how an editor writes: in place, by renaming another file,
//! or after removing it. On file systems on which inotify says nothing, we look
//! every second.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use nix::sys::statfs::{FsType, statfs};

use crate::files;

/// How often is looked where nobody tells of changes.
pub const POLL: Duration = Duration::from_secs(1);

/// File systems whose files others change behind the kernel's back, by the
/// number statfs(2) gives: shared folders of virtual machines and of networks.
const UNTOLD: [(&str, i64); 10] = [
    ("vboxsf", 0x786f_4256),
    ("9p", 0x0102_1997),
    // virtiofs and sshfs among them.
    ("fuse", 0x6573_5546),
    ("nfs", 0x6969),
    ("smb", 0x517b),
    ("cifs", 0xff53_4d42),
    ("smb2", 0xfe53_4d42),
    ("vmhgfs", 0xbacb_acbc),
    ("prl_fs", 0x7c7c_6673),
    ("afs", 0x5346_414f),
];

/// What a change of any of a folder's files is told by.
const MASK: AddWatchFlags = AddWatchFlags::IN_MODIFY
    .union(AddWatchFlags::IN_CLOSE_WRITE)
    .union(AddWatchFlags::IN_CREATE)
    .union(AddWatchFlags::IN_DELETE)
    .union(AddWatchFlags::IN_MOVED_FROM)
    .union(AddWatchFlags::IN_MOVED_TO)
    .union(AddWatchFlags::IN_DELETE_SELF)
    .union(AddWatchFlags::IN_MOVE_SELF)
    .union(AddWatchFlags::IN_ONLYDIR);

/// What tells a file's states apart without reading it, and its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    length: u64,
    modified: (i64, i64),
    content: u64,
}

/// The files of some packages.
pub struct Files {
    packages: Vec<PathBuf>,
    /// `None` where we look ourselves.
    inotify: Option<Inotify>,
    stamps: BTreeMap<PathBuf, Stamp>,
}

impl Files {
    /// Begins to watch packages, all of them in one folder.
    pub fn of(packages: Vec<PathBuf>) -> Files {
        let told = !packages.iter().any(|package| is_untold(package));
        let flags = InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK;
        let mut files = Files {
            packages,
            // There may be no more instances for this user: then we look.
            inotify: told.then(|| Inotify::init(flags).ok()).flatten(),
            stamps: BTreeMap::new(),
        };
        files.changed();
        files
    }

    /// Becomes readable when something may have changed. `None` means: look
    /// every [`POLL`].
    pub fn wakes(&self) -> Option<BorrowedFd<'_>> {
        self.inotify.as_ref().map(|inotify| inotify.as_fd())
    }

    /// Takes what woke us.
    pub fn woken(&self) {
        if let Some(inotify) = &self.inotify {
            while inotify.read_events().is_ok_and(|events| !events.is_empty()) {}
        }
    }

    /// Looks, and returns the files whose content changed, that came or went.
    pub fn changed(&mut self) -> BTreeSet<PathBuf> {
        // Before looking, or what comes between would go unnoticed.
        self.watch_folders();
        let mut now = BTreeMap::new();
        for package in &self.packages {
            for file in files_of(package) {
                if let Some(stamp) = stamp(&file, self.stamps.get(&file)) {
                    now.insert(file, stamp);
                }
            }
        }
        let content = |stamps: &BTreeMap<PathBuf, Stamp>, file: &PathBuf| {
            stamps.get(file).map(|stamp| stamp.content)
        };
        let both: BTreeSet<&PathBuf> = now.keys().chain(self.stamps.keys()).collect();
        let differs = |file: &&&PathBuf| content(&now, file) != content(&self.stamps, file);
        let changed = both.iter().filter(differs).map(|file| (*file).clone());
        let changed = changed.collect();
        self.stamps = now;
        changed
    }

    /// Every folder is watched anew each time: one that was replaced, as git
    /// does it, is another one under the same name; one that is watched stays.
    fn watch_folders(&mut self) {
        let Some(inotify) = &self.inotify else {
            return;
        };
        let above = self.packages.iter().filter_map(|package| package.parent());
        let mut folders: BTreeSet<PathBuf> = above.map(Path::to_owned).collect();
        for package in &self.packages {
            folders.insert(package.clone());
            folders_below(&package.join("src"), &mut folders);
            folders_below(&package.join("tests"), &mut folders);
        }
        let refused = folders
            .iter()
            .any(|folder| match inotify.add_watch(folder, MASK) {
                // A folder that is gone comes back under one that is watched.
                Ok(_) | Err(nix::Error::ENOENT | nix::Error::ENOTDIR) => false,
                Err(_) => true,
            });
        if refused {
            // ENOSPC: this user has as many watches as they may have.
            self.inotify = None;
        }
    }
}

/// Whether inotify says nothing of this folder's files.
fn is_untold(folder: &Path) -> bool {
    statfs(folder).is_ok_and(|found| untold(found.filesystem_type()))
}

fn untold(kind: FsType) -> bool {
    // The numbers have 32 bits; the field's type differs between platforms, and
    // some extend the sign.
    UNTOLD
        .iter()
        .any(|(_, known)| *known as u32 == kind.0 as u32)
}

/// The files that decide what a check says.
fn files_of(package: &Path) -> Vec<PathBuf> {
    let mut found = vec![package.join("Cargo.toml"), package.join("lab.yaml")];
    for folder in ["src", "tests"].map(|name| package.join(name)) {
        // A folder that goes away while it is read is read again soon.
        let below = files::below(&folder).unwrap_or_default();
        let own = below.iter().filter(|file| !files::is_an_editors(file));
        found.extend(own.map(|file| folder.join(file)));
    }
    found
}

fn folders_below(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    found.insert(folder.to_owned());
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            folders_below(&entry.path(), found);
        }
    }
}

/// A file's stamp; it is read only when it looks different from before.
fn stamp(file: &Path, before: Option<&Stamp>) -> Option<Stamp> {
    let metadata: Metadata = fs::metadata(file).ok()?;
    let mut stamp = Stamp {
        inode: metadata.ino(),
        length: metadata.len(),
        modified: (metadata.mtime(), metadata.mtime_nsec()),
        content: 0,
    };
    stamp.content = match before {
        Some(before)
            if (Stamp {
                content: 0,
                ..*before
            }) == stamp =>
        {
            before.content
        }
        _ => {
            let mut hasher = DefaultHasher::new();
            fs::read(file).ok()?.hash(&mut hasher);
            hasher.finish()
        }
    };
    Some(stamp)
}

#[cfg(test)]
mod tests {
    use nix::poll::{PollFd, PollFlags, poll};

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let name = format!("xtask-watch-{name}-{}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            fs::create_dir_all(folder.join("labs/a/src")).unwrap();
            Folder(folder)
        }

        fn write(&self, file: &str, text: &str) {
            fs::write(self.0.join(file), text).unwrap();
        }

        fn rename(&self, from: &str, to: &str) {
            fs::rename(self.0.join(from), self.0.join(to)).unwrap();
        }

        /// What changed, by name, after we were woken.
        fn changed(&self, files: &mut Files) -> Vec<String> {
            let fd = files.wakes().expect("inotify is there");
            let woken = poll(&mut [PollFd::new(fd, PollFlags::POLLIN)], 5000u16);
            assert_eq!(woken, Ok(1), "nobody told");
            files.woken();
            let name = |path: PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
            files.changed().into_iter().map(name).collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn however_an_editor_writes_it_is_noticed() {
        let folder = Folder::new("editors");
        folder.write("labs/a/src/lib.rs", "one");
        let mut files = Files::of(vec![folder.0.join("labs/a")]);
        folder.write("labs/a/src/lib.rs", "two");
        assert_eq!(folder.changed(&mut files), ["lib.rs"], "in place");
        folder.write("labs/a/src/.lib.rs.new", "three");
        assert_eq!(folder.changed(&mut files), [""; 0], "not yet renamed");
        folder.rename("labs/a/src/.lib.rs.new", "labs/a/src/lib.rs");
        assert_eq!(folder.changed(&mut files), ["lib.rs"], "renamed over");
        folder.rename("labs/a/src/lib.rs", "labs/a/src/lib.rs~");
        assert_eq!(folder.changed(&mut files), ["lib.rs"], "moved away");
        folder.write("labs/a/src/lib.rs", "four");
        assert_eq!(folder.changed(&mut files), ["lib.rs"], "written anew");
        folder.write("labs/a/src/lib.rs", "four");
        assert_eq!(folder.changed(&mut files), [""; 0], "saved unchanged");
        folder.write("labs/a/src/.lib.rs.swp", "swap");
        assert_eq!(folder.changed(&mut files), [""; 0], "a swap file");
    }

    #[test]
    fn folders_that_are_replaced_are_watched_again() {
        let folder = Folder::new("folders");
        folder.write("labs/a/src/lib.rs", "one");
        let mut files = Files::of(vec![folder.0.join("labs/a")]);
        fs::remove_dir_all(folder.0.join("labs/a")).unwrap();
        assert_eq!(folder.changed(&mut files), ["lib.rs"], "gone");
        fs::create_dir_all(folder.0.join("labs/a/src/deep")).unwrap();
        folder.write("labs/a/src/lib.rs", "one");
        assert_eq!(folder.changed(&mut files), ["lib.rs"], "back");
        folder.write("labs/a/src/deep/new.rs", "new");
        assert_eq!(folder.changed(&mut files), ["new.rs"]);
        folder.write("labs/a/lab.yaml", "lab: a");
        assert_eq!(folder.changed(&mut files), ["lab.yaml"]);
    }

    #[test]
    fn shared_folders_are_looked_at() {
        assert!(untold(FsType(0x786f_4256)));
        assert!(untold(FsType(0x6969)));
        // As a signed number of 32 bits, CIFS is negative.
        assert!(untold(FsType(0xff53_4d42_u32 as i32 as _)));
        // ext4 and tmpfs.
        assert!(!untold(FsType(0xef53)));
        assert!(!untold(FsType(0x0102_1994)));
    }

    #[test]
    fn without_inotify_looking_is_enough() {
        let folder = Folder::new("looking");
        folder.write("labs/a/src/lib.rs", "one");
        let mut files = Files::of(vec![folder.0.join("labs/a")]);
        files.inotify = None;
        folder.write("labs/a/src/lib.rs", "longer");
        assert_eq!(files.changed().len(), 1);
        assert_eq!(files.changed().len(), 0);
    }
}
