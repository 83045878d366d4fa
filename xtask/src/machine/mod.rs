//! What this machine has, what it lacks for the labs, and what to do about it.
//!
//! `facts` reads files below a root, so that any machine can be tried; `trial`
//! tries what files don't tell, in a child; `finding` decides; `remedy` knows
//! what to do. `check` asks [`preflight`] before it builds, which reads files
//! and tries nothing; `doctor` asks for everything.
//!
//! Three names to start from: [`Facts`](facts::Facts),
//! [`Finding`](finding::Finding), [`preflight`].

pub mod building;
pub mod cgroups;
pub mod facts;
pub mod finding;
pub mod kernel;
pub mod remedy;
pub mod system;
pub mod trial;
pub mod words;

use lab_judge::Need;

use crate::escalate;
use facts::Facts;
use finding::Finding;
use system::System;
use trial::Trials;

/// Whether a lab's checks can run here, and with whose rights.
#[derive(Debug, PartialEq, Eq)]
pub enum Way {
    /// As the user that runs the command.
    AsUser,
    /// Only as root, and a program that gives root's rights is there. Why not
    /// without.
    AsRoot(Vec<Finding>),
    /// Not at all. What is missing.
    No(Vec<Finding>),
}

/// One thing that is missing and what to do about it, in words.
#[derive(Debug, PartialEq, Eq)]
pub struct Lack {
    pub what: String,
    pub remedies: Vec<String>,
}

/// What is missing on this machine, in words.
pub fn lacks(findings: &[Finding]) -> Vec<Lack> {
    let facts = Facts::read(&System::this());
    let lack = |finding: &Finding| Lack {
        what: finding.what(),
        remedies: remedy::remedies(finding, &facts)
            .into_iter()
            .map(|remedy| remedy.shown())
            .collect(),
    };
    findings.iter().map(lack).collect()
}

/// What files say about `needs`, within microseconds.
pub fn preflight(needs: &[Need]) -> Way {
    if needs.is_empty() {
        return Way::AsUser;
    }
    let wanted = |feature| needs.contains(&finding::need(feature));
    let facts = Facts::read_for(&System::this(), &wanted);
    way(needs, &facts, &Trials::none(), || {
        escalate::find().is_some()
    })
}

/// Decides between the ways. `escalator`: sudo or its like is installed.
pub fn way(
    needs: &[Need],
    facts: &Facts,
    trials: &Trials,
    escalator: impl FnOnce() -> bool,
) -> Way {
    let stopping = |facts: &Facts, trials: &Trials| {
        let mut findings = finding::of_needs(facts, trials);
        findings.retain(|finding| finding.stops_any(needs));
        findings
    };
    let findings = stopping(facts, trials);
    if findings.is_empty() {
        return Way::AsUser;
    }
    let can_rise = facts.user.uid != 0 && !facts.user.no_new_privs && escalator();
    // What an ordinary user was refused says nothing about root.
    let root = facts.as_root();
    if can_rise && stopping(&root, &Trials::none()).is_empty() {
        return Way::AsRoot(findings);
    }
    Way::No(findings)
}

#[cfg(test)]
mod tests;
