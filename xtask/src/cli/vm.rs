//! The arguments of `vm`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Format;

pub const VM_HELP: &str = "\
Examples:
  cargo xtask vm up               start node-1 and node-2
  cargo xtask vm check lab-01     a lab's checks on a kernel with cgroup v2 only
  cargo xtask vm check            the machines: two kernels and a VXLAN
  cargo xtask vm ssh node-2 -- ip address
  cargo xtask vm down             end them

Vagrant is used where it is usable, else QEMU.
Exit status: 0 green, 1 your code, 2 usage, 3 your machine.";

/// Arguments of `vm`.
#[derive(Debug, Args)]
pub struct VmArgs {
    #[command(subcommand)]
    pub verb: VmVerb,
}

/// What can be done with the machines.
#[derive(Debug, Subcommand)]
pub enum VmVerb {
    /// Start the two machines
    #[command(after_help = "Examples:\n  cargo xtask vm up\n  cargo xtask vm up --with qemu")]
    Up(UpArgs),
    /// Say what runs
    #[command(after_help = "Example:\n  cargo xtask vm status")]
    Status,
    /// Open a shell in a machine, or run a command there
    #[command(
        after_help = "Examples:\n  cargo xtask vm ssh\n  cargo xtask vm ssh node-2 -- bridge fdb\n  cargo xtask vm ssh --bring target/debug/lab-01-namespaces"
    )]
    Ssh(SshArgs),
    /// Run a lab's checks in a machine; without a lab, check the machines
    #[command(
        after_help = "Examples:\n  cargo xtask vm check lab-01\n  cargo xtask vm check 01 --solution\n  cargo xtask vm check\n\nMachines that don't run are started for the check and ended after it."
    )]
    Check(VmCheckArgs),
    /// End the machines
    #[command(after_help = "Example:\n  cargo xtask vm down")]
    Down,
    /// Own the machines; started by `up`
    #[command(hide = true)]
    Keep,
}

/// Arguments of `vm up`.
#[derive(Debug, Args)]
pub struct UpArgs {
    /// vagrant or qemu; else the first that is usable
    #[arg(long, value_name = "PROVIDER", value_enum, hide_possible_values = true)]
    pub with: Option<Provider>,
}

/// Who makes the machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Provider {
    Vagrant,
    Qemu,
}

/// Arguments of `vm ssh`.
#[derive(Debug, Args)]
pub struct SshArgs {
    /// node-1 or node-2
    #[arg(default_value = "node-1", hide_default_value = true)]
    pub node: String,
    /// Bring a program and its libraries, to the same paths
    #[arg(long, value_name = "PROGRAM")]
    pub bring: Vec<PathBuf>,
    /// A command and its arguments; without one, a shell
    #[arg(last = true)]
    pub command: Vec<String>,
}

/// Arguments of `vm check`.
#[derive(Debug, Args)]
pub struct VmCheckArgs {
    /// A lab or a part
    #[arg(value_name = "LAB|PART")]
    pub lab: Option<String>,
    /// Check the reference instead of your code
    #[arg(long, requires = "lab")]
    pub solution: bool,
    /// Run only the check of this name
    #[arg(long, value_name = "NAME", requires = "lab")]
    pub check: Option<String>,
    /// The machine: node-1 or node-2 (node-1)
    #[arg(
        long,
        value_name = "NODE",
        default_value = "node-1",
        hide_default_value = true
    )]
    pub on: String,
    /// How to report: text or json
    #[arg(long, value_enum, default_value_t = Format::Text, hide_default_value = true, hide_possible_values = true, requires = "lab")]
    pub format: Format,
    /// Seconds of silence that end the checks (120)
    #[arg(long, value_name = "SECONDS", default_value_t = 120, hide_default_value = true, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub limit: u64,
}
