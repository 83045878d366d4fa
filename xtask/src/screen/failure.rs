//! Why a command stopped.

use super::{RED, paint, print_error};
use crate::failure::Failure;

/// One reason a line, on standard error. Reasons with a place keep their line
/// whole, so that a terminal's link to `file:line` works.
pub fn print(failure: &Failure) {
    let label = match failure {
        Failure::Usage(_) => "error",
        Failure::Code(_) => "your code",
        Failure::Machine(_) => "your machine",
    };
    let mut text = String::new();
    for reason in failure.to_string().lines() {
        text.push_str(&format!("{}: {reason}\n", paint(RED, label)));
    }
    if let Failure::Code(_) = failure {
        text += "The marks say where a task is. Put them back, or the file: git checkout FILE\n";
    }
    print_error(&text);
}
