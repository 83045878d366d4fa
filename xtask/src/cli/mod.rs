//! The command line.

mod help;
mod learner;
mod maintainer;
mod plan;
mod vm;

use clap::{Parser, Subcommand};

pub use learner::*;
pub use maintainer::*;
pub use plan::*;
pub use vm::*;

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
    /// Check a lab again whenever you save a file of it
    #[command(after_help = WATCH_HELP)]
    Watch(WatchArgs),
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
    /// Begin later: solve what is unwritten in the labs before one
    #[command(
        after_help = "Examples:\n  cargo xtask catch-up 03       labs 01 and 02\n  cargo xtask catch-up 04b      also part 04a"
    )]
    CatchUp(CatchUpArgs),
    /// Show your version of a task beside the reference's
    #[command(
        after_help = "Examples:\n  cargo xtask diff 01           every task that is green\n  cargo xtask diff 01 hostname\n  cargo xtask diff 01 hostname --anyway"
    )]
    Diff(DiffArgs),
    /// Bring in what is new in the workshop, under what you wrote
    #[command(after_help = UPDATE_HELP)]
    Update(UpdateArgs),
    /// Say what this machine lacks for the labs, and what to do
    #[command(after_help = DOCTOR_HELP)]
    Doctor(DoctorArgs),
    /// Open a shell on a workbench, with the lab's binary on PATH
    #[command(after_help = SHELL_HELP)]
    Shell(ShellArgs),
    /// The half of `shell` that runs on the workbench
    #[command(hide = true)]
    Inside(InsideArgs),
    /// Serve the book with its drawings, or look after it
    #[command(after_help = BOOK_HELP)]
    Book(BookArgs),
    /// Make a root file system to practise on, without a network
    #[command(after_help = ROOTFS_HELP)]
    Rootfs(RootfsArgs),
    /// Two virtual machines: another kernel, cgroup v2 only
    #[command(after_help = VM_HELP)]
    Vm(VmArgs),
    /// Remove what interrupted runs left on this machine
    #[command(after_help = CLEAN_HELP)]
    Clean(CleanArgs),
    /// Let your shell complete what stands after `cargo xtask`
    #[command(after_help = COMPLETIONS_HELP)]
    Completions(CompletionsArgs),
    /// Teachers: a lesson plan for the time there is
    #[command(after_help = PLAN_HELP)]
    Plan(PlanArgs),
    /// Maintainers: write the starters from the reference solutions
    #[command(after_help = SYNC_HELP)]
    Sync(SyncArgs),
    /// Maintainers: try every declared mistake, variant and gap
    #[command(
        after_help = "Examples:\n  cargo xtask mistakes 01\n  cargo xtask mistakes 01 --only hostname_outside.rs"
    )]
    Mistakes(MistakesArgs),
    /// Maintainers: time what was promised, beside a peer
    #[command(after_help = MEASURE_HELP)]
    Measure(MeasureArgs),
}
