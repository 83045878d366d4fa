//! Regions of a source between `// ANCHOR: name` and `// ANCHOR_END: name`.
//!
//! mdBook's marks, read more strictly than mdBook does: each stands alone on
//! its line, begins and ends once, and a learner's region holds no other mark,
//! because replacing the region would lose it.

use std::fmt;
use std::ops::Range;

use crate::code::{self, Kind};

const BEGIN: &str = "ANCHOR:";
const END: &str = "ANCHOR_END:";

/// What is wrong with a source's marks, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnchorFault {
    /// No region has this name.
    Missing { name: String },
    /// It begins and never ends.
    Unclosed { name: String, line: usize },
    /// It ends without having begun.
    Unopened { name: String, line: usize },
    /// Two regions have one name.
    Twice { name: String, line: usize },
    /// Two regions overlap and neither holds the other.
    Crossed { name: String, line: usize },
    /// A learner's region holds another mark.
    Holds { name: String, line: usize },
    /// The mark has no name, or shares its line with code.
    Malformed { line: usize },
}

impl AnchorFault {
    /// The line, from 1; a missing region has none.
    pub fn line(&self) -> Option<usize> {
        match self {
            AnchorFault::Missing { .. } => None,
            AnchorFault::Unclosed { line, .. }
            | AnchorFault::Unopened { line, .. }
            | AnchorFault::Twice { line, .. }
            | AnchorFault::Crossed { line, .. }
            | AnchorFault::Holds { line, .. }
            | AnchorFault::Malformed { line } => Some(*line),
        }
    }
}

impl fmt::Display for AnchorFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AnchorFault::Missing { name } => write!(
                f,
                "the lines `// {BEGIN} {name}` and `// {END} {name}` are missing"
            ),
            AnchorFault::Unclosed { name, .. } => {
                write!(
                    f,
                    "anchor {name} begins here and no `// {END} {name}` follows"
                )
            }
            AnchorFault::Unopened { name, .. } => {
                write!(f, "anchor {name} ends here and has not begun")
            }
            AnchorFault::Twice { name, .. } => write!(f, "anchor {name} begins a second time"),
            AnchorFault::Crossed { name, .. } => {
                write!(f, "anchor {name} ends here before one that began inside it")
            }
            AnchorFault::Holds { name, .. } => write!(
                f,
                "the region of task {name} holds another anchor, which replacing it would lose"
            ),
            AnchorFault::Malformed { .. } => {
                write!(f, "an anchor is a line of its own: `// {BEGIN} name`")
            }
        }
    }
}

impl std::error::Error for AnchorFault {}

/// One region of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    pub name: String,
    /// The line of `// ANCHOR: name`, from 1.
    pub line: usize,
    /// White space before the mark.
    pub indent: String,
    /// Bytes between the two marks' lines. Empty or ends with a line's end.
    body: Range<usize>,
}

/// A Rust source and its regions.
#[derive(Debug, Clone)]
pub struct Source {
    text: String,
    regions: Vec<Region>,
}

impl Source {
    /// Reads the marks.
    ///
    /// # Errors
    /// The first fault from the top. Nested regions are none (the book may
    /// include a function whose body is a task), crossed ones are.
    pub fn parse(text: impl Into<String>) -> Result<Source, AnchorFault> {
        let text = text.into();
        let regions = regions(&text)?;
        Ok(Source { text, regions })
    }

    /// The whole source.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All regions in the order in which they begin.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// A learner's region: it exists and holds no other.
    ///
    /// # Errors
    /// [`AnchorFault::Missing`] and [`AnchorFault::Holds`].
    pub fn task(&self, name: &str) -> Result<&Region, AnchorFault> {
        let region = self.regions.iter().find(|region| region.name == name);
        let region = region.ok_or_else(|| AnchorFault::Missing { name: name.into() })?;
        let held = |other: &&Region| {
            other.name != name
                && region.body.start <= other.body.start
                && other.body.start <= region.body.end
        };
        match self.regions.iter().find(held) {
            Some(other) => Err(AnchorFault::Holds {
                name: name.into(),
                line: other.line,
            }),
            None => Ok(region),
        }
    }

    /// The text between the marks' lines.
    pub fn body(&self, region: &Region) -> &str {
        &self.text[region.body.clone()]
    }

    /// Whether a task's region still calls `todo!` outside of comments and
    /// texts.
    ///
    /// # Errors
    /// As [`Source::task`].
    pub fn unwritten(&self, name: &str) -> Result<bool, AnchorFault> {
        Ok(code::calls_todo(self.body(self.task(name)?)))
    }

    /// The source with a task's region replaced by `body`, which gets a line's
    /// end if it has none. The marks stay.
    ///
    /// # Errors
    /// As [`Source::task`]; also when `body` itself holds marks.
    pub fn replaced(&self, name: &str, body: &str) -> Result<Source, AnchorFault> {
        let region = self.task(name)?;
        if let Some(held) = regions(body)?.first() {
            return Err(AnchorFault::Holds {
                name: name.into(),
                line: held.line,
            });
        }
        let end = if body.is_empty() || body.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        let (before, after) = (
            &self.text[..region.body.start],
            &self.text[region.body.end..],
        );
        Source::parse(format!("{before}{body}{end}{after}"))
    }
}

enum Mark {
    Begin(String),
    End(String),
}

fn regions(text: &str) -> Result<Vec<Region>, AnchorFault> {
    let kinds = code::kinds(text);
    let mut regions: Vec<Region> = Vec::new();
    // Indices of the regions that have begun and not ended.
    let mut open: Vec<usize> = Vec::new();
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let (number, end) = (index + 1, start + line.len());
        match mark(line, &kinds[start..end], number)? {
            None => {}
            Some(Mark::Begin(name)) => {
                if regions.iter().any(|region| region.name == name) {
                    return Err(AnchorFault::Twice { name, line: number });
                }
                open.push(regions.len());
                let indent = line.len() - line.trim_start().len();
                regions.push(Region {
                    name,
                    line: number,
                    indent: line[..indent].to_owned(),
                    body: end..end,
                });
            }
            Some(Mark::End(name)) => match open.last() {
                Some(&last) if regions[last].name == name => {
                    regions[last].body.end = start;
                    open.pop();
                }
                _ if open.iter().any(|&at| regions[at].name == name) => {
                    return Err(AnchorFault::Crossed { name, line: number });
                }
                _ => return Err(AnchorFault::Unopened { name, line: number }),
            },
        }
        start = end;
    }
    match open.first() {
        Some(&at) => Err(AnchorFault::Unclosed {
            name: regions[at].name.clone(),
            line: regions[at].line,
        }),
        None => Ok(regions),
    }
}

/// The mark on a line, if its comment is one.
fn mark(line: &str, kinds: &[Kind], number: usize) -> Result<Option<Mark>, AnchorFault> {
    let Some(at) = line.find(BEGIN).or_else(|| line.find(END)) else {
        return Ok(None);
    };
    if kinds[at] != Kind::Comment {
        return Ok(None);
    }
    let comment = line.trim().strip_prefix("//").map(str::trim);
    let (begin, rest) = match comment {
        Some(comment) if comment.starts_with(BEGIN) => (true, &comment[BEGIN.len()..]),
        Some(comment) if comment.starts_with(END) => (false, &comment[END.len()..]),
        // A comment that speaks about marks, as this crate's own do.
        Some(_) => return Ok(None),
        None => return Err(AnchorFault::Malformed { line: number }),
    };
    let name = rest.trim();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || !name.chars().all(is_name) {
        return Err(AnchorFault::Malformed { line: number });
    }
    Ok(Some(if begin {
        Mark::Begin(name.to_owned())
    } else {
        Mark::End(name.to_owned())
    }))
}

#[cfg(test)]
mod tests;
