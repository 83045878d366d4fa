//! Where a heading of a chapter can be read at this moment.

use std::fmt::Write;
use std::path::Path;
use std::time::SystemTime;

use super::build::built;
use super::served::Served;

/// A place in the book.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// For eyes: the URL when it is served, else a path relative to the root.
    pub shown: String,
    /// For a click; a source has none.
    pub url: Option<String>,
}

/// The best place for `heading` in a chapter: served, else built and not older
/// than its source, else the source.
pub fn place(root: &Path, chapter: &str, heading: &str) -> Place {
    let page = format!("{chapter}.html#{heading}");
    if let Some(served) = Served::here(root) {
        let url = served.url(&page);
        return Place {
            shown: url.clone(),
            url: Some(url),
        };
    }
    let source = root.join(format!("book/src/{chapter}.md"));
    let file = built(root).join(format!("{chapter}.html"));
    if changed(&file).is_some_and(|time| changed(&source).is_none_or(|source| source <= time)) {
        return Place {
            shown: format!("book/build/{page}"),
            url: Some(format!("{}#{heading}", file_url(&file))),
        };
    }
    Place {
        shown: format!("book/src/{chapter}.md#{heading}"),
        url: None,
    }
}

fn changed(file: &Path) -> Option<SystemTime> {
    file.metadata().ok()?.modified().ok()
}

/// `file:///…`, with everything escaped that isn't plain (RFC 3986, 2.3).
fn file_url(file: &Path) -> String {
    let mut url = "file://".to_owned();
    for byte in file.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => url.push(char::from(*byte)),
            _ if byte.is_ascii_alphanumeric() => url.push(char::from(*byte)),
            // Writing to a string doesn't fail.
            _ => drop(write!(url, "%{byte:02X}")),
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_of_a_file_has_nothing_a_terminal_ends_it_at() {
        let url = file_url(Path::new("/home/a b/é#1.html"));
        assert_eq!(url, "file:///home/a%20b/%C3%A9%231.html");
    }
}
