//! The arguments of a learner's verbs.

use clap::{Args, ValueEnum};

pub const CHECK_HELP: &str = "\
Examples:
  cargo xtask check             the next unfinished lab
  cargo xtask check 01          also 1, lab-01, namespaces
  cargo xtask check 04b         one part
  cargo xtask check 01 hostname  one check, or the checks of one task

Exit status: 0 green, 1 your code (tasks to do included), 2 usage,
3 your machine.";

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// What to check; without it, the next unfinished lab
    #[arg(value_name = "LAB|PART|CHECK")]
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
    /// Run this task's checks before the others
    #[arg(long, value_name = "TASK")]
    pub first: Vec<String>,
    /// How to report: text or json
    #[arg(long, value_enum, default_value_t = Format::Text, hide_default_value = true, hide_possible_values = true)]
    pub format: Format,
    /// Seconds of silence that end the checks (60)
    #[arg(long, value_name = "SECONDS", default_value_t = 60, hide_default_value = true, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub limit: u64,
}

pub const WATCH_HELP: &str = "\
Examples:
  cargo xtask watch             the next unfinished lab
  cargo xtask watch 01b

The checks of the task you are writing come first. A change during a check
begins a new one. Keys: h hint, l list, n next task or lab, c check, q quit.";

/// Arguments of `watch`.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// A lab or a part; without it, the next unfinished lab
    #[arg(value_name = "LAB|PART")]
    pub lab: Option<String>,
}

pub const COMPLETIONS_HELP: &str = "\
Examples, for this shell and for all later ones:
  cargo xtask completions bash > ~/.cargo-xtask.bash
  echo 'source ~/.cargo-xtask.bash' >> ~/.bashrc

  cargo xtask completions zsh > ~/.cargo-xtask.zsh
  echo 'source ~/.cargo-xtask.zsh' >> ~/.zshrc       after compinit

  cargo xtask completions fish > ~/.config/fish/conf.d/cargo-xtask.fish";

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell you type in
    #[arg(value_enum)]
    pub shell: Shell,
    /// What stands after `cargo xtask`, the word being typed last: print what
    /// it can become
    #[arg(last = true, hide = true, allow_hyphen_values = true)]
    pub words: Option<Vec<String>>,
}

/// Shells whose completion is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
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
