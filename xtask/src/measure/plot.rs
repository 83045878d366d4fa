//! A family's numbers as a drawing: a dot for each run, the median as a line
//! across them. It takes the page's text colour, so it is readable in every
//! theme.

use super::family::Unit;
use super::record::Row;
use super::shown::{amount, round_amount};
use super::statistics::Summary;
use crate::message::say;

/// Units of the drawing; the width is that of the book's other drawings.
const WIDTH: f64 = 640.0;
const LABELS: f64 = 200.0;
const VALUES: f64 = 80.0;
const LINE: f64 = 34.0;
const TOP: f64 = 30.0;

/// One line of dots.
struct Line<'a> {
    label: &'a str,
    numbers: &'a [f64],
    summary: &'a Summary,
}

/// The drawing of all figures that were measured. Two figures of the same
/// numbers are drawn once.
pub fn svg(unit: Unit, rows: &[Row<'_>]) -> String {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for row in rows {
        let Some(numbers) = &row.numbers else {
            continue;
        };
        let sides = [
            (row.figure.what, &numbers.samples.ours, Some(&numbers.ours)),
            (
                row.figure.peer.as_ref().map_or("", |peer| peer.what),
                &numbers.samples.peer,
                numbers.peer.as_ref(),
            ),
        ];
        for (label, numbers, summary) in sides {
            let Some(summary) = summary else { continue };
            if !lines.iter().any(|line| line.numbers == numbers.as_slice()) {
                lines.push(Line {
                    label,
                    numbers,
                    summary,
                });
            }
        }
    }
    draw(unit, &lines)
}

fn draw(unit: Unit, lines: &[Line<'_>]) -> String {
    let most = lines.iter().flat_map(|line| line.numbers).copied();
    let end = round_up(most.fold(0.0, f64::max));
    let height = TOP + LINE * lines.len() as f64 + 6.0;
    let told: Vec<String> = lines
        .iter()
        .map(|line| format!("{} {}", line.label, amount(unit, line.summary.median)))
        .collect();
    let label = say!("measure-plot", medians = told.join("; "));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">\n",
        escaped(&label)
    );
    svg += &axis(unit, end, height);
    for (index, line) in lines.iter().enumerate() {
        svg += &one(unit, line, TOP + LINE * (index as f64 + 0.5), end);
    }
    svg + "</svg>\n"
}

/// Where a number stands.
fn x(number: f64, end: f64) -> f64 {
    LABELS + (WIDTH - LABELS - VALUES - 12.0) * number / end
}

/// Five marks from nothing to the end.
fn axis(unit: Unit, end: f64, height: f64) -> String {
    let mut svg = String::new();
    for step in 0..=4 {
        let number = end * f64::from(step) / 4.0;
        let x = x(number, end);
        svg += &format!(
            "<path d=\"M{x:.1} {:.1} V{:.1}\" stroke=\"currentColor\" stroke-opacity=\"0.2\"/>\n",
            TOP - 6.0,
            height - 4.0
        );
        let words = match step {
            0 => "0".to_owned(),
            _ => round_amount(unit, number),
        };
        svg += &text(x, 16.0, "middle", 12, &words);
    }
    svg
}

fn one(unit: Unit, line: &Line<'_>, y: f64, end: f64) -> String {
    let mut svg = text(LABELS - 12.0, y + 5.0, "end", 13, line.label);
    svg += "<g fill=\"currentColor\" fill-opacity=\"0.3\">\n";
    for (index, number) in line.numbers.iter().enumerate() {
        // Beside each other, so that equal ones don't hide one another.
        let aside = (index * 5 % 11) as f64 - 5.0;
        let (x, y) = (x(*number, end), y + aside);
        svg += &format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.2\"/>\n");
    }
    svg += "</g>\n";
    let median = x(line.summary.median, end);
    svg += &format!(
        "<path d=\"M{median:.1} {:.1} V{:.1}\" stroke=\"currentColor\" stroke-width=\"2.5\"/>\n",
        y - 11.0,
        y + 11.0
    );
    svg + &text(
        WIDTH - 4.0,
        y + 5.0,
        "end",
        13,
        &amount(unit, line.summary.median),
    )
}

fn text(x: f64, y: f64, anchor: &str, size: u32, words: &str) -> String {
    format!(
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"currentColor\">{}</text>\n",
        escaped(words)
    )
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

/// The next of 1, 2, 4, 6, 8 times a power of ten: an axis with round marks.
fn round_up(most: f64) -> f64 {
    if most <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(most.log10().floor());
    let steps = [1.0, 2.0, 4.0, 6.0, 8.0, 10.0];
    let fits = steps
        .into_iter()
        .map(|step| step * power)
        .find(|end| *end >= most);
    fits.unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        for (most, end) in [
            (0.0031, 0.004),
            (0.02, 0.02),
            (38.0, 40.0),
            (9.5, 10.0),
            (0.0, 1.0),
        ] {
            assert!((round_up(most) - end).abs() < 1e-9, "{most}");
        }
    }
}
