//! Three texts merged by lines, and where they disagree.

use std::path::Path;

use anyhow::Result;

use super::git::Git;
use crate::files;

/// Characters of a conflict's mark: longer than any line of signs in a source.
const MARKER: usize = 61;

/// Lines that both sides changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Where upstream's lines stand in the merged text, from 1.
    pub line: usize,
    pub mine: String,
    pub new: String,
}

/// The merged text: where both changed the same lines it has the new ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    pub text: String,
    pub conflicts: Vec<Conflict>,
}

/// Merges what changed from `base` to `mine` and from `base` to `new`.
/// `room` is a folder for the three files git reads.
///
/// # Errors
/// The files can't be written; git can't merge them.
pub fn merge(git: &Git, room: &Path, base: &str, mine: &str, new: &str) -> Result<Merged> {
    let whole = |text: &str| Merged {
        text: text.to_owned(),
        conflicts: Vec::new(),
    };
    if base == mine || mine == new {
        return Ok(whole(new));
    }
    if base == new {
        return Ok(whole(mine));
    }
    let path = |name: &str| room.join(name);
    for (name, text) in [("mine", mine), ("base", base), ("new", new)] {
        files::write(&path(name), text.as_bytes())?;
    }
    let marked = git.merge_file(MARKER, &path("mine"), &path("base"), &path("new"))?;
    Ok(read(&marked))
}

/// Reads git's marks.
fn read(marked: &str) -> Merged {
    let mark = |sign: &str| sign.repeat(MARKER);
    let (begin, middle, end) = (mark("<"), mark("="), mark(">"));
    let mut merged = Merged {
        text: String::new(),
        conflicts: Vec::new(),
    };
    let mut line = 1;
    // What is being read: nothing special, my lines or the new ones.
    let (mut open, mut in_mine): (Option<Conflict>, bool) = (None, false);
    for text in marked.split_inclusive('\n') {
        if text.starts_with(&begin) {
            in_mine = true;
            open = Some(Conflict {
                line,
                mine: String::new(),
                new: String::new(),
            });
        } else if text.starts_with(&middle) && in_mine {
            in_mine = false;
        } else if text.starts_with(&end) && open.is_some() {
            merged.conflicts.extend(open.take());
        } else {
            match &mut open {
                Some(conflict) if in_mine => {
                    conflict.mine.push_str(text);
                    continue;
                }
                Some(conflict) => conflict.new.push_str(text),
                None => {}
            }
            merged.text.push_str(text);
            line += 1;
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicts_are_read_with_their_places() {
        let (begin, middle, end) = ("<".repeat(MARKER), "=".repeat(MARKER), ">".repeat(MARKER));
        let marked = format!(
            "a\n{begin} mine\nb\nc\n{middle}\nd\n{end} new\ne\n{begin} x\n{middle}\nf\n{end} y\n"
        );
        let merged = read(&marked);
        assert_eq!(merged.text, "a\nd\ne\nf\n");
        let places: Vec<_> = merged
            .conflicts
            .iter()
            .map(|one| (one.line, one.mine.as_str(), one.new.as_str()))
            .collect();
        assert_eq!(places, [(2, "b\nc\n", "d\n"), (4, "", "f\n")]);
    }
}
