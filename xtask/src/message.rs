//! The runner's words, in the reader's language.
//!
//! They stand in `xtask/messages/LANGUAGE/SCREEN.ftl`, one file a screen, in
//! Fluent's syntax (projectfluent.org), which knows each language's plurals. A
//! language is a folder; what it doesn't say is said in English. The code
//! names a message and hands over what varies:
//!
//! ```ignore
//! say!("check-lab-green", lab = &lab.lab)
//! ```
//!
//! A translator tries a folder without building anything: `XTASK_MESSAGES`
//! names it.

mod given;
mod languages;

use std::cell::RefCell;
use std::env;
use std::path::Path;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentError, FluentResource};

pub use fluent_bundle::FluentArgs;
pub use given::{Given, listed};
#[cfg(test)]
pub use languages::{COMPLETE, LANGUAGES};

use crate::failure::Failure;

type Bundle = FluentBundle<FluentResource>;

/// The bundles in the order they are asked. English alone until [`begin`] has
/// chosen, so that a unit test reads English in every environment.
static CHOSEN: OnceLock<Vec<Bundle>> = OnceLock::new();

/// The languages a lab's own texts are looked for in; as above.
static ASKED: OnceLock<Vec<String>> = OnceLock::new();

thread_local! {
    /// What is asked instead, within [`in_language`].
    static INSTEAD: RefCell<Option<Vec<Bundle>>> = const { RefCell::new(None) };
}

/// A message's text: `say!("id")`, or `say!("id", name = value, …)` where each
/// value is text, a number or a path.
macro_rules! say {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        #[allow(unused_mut)]
        let mut args = $crate::message::FluentArgs::new();
        $(args.set(stringify!($name), $crate::message::Given::given($value));)*
        $crate::message::text($id, &args)
    }};
}
pub(crate) use say;

/// Chooses the language: the folder `XTASK_MESSAGES` names, else the one LANG
/// asks for, and English for what either doesn't say.
///
/// # Errors
/// The folder can't be read, or a file in it is no Fluent.
pub fn begin() -> Result<(), Failure> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let locale = languages::locale(variable);
    let mut bundles = Vec::new();
    let mut asked = languages::asked(&locale);
    if let Some(folder) = variable("XTASK_MESSAGES") {
        let folder = Path::new(&folder);
        bundles.push(languages::from_folder(folder)?);
        asked.splice(..0, languages::code(folder));
    }
    bundles.extend(languages::bundles(&locale));
    // Only `main` begins, and it does so once.
    let _ = CHOSEN.set(bundles);
    let _ = ASKED.set(asked);
    Ok(())
}

/// Says what `say` says in a language that isn't the reader's: into a book that
/// has a language of its own, or to a program, which reads English.
pub fn in_language<T>(code: &str, say: impl FnOnce() -> T) -> T {
    let before = INSTEAD.replace(Some(languages::bundles(&code.to_ascii_lowercase())));
    let said = say();
    INSTEAD.set(before);
    said
}

/// The languages the reader asks for, the first the most: `de-ch`, `de`.
pub fn languages() -> &'static [String] {
    ASKED.get().map_or(&[], Vec::as_slice)
}

/// The text of a message in the reader's language, else in English. A message
/// that is nowhere is shown as its id: a test sees to it that there is none.
pub fn text(id: &str, args: &FluentArgs<'_>) -> String {
    translated(id, args).unwrap_or_else(|| id.to_owned())
}

/// The text of a message that may be nowhere.
pub fn translated(id: &str, args: &FluentArgs<'_>) -> Option<String> {
    INSTEAD.with_borrow(|instead| {
        let chosen = || CHOSEN.get_or_init(|| languages::bundles(""));
        let mut bundles = instead.as_ref().unwrap_or_else(chosen).iter();
        bundles.find_map(|bundle| formatted(bundle, id, args))
    })
}

fn formatted(bundle: &Bundle, id: &str, args: &FluentArgs<'_>) -> Option<String> {
    let pattern = bundle.get_message(id)?.value()?;
    let mut errors: Vec<FluentError> = Vec::new();
    let text = bundle.format_pattern(pattern, Some(args), &mut errors);
    // A translation that names a variable we don't give falls back as a whole.
    errors.is_empty().then(|| text.into_owned())
}

#[cfg(test)]
mod tests;
