//! The shape of `lab.yaml`. Unknown fields are refused everywhere.

use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// One lab: `labs/lab-NN-name/lab.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lab {
    /// The lab's full name, `lab-NN-name`, equal to its folder's.
    pub lab: String,
    /// One line for `cargo xtask list`.
    pub title: String,
    /// The chapter's file without ending: `book/src/<chapter>.md`.
    pub chapter: String,
    /// Arguments of the lab's program that show what it does, as they are typed:
    /// the greeting of `cargo xtask shell`.
    #[serde(default)]
    pub example: Option<String>,
    /// What the machine must offer. Nothing, when the list is empty.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Full names of the earlier labs whose crates this one uses.
    #[serde(default)]
    pub builds_on: Vec<String>,
    /// Parts, each with its own green, in order.
    pub parts: Vec<Part>,
    /// Tasks in the order a learner meets them.
    pub tasks: Vec<Task>,
    /// What is judged. Shown in the order of the tasks.
    pub checks: Vec<Check>,
    /// Wrong solutions people really write.
    #[serde(default)]
    pub mistakes: Vec<Mistake>,
    /// Right solutions that differ from the reference.
    #[serde(default)]
    pub variants: Vec<Variant>,
}

/// What a lab asks of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// Effective user 0.
    Root,
    /// Root, or an ordinary user who may create user namespaces.
    Namespaces,
    /// User namespaces with a range in `/etc/subuid` and `/etc/subgid`.
    SubordinateIds,
    /// Groups with the controllers cpu, cpuset, memory and pids.
    Cgroups,
    /// Overlay mounts.
    Overlay,
    /// File systems served by a program, through `/dev/fuse`.
    Fuse,
    /// Network devices served by a program, through `/dev/net/tun`.
    Tun,
    /// Bridges, and pairs of virtual Ethernet devices (veth).
    Bridge,
    /// VXLAN devices.
    Vxlan,
    /// Packet filters (nftables).
    Netfilter,
}

/// 60 to 120 minutes of a lab, with its own green.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// `01a`, or `01` when the lab has one part.
    pub id: String,
    pub title: String,
    /// Minutes a learner needs.
    pub minutes: u32,
    /// Ids of its tasks, in order.
    pub tasks: Vec<String>,
}

/// One function body a learner writes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Also the anchor's name in the source.
    pub id: String,
    /// The source file, relative to the package.
    pub file: String,
    /// One line: what is to be done. The starter's `todo!` says it.
    pub says: String,
    /// Slug of the chapter's heading.
    pub heading: String,
    /// Exactly three, from nudge to nearly there.
    pub hints: Vec<String>,
    /// A body that type-checks and does nothing. It must turn a check red.
    pub noop: String,
}

/// One thing that is judged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    pub id: String,
    /// The task it judges.
    pub task: String,
    /// Other tasks that must be written for it to run.
    #[serde(default)]
    pub also: Vec<String>,
    /// One line in the words of the chapter: what holds when it is green.
    pub says: String,
    #[serde(default)]
    pub diagnoses: Vec<Diagnosis>,
    /// Checks whose diagnoses are this one's as well: what keeps a program from
    /// starting is seen by each check that starts it.
    #[serde(default)]
    pub diagnoses_as: Vec<String>,
    /// Why no declared mistake turns this check red.
    pub no_mistake: Option<String>,
}

impl Check {
    /// Ids of the tasks that must be written for it to run.
    pub fn tasks(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.task.as_str()).chain(self.also.iter().map(String::as_str))
    }
}

/// A known mistake, recognised by what was seen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Diagnosis {
    pub id: String,
    /// Part of an observation. The diagnosis fits when every field named here
    /// is equal in what was seen.
    pub when: Value,
    /// What happened and why.
    pub says: String,
    /// Slug of the heading to read. Without it the task's heading.
    pub read: Option<String>,
    /// The task in which this mistake is made, where it isn't the check's.
    pub task: Option<String>,
    /// Declared at another check, and lent to this one.
    #[serde(skip)]
    pub(crate) lent: bool,
}

/// A wrong solution: a file that replaces one task's region.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mistake {
    /// In `solutions/<lab>/mistakes/`.
    pub file: String,
    /// The task whose region the file's whole text replaces.
    pub task: String,
    /// Checks that must go red. Each names the task among those it needs.
    #[serde(deserialize_with = "one_or_many")]
    pub red: Vec<String>,
    /// Diagnoses that must be shown, and no others.
    #[serde(default, deserialize_with = "one_or_many")]
    pub shows: Vec<String>,
    /// Diagnoses that are true when they are shown, which depends on who is
    /// faster.
    #[serde(default, deserialize_with = "one_or_many")]
    pub may_show: Vec<String>,
}

/// A right solution that differs from the reference. All checks stay green.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// In `solutions/<lab>/variants/`.
    pub file: String,
    /// The task whose region the file's whole text replaces.
    pub task: String,
}

impl Lab {
    /// The lab's number as written in its name: `01` of `lab-01-namespaces`.
    pub fn number(&self) -> &str {
        self.lab
            .strip_prefix("lab-")
            .and_then(|rest| rest.split('-').next())
            .unwrap_or(&self.lab)
    }

    /// The lab's name without its number: `namespaces` of `lab-01-namespaces`.
    pub fn short_name(&self) -> &str {
        self.lab
            .strip_prefix("lab-")
            .and_then(|rest| rest.split_once('-'))
            .map_or(self.lab.as_str(), |(_, name)| name)
    }

    pub fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == id)
    }

    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id)
    }

    /// Gives each check the diagnoses of those named in its `diagnoses_as`,
    /// behind its own.
    pub(crate) fn lend_diagnoses(&mut self) {
        for check in &mut self.checks {
            check.diagnoses.retain(|diagnosis| !diagnosis.lent);
        }
        let declared = self.checks.clone();
        for check in &mut self.checks {
            let lenders = check.diagnoses_as.iter();
            let lenders = lenders.filter_map(|id| declared.iter().find(|other| other.id == *id));
            let lent = lenders.flat_map(|lender| lender.diagnoses.iter().cloned());
            check.diagnoses.extend(lent.map(|diagnosis| Diagnosis {
                lent: true,
                ..diagnosis
            }));
        }
    }

    /// The part a task belongs to.
    pub fn part_of(&self, task: &str) -> Option<&Part> {
        self.parts
            .iter()
            .find(|part| part.tasks.iter().any(|id| id == task))
    }

    /// The checks in the order a learner meets them: by the latest task each
    /// needs, and for one task in the order of `lab.yaml`.
    pub fn checks_in_task_order(&self) -> Vec<&Check> {
        let mut checks: Vec<&Check> = self.checks.iter().collect();
        checks.sort_by_key(|check| self.latest_task(check));
        checks
    }

    /// The index of the latest task a check needs: what it waits for, and what
    /// decides its part.
    pub fn latest_task(&self, check: &Check) -> Option<usize> {
        let place = |id: &str| self.tasks.iter().position(|task| task.id == id);
        check.tasks().filter_map(place).max()
    }
}

/// Reads `name` or `[name, name]`. A visitor rather than an untagged enum, whose
/// errors lose the line.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct OneOrMany;

    impl<'de> Visitor<'de> for OneOrMany {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a name or a list of names")
        }

        fn visit_str<E>(self, name: &str) -> Result<Vec<String>, E> {
            Ok(vec![name.to_owned()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Vec<String>, A::Error> {
            let mut all = Vec::new();
            while let Some(name) = names.next_element()? {
                all.push(name);
            }
            Ok(all)
        }
    }

    deserializer.deserialize_any(OneOrMany)
}
