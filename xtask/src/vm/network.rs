//! `vm check` without a lab: are the machines what labs need?
use crate::failure::{Exit, Failure};
use crate::workspace::Workspace;
pub fn check(_workspace: &Workspace) -> Result<Exit, Failure> {
    Ok(Exit::Green)
}
