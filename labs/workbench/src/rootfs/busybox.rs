//! A root file system of one program: a static busybox and its applets.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::answer::ask;
use super::elf::{Linking, linking};
use super::host;
use super::tree::Tree;

/// The names distributions give it.
const NAMES: [&str; 3] = ["busybox", "busybox.static", "busybox-static"];

/// The first busybox on `PATH` that needs nothing beside it. The name promises
/// nothing: `busybox` may be linked dynamically. Its header tells.
pub fn find() -> Option<PathBuf> {
    let named = NAMES.iter().flat_map(|name| host::candidates(name));
    let mut static_ones =
        named.filter(|path| linking(path).is_ok_and(|linking| linking == Linking::Static));
    static_ones.next()
}

/// Puts it there with a link for each applet.
pub fn fill(tree: &mut Tree, busybox: &Path) -> Result<()> {
    let inside = tree.place_at(busybox, "bin/busybox")?;
    for applet in applets(busybox)? {
        tree.link(&applet, &inside)?;
    }
    Ok(())
}

/// Paths of its applets, as `bin/ls`; without a folder where this busybox was
/// built without its installer.
fn applets(busybox: &Path) -> Result<Vec<PathBuf>> {
    let full = ask(busybox, &[OsStr::new("--list-full")])?.answer();
    let text = match full {
        Ok(text) => text,
        Err(_) => ask(busybox, &[OsStr::new("--list")])?
            .answer()
            .with_context(|| format!("ask {} for its applets", busybox.display()))?,
    };
    let applets = parse(&text);
    if !applets.contains(&PathBuf::from("bin/sh")) {
        bail!("{}: it has no shell", busybox.display());
    }
    Ok(applets)
}

/// One path a line; what isn't a plain relative one is left out.
fn parse(text: &str) -> Vec<PathBuf> {
    let plain = |path: &PathBuf| {
        let mut parts = path.components();
        !path.as_os_str().is_empty() && parts.all(|part| matches!(part, Component::Normal(_)))
    };
    let in_folder = |line: &str| match line.contains('/') {
        true => PathBuf::from(line),
        false => Path::new("bin").join(line),
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(in_folder).filter(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn applets_stay_inside() {
        let text = "bin/sh\nusr/bin/[\nls\n\n../../etc/passwd\n/etc/shadow\n";
        let expected = ["bin/sh", "usr/bin/[", "bin/ls"].map(PathBuf::from);
        assert_eq!(parse(text), expected);
    }
}
