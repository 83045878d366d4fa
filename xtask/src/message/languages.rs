//! The languages there are, and which one is meant.

use std::fs;
use std::path::Path;

use anyhow::Context;
use fluent_bundle::FluentResource;

use super::Bundle;
use crate::failure::Failure;
use crate::files;

/// The files of a language, by the names of the screens.
macro_rules! language {
    ($code:literal: $($screen:literal)*) => {
        ($code, &[$(include_str!(concat!("../../messages/", $code, "/", $screen, ".ftl"))),*])
    };
}

/// Every language with its files. The first is the fallback.
pub const LANGUAGES: &[(&str, &[&str])] = &[
    language!(
        "en":
        "book"
        "build"
        "catch-up"
        "check"
        "clean"
        "diff"
        "doctor"
        "escalate"
        "failure"
        "hint"
        "list"
        "machine"
        "marks"
        "measure"
        "mistakes"
        "over"
        "plan"
        "red"
        "regions"
        "rootfs"
        "select"
        "shell"
        "sync"
        "update"
        "vm"
        "waiting"
        "watch"
        "words"
    ),
    language!(
        "de":
        "book"
        "build"
        "catch-up"
        "check"
        "clean"
        "diff"
        "doctor"
        "escalate"
        "failure"
        "help"
        "hint"
        "list"
        "machine"
        "marks"
        "measure"
        "mistakes"
        "over"
        "plan"
        "red"
        "regions"
        "rootfs"
        "select"
        "shell"
        "sync"
        "update"
        "vm"
        "waiting"
        "watch"
        "words"
    ),
];

/// Languages that say everything English says, the help included. A test fails
/// when one of them lacks a message, so that it falls back nowhere.
///
/// Only these, because a language must be able to ship while it is written. And
/// these strictly, because a sentence in English amid another language is seen
/// by its readers alone, never by who wrote the sentence. Who can't translate a
/// new message takes the language off this list, and says so.
#[cfg(test)]
pub const COMPLETE: &[&str] = &["de"];

/// The language and the fallback, as they are asked: `pt-br` takes the folder
/// `pt-BR`, then `pt`, then English.
pub fn bundles(locale: &str) -> Vec<Bundle> {
    let (fallback, rest) = (&LANGUAGES[..1], &LANGUAGES[1..]);
    let wanted = asked(locale);
    let chosen = wanted.iter().flat_map(|wanted| {
        rest.iter()
            .filter(move |(code, _)| code.eq_ignore_ascii_case(wanted))
    });
    chosen
        .chain(fallback)
        .map(|(code, files)| {
            // Of a damaged file what can be read is used; a test reads them all.
            let read = |text: &&str| {
                let resource = FluentResource::try_new((*text).to_owned());
                resource.unwrap_or_else(|(partial, _)| partial)
            };
            bundle(code, files.iter().map(read))
        })
        .collect()
}

/// The codes a locale asks for: `pt-br`, then `pt`.
pub fn asked(locale: &str) -> Vec<String> {
    let base = locale.split('-').next().unwrap_or_default();
    let mut asked = vec![locale.to_owned(), base.to_owned()];
    asked.dedup();
    asked
}

/// The language a folder is named by.
pub fn code(folder: &Path) -> Option<String> {
    Some(folder.file_name()?.to_string_lossy().into_owned())
}

/// A language that is being written: every `.ftl` file of a folder, which is
/// named by the language's code.
///
/// # Errors
/// The folder or a file can't be read, or a file is no Fluent: the first line
/// that isn't is named.
pub fn from_folder(folder: &Path) -> Result<Bundle, Failure> {
    let code = code(folder).unwrap_or_default();
    fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))?;
    let mut resources = Vec::new();
    for file in files::below(folder)? {
        let path = folder.join(file);
        if path.extension().is_none_or(|ending| ending != "ftl") {
            continue;
        }
        let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        let refused = |line: usize, reason: &dyn std::fmt::Display| {
            Failure::Usage(format!("{}:{line}: {reason}", path.display()))
        };
        let resource = FluentResource::try_new(text).map_err(|(partial, errors)| {
            let read = partial.source();
            let error = errors.first();
            let at = error.map_or(0, |error| error.pos.start).min(read.len());
            let line = 1 + read.as_bytes()[..at]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            match error {
                Some(error) => refused(line, error),
                None => refused(line, &"no Fluent"),
            }
        })?;
        resources.push(resource);
    }
    Ok(bundle(&code, resources.into_iter()))
}

fn bundle(code: &str, files: impl Iterator<Item = FluentResource>) -> Bundle {
    // The code says which plurals there are; a name that is none has English's.
    let mut bundle = Bundle::new_concurrent(code.parse().into_iter().collect());
    // Invisible marks around what is put in would stand in copied commands.
    bundle.set_use_isolating(false);
    for file in files {
        bundle.add_resource_overriding(file);
    }
    bundle
}

/// The locale asked for, as `de-ch` of `de_CH.UTF-8`: the first of LC_ALL,
/// LC_MESSAGES and LANG that is set and not empty decides (locale(7)).
pub fn locale(variable: impl Fn(&str) -> Option<String>) -> String {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].map(variable);
    let locale = set.into_iter().flatten().find(|value| !value.is_empty());
    let locale = locale.unwrap_or_default();
    let end = locale.find(['.', '@']).unwrap_or(locale.len());
    locale[..end].replace('_', "-").to_ascii_lowercase()
}
