//! What a word being typed can become. Verbs and options are clap's; labs,
//! parts, tasks and checks are read from the labs.

use clap::{Arg, ArgAction, Command};
use lab_judge::{Lab, LabOnDisk};

use crate::cli::Cli;
use crate::select;
use crate::workspace::Workspace;

/// A word and what it means.
type Candidate = (String, String);

/// One line a candidate: the word, a tab, what it means. The last of `typed` is
/// the word being typed; where nothing is known nothing is said.
pub fn complete(workspace: &Workspace, typed: &[String]) -> String {
    let (now, before) = match typed.split_last() {
        Some((now, before)) => (now.as_str(), before),
        None => ("", typed),
    };
    // bash takes `--format=json` apart.
    let now = if now == "=" { "" } else { now };
    let before: Vec<&str> = before
        .iter()
        .map(String::as_str)
        .filter(|word| *word != "=")
        .collect();
    let labs = loaded(workspace);
    let line = |(word, means): &Candidate| format!("{word}\t{means}\n");
    candidates(workspace, &labs, &before, now)
        .iter()
        .filter(|(word, _)| word.starts_with(now))
        .map(line)
        .collect()
}

/// The labs that can be read: a damaged one completes nothing.
fn loaded(workspace: &Workspace) -> Vec<LabOnDisk> {
    let dirs = workspace.lab_dirs().unwrap_or_default();
    dirs.iter()
        .filter_map(|dir| workspace.load(dir).ok())
        .collect()
}

fn candidates(
    workspace: &Workspace,
    labs: &[LabOnDisk],
    before: &[&str],
    now: &str,
) -> Vec<Candidate> {
    let mut cli = Cli::told();
    cli.build();
    let Some((verb, rest)) = before.split_first() else {
        let verbs = cli.get_subcommands().filter(|verb| !verb.is_hide_set());
        return verbs
            .map(|verb| (verb.get_name().into(), about(verb.get_about())))
            .collect();
    };
    let Some(verb) = cli.find_subcommand(verb) else {
        return Vec::new();
    };
    let named = |word: &str| {
        verb.get_arguments()
            .find(|arg| long(arg).is_some_and(|l| l == word))
    };
    let takes_value = |word: &str| named(word).filter(|arg| arg.get_action().takes_values());
    let mut positions = Vec::new();
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match takes_value(word) {
            Some(_) => drop(words.next()),
            None if word.starts_with('-') => {}
            None => positions.push(*word),
        }
    }
    let lab = positions.iter().rev().find_map(|word| {
        let selected = select::lab(workspace, word).ok()?;
        labs.iter().find(|lab| lab.dir == selected.lab.dir)
    });
    if let Some(option) = rest.last().and_then(|word| takes_value(word)) {
        return values(option, labs, lab, now);
    }
    if now.starts_with('-') {
        let unused = |arg: &&Arg| {
            let again = matches!(arg.get_action(), ArgAction::Append);
            again
                || !rest
                    .iter()
                    .any(|word| long(arg).is_some_and(|long| long == *word))
        };
        let shown = verb
            .get_arguments()
            .filter(|arg| !arg.is_hide_set())
            .filter(unused);
        return shown
            .filter_map(|arg| Some((long(arg)?, about(arg.get_help()))))
            .collect();
    }
    match position(verb, positions.len()) {
        Some(arg) => values(arg, labs, lab, now),
        None => Vec::new(),
    }
}

/// The argument a word at this place is for.
fn position(verb: &Command, place: usize) -> Option<&Arg> {
    let last = verb
        .get_positionals()
        .filter(|arg| !arg.is_hide_set())
        .last()?;
    let many = matches!(last.get_action(), ArgAction::Append);
    verb.get_positionals()
        .filter(|arg| !arg.is_hide_set())
        .nth(place)
        .or(many.then_some(last))
}

/// What an argument can be, by its name on the command line.
fn values(arg: &Arg, labs: &[LabOnDisk], lab: Option<&LabOnDisk>, now: &str) -> Vec<Candidate> {
    let possible = arg.get_possible_values();
    if !possible.is_empty() {
        let shown = possible.iter().filter(|value| !value.is_hide_set());
        return shown
            .map(|value| (value.get_name().into(), about(value.get_help())))
            .collect();
    }
    let of_labs = |words: fn(&Lab) -> Vec<Candidate>| -> Vec<Candidate> {
        let of = labs
            .iter()
            .filter(|one| lab.is_none_or(|lab| lab.dir == one.dir));
        of.flat_map(|one| words(one.said())).collect()
    };
    match arg.get_id().as_str() {
        // A check or a task of the lab named before, or another lab.
        "labs" => {
            let mut all = lab
                .map(|lab| checks_and_tasks(lab.said()))
                .unwrap_or_default();
            all.extend(labs.iter().flat_map(|one| names(one.said(), now)));
            all
        }
        "lab" => labs.iter().flat_map(|one| names(one.said(), now)).collect(),
        "task" | "first" => of_labs(tasks),
        "check" => of_labs(checks),
        _ => Vec::new(),
    }
}

/// A lab's number and its parts, or its name where letters are typed.
fn names(lab: &Lab, now: &str) -> Vec<Candidate> {
    if now.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return vec![
            (lab.lab.clone(), lab.title.clone()),
            (lab.short_name().into(), lab.title.clone()),
        ];
    }
    let parts = lab
        .parts
        .iter()
        .map(|part| (part.id.clone(), part.title.clone()));
    std::iter::once((lab.number().into(), lab.title.clone()))
        .chain(parts)
        .collect()
}

fn tasks(lab: &Lab) -> Vec<Candidate> {
    lab.tasks
        .iter()
        .map(|task| (task.id.clone(), task.says.clone()))
        .collect()
}

fn checks(lab: &Lab) -> Vec<Candidate> {
    lab.checks
        .iter()
        .map(|check| (check.id.clone(), check.says.clone()))
        .collect()
}

fn checks_and_tasks(lab: &Lab) -> Vec<Candidate> {
    let mut all = checks(lab);
    all.extend(
        tasks(lab)
            .into_iter()
            .filter(|(id, _)| lab.check(id).is_none()),
    );
    all
}

fn long(arg: &Arg) -> Option<String> {
    Some(format!("--{}", arg.get_long()?))
}

fn about(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn completed(line: &str) -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workshop");
        let typed: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let text = complete(&Workspace { root }, &typed);
        let word = |line: &str| line.split('\t').next().unwrap_or_default().to_owned();
        text.lines().map(word).collect()
    }

    #[test]
    fn verbs_and_options_are_completed() {
        assert_eq!(completed("che"), ["check"]);
        assert!(completed("").contains(&"watch".to_owned()));
        assert_eq!(completed("check --so"), ["--solution"]);
        assert_eq!(completed("check --format j"), ["json"]);
        assert_eq!(completed("check --format = j"), ["json"]);
        assert_eq!(completed("check 01 --all --al"), [""; 0]);
        assert_eq!(completed("completions z"), ["zsh"]);
        assert_eq!(completed("nothing x"), [""; 0]);
    }

    #[test]
    fn labs_parts_tasks_and_checks_are_completed() {
        assert_eq!(completed("check 01"), ["01", "01a", "01b"]);
        assert_eq!(completed("watch lab-02"), ["lab-02-later"]);
        assert_eq!(completed("hint ow"), ["own"]);
        assert_eq!(completed("solve 1 p"), ["pid"]);
        assert_eq!(completed("check 01 na"), ["name"]);
        assert_eq!(completed("check --check pi"), ["pid"]);
        assert_eq!(completed("hint 01 name x"), [""; 0]);
        assert_eq!(completed("list 0"), [""; 0]);
    }
}
