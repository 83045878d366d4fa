//! What the verbs print.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use namespaces::print::print;

use crate::blob::Compression;
use crate::diff::Change;
use crate::image::{History, Image};
use crate::import::Imported;
use crate::lower::{self, Below};
use crate::store::Store;
use crate::walk::Directory;
use crate::whiteout::{self, Says};

/// What is shown of a text in a column, in characters.
const WIDTH: usize = 44;

/// The most lines about what was left out.
const LEFT_OUT: usize = 8;

/// One change a line.
pub fn changes(changes: &[Change]) -> Result<()> {
    let lines = changes.iter().map(|change| printable(&change.to_string()));
    print(&lines.map(|line| line + "\n").collect::<String>())
}

/// One entry of a layer a line: what it says, and its path.
pub fn layer(dir: &Path) -> Result<()> {
    let mut lines = String::new();
    entries(&Directory::open(dir)?, Path::new("/"), &mut lines)?;
    print(&lines)
}

fn entries(dir: &Directory, path: &Path, lines: &mut String) -> Result<()> {
    for name in dir.names()? {
        let (entry, path) = (dir.entry(&name), path.join(&name));
        let says = whiteout::read(&entry)?;
        let word = match says {
            Says::Nothing => continue,
            Says::Gone => "gone",
            Says::Opaque => "opaque",
            Says::Merged => "merged",
            Says::Covers => "covers",
        };
        *lines += &format!("{word:6}  {}\n", printable(&path.to_string_lossy()));
        if let Says::Opaque | Says::Merged = says {
            entries(&Directory::open(&entry)?, &path, lines)?;
        }
    }
    Ok(())
}

/// One name a line, and `/` behind those of directories.
pub fn files(store: &Store, image: &Image, path: &Path) -> Result<()> {
    let layers = image.layers().iter().rev();
    let layers: Vec<PathBuf> = layers.map(|layer| store.layer(layer)).collect();
    let directories = match lower::at(&layers, path)? {
        Below::Directory(directories) => directories,
        _ => bail!("{}: the image has no such directory", path.display()),
    };
    let mut lines = String::new();
    for name in lower::names(&directories)? {
        let end = match lower::below(&directories, &name)? {
            Below::Directory(_) => "/",
            _ => "",
        };
        lines += &format!("{}{end}\n", printable(&name.to_string_lossy()));
    }
    print(&lines)
}

/// One image a line.
pub fn images(images: &[Image]) -> Result<()> {
    let mut lines = vec![
        ["NAME", "ID", "CREATED", "LAYERS"]
            .map(String::from)
            .to_vec(),
    ];
    for image in images {
        lines.push(vec![
            image.name.to_string(),
            image.id.short().into(),
            day(image.config.created.as_deref()),
            image.layers().len().to_string(),
        ]);
    }
    table(&lines)
}

/// One image a line; what was left out goes to standard error.
pub fn imported(imported: &Imported) -> Result<()> {
    for why in imported.left_out.iter().take(LEFT_OUT) {
        eprintln!("left out: {}", printable(why));
    }
    if let Some(more @ 1..) = imported.left_out.len().checked_sub(LEFT_OUT) {
        eprintln!("left out: {more} more");
    }
    let lines = imported.images.iter();
    let lines = lines.map(|image| format!("{} {}\n", image.name, image.id.short()));
    print(&lines.collect::<String>())
}

/// What a file is that is what it was said to be.
pub fn verified(compression: Compression) -> &'static str {
    match compression {
        Compression::None => "verified",
        Compression::Gzip => "verified, packed with gzip",
    }
}

/// One step a line, the last first.
pub fn history(store: &Store, image: &Image) -> Result<()> {
    let head = ["LAYER", "CREATED", "SIZE", "CREATED BY", "COMMENT"];
    let mut lines = vec![head.map(String::from).to_vec()];
    let mut layers = image.layers().iter();
    let mut steps = Vec::new();
    for step in &image.config.history {
        let layer = match step.empty_layer {
            true => None,
            false => layers.next(),
        };
        steps.push((step.clone(), layer));
    }
    // A configuration may have less history than layers.
    steps.extend(layers.map(|layer| (History::default(), Some(layer))));
    for (step, layer) in steps.into_iter().rev() {
        let size = match layer {
            Some(layer) => lower::size(&store.layer(layer))?.to_string(),
            None => "0".into(),
        };
        lines.push(vec![
            layer.map_or("-".into(), |layer| layer.short().into()),
            day(step.created.as_deref()),
            size,
            short(&step.created_by.unwrap_or_default()),
            short(&step.comment.unwrap_or_default()),
        ]);
    }
    table(&lines)
}

/// The date and the hour of a time as RFC 3339 has it.
fn day(time: Option<&str>) -> String {
    match time.and_then(|time| time.get(..16)) {
        Some(start) => start.replace('T', " "),
        None => "-".into(),
    }
}

/// The beginning of a text.
fn short(text: &str) -> String {
    let text = printable(text);
    match text.chars().count() > WIDTH {
        true => text.chars().take(WIDTH - 3).chain("...".chars()).collect(),
        false => text,
    }
}

/// A text in one line that does nothing to a terminal: an image's author and a
/// container's command may write what they like.
fn printable(text: &str) -> String {
    let safe = |c: char| match c.is_control() {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    text.chars().map(safe).collect()
}

/// Columns as wide as what is in them.
fn table(lines: &[Vec<String>]) -> Result<()> {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths);
        let padded: Vec<String> = cells
            .map(|(cell, &width)| format!("{cell:width$}"))
            .collect();
        text += padded.join("  ").trim_end();
        text.push('\n');
    }
    print(&text)
}
