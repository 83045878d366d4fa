//! The screen of `measure`: one table, 80 columns wide.

use super::{BOLD, GREEN, RED, YELLOW, paint, wrap};
use crate::measure::machine::Machine;
use crate::measure::record::{Numbers, Record, Row};
use crate::measure::shown::{amount, goal, range};
use crate::measure::statistics::Verdict;
use crate::measure::{Family, Peer, Unit};
use crate::message::say;

/// Told before a family is measured: some take a minute.
pub fn begins(family: &Family) -> String {
    let words = say!("measure-begins", name = family.name, says = family.says);
    wrap("", 0, 0, &words)
}

/// All that was measured.
pub fn text(machine: &Machine, records: &[(&Family, Record)]) -> String {
    let mut text = format!("\n{}\n", head(machine));
    text += &paint(
        BOLD,
        &columns([
            &say!("measure-figure"),
            &say!("measure-ours"),
            &say!("measure-peer"),
            &say!("measure-ratio"),
            &say!("measure-spread"),
            // Where the marks end.
            &format!("  {}", say!("measure-goal")),
        ]),
    );
    text += "\n";
    let mut notes = String::new();
    for (family, record) in records {
        for row in record.rows(family) {
            text += &line(&row);
            notes += &note(&row, machine);
        }
    }
    text + "\n" + &notes
}

fn head(machine: &Machine) -> String {
    let words = say!(
        "measure-machine",
        cpu = machine.cpu.as_str(),
        processors = machine.processors,
        kernel = machine.kernel.as_str(),
        load = format!("{:.1}", machine.load)
    );
    let mut text = wrap("", 0, 0, &words);
    if machine.busy() {
        text += &wrap("", 0, 0, &paint(YELLOW, &say!("measure-busy")));
    }
    text
}

fn columns([what, ours, peer, ratio, spread, goal]: [&str; 6]) -> String {
    format!("{what:<26} {ours:>8} {peer:>8} {ratio:>6}  {spread:<13}  {goal}")
}

fn line(row: &Row<'_>) -> String {
    let goal = |most| goal(row.unit, most);
    let promised = row.figure.goal.map(goal).unwrap_or_default();
    let Some(numbers) = &row.numbers else {
        let skipped = say!("measure-skipped");
        let line = columns([
            row.figure.what,
            &skipped,
            "",
            "",
            "",
            &format!("  {promised}"),
        ]);
        return line.trim_end().to_owned() + "\n";
    };
    let mark = match row.verdict {
        Verdict::Met => paint(GREEN, "✔"),
        Verdict::Missed => paint(RED, "✘"),
        Verdict::Open => paint(YELLOW, "?"),
        Verdict::NoGoal | Verdict::Skipped => " ".to_owned(),
    };
    let peer = numbers
        .peer
        .as_ref()
        .map(|peer| amount(row.unit, peer.median));
    let ratio = numbers
        .ratio
        .as_ref()
        .map(|ratio| format!("{:.2}", ratio.median));
    let line = columns([
        row.figure.what,
        &amount(row.unit, numbers.ours.median),
        &peer.unwrap_or_default(),
        &ratio.unwrap_or_default(),
        &half(row.unit, numbers),
        &format!("{mark} {promised}"),
    ]);
    line.trim_end().to_owned() + "\n"
}

/// The middle half of what is judged; one run has none.
fn half(unit: Unit, numbers: &Numbers<'_>) -> String {
    match numbers.judged.runs {
        1 => String::new(),
        _ => range(unit, numbers.quantity, numbers.judged.middle_half),
    }
}

/// What a figure is beside, how often it was run, and why it says nothing.
fn note(row: &Row<'_>, machine: &Machine) -> String {
    let what = row.figure.what;
    let peer = row.figure.peer.as_ref();
    let Some(numbers) = &row.numbers else {
        let words = match peer.and_then(Peer::package) {
            Some(package) => say!("measure-missing", what = what, package = package),
            None => say!("measure-unusable", what = what),
        };
        return wrap("", 0, 2, &words);
    };
    let runs = numbers.ours.runs;
    let words = match peer {
        Some(peer) => say!(
            "measure-beside",
            what = what,
            peer = peer.what,
            turns = runs
        ),
        None => say!("measure-alone", what = what, runs = runs),
    };
    let mut text = wrap("", 0, 2, &words);
    if row.verdict == Verdict::Open && !machine.busy() {
        let interval = range(row.unit, numbers.quantity, numbers.judged.interval);
        text += &wrap("", 2, 2, &say!("measure-wide", interval = interval));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{FAMILIES, Samples, Taken};

    fn machine(load: f64) -> Machine {
        Machine {
            cpu: "Fast 9000".into(),
            processors: 2,
            kernel: "6.1.0".into(),
            load,
        }
    }

    /// Every figure of every family: met, missed, too wide to tell, skipped.
    fn records(load: f64) -> Vec<(&'static Family, Record)> {
        let spread = |middle: f64, wide: f64| -> Vec<f64> {
            (0..20)
                .map(|i| middle + wide * (f64::from(i) - 9.5))
                .collect()
        };
        let samples = |figure: &str| match figure {
            "verdict" => Some((vec![38.21], vec![])),
            "whole" | "own" => Some((spread(2.9, 0.03), spread(2.3, 0.01))),
            "empty" => Some((spread(0.0251, 0.0001), spread(0.0009, 0.00001))),
            "crun" => Some((spread(0.0026, 0.0002), spread(0.0065, 0.00001))),
            _ => None,
        };
        let taken = |figure: &str| Taken {
            figure: figure.to_owned(),
            samples: samples(figure).map(|(ours, peer)| Samples { ours, peer }),
        };
        let record = |family: &&'static Family| {
            let taken = family.figures.iter().map(|figure| taken(figure.name));
            (*family, Record::of(family, machine(load), taken.collect()))
        };
        // Without those that only take more of the same lines.
        let usual = FAMILIES.iter().filter(|family| !family.only_named);
        usual.map(record).collect()
    }

    fn plain(load: f64) -> String {
        let text = text(&machine(load), &records(load));
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn the_table_is_a_screen_wide() {
        insta::assert_snapshot!("quiet", plain(0.2));
        insta::assert_snapshot!("busy", plain(1.4));
        for line in plain(1.4).lines() {
            assert!(line.chars().count() <= super::super::WIDTH, "{line}");
        }
    }

    #[test]
    fn a_peer_that_is_missing_is_named_by_its_package() {
        let absent = Peer {
            what: "nobody",
            program: Some(("no-such-program", "no-such-package")),
        };
        assert!(absent.missing());
        assert_eq!(absent.package(), Some("no-such-package"));
    }
}
