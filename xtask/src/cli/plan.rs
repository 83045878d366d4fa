//! The arguments of `plan`.

use clap::{Args, ValueEnum};

pub const PLAN_HELP: &str = "\
Examples:
  cargo xtask plan half-day
  cargo xtask plan two-days
  cargo xtask plan semester

Made from lab.yaml: the minutes of each part, and what builds on what.";

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// half-day, two-days or semester
    #[arg(value_enum, hide_possible_values = true)]
    pub course: Course,
}

/// How much time there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Course {
    HalfDay,
    TwoDays,
    Semester,
}
