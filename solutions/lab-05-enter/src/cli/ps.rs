//! The list of containers.

use std::fs;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use clap::Args;
use namespaces::state::Taken;
use namespaces::{Runtime, State};
use serde::Serialize;

use crate::container::Container;
use crate::status::Status;
use namespaces::print::print;

#[derive(Debug, Args)]
pub struct PsArgs {
    /// Those that have ended as well
    #[arg(short, long)]
    all: bool,
    /// Names only
    #[arg(short, long)]
    quiet: bool,
    /// As one line of JSON each
    #[arg(long, conflicts_with = "quiet")]
    json: bool,
}

/// What is said of a container.
#[derive(Debug, Serialize)]
struct Line {
    name: String,
    image: String,
    command: String,
    status: Status,
    pid: Option<i32>,
    exit_code: Option<u8>,
    /// A runtime looks after it, as far as that is needed.
    attended: bool,
    notes: Vec<String>,
}

pub fn list(runtime: &Runtime, arguments: &PsArgs) -> Result<()> {
    let mut all = Container::all(runtime)?;
    all.retain(|container| arguments.all || container.status != Status::Exited);
    let lines = all
        .iter()
        .map(|container| line(runtime, container))
        .collect::<Result<Vec<Line>>>()?;
    if !arguments.quiet && !arguments.json {
        return print(&table(&all, &lines)?);
    }
    let mut text = String::new();
    for line in &lines {
        match arguments.quiet {
            true => text.push_str(&line.name),
            false => text.push_str(&serde_json::to_string(line)?),
        }
        text.push('\n');
    }
    print(&text)
}

/// Columns for people. A long name makes its column wider; a command is cut.
fn table(all: &[Container], lines: &[Line]) -> Result<String> {
    let wide = |field: fn(&Line) -> &str| {
        let lengths = lines.iter().map(|line| field(line).chars().count());
        lengths.max().unwrap_or(0).max(20)
    };
    let (names, images) = (wide(|line| &line.name), wide(|line| &line.image));
    let head = ("NAME", "IMAGE", "COMMAND");
    let mut text = format!(
        "{:names$} {:images$} {:24} STATUS\n",
        head.0, head.1, head.2
    );
    for (container, line) in all.iter().zip(lines) {
        let (name, image, command) = (&line.name, &line.image, shown(&line.command));
        let status = words(container, line)?;
        text.push_str(&format!(
            "{name:names$} {image:images$} {command:24} {status}\n"
        ));
    }
    Ok(text)
}

/// A command in 24 characters: `…` for what was cut, and for each character that
/// would end the line or tell the terminal something.
fn shown(command: &str) -> String {
    let plain = |letter: char| if letter.is_control() { '…' } else { letter };
    let mut text: String = command.chars().map(plain).take(24).collect();
    if command.chars().nth(24).is_some() {
        text.pop();
        text.push('…');
    }
    text
}

fn line(runtime: &Runtime, container: &Container) -> Result<Line> {
    let part: Option<layers::Part> = container.spec.extension(layers::hook::PART)?;
    let lives = [Status::Running, Status::Paused].contains(&container.status);
    let state = container.state.as_ref();
    Ok(Line {
        name: container.id.clone(),
        image: part.map_or("-".into(), |part| part.image.name.to_string()),
        command: container.spec.args.join(" "),
        status: container.status,
        pid: state.filter(|_| lives).map(|state| state.pid),
        exit_code: state.and_then(|state| state.exit_code),
        attended: !lives || matches!(runtime.store.take(&container.id)?, Err(Taken::Busy)),
        notes: state.map(|state| state.notes.clone()).unwrap_or_default(),
    })
}

/// How it is, and since when.
fn words(container: &Container, line: &Line) -> Result<String> {
    let state = container.state.as_ref();
    let mut words = match (line.status, state) {
        (Status::Running, Some(state)) => format!("up {}", for_seconds(uptime(state)?)),
        (Status::Exited, Some(_)) => {
            let written = fs::metadata(container.spec.directory.join("state.json"));
            let since = written.and_then(|file| file.modified());
            let since = since
                .ok()
                .and_then(|time| SystemTime::now().duration_since(time).ok());
            let code = line.exit_code.map_or("?".into(), |code| code.to_string());
            format!(
                "exited ({code}) {} ago",
                for_seconds(since.unwrap_or_default())
            )
        }
        (status, _) => status.to_string(),
    };
    if !line.attended {
        words.push_str(", its runtime was killed");
    }
    for note in &line.notes {
        words.push_str(", ");
        words.push_str(note);
    }
    Ok(words)
}

fn for_seconds(time: Duration) -> humantime::FormattedDuration {
    humantime::format_duration(Duration::from_secs(time.as_secs()))
}

/// How long a process has been there.
fn uptime(state: &State) -> Result<Duration> {
    let text = fs::read_to_string("/proc/uptime").context("read /proc/uptime")?;
    let since_boot: f64 = text
        .split(' ')
        .next()
        .and_then(|word| word.parse().ok())
        .context("read /proc/uptime")?;
    let ticks = nix::unistd::sysconf(nix::unistd::SysconfVar::CLK_TCK)?.unwrap_or(100);
    let started = state.started as f64 / ticks as f64;
    Ok(Duration::from_secs_f64((since_boot - started).max(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_one_line_of_24_characters_and_says_where_it_was_cut() {
        let whole = "x".repeat(24);
        assert_eq!(shown(&whole), whole);
        assert_eq!(shown(&"ä".repeat(25)), "ä".repeat(23) + "…");
        assert_eq!(shown("sh -c a\nb\x1b[2J"), "sh -c a…b…[2J");
    }
}
