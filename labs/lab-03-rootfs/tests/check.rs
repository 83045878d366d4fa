//! The checks of lab 03. Each scenario makes an image on a workbench of its
//! own, starts the lab's program on it with the probe as the container's
//! command, and returns what was seen: by the probe from inside, and from
//! outside through `/proc/PID` of the container's process.

#[path = "check/closed.rs"]
mod closed;
#[path = "check/image.rs"]
mod image;
#[path = "check/inside.rs"]
mod inside;
#[path = "check/switch.rs"]
mod switch;

use anyhow::{Context, Result};
use serde_json::Value;
use workbench::program::NoAnswer;
use workbench::{Running, Scenario, scenario};

workbench::check_main!(SCENARIOS);

const SCENARIOS: &[Scenario] = &[
    scenario("chroot", switch::chroot),
    scenario("own-mount", switch::own_mount),
    scenario("pivot", switch::pivot),
    scenario("escape", switch::escape),
    scenario("old-root", switch::old_root),
    scenario("hostile", inside::hostile),
    scenario("ways-out", inside::ways_out),
    scenario("mounts", inside::mounts),
    scenario("host", inside::host),
    scenario("devices", closed::devices),
    scenario("masked", closed::masked),
    scenario("read-only", closed::read_only),
    scenario("read-only-root", closed::read_only_root),
];

/// Hears the probe. When the container was not started: why, in a word.
pub fn heard(running: &mut Running) -> Result<Result<Value, String>> {
    let error = match running.hear() {
        Ok(look) => return Ok(Ok(look)),
        Err(error) => error,
    };
    match error.downcast::<NoAnswer>() {
        Ok(no_answer) => Ok(Err(reason(no_answer)?)),
        Err(error) => Err(error).context("hear the probe"),
    }
}

/// What stopped it: the operation, by its first word, and the kernel's answer.
/// Any other end is the judge's to tell.
fn reason(no_answer: NoAnswer) -> Result<String> {
    let answers = [
        (": Device or resource busy", "busy"),
        (": Invalid argument", "invalid"),
        (": Cross-device link", "leaves the root"),
        (": Too many symbolic links encountered", "a link"),
        (": File exists", "exists"),
        (": Read-only file system", "read-only"),
        (": No such file or directory", "no such file"),
        (": Operation not permitted", "not permitted"),
    ];
    let said = no_answer.stderr().lines().find_map(|line| {
        let failure = line.split_once(": rootfs: ")?.1;
        let operation = failure.split(' ').next()?;
        let (_, answer) = answers.iter().find(|(end, _)| failure.ends_with(end))?;
        Some(format!("no: {operation}: {answer}"))
    });
    match said {
        Some(said) => Ok(said),
        None => Err(no_answer.into()),
    }
}
