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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use insta::assert_snapshot;

    use super::*;

    fn greeted(unwritten: usize, node: Option<&str>, rootfs: Option<&str>) -> String {
        let labs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workshop/labs");
        let lab = lab_judge::Lab::load(&labs.join("lab-01-own")).expect("a lab");
        let text = greeting(&Greeting {
            lab: &lab.lab,
            unwritten,
            node,
            rootfs: rootfs.map(str::to_owned),
        });
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn a_greeting_says_where_what_and_how_to_leave() {
        assert_snapshot!(greeted(0, None, None), @r"
        You are root on a workbench, a copy of your machine. What you change on it, your
        own files included, is thrown away when you leave, with Ctrl-D.
          try      lab-01-own --help
          rootfs   $ROOTFS is a root file system to practise on
          edit     in another terminal, with cargo xtask check 01; a shell opened later
                   has the new program
        ");
        assert_snapshot!(greeted(1, Some("node-2"), Some("no space left")), @r"
        You are root on a workbench, a copy of your machine. What you change on it, your
        own files included, is thrown away when you leave, with Ctrl-D.
          try      lab-01-own --help
                   1 task of this lab is still to do
          rootfs   there is none: no space left
          node     this is node-2; on another: workbench on node-1 ip addr
          edit     in another terminal, with cargo xtask check 01; a shell opened later
                   has the new program
        ");
    }
}
