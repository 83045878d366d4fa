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

use clap::Parser;

use crate::failure::{Exit, Failure};
use crate::workspace::Workspace;

/// Build the book, or look after it.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask book",
    bin_name = "cargo xtask book",
    max_term_width = 80
)]
#[command(after_help = "\
Examples:
  cargo xtask book               build it into book/build
  cargo xtask book --lint        links, headings, anchors, pictures, wording
  cargo xtask book --test        run every transcript on a workbench
  cargo xtask book --test lab-01 only in pages whose name contains this

Exit status: 0 all well, 1 a page is wrong, 2 usage, 3 your machine.")]
struct BookArgs {
    /// Read every page and report what doesn't hold
    #[arg(long, conflicts_with = "test")]
    lint: bool,
    /// Run the transcripts and compare
    #[arg(long)]
    test: bool,
    /// With --test: only pages whose path contains this
    #[arg(requires = "test")]
    page: Option<String>,
}

/// Obeys `cargo xtask book ARGS`.
///
/// # Errors
/// What stopped it before it had a result. Faults of pages are a result.
pub fn main(args: &[String]) -> Result<Exit, Failure> {
    let args = match BookArgs::try_parse_from(with_name(args)) {
        Ok(args) => args,
        Err(error) => error.exit(),
    };
    let root = Workspace::find()?.root;
    if args.lint {
        let faults = lint::lint(&root)?;
        for fault in &faults {
            println!("{}", fault.shown(&root));
        }
        return Ok(fault::verdict(faults.len(), "the book is clean"));
    }
    if args.test {
        return tryout::run(&root, args.page.as_deref().unwrap_or_default());
    }
    build::build(&root)
}

/// clap takes the first word for the program's name.
fn with_name(args: &[String]) -> impl Iterator<Item = String> {
    std::iter::once("book".to_owned()).chain(args.iter().cloned())
}
