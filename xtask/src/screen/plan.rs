//! The screen of `plan`.

use super::{BOLD, paint, wrap};
use crate::cli::Course;
use crate::message::say;
use crate::plan::{BREAK, CLOSING, OPENING, Plan, Planned};

/// The sessions, minute by minute, and what is left.
pub fn text(plan: &Plan) -> String {
    let number = plan.number;
    let title = match plan.course {
        Course::HalfDay => say!("plan-half-day", length = plan.length),
        Course::TwoDays => say!("plan-two-days", number = number, length = plan.length),
        Course::Semester => say!("plan-semester", number = number, length = plan.length),
    };
    let mut text = paint(BOLD, &title) + "\n";
    for (index, session) in plan.sessions.iter().enumerate() {
        text += "\n";
        text += &paint(BOLD, &say!("plan-session", number = index + 1));
        text += "\n";
        text += &self::session(session, index == 0);
    }
    text += "\n";
    text += &left(&plan.left);
    text
}

fn session(parts: &[Planned], first: bool) -> String {
    let mut now = 0;
    let mut text = String::new();
    let mut line = |minutes: u32, what: &str| {
        let clock = format!("{}:{:02}", now / 60, now % 60);
        now += minutes;
        text += &wrap(&format!("{clock}  {minutes:>3} min  "), 2, 17, what);
    };
    for (index, part) in parts.iter().enumerate() {
        match index {
            0 if first => line(OPENING, &say!("plan-first")),
            0 => line(OPENING, &say!("plan-opening")),
            _ => line(BREAK, &say!("plan-break")),
        }
        let (id, title) = (part.part.as_str(), part.title.as_str());
        let what = match part.builds_on.join(", ") {
            earlier if earlier.is_empty() => say!("plan-part", part = id, title = title),
            earlier => say!("plan-part-on", part = id, title = title, earlier = earlier),
        };
        line(part.minutes, &what);
    }
    line(CLOSING, &say!("plan-closing"));
    text
}

fn left(parts: &[Planned]) -> String {
    if parts.is_empty() {
        return wrap("", 0, 0, &say!("plan-all"));
    }
    let minutes: u32 = parts.iter().map(|part| part.minutes).sum();
    let names: Vec<&str> = parts.iter().map(|part| part.part.as_str()).collect();
    wrap(
        "",
        0,
        0,
        &say!("plan-left", names = names.join(", "), minutes = minutes),
    )
}
