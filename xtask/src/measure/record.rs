//! What is kept of one measurement: every time, and what it came to.

use std::time::SystemTime;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::family::{Family, Figure, Goal, Peer, Samples, Taken, Unit};
use super::machine::Machine;
use super::statistics::{Quantity, Summary, Verdict, judge, quantity, values};
use crate::store::time_name;

/// One family, measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub family: String,
    /// In UTC, as `2026-01-31`.
    pub day: String,
    pub machine: Machine,
    pub taken: Vec<Taken>,
}

/// One figure with what was measured of it.
pub struct Row<'a> {
    pub figure: &'a Figure,
    pub unit: Unit,
    /// None when it was skipped.
    pub numbers: Option<Numbers<'a>>,
    pub verdict: Verdict,
}

/// What the times came to.
pub struct Numbers<'a> {
    pub samples: &'a Samples,
    pub ours: Summary,
    pub peer: Option<Summary>,
    pub ratio: Option<Summary>,
    pub quantity: Quantity,
    /// Of the quantity.
    pub judged: Summary,
}

impl Record {
    /// What was taken now, in whole microseconds or bytes.
    pub fn of(family: &Family, machine: Machine, mut taken: Vec<Taken>) -> Record {
        let samples = taken.iter_mut().filter_map(|taken| taken.samples.as_mut());
        for time in samples.flat_map(|samples| samples.ours.iter_mut().chain(&mut samples.peer)) {
            *time = (*time * 1e6).round() / 1e6;
        }
        let mut day = time_name(SystemTime::now());
        day.truncate("2026-01-31".len());
        Record {
            family: family.name.to_owned(),
            day,
            machine,
            taken,
        }
    }

    /// A record that was kept.
    ///
    /// # Errors
    /// The text is no record.
    pub fn read(text: &str) -> Result<Record> {
        serde_json::from_str(text).context("read a measurement")
    }

    /// What is kept.
    ///
    /// # Errors
    /// A time that is no number.
    pub fn json(&self) -> Result<String> {
        let text = serde_json::to_string_pretty(self).context("write a measurement as JSON")?;
        // A line for each time would be all there is to see.
        Ok(on_lines(&text) + "\n")
    }

    /// The figures a family declares, each with its numbers.
    pub fn rows<'a>(&'a self, family: &'a Family) -> Vec<Row<'a>> {
        let row = |figure: &'a Figure| {
            let taken = self.taken.iter().find(|taken| taken.figure == figure.name);
            let samples = taken.and_then(|taken| taken.samples.as_ref());
            let numbers = samples.and_then(|samples| Numbers::of(samples, figure.goal));
            let verdict = match &numbers {
                Some(numbers) => judge(figure.goal, &numbers.judged, self.machine.busy()),
                None => Verdict::Skipped,
            };
            Row {
                figure,
                unit: family.unit,
                numbers,
                verdict,
            }
        };
        family.figures.iter().map(row).collect()
    }
}

impl<'a> Numbers<'a> {
    fn of(samples: &'a Samples, goal: Option<Goal>) -> Option<Numbers<'a>> {
        let quantity = quantity(goal, !samples.peer.is_empty());
        let summary = |quantity| Summary::of(&values(samples, quantity));
        Some(Numbers {
            samples,
            ours: summary(Quantity::Ours)?,
            peer: Summary::of(&samples.peer),
            ratio: summary(Quantity::Ratio),
            quantity,
            judged: summary(quantity)?,
        })
    }
}

/// Lists of numbers on one line each.
fn on_lines(pretty: &str) -> String {
    let mut text = String::new();
    for line in pretty.lines() {
        let bare = line.trim();
        let number = bare.trim_end_matches(',').parse::<f64>().is_ok();
        let ends = bare.starts_with(']') && text.ends_with(|c: char| c.is_ascii_digit());
        match (number, ends) {
            (true, _) | (_, true) => {
                if text.ends_with(',') {
                    text.push(' ');
                }
                text.push_str(bare);
            }
            _ => {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(line);
            }
        }
    }
    text
}

/// What `--format json` prints: the records, and what the times came to.
///
/// # Errors
/// A time that is no number.
pub fn all(records: &[(&Family, Record)]) -> Result<String> {
    let one = |(family, record): &(&Family, Record)| -> Result<Value> {
        let mut value = serde_json::to_value(record).context("write a measurement as JSON")?;
        value["figures"] = record.rows(family).iter().map(row).collect();
        Ok(value)
    };
    let families = records.iter().map(one).collect::<Result<Vec<_>>>()?;
    serde_json::to_string_pretty(&json!({"families": families})).context("write JSON")
}

fn row(row: &Row<'_>) -> Value {
    let peer = row.figure.peer.as_ref();
    let mut value = json!({
        "figure": row.figure.name,
        "what": row.figure.what,
        "peer": peer.map(|peer| peer.what),
        "goal": row.figure.goal.map(|most| goal(row.unit, most)),
        "verdict": verdict(row.verdict),
    });
    if let Some(numbers) = &row.numbers {
        value["quantity"] = json!(word(row.unit, numbers.quantity));
        value["judged"] = summary(&numbers.judged);
        value["ours"] = summary(&numbers.ours);
        value["beside"] = numbers.peer.as_ref().map(summary).into();
        value["ratio"] = numbers.ratio.as_ref().map(summary).into();
    } else {
        value["missing_package"] = peer.and_then(Peer::package).into();
    }
    value
}

fn summary(summary: &Summary) -> Value {
    let (low, high) = summary.middle_half;
    let (least, most) = summary.interval;
    json!({
        "runs": summary.runs,
        "median": summary.median,
        "middle_half": [low, high],
        "interval_95": [least, most],
    })
}

fn goal(unit: Unit, goal: Goal) -> Value {
    let (quantity, most) = match goal {
        Goal::Ours(most) => (Quantity::Ours, most),
        Goal::Ratio(most) => (Quantity::Ratio, most),
        Goal::More(most) => (Quantity::More, most),
    };
    json!({"quantity": word(unit, quantity), "at_most": most})
}

fn word(unit: Unit, quantity: Quantity) -> &'static str {
    match (quantity, unit) {
        (Quantity::Ratio, _) => "ratio",
        (Quantity::Ours, Unit::Seconds) => "seconds",
        (Quantity::More, Unit::Seconds) => "seconds-more",
        (Quantity::Ours, Unit::Bytes) => "bytes",
        (Quantity::More, Unit::Bytes) => "bytes-more",
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Missed => "missed",
        Verdict::Open => "open",
        Verdict::NoGoal => "no-goal",
        Verdict::Skipped => "skipped",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back() {
        let samples = Samples {
            ours: vec![0.001, 2.0],
            peer: vec![],
        };
        let record = Record {
            family: "f".into(),
            day: "2026-01-31".into(),
            machine: Machine {
                cpu: "c".into(),
                processors: 2,
                kernel: "k".into(),
                load: 0.5,
            },
            taken: vec![Taken {
                figure: "a".into(),
                samples: Some(samples),
            }],
        };
        let json = record.json().expect("JSON");
        assert!(json.contains("\"ours\": [0.001, 2.0],\n"), "{json}");
        assert_eq!(Record::read(&json).expect("a record"), record);
    }
}
