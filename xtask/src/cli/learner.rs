//! The arguments of a learner's verbs.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

pub const CHECK_HELP: &str = "\
Examples:
  cargo xtask check                     the next unfinished lab
  cargo xtask check 01                  also 1, lab-01, namespaces
  cargo xtask check 04b                 one part
  cargo xtask check 01 hostname         one check, or the checks of one task
  cargo xtask check 03 --on-reference   over the reference's labs 01 and 02

Exit status: 0 green, 1 your code (tasks to do included), 2 usage,
3 your machine.";

pub const UPDATE_HELP: &str = "\
Examples:
  cargo xtask update
  cargo xtask update --check    say what would change, and change nothing
  cargo xtask update --undo     go back to before the last update

What you wrote stays, committed or not: your version of a task goes into the
new surroundings, and each file that changes is kept as it was in .lab/kept.
Should the runner itself not build after an interruption, run
target/debug/xtask list, which finishes the update.

Exit status: 0 up to date, 1 something of yours wants a look, 2 usage,
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
    /// Build your lab over the reference's earlier labs
    #[arg(long, conflicts_with_all = ["solution", "all"])]
    pub on_reference: bool,
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

pub const CLEAN_HELP: &str = "\
Examples:
  cargo xtask clean
  cargo xtask clean --all       forget hints and results too

What was built is in target/, copies and root file systems with it: that is for
`cargo clean`.";

pub const DOCTOR_HELP: &str = "\
Examples:
  cargo xtask doctor            everything, for every lab
  cargo xtask doctor 02         what concerns one lab

Exit status: 0 every lab can run, 2 usage, 3 your machine. Warnings are 0.";

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

pub const SHELL_HELP: &str = "\
Examples:
  cargo xtask shell             the next unfinished lab
  cargo xtask shell 01
  cargo xtask shell 01 --node node-1
  cargo xtask shell 01 -- sh -c 'chroot $ROOTFS ls /'

On a workbench you are root, and what you change is thrown away. With a COMMAND
there is no shell, and the exit status is the command's; 3 is your machine.";

/// Arguments of `catch-up`.
#[derive(Debug, Args)]
pub struct CatchUpArgs {
    /// The lab or part to begin with; without it, the last one you began
    #[arg(value_name = "LAB|PART")]
    pub lab: Option<String>,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    #[command(flatten)]
    pub target: Target,
    /// Show the reference's version of tasks that are not green yet
    #[arg(long)]
    pub anyway: bool,
}

/// Arguments of `update`.
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// Say what would change, and change nothing
    #[arg(long)]
    pub check: bool,
    /// Go back to before the last update
    #[arg(long, conflicts_with_all = ["check", "from"])]
    pub undo: bool,
    /// The workshop's remote or address, if not the usual
    #[arg(long, value_name = "REMOTE")]
    pub from: Option<String>,
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
    /// The lab whose program is on PATH; by default the next unfinished
    pub lab: Option<String>,
    /// Stand on node-1, node-2 or outside, wired to one switch
    #[arg(long, value_parser = NODES, hide_possible_values = true)]
    pub node: Option<String>,
    /// Run one command instead of a shell
    #[arg(last = true)]
    pub command: Vec<OsString>,
}

/// The nodes a workbench can hold.
const NODES: [&str; 3] = ["node-1", "node-2", "outside"];

/// What the half of `shell` on the workbench is told.
#[derive(Debug, Args)]
pub struct InsideArgs {
    /// The lab's full name
    pub lab: String,
    /// The lab's program and the workbench's
    pub program: PathBuf,
    pub workbench: PathBuf,
    #[arg(long)]
    pub node: Option<String>,
    /// Where the command begins
    #[arg(long)]
    pub folder: PathBuf,
    #[arg(last = true)]
    pub command: Vec<OsString>,
}

pub const ROOTFS_HELP: &str = "\
Examples:
  cargo xtask rootfs            in target/rootfs, which `cargo clean` removes
  cargo xtask rootfs /tmp/root --with strace
  cargo xtask rootfs --force    a new one in place of the old

It is made of a static busybox if there is one, else of this machine's programs.
`cargo xtask shell` has one of its own, at $ROOTFS.

Exit status: 0 it is there, 2 something else is, 3 your machine.";

/// Arguments of `rootfs`.
#[derive(Debug, Args)]
pub struct RootfsArgs {
    /// Where; its parent must be there
    pub dir: Option<PathBuf>,
    /// Replace one that was made earlier, and nothing else
    #[arg(long)]
    pub force: bool,
    /// Where the programs come from: busybox or host
    #[arg(long, value_name = "SOURCE", value_parser = ["busybox", "host"], hide_possible_values = true)]
    pub from: Option<String>,
    /// Add a program of this machine, by name or absolute path
    #[arg(long, value_name = "PROGRAM")]
    pub with: Vec<OsString>,
}

/// Arguments of `clean`.
#[derive(Debug, Args)]
pub struct CleanArgs {
    /// Also forget results and hints; kept versions of your files stay
    #[arg(long)]
    pub all: bool,
}
