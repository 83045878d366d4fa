//! That every message is there, in every language, with what it is given.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

use super::languages::{from_folder, locale};
use super::{COMPLETE, LANGUAGES};
use crate::failure::Failure;

/// Messages of one language with the variables they name.
type Named = BTreeMap<String, BTreeSet<String>>;

fn named(files: &[&str]) -> Named {
    let mut named = Named::new();
    for file in files {
        let resource = parser::parse(*file).expect("another test reads every file");
        for entry in &resource.body {
            let Entry::Message(message) = entry else {
                continue;
            };
            let mut variables = BTreeSet::new();
            if let Some(value) = &message.value {
                of_pattern(value, &mut variables);
            }
            let id = message.id.name.to_owned();
            assert!(!named.contains_key(&id), "{id} twice");
            named.insert(id, variables);
        }
    }
    named
}

fn of_pattern(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            of_expression(expression, variables);
        }
    }
}

fn of_expression(expression: &Expression<&str>, variables: &mut BTreeSet<String>) {
    let inline = match expression {
        Expression::Inline(inline) => inline,
        Expression::Select { selector, variants } => {
            for variant in variants {
                of_pattern(&variant.value, variables);
            }
            selector
        }
    };
    match inline {
        InlineExpression::VariableReference { id } => {
            variables.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => of_expression(expression, variables),
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                of_expression(&Expression::Inline(argument.clone()), variables);
            }
        }
        _ => {}
    }
}

/// Texts of the command line's help have their English in the doc comments.
fn is_help(id: &str) -> bool {
    id == "help" || id.starts_with("help-")
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
    for (code, files) in LANGUAGES {
        for file in *files {
            let read = fluent_bundle::FluentResource::try_new((*file).to_owned());
            assert!(
                read.is_ok(),
                "{code}: {:?}",
                read.err().map(|(_, errors)| errors)
            );
        }
    }
    let english = named(LANGUAGES[0].1);
    for (code, files) in LANGUAGES {
        for (id, variables) in named(files) {
            if !is_help(&id) {
                assert_eq!(english.get(&id), Some(&variables), "{code}: {id}");
            }
        }
    }
}

#[test]
fn a_complete_language_says_all_that_english_says() {
    let english = named(LANGUAGES[0].1);
    for code in COMPLETE {
        let language = LANGUAGES.iter().find(|(known, _)| known == code);
        let (_, files) = language.expect("a complete language is one of them");
        let says = named(files);
        let lacks: Vec<&String> = english
            .keys()
            .filter(|id| !says.contains_key(*id))
            .collect();
        assert!(
            lacks.is_empty(),
            "messages/{code} lacks {lacks:?}: translate them, or take it off COMPLETE"
        );
    }
}

#[test]
fn every_file_there_is_belongs_to_a_language() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("messages");
    let names = |folder: &Path| -> Vec<String> {
        let entries = fs::read_dir(folder).expect("the messages are here");
        let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        entries
            .map(|entry| name(entry).into_string().expect("UTF-8"))
            .collect()
    };
    for code in names(&folder) {
        let language = LANGUAGES.iter().find(|(known, _)| *known == code);
        let (_, files) = language.unwrap_or_else(|| panic!("{code} is in no list"));
        let there = names(&folder.join(&code));
        assert_eq!(there.len(), files.len(), "{code}: {there:?}");
        for name in there {
            let text = fs::read_to_string(folder.join(&code).join(&name)).expect("UTF-8");
            assert!(files.contains(&text.as_str()), "{code}: {name}");
        }
    }
}

#[test]
fn an_option_of_the_command_line_is_no_message() {
    // Their English is in the doc comments; two sources would differ.
    let english = named(LANGUAGES[0].1);
    assert!(!english.keys().any(|id| is_help(id)));
}

#[test]
fn a_damaged_file_is_refused_with_its_line() {
    let folder = std::env::temp_dir().join(format!("xtask-messages-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("create");
    let read = |text: &str| {
        fs::write(folder.join("check.ftl"), text).expect("write");
        from_folder(&folder).err()
    };
    let (damaged, well) = (read("a = b\n\nc = { $x\n"), read("a = { $x }\n"));
    fs::remove_dir_all(&folder).expect("remove");
    assert!(well.is_none(), "{well:?}");
    let Some(Failure::Usage(reason)) = damaged else {
        panic!("{damaged:?}");
    };
    assert!(reason.contains("check.ftl:4: "), "{reason}");
    assert!(matches!(from_folder(&folder), Err(Failure::Machine(_))));
}

#[test]
fn the_environment_names_the_language() {
    let of = |set: &[(&str, &str)]| {
        let set: BTreeMap<_, _> = set.iter().copied().collect();
        locale(|name| set.get(name).map(|value| (*value).to_owned()))
    };
    assert_eq!(of(&[]), "");
    assert_eq!(of(&[("LANG", "de_CH.UTF-8")]), "de-ch");
    assert_eq!(of(&[("LANG", "de"), ("LC_ALL", "C.UTF-8")]), "c");
    assert_eq!(
        of(&[("LANG", "de_DE"), ("LC_ALL", ""), ("LC_MESSAGES", "fr@x")]),
        "fr"
    );
}
