//! The learner's leave: asked for once, with what exactly is started and why.

use std::fs;
use std::io::{self, BufRead, IsTerminal};
use std::process::Command;

use anyhow::{Context, Result};
use lab_judge::Lab;

use super::{Escalation, Refused, find, shown};
use crate::failure::Failure;
use crate::machine::finding::Finding;
use crate::machine::{self, Way};
use crate::message::say;
use crate::screen;
use crate::store::Store;

/// With whose rights a lab's checks can run here.
///
/// # Errors
/// With nobody's: what the machine lacks, and what to do.
pub fn way(lab: &Lab) -> Result<Way, Failure> {
    let way = machine::preflight(&lab.needs);
    let Way::No(findings) = way else {
        return Ok(way);
    };
    let lacks = machine::lacks(&findings).into_iter();
    let lines: Vec<String> = lacks
        .map(|lack| format!("{}: {}", lack.what, lack.remedies.join("; ")))
        .collect();
    Err(Failure::Machine(anyhow::Error::msg(lines.join("\n"))))
}

/// Leave to start `command` for a lab, when the way to it is root's: for verbs
/// that have nothing to tell without it.
///
/// # Errors
/// There is no root: why, and what to do.
pub fn leave(
    store: &Store,
    lab: &Lab,
    way: &Way,
    command: &Command,
) -> Result<Option<Escalation>, Failure> {
    let Way::AsRoot(because) = way else {
        return Ok(None);
    };
    let obtained = obtain(store, &lab.lab, because, command)?;
    obtained
        .map(Some)
        .map_err(|refused| Failure::Machine(anyhow::Error::msg(refused)))
}

/// Asks for leave to start `command` as root, unless this repository has it, and
/// lets the tool ask for a password. The inner error says why there is none.
///
/// # Errors
/// The terminal can't be read, or the answer can't be remembered.
pub fn obtain(
    store: &Store,
    needed_for: &str,
    because: &[Finding],
    command: &Command,
) -> Result<Result<Escalation, Refused>> {
    let Some((tool, program)) = find() else {
        return Ok(Err(Refused {
            reason: say!("escalate-no-tool"),
            remedy: say!("escalate-no-tool-do"),
        }));
    };
    let mut escalation = Escalation {
        tool,
        program,
        terminal: has_terminal(),
        asks_late: false,
    };
    if store.consent().as_deref() != Some(tool.name()) {
        if !escalation.terminal {
            return Ok(Err(Refused {
                reason: say!("escalate-no-terminal"),
                remedy: say!("escalate-no-terminal-do"),
            }));
        }
        let reasons: Vec<String> = because.iter().map(Finding::what).collect();
        let started = shown(&escalation.of(command));
        screen::print_error(&screen::escalate::question(needed_for, &reasons, &started));
        screen::print_error(&(say!("escalate-question", tool = tool.name()) + " "));
        if !yes()? {
            return Ok(Err(Refused {
                reason: say!("escalate-declined"),
                remedy: say!("escalate-declined-do"),
            }));
        }
        store.remember_consent(tool.name())?;
    }
    if !escalation.authenticate()? {
        return Ok(Err(Refused {
            reason: say!("escalate-not-allowed", tool = tool.name()),
            remedy: say!("escalate-not-allowed-do", tool = tool.name()),
        }));
    }
    Ok(Ok(escalation))
}

/// Whether a question can be asked here, and a password by the tool, which
/// opens the terminal itself.
fn has_terminal() -> bool {
    let opened = fs::File::open("/dev/tty");
    io::stdin().is_terminal() && io::stderr().is_terminal() && opened.is_ok()
}

/// One line from the terminal. The end of input is no.
fn yes() -> Result<bool> {
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.context("read the answer")?;
    screen::print_error("\n");
    let answer = answer.trim().to_lowercase();
    Ok(say!("escalate-yes")
        .split_whitespace()
        .any(|yes| yes == answer))
}
