//! What `shell` says on entry.

use std::io;

use lab_judge::Lab;

use super::{BOLD, labelled, paint, print_error, wrap};
use crate::message::say;

/// What a greeting depends on.
pub struct Greeting<'a> {
    pub lab: &'a Lab,
    /// How many tasks of the lab are still to do.
    pub unwritten: usize,
    pub node: Option<&'a str>,
    /// Why there is no root file system, if there is none.
    pub rootfs: Option<String>,
}

/// Where one is, what there is, how to leave.
pub fn greeting(greeting: &Greeting<'_>) -> String {
    let Greeting { lab, unwritten, .. } = greeting;
    let mut text = wrap("", 0, 0, &say!("shell-where"));
    let arguments = lab.example.as_deref().unwrap_or("--help");
    let program = paint(BOLD, &format!("{} {arguments}", lab.lab));
    text += &format!("  {:<9}{program}\n", say!("shell-label-try"));
    if *unwritten > 0 {
        text += &wrap("", 11, 11, &say!("shell-unwritten", tasks = *unwritten));
    }
    let rootfs = match &greeting.rootfs {
        None => say!("shell-rootfs", rootfs = "$ROOTFS"),
        Some(reason) => say!("shell-no-rootfs", reason = reason.as_str()),
    };
    text += &labelled(&say!("shell-label-rootfs"), &rootfs);
    if let Some(node) = greeting.node {
        let other = if node == "node-2" { "node-1" } else { "node-2" };
        let nodes = say!("shell-node", node = node, other = other);
        text += &labelled(&say!("shell-label-node"), &nodes);
    }
    text + &labelled(
        &say!("shell-label-edit"),
        &say!("shell-edit", number = lab.number()),
    )
}

/// The command could not be started.
pub fn not_started(name: &str, error: &io::Error) {
    print_error(&format!("cargo xtask shell: {name}: {error}\n"));
}
