//! Reads a lab's declaration and judges what its checks observed.
//!
//! A check has two halves. The first runs the learner's program on a workbench
//! and emits what it saw as data, an *observation*. The second is this crate:
//! it compares the observation with a *snapshot* and names the *diagnoses* that
//! fit. It never runs a learner's code, so nothing a learner writes decides the
//! verdict except through what the kernel shows.
//!
//! Three names to start from: [`Lab::load`] reads and validates `lab.yaml`,
//! [`Source`] finds the regions a learner writes, [`LabOnDisk::judge`] turns one
//! [`Outcome`] into a [`Verdict`].
//!
//! What this crate isn't: a runner. `cargo xtask check` and the check binaries
//! build, start and time out programs; they both ask here what it meant.

mod anchor;
mod code;
mod lab;
mod lines;
mod load;
mod outcome;
mod refusal;
mod starter;
mod subset;
mod validate;
mod verdict;
mod words;

pub use anchor::{AnchorFault, Region, Source};
pub use lab::{Check, Diagnosis, Lab, Mistake, Need, Part, Task, Variant};
pub use load::{LabOnDisk, discover, lab_dirs};
pub use outcome::{Outcome, Report, ReportFault};
pub use refusal::{Reason, Refusal, Refusals};
pub use starter::{is_starter, todo_body};
pub use subset::{Difference, differences, fits};
pub use verdict::{Cause, Red, Verdict};
pub use words::{file_in, language_of};
