//! That every message is there, in every language, with what it is given.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::{LANGUAGES, language};

/// Messages of one language with the variables they name.
type Named = BTreeMap<String, BTreeSet<String>>;

/// Ids and variables by the syntax alone: a message begins at the left edge, a
/// variable is `$name`.
fn named(files: &[&str]) -> Named {
    let mut named = Named::new();
    let mut current = None;
    for line in files.iter().flat_map(|file| file.lines()) {
        let begins = line.starts_with(|first: char| first.is_ascii_lowercase());
        if let (true, Some((id, _))) = (begins, line.split_once('=')) {
            let id = id.trim().to_owned();
            assert!(
                named.insert(id.clone(), BTreeSet::new()).is_none(),
                "{id} twice"
            );
            current = Some(id);
        }
        let Some(variables) = current.as_ref().and_then(|id| named.get_mut(id)) else {
            continue;
        };
        for after in line.split('$').skip(1) {
            variables.insert(leading_name(after).to_owned());
        }
    }
    named
}

fn leading_name(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
    &text[..end.unwrap_or(text.len())]
}

/// Each `say!("id", name = …)` of the sources with the names it gives.
fn said() -> Vec<(String, BTreeSet<String>)> {
    let mut said = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the sources are here") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("message.rs") && !path.ends_with("message/tests.rs") {
                let text = fs::read_to_string(&path).expect("UTF-8");
                said.extend(text.split("say!(").skip(1).filter_map(call));
            }
        }
    }
    said
}

/// The id and the names of one call, given what follows its parenthesis.
fn call(text: &str) -> Option<(String, BTreeSet<String>)> {
    let (id, rest) = text.trim_start().strip_prefix('"')?.split_once('"')?;
    let mut names = BTreeSet::new();
    let (mut depth, mut in_string, mut word) = (0, false, String::new());
    let mut previous = ' ';
    for c in rest.chars() {
        match c {
            '"' if previous != '\\' => in_string = !in_string,
            _ if in_string => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            // `name = value` at the call's own level, and no comparison.
            ',' if depth == 0 => word.clear(),
            '=' if depth == 0 && !word.trim().is_empty() => {
                let name = word.trim().to_owned();
                if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                    names.insert(name);
                }
                word = "=".into();
            }
            _ if depth == 0 => word.push(c),
            _ => {}
        }
        previous = c;
    }
    Some((id.to_owned(), names))
}

#[test]
fn every_message_that_is_said_exists_and_takes_what_it_is_given() {
    let english = named(LANGUAGES[0].1);
    let mut wrong = Vec::new();
    for (id, given) in said() {
        match english.get(&id) {
            None => wrong.push(format!("{id}: no such message")),
            Some(takes) if *takes != given => {
                wrong.push(format!("{id}: takes {takes:?}, is given {given:?}"));
            }
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_message_is_said_somewhere() {
    let said: BTreeSet<String> = said().into_iter().map(|(id, _)| id).collect();
    let english = named(LANGUAGES[0].1);
    let unsaid: Vec<&String> = english.keys().filter(|id| !said.contains(*id)).collect();
    assert!(unsaid.is_empty(), "{unsaid:?}");
}

#[test]
fn every_file_can_be_read_and_translations_name_the_same_variables() {
    let english = named(LANGUAGES[0].1);
    for (code, files) in LANGUAGES {
        for file in *files {
            let read = fluent_bundle::FluentResource::try_new((*file).to_owned());
            assert!(
                read.is_ok(),
                "{code}: {:?}",
                read.err().map(|(_, errors)| errors)
            );
        }
        for (id, variables) in named(files) {
            assert_eq!(english.get(&id), Some(&variables), "{code}: {id}");
        }
    }
}

#[test]
fn the_environment_names_the_language() {
    let of = |set: &[(&str, &str)]| {
        let set: BTreeMap<_, _> = set.iter().copied().collect();
        language(|name| set.get(name).map(|value| (*value).to_owned()))
    };
    assert_eq!(of(&[]), "");
    assert_eq!(of(&[("LANG", "de_CH.UTF-8")]), "de");
    assert_eq!(of(&[("LANG", "de"), ("LC_ALL", "C.UTF-8")]), "c");
    assert_eq!(
        of(&[("LANG", "de_DE"), ("LC_ALL", ""), ("LC_MESSAGES", "fr")]),
        "fr"
    );
}
