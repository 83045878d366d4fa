//! `cargo xtask plan`: a lesson plan from the minutes in `lab.yaml`.
//!
//! Parts are taken in their order, which is the order in which labs build on
//! each other, and none is cut: each has its own green. What doesn't fit is
//! named, and so is a lab of which only the beginning fits.

use lab_judge::LabOnDisk;

use crate::cli::{Course, PlanArgs};
use crate::failure::{Exit, Failure};
use crate::screen;
use crate::workspace::Workspace;

/// Minutes at the beginning, between two parts, and at the end of a session.
pub const OPENING: u32 = 15;
pub const BREAK: u32 = 15;
pub const CLOSING: u32 = 15;

/// One part of a lab, as it is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub lab: String,
    pub part: String,
    pub title: String,
    pub minutes: u32,
    /// Full names of the labs that have to be green before.
    pub builds_on: Vec<String>,
}

/// The sessions of a course, and what there is no time for.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    pub course: Course,
    /// How many sessions there is time for.
    pub number: usize,
    /// Minutes of one session.
    pub length: u32,
    /// Never empty ones.
    pub sessions: Vec<Vec<Planned>>,
    pub left: Vec<Planned>,
}

impl Course {
    /// How many sessions there is time for, and the minutes of each.
    fn sessions(self) -> (usize, u32) {
        match self {
            Course::HalfDay => (1, 240),
            // Mornings and afternoons.
            Course::TwoDays => (4, 210),
            Course::Semester => (14, 180),
        }
    }
}

/// Prints the plan of a course.
///
/// # Errors
/// A `lab.yaml` that is refused.
pub fn run(workspace: &Workspace, args: &PlanArgs) -> Result<Exit, Failure> {
    let labs = workspace.load_all()?;
    screen::print(&screen::plan::text(&plan(args.course, &parts(&labs))));
    Ok(Exit::Green)
}

fn parts(labs: &[LabOnDisk]) -> Vec<Planned> {
    let mut planned = Vec::new();
    for lab in labs.iter().map(LabOnDisk::said) {
        planned.extend(lab.parts.iter().map(|part| Planned {
            lab: lab.lab.clone(),
            part: part.id.clone(),
            title: part.title.clone(),
            minutes: part.minutes,
            builds_on: lab.builds_on.clone(),
        }));
    }
    planned
}

fn plan(course: Course, parts: &[Planned]) -> Plan {
    let (number, length) = course.sessions();
    let mut sessions: Vec<Vec<Planned>> = Vec::new();
    let mut rest = parts.iter().peekable();
    while sessions.len() < number {
        let (mut session, mut used) = (Vec::new(), OPENING + CLOSING);
        while let Some(part) = rest.peek() {
            let pause = if session.is_empty() { 0 } else { BREAK };
            // One that is longer than any session has one of its own.
            if used + pause + part.minutes > length && !session.is_empty() {
                break;
            }
            used += pause + part.minutes;
            session.extend(rest.next().cloned());
        }
        if session.is_empty() {
            break;
        }
        sessions.push(session);
    }
    Plan {
        course,
        number,
        length,
        sessions,
        left: rest.cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn part(name: &str, minutes: u32) -> Planned {
        Planned {
            lab: format!("lab-{}", &name[..2]),
            part: name.into(),
            title: name.into(),
            minutes,
            builds_on: Vec::new(),
        }
    }

    fn names(session: &[Planned]) -> Vec<&str> {
        session.iter().map(|part| part.part.as_str()).collect()
    }

    #[test]
    fn parts_fill_sessions_in_order_and_are_never_cut() {
        let all = [
            part("01a", 75),
            part("01b", 75),
            part("02a", 90),
            part("02b", 60),
        ];
        let half = plan(Course::HalfDay, &all);
        assert_eq!(half.sessions.len(), 1);
        assert_eq!(names(&half.sessions[0]), ["01a", "01b"]);
        assert_eq!(names(&half.left), ["02a", "02b"]);
        let days = plan(Course::TwoDays, &all);
        assert_eq!(names(&days.sessions[0]), ["01a", "01b"]);
        assert_eq!(names(&days.sessions[1]), ["02a", "02b"]);
        assert!(days.left.is_empty());
    }

    #[test]
    fn a_part_that_is_too_long_is_not_lost_and_ends() {
        let all = [part("01a", 500), part("01b", 60)];
        let days = plan(Course::TwoDays, &all);
        assert_eq!(names(&days.sessions[0]), ["01a"]);
        assert_eq!(names(&days.sessions[1]), ["01b"]);
        assert_eq!(plan(Course::Semester, &[]).sessions.len(), 0);
    }

    /// The teacher's page shows a plan: it is the one that is printed.
    #[test]
    fn the_page_shows_what_the_command_prints() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let workspace = Workspace { root };
        let labs = workspace.load_all().expect("the labs of this repository");
        let printed = screen::plan::text(&plan(Course::HalfDay, &parts(&labs)));
        let printed = anstream::adapter::strip_str(&printed).to_string();
        let page = workspace.root.join("book/src/teaching.md");
        let page = std::fs::read_to_string(page).expect("the teacher's page");
        let command = "$ cargo xtask plan half-day\n";
        let (_, shown) = page.split_once(command).expect("the command on the page");
        let (shown, _) = shown.split_once("```").expect("the block's end");
        // A line `…` stands for what later labs add.
        let shown = shown.split("…\n").next().unwrap_or(shown);
        assert!(
            printed.starts_with(shown),
            "the page shows\n{shown}\nprinted is\n{printed}"
        );
    }
}
