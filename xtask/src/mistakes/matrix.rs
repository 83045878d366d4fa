//! What is off about a case: the rules of the matrix.

use lab_judge::{Check, LabOnDisk, Red, Verdict};

use super::Seen;
use super::cases::{Answer, Case, Kind};
use crate::message::say;

/// One line of the matrix.
#[derive(Debug)]
pub struct Row {
    pub kind: Kind,
    pub name: String,
    /// The red checks in task order, with what was seen.
    pub red: Vec<(Check, Red)>,
    /// What is not as declared. Empty when all is well.
    pub faults: Vec<String>,
    /// The first compile error, as rustc rendered it.
    pub error: Option<String>,
    /// The machine kept it from being observed.
    pub machine: bool,
}

impl Row {
    /// A case that is no program.
    pub fn does_not_compile(case: &Case, error: String) -> Row {
        Row {
            kind: case.kind.clone(),
            name: case.name.clone(),
            red: Vec::new(),
            faults: vec![say!("mistakes-no-compile")],
            error: Some(error),
            machine: false,
        }
    }

    /// A case that was observed.
    pub fn judged(lab: &LabOnDisk, case: &Case, seen: Seen) -> Row {
        let mut red = Vec::new();
        let mut machine = None;
        for check in lab.lab.checks_in_task_order() {
            match seen.verdicts.get(&check.id) {
                Some(Verdict::Red(why)) => red.push((check.clone(), why.clone())),
                Some(Verdict::Machine { step, message, .. }) => {
                    machine = Some(say!("mistakes-machine", step = step, reason = message));
                }
                _ => {}
            }
        }
        let mut row = Row {
            kind: case.kind.clone(),
            name: case.name.clone(),
            red,
            faults: Vec::new(),
            error: None,
            machine: machine.is_some(),
        };
        row.faults = match machine {
            Some(reason) => vec![reason],
            None => row.faults(&seen, case.answer.as_ref()),
        };
        row
    }

    /// Ids of the red checks.
    pub fn red_ids(&self) -> Vec<&str> {
        self.red
            .iter()
            .map(|(check, _)| check.id.as_str())
            .collect()
    }

    /// Ids of the diagnoses that were shown, each with its check.
    fn shown(&self) -> impl Iterator<Item = (&str, &str)> {
        self.red.iter().flat_map(|(check, red)| {
            red.diagnoses
                .iter()
                .map(|diagnosis| (diagnosis.as_str(), check.id.as_str()))
        })
    }

    fn faults(&self, seen: &Seen, answer: Option<&Answer>) -> Vec<String> {
        let mut faults = Vec::new();
        if !seen.troubles.is_empty() {
            faults.push(say!("mistakes-unanswered"));
        }
        match &self.kind {
            Kind::Reference | Kind::Variant => {
                let is_red = |id: &&str| say!("mistakes-is-red", check = *id);
                faults.extend(self.red_ids().iter().map(is_red));
            }
            Kind::LeftOut | Kind::NoOp if self.red.is_empty() => {
                faults.push(say!("mistakes-all-stayed-green"));
            }
            Kind::LeftOut => faults.extend(answer.and_then(|answer| self.unnamed(&answer.task))),
            Kind::NoOp => {}
            Kind::Mistake {
                red,
                shows,
                may_show,
            } => {
                faults.extend(self.mistake(red, shows, may_show));
            }
        }
        faults
    }

    /// A check that comes to a task and doesn't say so in `lab.yaml`: a learner
    /// would see it red while it is to do.
    fn unnamed(&self, task: &str) -> Option<String> {
        let silent = |check: &&Check| check.tasks().all(|named| named != task);
        let (check, _) = self.red.iter().find(|(check, _)| silent(&check))?;
        Some(say!("mistakes-unnamed", check = &check.id, task = task))
    }

    fn mistake(&self, red: &[String], shows: &[String], may_show: &[String]) -> Vec<String> {
        let mut faults = Vec::new();
        for id in red
            .iter()
            .filter(|id| !self.red_ids().contains(&id.as_str()))
        {
            faults.push(say!("mistakes-stayed-green", check = id));
        }
        for id in shows {
            if !self.shown().any(|(shown, _)| shown == id) {
                faults.push(say!("mistakes-not-shown", diagnosis = id));
            }
        }
        for (id, check) in self.shown() {
            if !shows.iter().chain(may_show).any(|declared| declared == id) {
                faults.push(say!(
                    "mistakes-wrongly-shown",
                    diagnosis = id,
                    check = check,
                ));
            }
        }
        // A learner sees the details of the first red check and no other's.
        let first = self.red.first();
        let silent = first.filter(|(_, red)| !red.diagnoses.iter().any(|id| shows.contains(id)));
        if let (Some((check, _)), true) = (silent, faults.is_empty() && !shows.is_empty()) {
            faults.push(say!("mistakes-hidden", check = &check.id));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab_judge::Cause;

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).into()).collect()
    }

    fn row(shows: &[&str], red: &[&str], seen: &[(&str, &[&str])]) -> Vec<String> {
        let kind = Kind::Mistake {
            red: owned(red),
            shows: owned(shows),
            may_show: owned(&["m"]),
        };
        of_kind(kind, None, seen)
    }

    fn of_kind(kind: Kind, task: Option<&str>, seen: &[(&str, &[&str])]) -> Vec<String> {
        let check = |id: &str| Check {
            id: id.into(),
            task: "t".into(),
            also: Vec::new(),
            says: String::new(),
            diagnoses: Vec::new(),
            diagnoses_as: Vec::new(),
            no_mistake: None,
        };
        let why = |diagnoses: &[&str]| Red {
            cause: Cause::Differs,
            differences: Vec::new(),
            diagnoses: owned(diagnoses),
            stderr: String::new(),
        };
        let row = Row {
            kind,
            name: "x.rs".into(),
            red: seen.iter().map(|(id, d)| (check(id), why(d))).collect(),
            faults: Vec::new(),
            error: None,
            machine: false,
        };
        let answer = task.map(|task| Answer {
            task: task.into(),
            body: String::new(),
        });
        row.faults(&Seen::default(), answer.as_ref())
    }

    #[test]
    fn a_mistake_is_told_as_declared_or_named() {
        assert_eq!(row(&["d"], &["a"], &[("a", &["d"])]), Vec::<String>::new());
        assert_eq!(row(&[], &["a"], &[("a", &[])]), Vec::<String>::new());
        assert_eq!(
            row(&["d", "e"], &["a"], &[("a", &["d"]), ("b", &["e"])]),
            Vec::<String>::new()
        );
        assert_eq!(
            row(&["d"], &["a", "b"], &[("a", &["d"])]),
            ["check b stayed green"]
        );
        assert_eq!(
            row(&["d"], &["a"], &[("a", &[])]),
            ["diagnosis d is not shown"]
        );
        assert_eq!(
            row(&["d"], &["a"], &[("a", &["d"]), ("b", &["e"])]),
            ["diagnosis e is shown by check b and is wrong here"]
        );
        assert_eq!(row(&["d"], &["b"], &[("a", &[]), ("b", &["d"])]).len(), 1);
        assert_eq!(
            row(&["d"], &["a"], &[("a", &["d", "m"])]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_check_that_comes_to_a_task_without_naming_it_is_named() {
        let seen: &[(&str, &[&str])] = &[("a", &[])];
        assert_eq!(
            of_kind(Kind::LeftOut, Some("t"), seen),
            Vec::<String>::new()
        );
        assert_eq!(
            of_kind(Kind::LeftOut, Some("u"), seen),
            ["check a is red without task u, which it doesn't name in lab.yaml"]
        );
    }
}
