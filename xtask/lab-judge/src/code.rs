//! Which bytes of a Rust source are code, which are comment, which are text.
//!
//! Enough of the lexer to find `todo!` where it is a macro and not a word in a
//! comment or a string. See "Tokens" and "Comments" in the Rust Reference.

/// What a byte of the source belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Code,
    /// `//…` without the line's end, `/*…*/` nested.
    Comment,
    /// String, byte string, C string and character literals, quotes included.
    Text,
}

/// One kind for each byte of `source`.
pub(crate) fn kinds(source: &str) -> Vec<Kind> {
    let bytes = source.as_bytes();
    let mut kinds = Vec::with_capacity(bytes.len());
    while kinds.len() < bytes.len() {
        let at = kinds.len();
        let (kind, end) = token(bytes, at);
        kinds.resize(end.clamp(at + 1, bytes.len()), kind);
    }
    kinds
}

/// The token that starts at `at` and the index after it. Code is taken a word
/// or a byte at a time, so that `r` in `for` never starts a raw string.
fn token(bytes: &[u8], at: usize) -> (Kind, usize) {
    let rest = &bytes[at..];
    match rest[0] {
        b'/' if rest.starts_with(b"//") => (Kind::Comment, at + until(rest, b'\n')),
        b'/' if rest.starts_with(b"/*") => (Kind::Comment, at + block_comment(rest)),
        b'"' => (Kind::Text, at + quoted(rest)),
        b'\'' => match character(rest) {
            Some(length) => (Kind::Text, at + length),
            None => (Kind::Code, at + 1),
        },
        byte if is_word(byte) => {
            let word = rest.iter().take_while(|&&byte| is_word(byte)).count();
            match literal_after_prefix(&rest[..word], &rest[word..]) {
                Some(length) => (Kind::Text, at + word + length),
                None => (Kind::Code, at + word),
            }
        }
        _ => (Kind::Code, at + 1),
    }
}

/// `r`, `b`, `br`, `c`, `cr` directly before a literal belong to it. Returns
/// the length of what follows the prefix.
fn literal_after_prefix(word: &[u8], rest: &[u8]) -> Option<usize> {
    match word {
        b"b" | b"c" if rest.first() == Some(&b'"') => Some(quoted(rest)),
        b"b" if rest.first() == Some(&b'\'') => character(rest),
        b"r" | b"br" | b"cr" => raw(rest),
        _ => None,
    }
}

/// `"…"` with escapes. An unclosed one reaches to the end.
fn quoted(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `#*"…"#*` after a raw prefix; `r#name` is an identifier.
fn raw(rest: &[u8]) -> Option<usize> {
    let hashes = rest.iter().take_while(|&&byte| byte == b'#').count();
    if rest.get(hashes) != Some(&b'"') {
        return None;
    }
    let mut at = hashes + 1;
    while at < rest.len() {
        if rest[at] == b'"' {
            let closing = rest[at + 1..].iter().take_while(|&&byte| byte == b'#');
            if closing.take(hashes).count() == hashes {
                return Some(at + 1 + hashes);
            }
        }
        at += 1;
    }
    Some(rest.len())
}

/// The length of a character literal, or `None` for a lifetime or a label.
fn character(rest: &[u8]) -> Option<usize> {
    match rest.get(1)? {
        b'\\' => {
            let mut at = 3;
            while *rest.get(at)? != b'\'' {
                at += 1;
            }
            Some(at + 1)
        }
        b'\'' | b'\n' => None,
        &first => {
            let length = match first {
                0..0x80 => 1,
                0x80..0xe0 => 2,
                0xe0..0xf0 => 3,
                _ => 4,
            };
            (rest.get(1 + length) == Some(&b'\'')).then_some(length + 2)
        }
    }
}

fn block_comment(rest: &[u8]) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

fn until(rest: &[u8], end: u8) -> usize {
    rest.iter()
        .position(|&byte| byte == end)
        .unwrap_or(rest.len())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Whether `source` calls `todo!` in code.
pub(crate) fn calls_todo(source: &str) -> bool {
    let kinds = kinds(source);
    source.match_indices("todo").any(|(at, word)| {
        let bytes = source.as_bytes();
        let end = at + word.len();
        let starts = at == 0 || !is_word(bytes[at - 1]);
        kinds[at] == Kind::Code && starts && bang_and_bracket(source, &kinds, end)
    })
}

/// Whether `!` and an opening bracket follow, with only spaces and comments
/// between them.
fn bang_and_bracket(source: &str, kinds: &[Kind], from: usize) -> bool {
    let mut code = source
        .bytes()
        .zip(kinds)
        .skip(from)
        .filter(|(byte, kind)| **kind != Kind::Comment && !byte.is_ascii_whitespace());
    let bang = matches!(code.next(), Some((b'!', Kind::Code)));
    bang && matches!(code.next(), Some((b'(' | b'[' | b'{', Kind::Code)))
}

/// The source without comments and white space outside of texts.
pub(crate) fn bare(source: &str) -> String {
    let mut bare = String::with_capacity(source.len());
    let kinds = kinds(source);
    for (at, character) in source.char_indices() {
        let blank = kinds[at] == Kind::Code && character.is_whitespace();
        if kinds[at] != Kind::Comment && !blank {
            bare.push(character);
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn todo_counts_only_as_a_macro_in_code() {
        for written in [
            "",
            "// todo!(\"later\")",
            "/* todo!() */",
            "/* a /* b */ todo!() */",
            "let s = \"todo!()\";",
            "let s = \"\\\"todo!()\";",
            "let s = r#\"say \"todo!()\" now\"#;",
            "let s = br\"todo!()\";",
            "let todo = 1; todo != (2)",
            "not_todo!()",
            "todo_list!()",
            "todo(1)",
            "let x: &'todo str = y;",
            "let c = '\"'; // todo!()",
        ] {
            assert!(!calls_todo(written), "{written}");
        }
        for unwritten in [
            "todo!()",
            "std::todo!(\"x\")",
            "todo ! (\"x\")",
            "todo![]",
            "todo!{}",
            "todo/* why */!()",
            "let c = '\"'; todo!()",
            "let c = '\\''; todo!()",
            "let c = b'\"'; todo!()",
            "fn f<'a>(x: &'a str) { todo!() }",
            "let s = \"a\\\\\"; todo!()",
            "let s = r\"\\\"; todo!()",
            "let s = r##\"\"# \"##; todo!()",
            "for r in x { todo!() }",
            "let r#type = 1; todo!()",
            "let é = 'é'; todo!()",
            "'outer: loop { todo!() }",
        ] {
            assert!(calls_todo(unwritten), "{unwritten}");
        }
    }

    #[test]
    fn every_byte_has_a_kind_whatever_the_source() {
        for source in [
            "'", "\"", "r#", "r#\"", "/*", "/* /*", "'\\", "b'", "é'", "'é",
        ] {
            assert_eq!(kinds(source).len(), source.len(), "{source}");
        }
    }

    #[test]
    fn bare_keeps_texts() {
        assert_eq!(bare("todo!( // x\n  \"a b\"\n)"), "todo!(\"a b\")");
    }
}
