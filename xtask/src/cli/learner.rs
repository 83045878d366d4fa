//! The arguments of a learner's verbs.

use clap::{Args, ValueEnum};

pub const CHECK_HELP: &str = "\
Examples:
  cargo xtask check             the next unfinished lab
  cargo xtask check 01          also 1, lab-01, namespaces
  cargo xtask check 04b         one part
  cargo xtask check 01 --check hostname

Exit status: 0 green, 1 your code (tasks to do included), 2 usage,
3 your machine.";

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

pub const DOCTOR_HELP: &str = "\
Examples:
  cargo xtask doctor            everything, for every lab
  cargo xtask doctor 02         what concerns one lab

Exit status: 0 every lab can run, 2 usage, 3 your machine. Warnings are 0.";

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

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// A lab; without it, all
    pub lab: Option<String>,
    /// How to report: text or json
    #[arg(long, value_enum, default_value_t = Format::Text, hide_default_value = true, hide_possible_values = true)]
    pub format: Format,
    /// The half that tries, in a child
    #[arg(long, hide = true)]
    pub inside: bool,
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
