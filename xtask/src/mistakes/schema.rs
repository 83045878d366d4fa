//! All answers of a lab in one source: what those who test tests call a mutant
//! schema.
//!
//! A task's region becomes a `match` with an arm for each answer, and the
//! reference's own body for every other program. Which one runs is a number in
//! the program's data, so that a program of any case is made from one build:
//!
//! ```text
//! // ANCHOR: hostname
//! static CASE: [u8; 30] = *b"the case of this program: 0000";
//! match &::std::hint::black_box(&CASE)[26..] {
//!     b"0007" => { the wrong answer }
//!     _ => { the reference's }
//! }
//! // ANCHOR_END: hostname
//! ```
//!
//! A body stands alone in its arm: what it declares, returns or borrows is the
//! same there as in the function.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result, ensure};
use lab_judge::{AnchorFault, Lab, Source};
use memchr::memmem;

use super::cases::Case;

/// What stands before the number in a program's data.
const MARK: &str = "the case of this program: ";

/// Digits of the number. No case has the number of zeros.
const DIGITS: usize = 4;

fn digits(number: usize) -> String {
    format!("{number:0DIGITS$}")
}

/// The sources that hold tasks, by file, with the numbered cases' answers in
/// them.
///
/// # Errors
/// A region that can't be replaced.
pub fn sources(
    lab: &Lab,
    reference: &BTreeMap<String, Source>,
    cases: &[(usize, &Case)],
) -> Result<BTreeMap<String, Source>, AnchorFault> {
    let mut sources = reference.clone();
    for task in &lab.tasks {
        let Some(source) = sources.get_mut(&task.file) else {
            continue;
        };
        let mut arms = String::new();
        for (number, case) in cases {
            if let Some(answer) = case.answer.as_ref().filter(|a| a.task == task.id) {
                arms += &arm(&format!("b\"{}\"", digits(*number)), &answer.body);
            }
        }
        if arms.is_empty() {
            continue;
        }
        arms += &arm("_", source.body(source.task(&task.id)?));
        *source = source.replaced(&task.id, &chosen_by_number(&arms))?;
    }
    Ok(sources)
}

/// The line's end keeps the brace out of a comment that a body may end with.
fn arm(pattern: &str, body: &str) -> String {
    format!("{pattern} => {{\n{body}\n}}\n")
}

fn chosen_by_number(arms: &str) -> String {
    let (before, all) = (MARK.len(), MARK.len() + DIGITS);
    let none = digits(0);
    let mut text = String::new();
    // Writing to a String can't fail.
    let _ = writeln!(text, "static CASE: [u8; {all}] = *b\"{MARK}{none}\";");
    // Unseen by the compiler, which would take the other arms away.
    let _ = writeln!(text, "match &::std::hint::black_box(&CASE)[{before}..] {{");
    text + arms + "}\n"
}

/// A built program, to be made that of one case after the other.
pub struct Program {
    bytes: Vec<u8>,
    /// Where the numbers stand: one for each task, unless the linker has found
    /// that they are equal.
    places: Vec<usize>,
}

impl Program {
    /// # Errors
    /// There is no number in it.
    pub fn of(bytes: Vec<u8>) -> Result<Program> {
        let none = digits(0);
        let mark = format!("{MARK}{none}");
        let places: Vec<usize> = memmem::find_iter(&bytes, &mark)
            .map(|at| at + MARK.len())
            .collect();
        ensure!(!places.is_empty(), "no case can be chosen in the program");
        Ok(Program { bytes, places })
    }

    /// The program of a case.
    ///
    /// # Errors
    /// A number of more digits than there is room for.
    pub fn choose(&mut self, number: usize) -> Result<&[u8]> {
        let digits = digits(number);
        for place in &self.places {
            let room = self.bytes.get_mut(*place..*place + DIGITS);
            let room = room.filter(|room| room.len() == digits.len());
            let room = room.with_context(|| format!("no room for case {number}"))?;
            room.copy_from_slice(digits.as_bytes());
        }
        Ok(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_becomes_each_case_in_turn_wherever_its_number_stands() {
        let bytes = |number: &str| format!("\0{MARK}{number}\0{MARK}{number}").into_bytes();
        let mut program = Program::of(bytes("0000")).expect("two places");
        assert_eq!(program.choose(7).expect("room"), bytes("0007"));
        assert_eq!(program.choose(123).expect("room"), bytes("0123"));
        assert!(program.choose(10_000).is_err());
        assert!(Program::of(b"no number".to_vec()).is_err());
    }
}
