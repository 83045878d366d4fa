//! Where a container stands, and what may be done with it there.
//!
//! One table decides. Every command asks [`next`] before it does anything, and
//! `states` prints what it answers.

use std::fmt;

use clap::ValueEnum;
use namespaces::state;
use serde::Serialize;

/// Where a container stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is being made: there is an entry on disk, perhaps a process that waits.
    Created,
    /// Its command runs.
    Running,
    /// Its processes are frozen.
    Paused,
    /// Between two lives.
    Restarting,
    /// Its command has ended.
    Exited,
    /// There is no such container any more.
    Removed,
}

impl Status {
    /// All, in the order of a life.
    pub const ALL: [Status; 6] = [
        Status::Created,
        Status::Running,
        Status::Paused,
        Status::Restarting,
        Status::Exited,
        Status::Removed,
    ];
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Status::Created => "created",
            Status::Running => "running",
            Status::Paused => "paused",
            Status::Restarting => "restarting",
            Status::Exited => "exited",
            Status::Removed => "removed",
        })
    }
}

/// What a command wants to do with a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Act {
    Start,
    Exec,
    Pause,
    Unpause,
    Stop,
    Kill,
    Restart,
    Remove,
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Act::Start => "start",
            Act::Exec => "exec",
            Act::Pause => "pause",
            Act::Unpause => "unpause",
            Act::Stop => "stop",
            Act::Kill => "kill",
            Act::Restart => "restart",
            Act::Remove => "rm",
        })
    }
}

/// Where an act leads from a status; `None` when it isn't allowed there.
///
/// | act | allowed from | leads to |
/// |---|---|---|
/// | start | created, restarting, exited | running |
/// | exec | running | running |
/// | pause | running | paused |
/// | unpause | paused | running |
/// | stop | running, paused; exited, where there is nothing to do | exited |
/// | kill | created, running, paused, restarting | exited |
/// | restart | running, paused, exited | restarting |
/// | remove | exited | removed |
pub fn next(from: Status, act: Act) -> Option<Status> {
    // ANCHOR: moves
    todo!(
        "Say where an act leads from a status, and where it isn't allowed. (chapter: task-1-the-table)"
    )
    // ANCHOR_END: moves
}

/// What there is to be seen of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What its runtime has written last; `None` before there was a process.
    pub recorded: Option<state::Status>,
    /// The process that is written down is there, and is the same.
    pub alive: bool,
    /// Its cgroup is frozen.
    pub frozen: bool,
    /// Somebody is starting it again.
    pub restarting: bool,
}

/// Where a container stands, by what is to be seen of it.
///
/// A file can't change when what it tells of does: its writer may have been
/// killed. Whether the process lives, and whether it is frozen, only the kernel
/// knows; whether it has reached its command, or is done with, only the file.
pub fn judge(seen: &Evidence) -> Status {
    // ANCHOR: status
    todo!(
        "Judge where a container stands by what the kernel and the disk say. (chapter: task-2-where-it-stands)"
    )
    // ANCHOR_END: status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_out_of_removed_and_every_status_leads_there() {
        for act in Act::value_variants() {
            assert_eq!(next(Status::Removed, *act), None, "{act}");
        }
        for status in Status::ALL.into_iter().filter(|s| *s != Status::Removed) {
            let mut reached = vec![status];
            let mut at = 0;
            while at < reached.len() {
                let from = reached[at];
                let acts = Act::value_variants().iter();
                for to in acts.filter_map(|act| next(from, *act)) {
                    if !reached.contains(&to) {
                        reached.push(to);
                    }
                }
                at += 1;
            }
            assert!(reached.contains(&Status::Removed), "from {status}");
        }
    }

    #[test]
    fn a_file_whose_writer_was_killed_is_not_believed() {
        let dead = Evidence {
            recorded: Some(state::Status::Running),
            alive: false,
            frozen: true,
            restarting: false,
        };
        assert_eq!(judge(&dead), Status::Exited);
    }
}
