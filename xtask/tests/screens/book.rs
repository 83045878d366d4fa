//! The screens of `book`, with a program in mdBook's place, and where `check`
//! leads a reader while the book is served, when it is built, and else.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::workshop::Workshop;

const LAB: &str = "labs/lab-01-own/src/lib.rs";
const CHAPTER: &str = "book/src/lab-01-own.md";

/// The line of a red screen that leads to the source.
const SOURCE: &str = "  chapter  book/src/lab-01-own.md#task-1-the-name";
/// And to the finished page.
const BUILT: &str = "  chapter  book/build/lab-01-own.html#task-1-the-name";

/// Makes a page of each source; refuses one that says so.
const MDBOOK: &str = r#"#!/bin/sh
case $1 in
--version) echo "mdbook VERSION" ;;
build)
    grep -h REFUSED "$2"/src/*.md >&2 && exit 101
    mkdir -p "$2/build"
    for page in "$2"/src/*.md; do
        name=$(basename "$page" .md)
        { echo "<body>"; cat "$page"; echo "</body>"; } >"$2/build/$name.html"
    done
    ;;
esac
"#;

/// A red lab with a chapter and a program that calls itself mdBook.
pub fn workshop(name: &str, version: &str) -> Workshop {
    let mut workshop = Workshop::solved(name);
    workshop.edit(LAB, r#"("host", "kept")"#, r#"("host", "changed")"#);
    for folder in ["book/src", "bin"] {
        fs::create_dir_all(workshop.path(folder)).expect("create");
    }
    workshop.write("book/src/SUMMARY.md", "- [Own](lab-01-own.md)\n");
    workshop.write(CHAPTER, "# Own\n\n## Task 1: the name\n");
    workshop.write("bin/mdbook", &MDBOOK.replace("VERSION", version));
    let program = workshop.path("bin/mdbook");
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).expect("chmod");
    let path = std::env::var("PATH").expect("a PATH");
    workshop.set("PATH", format!("{}:{path}", workshop.path("bin").display()));
    workshop
}

/// The line of the red screen that says where to read.
fn chapter(workshop: &Workshop) -> String {
    let screen = workshop.screen(&["check", "01"]);
    let mut lines = screen
        .lines()
        .skip_while(|line| !line.starts_with("  chapter"));
    lines.next().expect("a chapter").to_owned()
}

/// Starts the server and waits for its port.
fn serve(workshop: &Workshop) -> (Server, u16) {
    let mut command = workshop.command(&["book"]);
    let mut server = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the runner starts");
    let stdout = server.stdout.as_mut().expect("a pipe");
    let mut line = String::new();
    // Read without a buffer that would be lost: the pipe stays for the server.
    BufReader::with_capacity(1, stdout)
        .read_line(&mut line)
        .expect("a line");
    let (_, rest) = line.split_once("http://127.0.0.1:").expect("a URL");
    let port = rest
        .trim_end()
        .trim_end_matches('/')
        .parse()
        .expect("a port");
    (Server(server), port)
}

/// Ends with its test, also when that fails.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn within<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match found() {
            Some(found) => return found,
            None if Instant::now() > deadline => panic!("not within a minute: {what}"),
            None => thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn get(port: u16, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// Sends a signal and returns the one that ended it.
fn signal(Server(server): &mut Server, name: &str) -> Option<i32> {
    let kill = Command::new("kill")
        .args(["-s", name, &server.id().to_string()])
        .status();
    assert!(kill.expect("kill").success());
    within("the server ends", || server.try_wait().expect("wait")).signal()
}

#[test]
fn a_built_book_is_where_check_leads() {
    let workshop = workshop("book-build", "v0.5.9");
    assert_eq!(chapter(&workshop), SOURCE);
    assert_snapshot!("book_build", workshop.screen(&["book", "--build"]));
    assert_eq!(chapter(&workshop), BUILT);
    // A page that is older than its source may lack the heading.
    thread::sleep(Duration::from_millis(20));
    workshop.write(CHAPTER, "# Own\n\n## Task 1: the name\n\nREFUSED\n");
    assert_eq!(chapter(&workshop), SOURCE);
    let (screen, stderr) = workshop.screen_and_stderr(&["book", "--build"]);
    assert!(screen.ends_with("exit 1\n"), "{screen}");
    assert!(stderr.contains("REFUSED"), "{stderr}");
    assert!(
        workshop.screen(&["book"]).ends_with("exit 1\n"),
        "no book, nothing to serve"
    );
}

#[test]
fn a_served_book_follows_its_sources_and_ends_without_a_trace() {
    let workshop = workshop("book-serve", "v0.5.4");
    let (mut server, port) = serve(&workshop);
    let page = get(port, "/lab-01-own.html").expect("an answer");
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(page.contains("## Task 1: the name"), "{page}");
    assert!(
        get(port, "/../../Cargo.toml")
            .expect("an answer")
            .starts_with("HTTP/1.1 404")
    );
    // Somebody who connects and says nothing holds up nobody.
    let _silent = TcpStream::connect(("127.0.0.1", port)).expect("connect");

    assert_snapshot!("check_leads_to_the_served_book", chapter(&workshop));
    assert_snapshot!("book_already", workshop.screen(&["book"]));

    let built = get(port, "/.changes").expect("an answer");
    workshop.write(CHAPTER, "# Own\n\nREFUSED\n");
    within("a failed build", || {
        (get(port, "/.changes")? != built).then_some(())
    });
    let page = get(port, "/lab-01-own.html").expect("an answer");
    assert!(page.contains("## Task 1"), "the old page stays: {page}");
    workshop.write(CHAPTER, "# Own\n\n## Task 1: another\n");
    within("the new page", || {
        get(port, "/lab-01-own.html")?
            .contains("## Task 1: another")
            .then_some(())
    });

    assert_eq!(signal(&mut server, "INT"), Some(2));
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    // Nobody is misled by what has been, nor by a server that was killed.
    assert_eq!(chapter(&workshop), BUILT);
    let (mut server, _) = serve(&workshop);
    assert_eq!(signal(&mut server, "KILL"), Some(9));
    assert_eq!(chapter(&workshop), BUILT);
}

#[test]
fn each_checkout_has_a_port_of_its_own() {
    let (one, other) = (
        workshop("book-one", "v0.5.4"),
        workshop("book-other", "v0.5.4"),
    );
    let ((mut a, first), (mut b, second)) = (serve(&one), serve(&other));
    assert_ne!(first, second);
    assert_eq!(
        (signal(&mut a, "HUP"), signal(&mut b, "TERM")),
        (Some(1), Some(15))
    );
}

#[test]
fn without_mdbook_and_network_the_pages_can_still_be_read() {
    let mut workshop = workshop("book-offline", "v0.4.52");
    // An empty registry: nothing can have been fetched before.
    workshop.set("CARGO_HOME", workshop.path("empty").display().to_string());
    let (screen, stderr) = workshop.screen_and_stderr(&["book", "--build"]);
    // cargo's own words change with its version.
    let ours = screen
        .lines()
        .filter(|line| !line.starts_with("stderr: error:"));
    assert_snapshot!("book_offline", ours.collect::<Vec<_>>().join("\n"));
    assert_snapshot!(
        "book_installs",
        stderr.split_inclusive('\n').take(5).collect::<String>()
    );
}
