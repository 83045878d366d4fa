//! The screen of `rootfs`.

use super::{GREEN, labelled, paint, wrap};
use crate::message::say;
use crate::rootfs::Made;

/// Bytes of a megabyte, in which `ls` and `du` count.
const MEGABYTE: f64 = 1024.0 * 1024.0;

/// One was made at `dir`.
pub fn made(made: &Made, dir: &str) -> String {
    let size = format!("{:.1}", made.bytes as f64 / MEGABYTE);
    let what = match made.source.as_str() {
        "busybox" => say!(
            "rootfs-busybox",
            dir = dir,
            programs = made.programs,
            size = size.as_str()
        ),
        _ => say!(
            "rootfs-host",
            dir = dir,
            programs = made.programs,
            size = size.as_str()
        ),
    };
    let mut text = wrap(&paint(GREEN, "✔ "), 0, 2, &what);
    for (program, reason) in &made.left_out {
        text += &wrap(
            "",
            4,
            6,
            &say!(
                "rootfs-left-out",
                program = program.as_str(),
                reason = reason.as_str()
            ),
        );
    }
    text + &remove(dir)
}

/// There is one already, and it stays. `named`: it isn't in the usual place.
pub fn there(dir: &str, named: bool) -> String {
    let mut text = wrap("", 0, 2, &say!("rootfs-there", dir = dir));
    let mut again = "cargo xtask rootfs --force".to_owned();
    if named {
        again += &format!(" {dir}");
    }
    text += &labelled(&say!("rootfs-label-replace"), &again);
    text + &remove(dir)
}

fn remove(dir: &str) -> String {
    labelled(&say!("rootfs-label-remove"), &format!("rm -r {dir}"))
}
