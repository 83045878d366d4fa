//! The question before something is started as root.

use super::{BOLD, labelled, paint, paragraph};
use crate::message::say;

/// Why, what exactly is started, and what isn't.
pub fn question(lab: &str, reasons: &[String], started: &str) -> String {
    let mut text = format!("\n{}\n", paint(BOLD, &say!("escalate-title")));
    text += &paragraph(&say!("escalate-needed", lab = lab));
    for reason in reasons {
        text += &labelled(&say!("escalate-because"), reason);
    }
    text += &labelled(&say!("escalate-starts"), started);
    text += &paragraph(&say!("escalate-nothing-else"));
    text + "\n"
}
