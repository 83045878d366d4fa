//! Links lead somewhere: to a page of the book, and to a heading on it.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::fault::Fault;
use super::page::Page;

/// A link or a picture in Markdown or HTML.
#[derive(Debug, PartialEq, Eq)]
pub struct Link<'a> {
    pub text: &'a str,
    pub target: &'a str,
    pub picture: bool,
    /// Where it begins.
    pub offset: usize,
}

/// The inline links, reference definitions, `href` and `src` of a prose.
pub fn links(prose: &str) -> Vec<Link<'_>> {
    let mut found = Vec::new();
    for (offset, _) in prose.match_indices('[') {
        let Some(close) = closing(prose, offset, '[', ']') else {
            continue;
        };
        let text = &prose[offset + 1..close];
        let rest = &prose[close + 1..];
        let target = if rest.starts_with('(') {
            closing(rest, 0, '(', ')').map(|end| &rest[1..end])
        } else if rest.starts_with(": ") && prose[..offset].ends_with('\n') {
            rest[2..].lines().next()
        } else {
            None
        };
        if let Some(target) = target {
            found.push(Link {
                text,
                // What follows a space is a title.
                target: target.split_whitespace().next().unwrap_or_default(),
                picture: prose[..offset].ends_with('!'),
                offset,
            });
        }
    }
    for (attribute, picture) in [(" href=\"", false), (" src=\"", true)] {
        for (offset, _) in prose.match_indices(attribute) {
            let rest = &prose[offset + attribute.len()..];
            let tag = &prose[prose[..offset].rfind('<').unwrap_or(offset)..];
            let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
            let alt = tag
                .split(" alt=\"")
                .nth(1)
                .and_then(|a| a.split('"').next());
            found.push(Link {
                text: alt.unwrap_or_default(),
                target: rest.split('"').next().unwrap_or_default(),
                picture,
                offset,
            });
        }
    }
    found
}

/// The bracket that closes the one at `from`, in the same paragraph.
fn closing(text: &str, from: usize, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    let end = text[from..].find("\n\n").unwrap_or(text.len() - from);
    for (at, c) in text[from..from + end].char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(from + at);
            }
        }
    }
    None
}

/// Links of one page that lead nowhere.
pub fn check(page: &Page, pages: &BTreeMap<PathBuf, &Page>, source: &Path) -> Vec<Fault> {
    let mut faults = Vec::new();
    for link in links(&page.prose) {
        if link.picture || leaves_the_web_page(link.target) {
            continue;
        }
        if let Err(reason) = resolve(page, link.target, pages, source) {
            faults.push(Fault::new(&page.path, page.line_of(link.offset), reason));
        }
    }
    faults
}

/// Does it name another site, or a mail address?
pub fn leaves_the_web_page(target: &str) -> bool {
    ["https:", "http:", "mailto:"]
        .iter()
        .any(|scheme| target.starts_with(scheme))
}

fn resolve(
    page: &Page,
    target: &str,
    pages: &BTreeMap<PathBuf, &Page>,
    source: &Path,
) -> Result<(), String> {
    let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
    let other = match path {
        "" => page,
        _ => {
            let folder = page.path.parent().unwrap_or(source);
            let path = without_dots(&folder.join(path));
            if !path.starts_with(source) {
                return Err(format!(
                    "{target}: leaves the book, so it is broken when published"
                ));
            }
            match pages.get(&path) {
                Some(page) => page,
                None if path.is_file() && fragment.is_empty() => return Ok(()),
                None => return Err(format!("{target}: no such page")),
            }
        }
    };
    if fragment.is_empty() || other.ids().contains(fragment) {
        return Ok(());
    }
    Err(format!("{target}: no heading has this id"))
}

/// `a/../b` is `b`, without asking the file system.
pub fn without_dots(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            part => clean.push(part),
        }
    }
    clean
}
