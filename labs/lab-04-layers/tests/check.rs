//! The checks of lab 04. Each scenario makes an image of directories on a
//! workbench of its own, starts the lab's program on it with the probe as the
//! container's command, and returns what was seen: by the probe from inside,
//! through `/proc/PID/root` from outside, and in the store.

#[path = "check/archive.rs"]
mod archive;
#[path = "check/archives.rs"]
mod archives;
#[path = "check/changes.rs"]
mod changes;
#[path = "check/documents.rs"]
mod documents;
#[path = "check/image.rs"]
mod image;
#[path = "check/merge.rs"]
mod merge;
#[path = "check/own.rs"]
mod own;
#[path = "check/place.rs"]
mod place;
#[path = "check/read.rs"]
mod read;
#[path = "check/stack.rs"]
mod stack;
#[path = "check/whole.rs"]
mod whole;

use workbench::{Scenario, scenario};

workbench::check_main!(SCENARIOS);

const SCENARIOS: &[Scenario] = &[
    scenario("says", read::says),
    scenario("order", merge::order),
    scenario("refused", stack::too_high),
    scenario("copy-up", merge::copy_up),
    scenario("apart", merge::apart),
    scenario("left", own::left),
    scenario("init-layer", own::init_layer),
    scenario("shown", read::shown),
    scenario("diff", changes::diff),
    scenario("not-committed", changes::not_committed),
    scenario("same-tree", changes::same_tree),
    scenario("verified", documents::verified),
    scenario("way", documents::way),
    scenario("beneath", archives::beneath),
    scenario("whole", whole::whole),
    scenario("docker-archive", documents::docker_archive),
    scenario("shared", archives::shared),
];
