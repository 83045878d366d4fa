//! Why a command stopped.

use super::{RED, paint, print_error};
use crate::failure::Failure;
use crate::message::say;

/// One reason a line, on standard error. Reasons with a place keep their line
/// whole, so that a terminal's link to `file:line` works.
pub fn print(failure: &Failure) {
    let label = match failure {
        Failure::Usage(_) => say!("failure-usage"),
        Failure::Code(_) => say!("failure-code"),
        Failure::Machine(_) => say!("failure-machine"),
    };
    let mut text = String::new();
    for reason in failure.to_string().lines() {
        text.push_str(&format!("{}: {reason}\n", paint(RED, &label)));
    }
    if let Failure::Code(_) = failure {
        text += &say!("failure-marks");
        text += "\n";
    }
    print_error(&text);
}
