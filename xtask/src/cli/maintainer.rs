//! The arguments of the maintainers' verbs.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::Format;
use crate::measure;

pub const SYNC_HELP: &str = "\
Examples:
  cargo xtask sync
  cargo xtask sync --check      change nothing; exit 1 if anything would change

A file is overwritten only when it holds nothing of a learner's: every task in
it is a lone `todo!`, and it is as the last commit or the last `sync` left it.";

pub const MEASURE_HELP: &str = "\
Examples:
  cargo xtask measure
  cargo xtask measure run check
  cargo xtask measure run --book     also redraw the book's figures of it

Ours and its peer run in turns. A goal is judged by an interval that has the
median in it with 95 %: \u{2714} met, \u{2718} missed, ? it lies inside, so nobody
knows. Every time is kept in target/measure/WHAT.json.

Exit status: 0, also when a goal is missed: a figure is the machine's as well,
and yours may run on a battery. With --strict, for maintainers, 1.";

pub const BOOK_HELP: &str = "\
Examples:
  cargo xtask book               serve it until Ctrl-C, at the URL it says
  cargo xtask book --open        and open a browser
  cargo xtask book --build       only build it, into book/build
  cargo xtask book --lint        links, headings, anchors, pictures, wording
  cargo xtask book --test        run every transcript on a workbench
  cargo xtask book --test lab-01 only in pages whose name contains this

Only this computer can read what is served. While it is, the red screens of
`check` link into it.

Exit status: 0 all well, 1 a page is wrong, 2 usage, 3 your machine.";

/// Arguments of `sync`.
#[derive(Debug, Args)]
pub struct SyncArgs {
    /// Labs; without any, all
    pub labs: Vec<String>,
    /// Change nothing; name what would change and exit with 1
    #[arg(long)]
    pub check: bool,
    /// Overwrite edited files too, and keep their versions in .lab/kept
    #[arg(long, conflicts_with = "check")]
    pub force: bool,
}

/// Arguments of `mistakes`.
#[derive(Debug, Args)]
pub struct MistakesArgs {
    /// Labs; without any, all
    pub labs: Vec<String>,
    /// Only the mistake, variant or task of this name
    #[arg(long, value_name = "NAME")]
    pub only: Option<String>,
    /// Seconds of silence that end the checks (60)
    #[arg(long, value_name = "SECONDS", default_value_t = 60, hide_default_value = true, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub limit: u64,
}

/// Arguments of `book`.
#[derive(Debug, Args)]
pub struct BookArgs {
    /// Build it into book/build and end
    #[arg(long, conflicts_with_all = ["lint", "test"])]
    pub build: bool,
    /// Open a browser when it is served
    #[arg(long, conflicts_with_all = ["build", "lint", "test"])]
    pub open: bool,
    /// Read every page and report what doesn't hold
    #[arg(long, conflicts_with = "test")]
    pub lint: bool,
    /// Run the transcripts and compare
    #[arg(long)]
    pub test: bool,
    /// With --test: only pages whose path contains this
    #[arg(requires = "test")]
    pub page: Option<String>,
}

/// Arguments of `measure`.
#[derive(Debug, Args)]
pub struct MeasureArgs {
    /// What to measure; without any, everything
    #[arg(value_name = "WHAT", value_parser = families())]
    pub what: Vec<String>,
    /// Keep what was measured for the book, and draw its tables and plots
    #[arg(long)]
    pub book: bool,
    /// Draw the book's again from what was kept, and measure nothing
    #[arg(long, conflicts_with_all = ["what", "book", "strict", "format"])]
    pub draw: bool,
    /// Exit with 1 when a goal is missed
    #[arg(long)]
    pub strict: bool,
    /// How to report: text or json
    #[arg(long, value_enum, default_value_t = Format::Text, hide_default_value = true, hide_possible_values = true)]
    pub format: Format,
    /// The half of a family that runs on a workbench
    #[arg(long, hide = true, value_name = "WHAT")]
    pub inside: Option<String>,
}

/// The families by name, each with what it measures.
fn families() -> PossibleValuesParser {
    let named = |(name, says): (&'static str, &'static str)| PossibleValue::new(name).help(says);
    PossibleValuesParser::new(measure::names().map(named))
}
