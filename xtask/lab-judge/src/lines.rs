//! Where a value of a YAML file stands.
//!
//! serde_yaml places what does not parse; what parses and is still wrong (an
//! id that names nothing) needs its line too. This reads the block structure
//! of the file: keys, list items and their indentation (YAML 1.2, chapter 8).
//! Values in flow style (`{…}`, `[…]`) have the line of the key they follow.

use std::collections::BTreeMap;

/// Lines of the values of one file, by path: `checks[1].diagnoses[0].when`.
#[derive(Debug)]
pub(crate) struct Lines(BTreeMap<String, usize>);

enum Level {
    /// A mapping whose keys stand at this column; the path of the current key.
    Map {
        column: usize,
        base: String,
        current: String,
    },
    /// A list whose dashes stand at this column; the current item.
    List {
        column: usize,
        base: String,
        item: usize,
    },
}

impl Level {
    fn column(&self) -> usize {
        match self {
            Level::Map { column, .. } | Level::List { column, .. } => *column,
        }
    }

    fn path(&self) -> String {
        match self {
            Level::Map { current, .. } => current.clone(),
            Level::List { base, item, .. } => format!("{base}[{item}]"),
        }
    }
}

/// What the lines after a key belong to.
enum Skip {
    /// A block scalar: all lines further right than this column.
    Deeper(usize),
    /// A quoted text or a flow collection that is still open.
    Open(Open),
}

/// How much of a value is still open.
#[derive(Default, Clone, Copy)]
struct Open {
    quote: Option<char>,
    brackets: usize,
}

impl Lines {
    pub(crate) fn of(text: &str) -> Lines {
        let mut lines = BTreeMap::new();
        let mut levels: Vec<Level> = Vec::new();
        let mut skip: Option<Skip> = None;
        for (index, line) in text.lines().enumerate() {
            let trimmed = line.trim_start();
            let column = line.len() - trimmed.len();
            match skip.take() {
                Some(Skip::Deeper(limit)) if trimmed.is_empty() || column > limit => {
                    skip = Some(Skip::Deeper(limit));
                    continue;
                }
                Some(Skip::Open(open)) => {
                    skip = open.after(line).map(Skip::Open);
                    continue;
                }
                _ => {}
            }
            if trimmed.is_empty() || trimmed.starts_with('#') || trimmed.starts_with("---") {
                continue;
            }
            skip = structure(trimmed, column, index + 1, &mut levels, &mut lines);
        }
        Lines(lines)
    }

    /// The line of the value at `path`, from 1, or of the nearest value around
    /// it that has a line of its own.
    pub(crate) fn at(&self, path: &str) -> usize {
        let mut path = path;
        loop {
            if let Some(line) = self.0.get(path) {
                return *line;
            }
            match path.rfind(['.', '[']) {
                Some(end) => path = &path[..end],
                None => return 1,
            }
        }
    }
}

/// Reads the dashes and the key of one line.
fn structure(
    mut rest: &str,
    mut column: usize,
    number: usize,
    levels: &mut Vec<Level>,
    lines: &mut BTreeMap<String, usize>,
) -> Option<Skip> {
    loop {
        levels.retain(|level| level.column() <= column);
        let after_dash = rest
            .strip_prefix('-')
            .filter(|r| r.is_empty() || r.starts_with(' '));
        if let Some(after) = after_dash {
            match levels.last_mut() {
                Some(Level::List {
                    column: at, item, ..
                }) if *at == column => *item += 1,
                _ => levels.push(Level::List {
                    column,
                    base: levels.last().map(Level::path).unwrap_or_default(),
                    item: 0,
                }),
            }
            let path = levels.last().map(Level::path).unwrap_or_default();
            lines.insert(path, number);
            let inner = after.trim_start();
            if inner.is_empty() {
                return None;
            }
            column += rest.len() - inner.len();
            rest = inner;
            continue;
        }
        let Some((key, value)) = key_and_value(rest) else {
            return value_skip(rest, column.saturating_sub(1));
        };
        // A list may stand at its key's column; the next key closes it.
        while matches!(levels.last(), Some(Level::List { column: at, .. }) if *at == column) {
            levels.pop();
        }
        let is_sibling =
            matches!(levels.last(), Some(Level::Map { column: at, .. }) if *at == column);
        if !is_sibling {
            let base = levels.last().map(Level::path).unwrap_or_default();
            levels.push(Level::Map {
                column,
                base,
                current: String::new(),
            });
        }
        if let Some(Level::Map { base, current, .. }) = levels.last_mut() {
            *current = if base.is_empty() {
                key.to_owned()
            } else {
                format!("{base}.{key}")
            };
            lines.insert(current.clone(), number);
        }
        return value_skip(value, column);
    }
}

fn value_skip(value: &str, column: usize) -> Option<Skip> {
    match value.chars().next() {
        Some('|' | '>') => Some(Skip::Deeper(column)),
        Some('"' | '\'' | '{' | '[') => Open::default().after(value).map(Skip::Open),
        _ => None,
    }
}

/// `key: value`; the key may be quoted. `None` for a scalar.
fn key_and_value(rest: &str) -> Option<(&str, &str)> {
    if rest.starts_with(['{', '[', '#', '&', '*', '!']) {
        return None;
    }
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let (key, after) = match quote {
        Some(quote) => {
            let end = rest[1..].find(quote)? + 1;
            (&rest[1..end], rest[end + 1..].trim_start())
        }
        None => {
            let end = rest
                .match_indices(':')
                .map(|(at, _)| at)
                .find(|at| matches!(rest.as_bytes().get(at + 1), None | Some(b' ')))?;
            (rest[..end].trim_end(), &rest[end..])
        }
    };
    let value = after.strip_prefix(':')?;
    Some((key, value.trim_start()))
}

impl Open {
    /// What is open after `text`, or `None` when all is closed.
    fn after(mut self, text: &str) -> Option<Open> {
        let mut characters = text.chars().peekable();
        let mut before = ' ';
        while let Some(character) = characters.next() {
            match (self.quote, character) {
                (Some('"'), '\\') => {
                    characters.next();
                }
                (Some('\''), '\'') if characters.peek() == Some(&'\'') => {
                    characters.next();
                }
                (Some(quote), _) if quote == character => self.quote = None,
                (Some(_), _) => {}
                // An apostrophe inside a word quotes nothing.
                (None, '"' | '\'') if !before.is_alphanumeric() => self.quote = Some(character),
                (None, '{' | '[') => self.brackets += 1,
                (None, '}' | ']') => self.brackets = self.brackets.saturating_sub(1),
                (None, '#') if before == ' ' => break,
                (None, _) => {}
            }
            before = character;
        }
        (self.quote.is_some() || self.brackets > 0).then_some(self)
    }
}

#[cfg(test)]
mod tests;
