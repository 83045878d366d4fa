//! A transcript: commands, and what they are said to print.
//!
//! ````text
//! ```console
//! $ lab-01-namespaces run -- sh -c 'echo $$'
//! 1
//! $ uname -a
//! Linux […]
//! ```
//! ````
//!
//! A command goes on in lines that begin with `> `. In what is expected, `[…]`
//! stands for any text within a line and a line `…` for any number of lines.
//! ` ```console,skip` is not run; the line before it says why:
//! `<!-- skip: it needs two terminals -->`.

use super::fault::Fault;
use super::page::{Block, Page};

/// Any text within a line.
const SOME: &str = "[…]";
/// Any number of lines.
const LINES: &str = "…";

/// One block of a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Transcript {
    /// The line of the block's fence.
    pub line: usize,
    pub steps: Vec<Step>,
    /// Why it isn't run.
    pub skipped: Option<String>,
}

/// One command.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// The command's line in the page.
    pub line: usize,
    pub command: String,
    pub expected: Vec<String>,
}

impl Transcript {
    /// The transcripts of a page, and what is wrong with their form.
    pub fn all(page: &Page) -> (Vec<Transcript>, Vec<Fault>) {
        let mut transcripts = Vec::new();
        let mut faults = Vec::new();
        for block in &page.blocks {
            let words: Vec<&str> = block.info.split(',').map(str::trim).collect();
            if words.first() != Some(&"console") {
                continue;
            }
            match Transcript::of(block, &words[1..]) {
                Ok(transcript) => transcripts.push(transcript),
                Err(reason) => faults.push(Fault::new(&page.path, block.line, reason)),
            }
        }
        (transcripts, faults)
    }

    fn of(block: &Block, attributes: &[&str]) -> Result<Transcript, String> {
        let skipped = match attributes {
            [] => None,
            ["skip"] => Some(reason(&block.before).ok_or(
                "a skipped transcript needs its reason on the line before: <!-- skip: … -->",
            )?),
            other => return Err(format!("{}: no such attribute", other.join(","))),
        };
        let mut steps: Vec<Step> = Vec::new();
        for (index, line) in block.lines.iter().enumerate() {
            if let Some(command) = line.strip_prefix("$ ") {
                steps.push(Step {
                    line: block.line + 1 + index,
                    command: command.to_owned(),
                    expected: Vec::new(),
                });
                continue;
            }
            let step = steps
                .last_mut()
                .ok_or("a transcript begins with a command: a line `$ …`")?;
            match line.strip_prefix("> ") {
                Some(more) if step.expected.is_empty() => {
                    step.command.push('\n');
                    step.command.push_str(more);
                }
                _ => step.expected.push(line.trim_end().to_owned()),
            }
        }
        if steps.is_empty() {
            return Err("a transcript without a command".into());
        }
        Ok(Transcript {
            line: block.line,
            steps,
            skipped,
        })
    }

    /// One script for all commands. After each a line with `mark` and the
    /// step's number; the exit status stays what it was, for `echo $?`.
    pub fn script(&self, mark: &str) -> String {
        let mut script = String::from("exec 2>&1 </dev/null\ncd /tmp\n");
        for (number, step) in self.steps.iter().enumerate() {
            let quoted = step.command.replace('\'', "'\\''");
            script.push_str(&format!(
                "eval '{quoted}'\nstatus=$?; printf '\\n{mark} {number}\\n'; (exit $status)\n"
            ));
        }
        script
    }

    /// The first step whose output isn't the expected one, and why.
    pub fn compare(&self, output: &str, mark: &str) -> Option<(&Step, String)> {
        let mut rest = output;
        for (number, step) in self.steps.iter().enumerate() {
            let end = format!("\n{mark} {number}\n");
            let Some((seen, after)) = rest.split_once(&end) else {
                let tail = rest.trim_end();
                return Some((step, format!("it never came back; last seen:\n{tail}")));
            };
            rest = after;
            let seen: Vec<&str> = seen.trim_end().lines().map(str::trim_end).collect();
            let expected: Vec<&str> = step.expected.iter().map(String::as_str).collect();
            let expected = match expected.iter().rposition(|line| !line.is_empty()) {
                Some(last) => &expected[..=last],
                None => &[],
            };
            if !lines_fit(expected, &seen) {
                return Some((step, difference(expected, &seen)));
            }
        }
        None
    }
}

fn reason(comment: &str) -> Option<String> {
    let words = comment.strip_prefix("<!-- skip:")?.strip_suffix("-->")?;
    let words = words.trim();
    (!words.is_empty()).then(|| words.to_owned())
}

fn lines_fit(expected: &[&str], seen: &[&str]) -> bool {
    match expected {
        [] => seen.is_empty(),
        [LINES, rest @ ..] => (0..=seen.len()).any(|skipped| lines_fit(rest, &seen[skipped..])),
        [line, rest @ ..] => {
            seen.first().is_some_and(|first| fits(line, first)) && lines_fit(rest, &seen[1..])
        }
    }
}

/// Does a line fit, `[…]` standing for anything?
fn fits(expected: &str, seen: &str) -> bool {
    let Some((start, rest)) = expected.split_once(SOME) else {
        return expected == seen;
    };
    let Some(seen) = seen.strip_prefix(start) else {
        return false;
    };
    let ends = seen.char_indices().map(|(at, _)| at).chain([seen.len()]);
    ends.into_iter().any(|at| fits(rest, &seen[at..]))
}

fn difference(expected: &[&str], seen: &[&str]) -> String {
    let mut text = String::from("expected:");
    for line in expected {
        text.push_str(&format!("\n  {line}"));
    }
    text.push_str("\nseen:");
    for line in seen {
        text.push_str(&format!("\n  {line}"));
    }
    text
}
