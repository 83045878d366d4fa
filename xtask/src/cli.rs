//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};

/// The workshop's runner.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
#[command(after_help = "Exit status: 0 green, 1 your code, 2 usage, 3 your machine.")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// One verb, one job.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build a lab, run its checks on a workbench and say what was seen
    #[command(after_help = CHECK_HELP)]
    Check(CheckArgs),
    /// List the labs, their parts and your progress
    #[command(after_help = "Example:\n  cargo xtask list")]
    List,
    /// Show a task's next hint, one more each time
    #[command(
        after_help = "Examples:\n  cargo xtask hint              the task you are at\n  cargo xtask hint 01 hostname"
    )]
    Hint(Target),
    /// Put a task's starter back and keep your version
    #[command(
        after_help = "Examples:\n  cargo xtask reset 01 hostname\n  cargo xtask reset 01 --all"
    )]
    Reset(RegionArgs),
    /// Put the reference's version of a task in and keep yours
    #[command(
        after_help = "Examples:\n  cargo xtask solve 01 hostname\n  cargo xtask solve 01 --all"
    )]
    Solve(RegionArgs),
    /// Open a shell on a workbench, with the lab's binary on PATH
    #[command(after_help = "Example:\n  cargo xtask shell 01")]
    Shell(ShellArgs),
    /// Remove what interrupted runs left on this machine
    #[command(
        after_help = "Examples:\n  cargo xtask clean\n  cargo xtask clean --all       forget hints and results too"
    )]
    Clean(CleanArgs),
    /// Maintainers: write the starters from the reference solutions
    #[command(after_help = SYNC_HELP)]
    Sync(SyncArgs),
    /// Maintainers: try every declared mistake, variant and gap
    #[command(
        after_help = "Examples:\n  cargo xtask mistakes 01\n  cargo xtask mistakes 01 --only hostname_outside.rs"
    )]
    Mistakes(MistakesArgs),
    /// Maintainers: time what the README promises, beside a peer
    #[command(after_help = "Examples:\n  cargo xtask measure\n  cargo xtask measure run check")]
    Measure(MeasureArgs),
    /// Build the book, or look after it
    #[command(after_help = BOOK_HELP)]
    Book(BookArgs),
}

const CHECK_HELP: &str = "\
Examples:
  cargo xtask check             the next unfinished lab
  cargo xtask check 01          also 1, lab-01, namespaces
  cargo xtask check 04b         one part
  cargo xtask check 01 --check hostname

Exit status: 0 green, 1 your code (tasks to do included), 2 usage,
3 your machine.";

const SYNC_HELP: &str = "\
Examples:
  cargo xtask sync
  cargo xtask sync --check      change nothing; exit 1 if anything would change

A file is overwritten only when it holds nothing of a learner's: every task in
it is a lone `todo!`, and it is as the last commit or the last `sync` left it.";

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Labs or parts; without any, the next unfinished lab
    #[arg(value_name = "LAB|PART")]
    pub labs: Vec<String>,
    /// Check every lab
    #[arg(long, conflicts_with = "labs")]
    pub all: bool,
    /// Check the reference instead of your code
    #[arg(long)]
    pub solution: bool,
    /// Run only the check of this name
    #[arg(long, value_name = "NAME")]
    pub check: Option<String>,
    /// How to report: text or json
    #[arg(long, value_enum, default_value_t = Format::Text, hide_default_value = true, hide_possible_values = true)]
    pub format: Format,
    /// Seconds of silence that end the checks (60)
    #[arg(long, value_name = "SECONDS", default_value_t = 60, hide_default_value = true, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub limit: u64,
}

/// For people or for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// A lab and one of its tasks, both optional.
#[derive(Debug, Args)]
pub struct Target {
    /// A lab, or the name of a task
    pub lab: Option<String>,
    /// A task's name
    pub task: Option<String>,
}

/// Arguments of `reset` and `solve`.
#[derive(Debug, Args)]
pub struct RegionArgs {
    #[command(flatten)]
    pub target: Target,
    /// Every task of the lab
    #[arg(long, conflicts_with = "task")]
    pub all: bool,
}

/// Arguments of `shell`.
#[derive(Debug, Args)]
pub struct ShellArgs {
    /// The lab whose binary is on PATH; without it, the next unfinished lab
    pub lab: Option<String>,
}

/// Arguments of `clean`.
#[derive(Debug, Args)]
pub struct CleanArgs {
    /// Also forget results and hints; kept versions of your files stay
    #[arg(long)]
    pub all: bool,
}

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

const BOOK_HELP: &str = "\
Examples:
  cargo xtask book               build it into book/build
  cargo xtask book --lint        links, headings, anchors, pictures, wording
  cargo xtask book --test        run every transcript on a workbench
  cargo xtask book --test lab-01 only in pages whose name contains this

Exit status: 0 all well, 1 a page is wrong, 2 usage, 3 your machine.";

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
    /// The half of `run` that runs on a workbench
    #[value(hide = true)]
    Inside,
}
