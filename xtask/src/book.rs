//! The book: serve it, build it, lint it, and try what it shows.
//!
//! mdBook builds whatever it is given and is silent about a link that leads
//! nowhere, an anchor that is gone, a transcript that no longer happens. This
//! module says so: [`lint`] reads, [`tryout`] runs. [`mdbook`] finds or installs
//! the program, [`build`] starts it, [`serve`] shows the result and builds again
//! when a source changes. mdBook's own server would follow neither an included
//! file nor the end of this process, and adds half as many crates again to what
//! has to be compiled.

mod build;
mod changes;
mod fault;
mod http;
mod includes;
mod labs;
mod links;
mod lint;
mod mdbook;
mod name;
mod page;
mod pictures;
mod place;
mod prose;
mod serve;
mod served;
mod summary;
#[cfg(test)]
mod tests;
mod transcript;
mod tryout;

pub use place::place;

use crate::cli::BookArgs;
use crate::failure::{Exit, Failure};
use crate::screen;
use crate::workspace::Workspace;

/// Serves the book, or looks after it.
///
/// # Errors
/// What stopped it before it had a result. Faults of pages are a result.
pub fn run(workspace: &Workspace, args: &BookArgs) -> Result<Exit, Failure> {
    let root = &workspace.root;
    if args.lint {
        let faults = lint::lint(root)?;
        for fault in &faults {
            screen::print(&format!("{}\n", fault.shown(root)));
        }
        screen::print(&screen::book::clean_or(faults.len()));
        return Ok(fault::exit(faults.len()));
    }
    if args.test {
        return tryout::run(root, args.page.as_deref().unwrap_or_default());
    }
    if args.build {
        return build::once(root);
    }
    serve::serve(root, args.open)
}
