//! The arguments of the maintainers' verbs.

use clap::{Args, ValueEnum};

pub const SYNC_HELP: &str = "\
Examples:
  cargo xtask sync
  cargo xtask sync --check      change nothing; exit 1 if anything would change

A file is overwritten only when it holds nothing of a learner's: every task in
it is a lone `todo!`, and it is as the last commit or the last `sync` left it.";

pub const BOOK_HELP: &str = "\
Examples:
  cargo xtask book               build it into book/build
  cargo xtask book --lint        links, headings, anchors, pictures, wording
  cargo xtask book --test        run every transcript on a workbench
  cargo xtask book --test lab-01 only in pages whose name contains this

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
    /// What to time; without any, everything
    #[arg(value_enum)]
    pub what: Vec<MeasureWhat>,
}

/// What `measure` can time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MeasureWhat {
    /// A fresh clone's first verdict
    Clone,
    /// A check after an edit, beside compiling alone
    Check,
    /// An empty workbench
    Workbench,
    /// The reference's `run -- /bin/true`, beside crun's
    Run,
    /// Virtual machines, only when asked for
    Vm,
    /// The half of `run` that runs on a workbench
    #[value(hide = true)]
    Inside,
}
