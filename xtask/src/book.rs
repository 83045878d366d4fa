//! The book: build it, lint it, and try what it shows.
//!
//! mdBook builds whatever it is given and is silent about a link that leads
//! nowhere, an anchor that is gone, a transcript that no longer happens. This
//! module says so: [`lint`] reads, [`tryout`] runs, [`build`] starts mdBook.

mod build;
mod fault;
mod includes;
mod labs;
mod links;
mod lint;
mod page;
mod pictures;
mod prose;
mod summary;
#[cfg(test)]
mod tests;
mod transcript;
mod tryout;

use crate::cli::BookArgs;
use crate::failure::{Exit, Failure};
use crate::workspace::Workspace;

/// Builds the book, or looks after it.
///
/// # Errors
/// What stopped it before it had a result. Faults of pages are a result.
pub fn run(workspace: &Workspace, args: &BookArgs) -> Result<Exit, Failure> {
    let root = &workspace.root;
    if args.lint {
        let faults = lint::lint(root)?;
        for fault in &faults {
            println!("{}", fault.shown(root));
        }
        return Ok(fault::verdict(faults.len(), "the book is clean"));
    }
    if args.test {
        return tryout::run(root, args.page.as_deref().unwrap_or_default());
    }
    build::build(root)
}
