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
#[path = "check/started.rs"]
mod started;
#[path = "check/switch.rs"]
mod switch;

use workbench::{Scenario, scenario};

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
