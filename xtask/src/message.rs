//! The runner's words, in the reader's language.
//!
//! They stand in `xtask/messages/LANGUAGE/SCREEN.ftl`, one file a screen, in
//! Fluent's syntax (projectfluent.org), which knows each language's plurals. A
//! language is a folder; what it doesn't say is said in English. The code
//! names a message and hands over what varies:
//!
//! ```ignore
//! say!("check-lab-green", lab = lab.lab)
//! ```

use std::env;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
pub use fluent_bundle::{FluentArgs, FluentValue};
use fluent_bundle::{FluentError, FluentResource};

/// The files of a language, by the names of the screens.
macro_rules! language {
    ($code:literal: $($screen:literal)*) => {
        ($code, &[$(include_str!(concat!("../messages/", $code, "/", $screen, ".ftl"))),*])
    };
}

/// Every language with its files. The first is the fallback.
const LANGUAGES: &[(&str, &[&str])] = &[language!("en": "failure" "list" "plan" "vm")];

type Bundle = FluentBundle<FluentResource>;

/// A message's text: `say!("id")`, or `say!("id", name = value, …)` where each
/// value is a string or a number.
macro_rules! say {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        #[allow(unused_mut)]
        let mut args = $crate::message::FluentArgs::new();
        $(args.set(stringify!($name), $crate::message::FluentValue::from($value));)*
        $crate::message::text($id, &args)
    }};
}
pub(crate) use say;

/// The text of a message in the reader's language, else in English. A message
/// that is nowhere is shown as its id: a test sees to it that there is none.
pub fn text(id: &str, args: &FluentArgs<'_>) -> String {
    static CHOSEN: OnceLock<Vec<Bundle>> = OnceLock::new();
    let bundles = CHOSEN.get_or_init(|| bundles(&language(|name| env::var(name).ok())));
    let found = bundles
        .iter()
        .find_map(|bundle| formatted(bundle, id, args));
    found.unwrap_or_else(|| id.to_owned())
}

fn formatted(bundle: &Bundle, id: &str, args: &FluentArgs<'_>) -> Option<String> {
    let pattern = bundle.get_message(id)?.value()?;
    let mut errors: Vec<FluentError> = Vec::new();
    let text = bundle.format_pattern(pattern, Some(args), &mut errors);
    // A translation that names a variable we don't give falls back as a whole.
    errors.is_empty().then(|| text.into_owned())
}

/// The language and the fallback, as they are asked.
fn bundles(language: &str) -> Vec<Bundle> {
    let (fallback, rest) = (&LANGUAGES[..1], &LANGUAGES[1..]);
    let chosen = rest.iter().filter(|(code, _)| *code == language);
    chosen.chain(fallback).map(bundle).collect()
}

fn bundle((code, files): &(&str, &[&str])) -> Bundle {
    let mut bundle = Bundle::new_concurrent(code.parse().into_iter().collect());
    // Invisible marks around what is put in would stand in copied commands.
    bundle.set_use_isolating(false);
    for file in *files {
        // Of a damaged file what can be read is used; a test reads them all.
        let resource = FluentResource::try_new((*file).to_owned());
        bundle.add_resource_overriding(resource.unwrap_or_else(|(partial, _)| partial));
    }
    bundle
}

/// The language asked for, as `de` of `de_CH.UTF-8`: the first of LC_ALL,
/// LC_MESSAGES and LANG that is set and not empty decides (locale(7)).
fn language(variable: impl Fn(&str) -> Option<String>) -> String {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].map(variable);
    let locale = set.into_iter().flatten().find(|value| !value.is_empty());
    let locale = locale.unwrap_or_default();
    let end = locale.find(['_', '.', '@']).unwrap_or(locale.len());
    locale[..end].to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
