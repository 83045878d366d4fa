//! Part 05a: what a container has written.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::mount::{MsFlags, mount};
use serde_json::{Value, json};
use workbench::Lab;

use crate::boxed::{Boxes, appears, either, refused, wait_until};

/// The longest text a record may have.
const LONGEST: usize = 16 * 1024;

/// A record of a log, as it stands there.
struct Record {
    stream: String,
    full: bool,
    text: Vec<u8>,
}

/// The records of a log file; `None` for a line that is none.
fn records(path: &Path) -> Vec<Option<Record>> {
    let bytes = fs::read(path).unwrap_or_default();
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    // Behind the last line break there is nothing.
    let rest = lines.pop().unwrap_or_default();
    let mut records: Vec<Option<Record>> = lines.into_iter().map(record).collect();
    if !rest.is_empty() {
        records.push(None);
    }
    records
}

fn record(line: &[u8]) -> Option<Record> {
    let mut fields = line.splitn(4, |byte| *byte == b' ');
    let time = String::from_utf8(fields.next()?.to_vec()).ok()?;
    let stream = String::from_utf8(fields.next()?.to_vec()).ok()?;
    let full = match fields.next()? {
        b"F" => true,
        b"P" => false,
        _ => return None,
    };
    let text = fields.next()?.to_vec();
    let good = time.len() > 20 && time.ends_with('Z') && ["stdout", "stderr"].contains(&&*stream);
    good.then_some(Record { stream, full, text })
}

/// A text whose lines have no white space at their ends.
fn trimmed(text: &[u8]) -> Vec<&[u8]> {
    let lines = text.split(|byte| *byte == b'\n');
    lines.map(<[u8]>::trim_ascii_end).collect()
}

/// A text without its line breaks.
fn unbroken(text: &[u8]) -> Vec<u8> {
    let bytes = text.iter().filter(|byte| **byte != b'\n');
    bytes.copied().collect()
}

pub fn lines(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let (name, word) = (lab.random_name()?, lab.random_name()?);
    let long = 40_000;
    let script = format!(
        "printf '{word} \\r\\n'; printf 'cut in '; sleep 0.2; printf 'two \\303'; sleep 0.2; \
         printf '\\244\\n\\n'; printf '%0{long}d\\n' 7; echo {word}-err >&2; printf 'no end'"
    );
    let words = ["--name", &*name, "--", "sh", "-c", &script];
    if let Err(why) = boxes.start(&words)? {
        return Ok(refused(why));
    }
    let over = boxes.is_over(&name, Duration::from_secs(5));
    let shown = boxes.run(&["logs", &name])?;
    let number = format!("{:0long$}", 7);
    let stdout = format!("{word} \r\ncut in two \u{e4}\n\n{number}\nno end");
    let records = records(&boxes.root.join(&name).join("log"));
    let whole: Vec<&Record> = records.iter().flatten().collect();
    let of = |stream: &str| {
        let mut text = Vec::new();
        for record in whole.iter().filter(|record| record.stream == stream) {
            text.extend(&record.text);
            text.extend(record.full.then_some(b'\n'));
        }
        text
    };
    let written = |text: &[u8], expected: &str| match text {
        [] => "nothing",
        text if text == expected.as_bytes() => "as written",
        text if unbroken(text) == unbroken(expected.as_bytes()) => either(
            text.len() < expected.len(),
            "with fewer line breaks",
            "with other line breaks",
        ),
        text if trimmed(text) == trimmed(expected.as_bytes()) => "without its white space",
        text if text.len() < expected.len() => "less than was written",
        _ => "changed",
    };
    let longest = whole.iter().map(|record| record.text.len()).max();
    let lines = whole.iter().filter(|record| record.full).count();
    let cut = |record: &&&Record| record.text.len() >= LONGEST;
    let called_full = whole.iter().filter(cut).any(|record| record.full);
    // Two parts of the long line, and the line without an end.
    let parts = whole.len() - lines;
    let unfinished = match unfinished(&boxes)? {
        Err(why) => return Ok(refused(why)),
        Ok(word) => word,
    };
    Ok(json!({
        "command": { "started": "yes", "ended": either(over, "yes", "no") },
        "line_without_an_end": unfinished,
        "stdout": written(&of("stdout"), &stdout),
        "stderr": written(&of("stderr"), &format!("{word}-err\n")),
        "shown": written(shown.stdout.as_bytes(), &stdout),
        "records": {
            "form": either(records.iter().all(Option::is_some), "right", "wrong"),
            "full": either(lines == 5, "one a line", "not one a line"),
            "of_a_long_line": either(called_full, "called full", "parts"),
            "parts": either(parts > 3, "more than are needed", "no more than are needed"),
            "longest": match longest {
                Some(length) if length > LONGEST => "too long",
                Some(length) if length == LONGEST => "16 KiB",
                _ => "shorter than they may be",
            },
        },
    }))
}

/// What becomes of a long line while it has no end.
fn unfinished(boxes: &Boxes) -> Result<Result<&'static str, String>> {
    let name = boxes.lab.random_name()?;
    let script = "printf %050000d 7; while :; do sleep 0.2; done";
    let words = ["--name", &*name, "--", "sh", "-c", script];
    if let Err(why) = boxes.start(&words)? {
        return Ok(Err(why));
    }
    let log = boxes.root.join(&name).join("log");
    let limit = Duration::from_secs(2);
    // As many as are full; the rest may wait.
    let comes = wait_until(limit, || records(&log).len() >= 50_000 / LONGEST);
    boxes.run(&["kill", &name])?;
    Ok(Ok(either(
        comes,
        "is written as it comes",
        "is kept in memory",
    )))
}

/// Bytes a log may have: the least that can be asked for.
const SMALL: usize = 32 * 1024;

pub fn file(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let name = lab.random_name()?;
    let script = "x=$(printf %0250d 0); i=0; while [ $i -lt 300 ]; do echo line-$i-$x; \
                  i=$((i+1)); done";
    let words = [
        "--log-max-size",
        "32Ki",
        "--name",
        &*name,
        "--",
        "sh",
        "-c",
        script,
    ];
    if let Err(why) = boxes.start(&words)? {
        return Ok(refused(why));
    }
    let over = boxes.is_over(&name, Duration::from_secs(6));
    let directory = boxes.root.join(&name);
    let (older, newer) = (directory.join("log.1"), directory.join("log"));
    let all: Vec<Option<Record>> = [&older, &newer]
        .into_iter()
        .flat_map(|path| records(path))
        .collect();
    let numbers: Vec<usize> = all.iter().flatten().filter_map(number).collect();
    let last = numbers.last() == Some(&299);
    let gap = numbers.windows(2).any(|pair| pair[0] + 1 != pair[1]);
    let length = |path: &Path| fs::metadata(path).map_or(0, |file| file.len() as usize);
    let limited = json!({
        "ended": either(over, "yes", "no"),
        "older": either(older.exists() && length(&older) <= SMALL, "within its limit", "none, or longer"),
        "newer": either(newer.exists() && length(&newer) <= SMALL, "within its limit", "none, or longer"),
        "records": either(all.iter().all(Option::is_some), "whole", "cut"),
        "last": either(last, "there", "not there"),
        "between": either(gap || numbers.len() < 100, "some missing", "none missing"),
    });
    Ok(json!({
        "command": { "started": "yes" },
        "limited": limited,
        "disk_full": full(lab)?,
    }))
}

fn number(record: &Record) -> Option<usize> {
    let text = std::str::from_utf8(&record.text).ok()?;
    text.split('-').nth(1)?.parse().ok()
}

/// A disk with little room, of which a file takes most for a while.
fn full(lab: &Lab) -> Result<Value> {
    let small = Boxes {
        root: lab.directory().join("small"),
        ..Boxes::new(lab)
    };
    fs::create_dir(&small.root).context("make the directory")?;
    mount(
        Some("check"),
        &small.root,
        Some("tmpfs"),
        MsFlags::empty(),
        Some("size=400k"),
    )
    .context("mount a small tmpfs")?;
    let filler = small.root.join("0-filler-");
    fs::write(&filler, vec![0u8; 200 * 1024]).context("fill it")?;
    let (name, last) = (lab.random_name()?, lab.random_name()?);
    let (written, go) = (lab.directory().join("written"), lab.directory().join("go"));
    let script = format!(
        "x=$(printf %0400d 0); i=0; while [ $i -lt 1000 ]; do echo line-$i-$x; \
         i=$((i+1)); done; : > {}; while [ ! -e {} ]; do sleep 0.05; done; echo {last}",
        written.display(),
        go.display()
    );
    let words = ["--name", &*name, "--", "sh", "-c", &script];
    if let Err(why) = small.start(&words)? {
        return Ok(refused(why));
    }
    let goes_on = appears(&written);
    let log = small.root.join(&name).join("log");
    let meanwhile = records(&log);
    fs::remove_file(&filler).context("make room")?;
    fs::write(&go, "").context("tell it to go on")?;
    let over = small.is_over(&name, Duration::from_secs(5));
    let after = records(&log);
    let texts: Vec<String> = after
        .iter()
        .flatten()
        .map(|record| String::from_utf8_lossy(&record.text).into_owned())
        .collect();
    // What was cut and what came next look like one record.
    let known = |text: &String| {
        let line = text
            .strip_prefix("line-")
            .and_then(|rest| rest.split_once('-'));
        line.is_some_and(|(_, zeros)| zeros.len() == 400)
            || *text == last
            || (text.starts_with('[') && text.ends_with("could not be written]"))
    };
    let whole = after.iter().all(Option::is_some) && texts.iter().all(known);
    Ok(json!({
        "full": either(meanwhile.len() < 1000, "yes", "no"),
        "command": either(goes_on, "goes on", "waits"),
        "ended": either(over, "yes", "no"),
        "records": either(whole, "whole", "cut"),
        "before": either(texts.iter().any(|text| text.starts_with("line-0-")), "still there", "gone"),
        "missing_told": either(texts.iter().any(|text| text.contains("could not be written")), "yes", "no"),
        "last": either(texts.last() == Some(&last), "there", "not there"),
    }))
}
