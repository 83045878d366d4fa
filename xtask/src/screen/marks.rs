//! What is wrong with the marks of a lab's tasks.

use lab_judge::{AnchorFault, Reason};

use crate::message::say;

/// Why a lab or a source is refused. Of a declaration's own faults maintainers
/// read the English.
pub fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Words(words) => words.clone(),
        Reason::Marks(fault) => marks(fault),
        Reason::Task { task, file, fault } => {
            say!("marks-task", task = task, file = file, fault = marks(fault))
        }
        Reason::NoFile { task, file } => say!("marks-no-file", task = task, file = file),
    }
}

/// What is wrong with one mark.
pub fn marks(fault: &AnchorFault) -> String {
    match fault {
        AnchorFault::Missing { name } => say!("marks-missing", name = name),
        AnchorFault::Unclosed { name, .. } => say!("marks-unclosed", name = name),
        AnchorFault::Unopened { name, .. } => say!("marks-unopened", name = name),
        AnchorFault::Twice { name, .. } => say!("marks-twice", name = name),
        AnchorFault::Crossed { name, .. } => say!("marks-crossed", name = name),
        AnchorFault::Holds { name, .. } => say!("marks-holds", name = name),
        AnchorFault::Malformed { .. } => say!("marks-malformed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_english_is_the_judges() {
        let (name, line) = ("a".to_owned(), 1);
        for fault in [
            AnchorFault::Missing { name: name.clone() },
            AnchorFault::Unclosed {
                name: name.clone(),
                line,
            },
            AnchorFault::Unopened {
                name: name.clone(),
                line,
            },
            AnchorFault::Twice {
                name: name.clone(),
                line,
            },
            AnchorFault::Crossed {
                name: name.clone(),
                line,
            },
            AnchorFault::Holds {
                name: name.clone(),
                line,
            },
            AnchorFault::Malformed { line },
        ] {
            assert_eq!(marks(&fault), fault.to_string());
            let (task, file) = (name.clone(), "src/a.rs".to_owned());
            let of_task = Reason::Task { task, file, fault };
            assert_eq!(reason(&of_task), of_task.to_string());
        }
        let (task, file) = (name, "src/a.rs".to_owned());
        let no_file = Reason::NoFile { task, file };
        assert_eq!(reason(&no_file), no_file.to_string());
    }
}
