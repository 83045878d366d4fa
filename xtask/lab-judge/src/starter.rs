//! What stands in a region before its task is written.

use crate::anchor::{AnchorFault, Source};
use crate::code;
use crate::lab::Task;

/// The width beyond which rustfmt breaks a macro call.
const WIDTH: usize = 100;

/// The starter's body of a task, in the form rustfmt leaves alone.
///
/// `indent` is the white space before the region's marks.
pub fn todo_body(task: &Task, indent: &str) -> String {
    let says = format!("{} (chapter: {})", task.says, task.heading);
    // The text is a format string within a string literal.
    let mut text = String::with_capacity(says.len());
    for character in says.chars() {
        match character {
            '{' => text.push_str("{{"),
            '}' => text.push_str("}}"),
            '"' | '\\' => text.extend(['\\', character]),
            _ => text.push(character),
        }
    }
    let line = format!("{indent}todo!(\"{text}\")");
    if line.chars().count() <= WIDTH {
        format!("{line}\n")
    } else {
        format!("{indent}todo!(\n{indent}    \"{text}\"\n{indent})\n")
    }
}

/// Whether a task's region holds a lone `todo!` and nothing of a learner's.
///
/// The words inside may be those of an earlier version of `lab.yaml`.
///
/// # Errors
/// As [`Source::task`].
pub fn is_starter(source: &Source, task: &str) -> Result<bool, AnchorFault> {
    let region = source.task(task)?;
    let body = source.body(region);
    // A comment in the region is a learner's note: the starter has none.
    let comment = code::kinds(body).contains(&code::Kind::Comment);
    let bare = code::bare(body);
    let bare = bare.strip_suffix(';').unwrap_or(&bare);
    let inner = bare
        .strip_prefix("todo!(")
        .and_then(|rest| rest.strip_suffix(')'));
    let lone = inner.is_some_and(|inner| {
        inner.is_empty()
            || code::kinds(inner)
                .iter()
                .all(|kind| *kind == code::Kind::Text)
    });
    Ok(lone && !comment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(says: &str) -> Task {
        Task {
            id: "a".into(),
            file: "src/a.rs".into(),
            says: says.into(),
            heading: "task-1".into(),
            hints: Vec::new(),
            noop: String::new(),
        }
    }

    fn with_body(body: &str) -> Source {
        let text = format!("fn f() {{\n    // ANCHOR: a\n{body}    // ANCHOR_END: a\n}}\n");
        Source::parse(text).expect("balanced")
    }

    #[test]
    fn a_starter_is_unwritten_and_its_own_whatever_it_says() {
        for says in [
            "Set it.",
            "{x} and \"y\"",
            "a \\ b",
            "ANCHOR: x",
            &"long ".repeat(40),
        ] {
            let source = with_body(&todo_body(&task(says), "    "));
            assert_eq!(source.unwritten("a"), Ok(true), "{says}");
            assert_eq!(is_starter(&source, "a"), Ok(true), "{says}");
        }
        assert_eq!(
            todo_body(&task("Set {it}."), "  "),
            "  todo!(\"Set {{it}}. (chapter: task-1)\")\n"
        );
    }

    #[test]
    fn a_learners_line_makes_it_no_starter() {
        for body in [
            "    let x = 1;\n    todo!(\"a\")\n",
            "    // first the hostname\n    todo!()\n",
            "    Ok(())\n",
            "    todo!(\"a\");\n    todo!(\"b\")\n",
            "",
        ] {
            assert_eq!(is_starter(&with_body(body), "a"), Ok(false), "{body}");
        }
    }
}
