//! The least of HTTP/1.1 that a browser needs to read a folder (RFC 9112): GET
//! and HEAD, one request a connection, files below one root and nothing else.

use std::fs;
use std::io::{Read, Result, Write};
use std::net::TcpStream;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

/// Time for one read or write. Whoever is slower isn't a browser next door.
const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes of a request's head.
const HEAD: u64 = 16 * 1024;

/// Answers with the number of the current build.
const CHANGES: &str = "/.changes";

/// Loads a page again when the book was built again.
const RELOADS: &str = r#"<script>
(() => {
    let seen;
    setInterval(async () => {
        try {
            const now = await (await fetch("/.changes")).text();
            if (seen !== undefined && seen !== now) location.reload();
            seen = now;
        } catch { /* It is served no longer, or not yet again. */ }
    }, 1000);
})();
</script>
"#;

/// What is answered.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: &'static str,
    kind: &'static str,
    body: Vec<u8>,
}

/// Reads one request and answers it: `built` is the folder, `number` tells one
/// build from the next.
///
/// # Errors
/// The other side is gone or too slow.
pub fn answer(mut stream: TcpStream, built: &Path, number: &str) -> Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let head = head(&mut stream)?;
    let mut words = head.split_whitespace();
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let answer = match method {
        "GET" | "HEAD" => to(target, built, number),
        _ => plain("405 Method Not Allowed"),
    };
    let fields = format!(
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n",
        answer.status,
        answer.kind,
        answer.body.len()
    );
    stream.write_all(fields.as_bytes())?;
    if method != "HEAD" {
        stream.write_all(&answer.body)?;
    }
    Ok(())
}

/// A request up to the empty line behind its fields.
fn head(stream: &mut TcpStream) -> Result<String> {
    let (mut head, mut chunk) = (Vec::new(), [0; 1024]);
    while !head.windows(4).any(|four| four == b"\r\n\r\n") && head.len() < HEAD as usize {
        match stream.read(&mut chunk)? {
            0 => break,
            count => head.extend_from_slice(&chunk[..count]),
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn to(target: &str, built: &Path, number: &str) -> Answer {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    if path == CHANGES {
        return Answer {
            body: number.into(),
            ..plain("200 OK")
        };
    }
    let Some(relative) = below(path) else {
        return plain("404 Not Found");
    };
    let mut file = built.join(relative);
    if file.is_dir() {
        file.push("index.html");
    }
    match page(&file) {
        Some((kind, body)) => Answer {
            status: "200 OK",
            kind,
            body,
        },
        None => {
            let found = page(&built.join("404.html"));
            let (kind, body) = found.unwrap_or((TEXT, b"404 Not Found\n".to_vec()));
            Answer {
                status: "404 Not Found",
                kind,
                body,
            }
        }
    }
}

const TEXT: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

fn plain(status: &'static str) -> Answer {
    Answer {
        status,
        kind: TEXT,
        body: format!("{status}\n").into_bytes(),
    }
}

/// A file and its kind; pages are told to look for the next build.
fn page(file: &Path) -> Option<(&'static str, Vec<u8>)> {
    let body = fs::read(file).ok()?;
    let kind = kind(file);
    if kind != HTML {
        return Some((kind, body));
    }
    let text = String::from_utf8_lossy(&body);
    let end = text.rfind("</body>").unwrap_or(text.len());
    let page = format!("{}{RELOADS}{}", &text[..end], &text[end..]);
    Some((kind, page.into_bytes()))
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => HTML,
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("md" | "txt") => TEXT,
        _ => "application/octet-stream",
    }
}

/// A request's path as one below the root: escapes resolved, and none that
/// leads out.
fn below(path: &str) -> Option<PathBuf> {
    let decoded = decoded(path.strip_prefix('/')?)?;
    let path = PathBuf::from(decoded);
    let inside = |part: Component<'_>| matches!(part, Component::Normal(_));
    path.components().all(inside).then_some(path)
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        rest = more;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(more.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &more[2..];
    }
    String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out() {
        assert_eq!(below("/"), Some(PathBuf::new()));
        assert_eq!(below("/a/b%20c.html"), Some("a/b c.html".into()));
        for out in [
            "/../x",
            "/a/../../x",
            "/%2e%2e/x",
            "//etc/passwd",
            "/a%00",
            "/%zz",
            "/%",
            "x",
            "",
        ] {
            assert_eq!(below(out), None, "{out}");
        }
    }

    #[test]
    fn pages_reload_and_other_files_are_as_they_are() {
        let folder = std::env::temp_dir().join(format!("http-{}", std::process::id()));
        fs::create_dir_all(folder.join("a")).expect("create");
        fs::write(folder.join("a/index.html"), "<body>é</body>").expect("write");
        fs::write(folder.join("x.svg"), "<svg/>").expect("write");
        let html = to("/a/?q", &folder, "7");
        let svg = to("/x.svg#part", &folder, "7");
        let (changes, none) = (to("/.changes", &folder, "7"), to("/none", &folder, "7"));
        fs::remove_dir_all(&folder).expect("remove");
        let text = String::from_utf8(html.body).expect("UTF-8");
        assert!(text.starts_with("<body>é<script>") && text.ends_with("</script>\n</body>"));
        assert_eq!(
            (svg.kind, svg.body.as_slice()),
            ("image/svg+xml", b"<svg/>".as_slice())
        );
        assert_eq!(
            (changes.status, changes.body.as_slice()),
            ("200 OK", b"7".as_slice())
        );
        assert_eq!(none.status, "404 Not Found");
    }
}
