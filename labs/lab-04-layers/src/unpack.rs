//! A layer's archive becomes a directory, in the form overlayfs reads.
//!
//! The archive was written by somebody else, and we have root's rights. Three
//! rules keep it in its directory, and none of them looks first and acts then:
//!
//! - a name has no `..` and doesn't begin with `/`; what is left is opened
//!   beneath the layer by the kernel, which follows no link on the way;
//! - each path occurs once, as the image specification wants it (layer.md), so
//!   everything is made exclusively, and nothing ever takes another's place;
//! - owners, modes and times of directories come last, when nothing is made in
//!   them any more.

mod attributes;
mod entry;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, openat, openat2};
use nix::sys::stat::{Mode, SFlag, mknodat};
use nix::unistd::{LinkatFlags, linkat, symlinkat};

use self::attributes::Attributes;
use self::entry::{entry, exclusively, fd_path, new_directory, parent, readable};
use crate::blob::BUFFER;
use crate::budget::Budget;
use crate::members::{Kind, Member, Members, shown};
use crate::whiteout::{self, Says};

/// What the image specification puts before a name that is gone.
const WHITEOUT: &[u8] = b".wh.";

/// Its name for: nothing from below is in this directory.
const OPAQUE: &[u8] = b".wh..wh..opq";

/// Unpacks a layer into the empty directory `into`. Its files and their headers
/// are taken from `budget`. `below` are the layers under it, the lowest first.
/// Says what was left out, a clause each.
///
/// # Errors
/// The archive is broken, or would leave its directory. What was unpacked until
/// then is there; nobody may have seen it.
pub fn unpack(
    tar: impl Read,
    into: BorrowedFd,
    below: &[PathBuf],
    budget: &mut Budget,
) -> Result<Vec<String>> {
    let mut layer = Layer {
        root: into,
        below,
        place: None,
        directories: vec![(PathBuf::new(), None)],
        left_out: Vec::new(),
    };
    let mut members = Members::new(BufReader::with_capacity(BUFFER, tar));
    while let Some(member) = members.advance()? {
        let named = || format!("member {}", member.shown());
        // Its header is something too: a layer of nothing but names.
        let size = member.size.saturating_add(512);
        budget.spend(size).with_context(named)?;
        layer.add(&member, &mut members).with_context(named)?;
    }
    layer.finish()?;
    Ok(layer.left_out)
}

/// Opens the directory `path` of a layer: beneath the directory `layer`, and by
/// no link, wherever that may lead. The members of one layer don't go through
/// one another's links.
pub fn beneath(layer: BorrowedFd, path: &Path) -> Result<OwnedFd, Errno> {
    // ANCHOR: beneath_layer
    todo!(
        "Open a directory beneath the layer, and follow no link on the way. (chapter: task-10-beneath-the-layer)"
    )
    // ANCHOR_END: beneath_layer
}

/// A layer while it is made.
struct Layer<'a> {
    root: BorrowedFd<'a>,
    below: &'a [PathBuf],
    /// The directory of the last member: the next one is mostly beside it.
    place: Option<(PathBuf, OwnedFd)>,
    /// Those made so far, with what they are to have at the end; none where the
    /// archive doesn't say.
    directories: Vec<(PathBuf, Option<Attributes>)>,
    left_out: Vec<String>,
}

impl Layer<'_> {
    fn add<R: std::io::BufRead>(&mut self, member: &Member, data: &mut Members<R>) -> Result<()> {
        let path = entry::path(&member.name)?;
        let Some(name) = path.file_name() else {
            ensure!(
                member.kind == Kind::Directory,
                "the root of a layer is a directory"
            );
            return self.directory(&path, member);
        };
        if name.as_bytes().starts_with(WHITEOUT) {
            ensure!(
                matches!(member.kind, Kind::File),
                "a whiteout is an empty file"
            );
            return self.whiteout(&path, name);
        }
        match &member.kind {
            Kind::Directory => self.directory(&path, member),
            Kind::File => self.file(&path, name, member, data),
            Kind::Symlink { target } => {
                let target = OsStr::from_bytes(target);
                let make = |parent: BorrowedFd| symlinkat(target, parent, name);
                self.make(&path, name, member, make)
            }
            Kind::Fifo => {
                let make =
                    |parent: BorrowedFd| mknodat(parent, name, SFlag::S_IFIFO, Mode::empty(), 0);
                self.make(&path, name, member, make)
            }
            Kind::HardLink { target } => self.hard_link(&path, name, target),
            Kind::CharDevice { .. } | Kind::BlockDevice { .. } if path.starts_with("dev") => {
                let shown = member.shown();
                self.left_out
                    .push(format!("{shown}: a container has a /dev of its own"));
                Ok(())
            }
            Kind::CharDevice { major, minor } | Kind::BlockDevice { major, minor } => {
                bail!("a device, {major}:{minor}: outside of dev/ a layer may have none")
            }
        }
    }

    /// A directory. One that was made because a member in it came first, or that
    /// is named twice, gets what was said of it last.
    fn directory(&mut self, path: &Path, member: &Member) -> Result<()> {
        if let Some(name) = path.file_name() {
            let there = new_directory(self.enter(parent(path))?, name)?;
            ensure!(there, "the path is in the layer already");
        }
        self.directories
            .push((path.to_owned(), Some(Attributes::of(member))));
        Ok(())
    }

    fn file<R: std::io::BufRead>(
        &mut self,
        path: &Path,
        name: &OsStr,
        member: &Member,
        data: &mut Members<R>,
    ) -> Result<()> {
        let parent = self.enter(parent(path))?;
        let flags =
            OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let file = exclusively(parent, name, |parent| {
            openat(parent, name, flags, Mode::S_IRUSR | Mode::S_IWUSR)
        })?;
        let mut file = File::from(file);
        for (offset, length) in &member.pieces {
            if *offset != 0 {
                file.seek(SeekFrom::Start(*offset)).context("seek")?;
            }
            data.copy(*length, &mut file)?;
        }
        if member.pieces != [(0, member.size)] {
            file.set_len(member.size).context("make a hole")?;
        }
        let attributes = Attributes::of(member);
        let left_out = attributes.give(&file)?;
        self.leave_out(member, left_out);
        Ok(())
    }

    /// Anything that has no content, and no descriptor.
    fn make(
        &mut self,
        path: &Path,
        name: &OsStr,
        member: &Member,
        make: impl Fn(BorrowedFd) -> Result<(), Errno>,
    ) -> Result<()> {
        let parent = self.enter(parent(path))?;
        exclusively(parent, name, make)?;
        let attributes = Attributes::of(member);
        let left_out = attributes.give_by_name(parent, name, &member.kind)?;
        self.leave_out(member, left_out);
        Ok(())
    }

    /// Another name of a file of this layer. Neither on the way to it nor at its
    /// end a link is followed.
    fn hard_link(&mut self, path: &Path, name: &OsStr, target: &[u8]) -> Result<()> {
        let named = || format!("hard link to {}", shown(target));
        let to = entry::path(target).with_context(named)?;
        let to_name = to.file_name().context("hard link to a directory")?;
        let from = self.enter(parent(&to)).with_context(named)?;
        let from = from.try_clone_to_owned().context("open again")?;
        match whiteout::read(&entry(from.as_fd(), to_name))? {
            Says::Covers => {}
            Says::Nothing => bail!("{}: it is not in this layer", named()),
            Says::Gone => bail!("{}: that is a whiteout", named()),
            Says::Merged | Says::Opaque => bail!("{}: that is a directory", named()),
        }
        let parent = self.enter(parent(path))?;
        exclusively(parent, name, |parent| {
            linkat(&from, to_name, parent, name, LinkatFlags::empty())
        })
        .with_context(named)
    }

    /// `.wh.NAME` and `.wh..wh..opq`, in overlayfs's form.
    fn whiteout(&mut self, path: &Path, name: &OsStr) -> Result<()> {
        let directory = parent(path);
        let parent = self.enter(directory)?;
        if name.as_bytes() == OPAQUE {
            // The kernel doesn't look for the mark there, and would show what
            // is below.
            ensure!(
                directory != Path::new(""),
                "the root of a layer can't be opaque: overlayfs doesn't know that"
            );
            return Ok(whiteout::make_opaque(&fd_path(parent))?);
        }
        let gone = OsStr::from_bytes(&name.as_bytes()[WHITEOUT.len()..]);
        let real = !matches!(gone.as_bytes(), b"" | b"." | b"..");
        ensure!(
            real && !gone.as_bytes().starts_with(WHITEOUT),
            "no name can be gone that is called {}",
            shown(gone.as_bytes())
        );
        let entry = entry(parent, gone);
        match whiteout::read(&entry)? {
            Says::Nothing => whiteout::make_gone(&entry)?,
            // It stands for what is below; this layer's own stays.
            Says::Merged => whiteout::make_opaque(&entry)?,
            Says::Gone | Says::Opaque | Says::Covers => {}
        }
        Ok(())
    }

    /// The directory at `path`, open. Where the archive didn't name it before
    /// what is in it, it is made.
    fn enter(&mut self, path: &Path) -> Result<BorrowedFd<'_>> {
        let here = self.place.as_ref().is_some_and(|(place, _)| place == path);
        if !here {
            let opened = self.open(path)?;
            self.place = Some((path.to_owned(), opened));
        }
        let (_, place) = self.place.as_ref().context("no directory is open")?;
        Ok(place.as_fd())
    }

    fn open(&mut self, path: &Path) -> Result<OwnedFd> {
        let shown = || shown(path.as_os_str().as_bytes());
        let inside = match path.as_os_str().is_empty() {
            true => Path::new("."),
            false => path,
        };
        match beneath(self.root, inside) {
            Ok(opened) => Ok(opened),
            // Not there, or a whiteout of this layer.
            Err(Errno::ENOENT | Errno::ENOTDIR) => {
                let name = path.file_name().context("the layer's directory is gone")?;
                let there = new_directory(self.enter(parent(path))?, name)?;
                ensure!(there, "the way to it, {}, is not a directory", shown());
                self.directories.push((path.to_owned(), None));
                beneath(self.root, path).with_context(|| format!("open {}", shown()))
            }
            Err(Errno::ELOOP | Errno::EXDEV) => {
                bail!("the way to it, {}, goes by a link", shown())
            }
            Err(errno) => Err(errno).with_context(|| format!("open {}", shown())),
        }
    }

    /// Gives the directories what was said of them.
    fn finish(&mut self) -> Result<()> {
        self.place = None;
        for (path, attributes) in std::mem::take(&mut self.directories) {
            let shown = shown(path.as_os_str().as_bytes());
            let attributes = match attributes {
                Some(attributes) => attributes,
                None => self.inherited(&path).with_context(|| shown.clone())?,
            };
            let directory = self.open(&path)?;
            let left_out = attributes.give(&readable(directory)?);
            for why in left_out.with_context(|| format!("member {shown}"))? {
                self.left_out.push(format!("{shown}: {why}"));
            }
        }
        Ok(())
    }

    /// What a directory has that the archive doesn't name: what it has in the
    /// layers below, of which the topmost decides. Some tools write only what has
    /// changed.
    fn inherited(&self, path: &Path) -> Result<Attributes> {
        let inside = match path.as_os_str().is_empty() {
            true => Path::new("."),
            false => path,
        };
        for layer in self.below.iter().rev() {
            let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
            let layer = nix::fcntl::open(layer, flags, Mode::empty()).context("open a layer")?;
            match beneath(layer.as_fd(), inside) {
                Ok(directory) => return Attributes::read(&readable(directory)?),
                Err(Errno::ENOENT) => {}
                // Gone, or something else: what lies under that isn't seen.
                Err(_) => break,
            }
        }
        Ok(Attributes::unsaid())
    }

    fn leave_out(&mut self, member: &Member, why: Vec<String>) {
        let shown = member.shown();
        self.left_out
            .extend(why.into_iter().map(|why| format!("{shown}: {why}")));
    }
}
