//! What a message can be given.

use std::path::Display;

use fluent_bundle::FluentValue;

use super::say;

/// Text, a number or a path. Fluent counts with numbers, so a count is handed
/// over as one.
pub trait Given<'a> {
    /// The value as Fluent has it.
    fn given(self) -> FluentValue<'a>;
}

impl<'a> Given<'a> for &'a str {
    fn given(self) -> FluentValue<'a> {
        self.into()
    }
}

impl<'a> Given<'a> for &'a String {
    fn given(self) -> FluentValue<'a> {
        self.as_str().into()
    }
}

impl<'a> Given<'a> for String {
    fn given(self) -> FluentValue<'a> {
        self.into()
    }
}

impl<'a> Given<'a> for Display<'_> {
    fn given(self) -> FluentValue<'a> {
        self.to_string().into()
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl<'a> Given<'a> for $number {
            fn given(self) -> FluentValue<'a> {
                self.into()
            }
        })*
    };
}
numbers!(i32 u16 u32 u64 usize);

/// Names one after the other, as the language separates them.
pub fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    names.join(&say!("words-separator"))
}
