//! One page, read as far as the rules need: headings with mdBook's ids, fenced
//! blocks, and the prose with everything else blanked out.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

/// A Markdown file.
#[derive(Debug)]
pub struct Page {
    pub path: PathBuf,
    pub text: String,
    /// As long as `text`, line by line: fences, code spans and comments are
    /// spaces, so that an offset here is an offset there.
    pub prose: String,
    pub headings: Vec<Heading>,
    pub blocks: Vec<Block>,
}

/// A heading and the id mdBook gives it.
#[derive(Debug, PartialEq, Eq)]
pub struct Heading {
    pub line: usize,
    pub level: usize,
    pub text: String,
    pub id: String,
}

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// The line of its opening fence.
    pub line: usize,
    /// What stands behind the opening fence.
    pub info: String,
    pub lines: Vec<String>,
    /// The last line before it that isn't empty.
    pub before: String,
    /// Whether its closing fence was found.
    pub closed: bool,
}

impl Page {
    pub fn read(path: &Path) -> std::io::Result<Page> {
        Ok(Page::parse(path, std::fs::read_to_string(path)?))
    }

    pub fn parse(path: &Path, text: String) -> Page {
        let (outside, blocks) = split(&text);
        let headings = headings(&outside);
        Page {
            path: path.to_owned(),
            prose: without_code_and_comments(outside),
            headings,
            blocks,
            text,
        }
    }

    /// The line of an offset into `text` or `prose`, from 1.
    pub fn line_of(&self, offset: usize) -> usize {
        line_of(&self.prose, offset)
    }

    /// Every id a link may name: headings, and `id="…"` in HTML.
    pub fn ids(&self) -> BTreeSet<&str> {
        let of_headings = self.headings.iter().map(|heading| heading.id.as_str());
        let in_html = self.prose.split(" id=\"").skip(1);
        let in_html = in_html.filter_map(|rest| rest.split('"').next());
        of_headings.chain(in_html).collect()
    }
}

/// The line of an offset, from 1.
pub fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

/// Separates the fenced blocks from the rest, in which they are blank.
fn split(text: &str) -> (String, Vec<Block>) {
    let mut outside = String::with_capacity(text.len());
    let mut blocks: Vec<Block> = Vec::new();
    let mut fence: Option<String> = None;
    let mut before = String::new();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let bare = line.trim();
        let marks: String = bare.chars().take_while(|c| "`~".contains(*c)).collect();
        match &fence {
            Some(open) => {
                if marks.starts_with(open.as_str()) && marks == bare {
                    fence = None;
                    if let Some(block) = blocks.last_mut() {
                        block.closed = true;
                    }
                } else if let Some(block) = blocks.last_mut() {
                    block.lines.push(line.trim_end_matches('\n').to_owned());
                }
                outside.push_str(&blank(line));
            }
            None if marks.len() >= 3 && !bare[marks.len()..].contains('`') => {
                blocks.push(Block {
                    line: index + 1,
                    info: bare[marks.len()..].trim().to_owned(),
                    lines: Vec::new(),
                    before: std::mem::take(&mut before),
                    closed: false,
                });
                fence = Some(marks);
                outside.push_str(&blank(line));
            }
            None => {
                if !bare.is_empty() {
                    before = bare.to_owned();
                }
                outside.push_str(line);
            }
        }
    }
    (outside, blocks)
}

/// Spaces for everything but line breaks.
fn blank(text: &str) -> String {
    let space = |byte| if byte == b'\n' { '\n' } else { ' ' };
    text.bytes().map(space).collect()
}

fn without_code_and_comments(mut text: String) -> String {
    let mut from = 0;
    while let Some(at) = text[from..].find(['`', '<']).map(|at| from + at) {
        let end = if text[at..].starts_with("<!--") {
            text[at..].find("-->").map(|end| at + end + 3)
        } else {
            code_span(&text, at)
        };
        from = match end {
            Some(end) => {
                let blanked = blank(&text[at..end]);
                text.replace_range(at..end, &blanked);
                end
            }
            None => at + 1,
        };
    }
    text
}

/// The end of the code span that begins at `at`: the next run of as many
/// backticks, in the same paragraph.
fn code_span(text: &str, at: usize) -> Option<usize> {
    let length = |at: usize| text[at..].bytes().take_while(|b| *b == b'`').count();
    let ticks = length(at);
    let paragraph = text[at..].find("\n\n").map_or(text.len(), |end| at + end);
    let mut from = at + ticks;
    if ticks == 0 {
        return None;
    }
    loop {
        let next = from + text[from..paragraph].find('`')?;
        let run = length(next);
        if run == ticks {
            return Some(next + run);
        }
        from = next + run;
    }
}

fn headings(outside: &str) -> Vec<Heading> {
    let mut used = HashSet::new();
    let mut found = Vec::new();
    for (index, line) in outside.lines().enumerate() {
        let level = line.bytes().take_while(|b| *b == b'#').count();
        if !(1..=6).contains(&level) || !line[level..].starts_with(' ') {
            continue;
        }
        let text = line[level..].trim().to_owned();
        let id = match text
            .rsplit_once("{#")
            .and_then(|(_, id)| id.strip_suffix('}'))
        {
            Some(own) => own.trim().to_owned(),
            None => unique(id_of(&shown_text(&text)), &mut used),
        };
        found.push(Heading {
            line: index + 1,
            level,
            text,
            id,
        });
    }
    found
}

/// mdBook 0.5's id of a heading's text.
pub fn id_of(text: &str) -> String {
    let kept = |c: char| match c {
        _ if c.is_alphanumeric() || c == '_' || c == '-' => Some(c),
        _ if c.is_whitespace() => Some('-'),
        _ => None,
    };
    text.trim()
        .to_lowercase()
        .chars()
        .filter_map(kept)
        .collect()
}

/// A heading as it is shown: links reduced to their text.
fn shown_text(heading: &str) -> String {
    let mut text = heading.to_owned();
    while let Some(middle) = text.find("](") {
        let open = text[..middle].rfind('[');
        let close = text[middle..].find(')').map(|end| middle + end);
        let (Some(open), Some(close)) = (open, close) else {
            break;
        };
        text.replace_range(middle..=close, "");
        text.remove(open);
    }
    text
}

/// The id itself, or the first of `id-1`, `id-2`, … that is free.
fn unique(id: String, used: &mut HashSet<String>) -> String {
    let numbered = (1..).map(|number| format!("{id}-{number}"));
    let mut candidates = std::iter::once(id.clone()).chain(numbered);
    candidates
        .find(|candidate| used.insert(candidate.clone()))
        .unwrap_or(id)
}
