//! `cargo xtask list`.

use crate::failure::{Exit, Failure};
use crate::progress::Progress;
use crate::screen;
use crate::store::Store;
use crate::workspace::Workspace;

/// Lists labs, parts, minutes and progress.
///
/// # Errors
/// A `lab.yaml` that is refused; damaged sources.
pub fn run(workspace: &Workspace) -> Result<Exit, Failure> {
    let store = Store::at(&workspace.root);
    let mut labs = Vec::new();
    for lab in workspace.load_all()? {
        let progress = Progress::of(workspace, &store, &lab)?;
        labs.push((lab, progress));
    }
    screen::print(&screen::list::text(&labs));
    Ok(Exit::Green)
}
