//! The rules, tried on small books in a temporary folder and on the real one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::lint::lint;
use super::page::{Page, id_of};
use super::transcript::Transcript;

/// A repository with a book, removed when it is dropped.
struct Book(PathBuf);

impl Book {
    /// A clean one of one page, changed by these files.
    fn with(files: &[(&str, &str)]) -> Book {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("book-lint-{}-{number}", std::process::id());
        let book = Book(std::env::temp_dir().join(name));
        let clean = [
            ("book/src/SUMMARY.md", "# Summary\n\n- [One](one.md)\n"),
            ("book/src/one.md", "# One\n\n## A *second*, `third`\n"),
            ("labs/README", ""),
            (
                "solutions/lab.rs",
                "fn a() {\n    // ANCHOR: a\n    b();\n    // ANCHOR_END: a\n}\n",
            ),
        ];
        for (file, text) in clean.iter().chain(files) {
            let path = book.0.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        book
    }

    /// The lint's report, `file:line: reason` each.
    fn report(&self) -> Vec<String> {
        let faults = lint(&self.0).unwrap();
        faults.iter().map(|fault| fault.shown(&self.0)).collect()
    }
}

impl Drop for Book {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The report on the one page with this text.
fn page(text: &str) -> Vec<String> {
    Book::with(&[("book/src/one.md", text)]).report()
}

#[test]
fn the_real_book_is_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let faults = lint(root).unwrap();
    let report: Vec<String> = faults.iter().map(|fault| fault.shown(root)).collect();
    assert_eq!(report, Vec::<String>::new());
}

#[test]
fn a_clean_book_has_no_faults() {
    assert_eq!(Book::with(&[]).report(), Vec::<String>::new());
    let fine = "# One\n\n[a](#two), [b](one.md#two), [c](https://example.org), `[x](y.md)`\n\n\
                ## Two\n\n```rust\n{{#include ../../solutions/lab.rs:a}}\n```\n\n\
                {{#include ../../solutions/lab.rs:2:3}}\n\n<!-- a comment! -->\n";
    assert_eq!(page(fine), Vec::<String>::new());
}

#[test]
fn the_summary_and_the_pages_agree() {
    let book = Book::with(&[
        (
            "book/src/SUMMARY.md",
            "# Summary\n\n- [One](one.md)\n- [Two](two.md)\n- [One](one.md)\n- [Draft]()\n",
        ),
        ("book/src/deep/three.md", "# Three\n"),
    ]);
    assert_eq!(
        book.report(),
        [
            "book/src/SUMMARY.md:4: two.md: no such page",
            "book/src/SUMMARY.md:5: one.md: listed twice",
            "book/src/SUMMARY.md:6: a page without a file: a draft has no place in a published book",
            "book/src/deep/three.md:1: not listed in SUMMARY.md, so nobody finds it",
        ]
    );
}

#[test]
fn links_lead_to_pages_and_headings() {
    assert_eq!(
        page("# One\n\n[a](two.md)\n[b](#gone) [c\nd](one.md#gone)\n\n[e](../../Cargo.toml)\n"),
        [
            "book/src/one.md:3: two.md: no such page",
            "book/src/one.md:4: #gone: no heading has this id",
            "book/src/one.md:4: one.md#gone: no heading has this id",
            "book/src/one.md:7: ../../Cargo.toml: leaves the book, so it is broken when published",
        ]
    );
}

#[test]
fn includes_name_what_exists() {
    let report = page(
        "# One\n\n```rust\n{{#include ../../solutions/lab.rs:b}}\n{{#include gone.rs}}\n\
         {{#include ../../solutions/lab.rs:4:9}}\n```\n",
    );
    assert_eq!(report.len(), 3);
    assert_eq!(report[0], "book/src/one.md:4: no anchor b");
    assert!(report[1].starts_with("book/src/one.md:5: gone.rs: "));
    assert_eq!(
        report[2],
        "book/src/one.md:6: line 9: the file has lines 1 to 5"
    );
}

#[test]
fn a_withheld_reference_is_no_fault() {
    let book = Book::with(&[(
        "book/src/one.md",
        "# One\n\n{{#include ../../solutions/lab.rs:a}}\n",
    )]);
    fs::remove_dir_all(book.0.join("solutions")).unwrap();
    assert_eq!(book.report(), Vec::<String>::new());
}

#[test]
fn pictures_can_be_read_in_any_theme_and_by_anybody() {
    let good = "<svg role=\"img\" aria-label=\"x\">\n<path stroke=\"currentColor\" fill=\"none\"/>\n</svg>\n";
    let bad = "<svg>\n<path fill=\"#000\" style=\"stroke: black\"/>\n\n</svg>\n";
    let book = Book::with(&[
        ("book/src/good.svg", good),
        ("book/src/bad.svg", bad),
        (
            "book/src/one.md",
            "# One\n\n![](good.svg)\n![x](gone.png)\n\n{{#include bad.svg}}\n",
        ),
    ]);
    assert_eq!(
        book.report(),
        [
            "book/src/bad.svg:1: a drawing needs role=\"img\" and an aria-label that says what it shows",
            "book/src/bad.svg:2: fill #000: use currentColor or var(--…)",
            "book/src/bad.svg:2: stroke black: use currentColor or var(--…)",
            "book/src/bad.svg:3: an empty line ends the HTML the drawing stands in",
            "book/src/one.md:3: good.svg: a picture without alternative text",
            "book/src/one.md:3: good.svg: shown as an image it can't take the theme's colour; include it",
            "book/src/one.md:4: gone.png: no such picture",
        ]
    );
}

#[test]
fn wording_is_judged_in_prose_only() {
    let text = "# One\n\nGo!\n`todo!()` and `TODO`\n\n```sh\n#!/bin/sh\n```\nTODO: more\n";
    assert_eq!(
        page(text),
        [
            "book/src/one.md:3: an exclamation mark",
            "book/src/one.md:9: TODO: finish it or leave it out",
        ]
    );
    assert_eq!(
        page("# One\n\n```sh\n"),
        ["book/src/one.md:3: this block is never closed"]
    );
}

#[test]
fn a_chapter_keeps_what_its_lab_promises() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let book = Book::with(&[]);
    let lab = "labs/lab-01-namespaces";
    copy(
        &root.join(lab).join("tests/snapshots"),
        &book.0.join(lab).join("tests/snapshots"),
    );
    fs::copy(
        root.join(lab).join("lab.yaml"),
        book.0.join(lab).join("lab.yaml"),
    )
    .unwrap();
    let report = book.report();
    assert_eq!(report.len(), 1, "{report:?}");
    assert!(report[0].ends_with("chapter lab-01-namespaces: no such page"));

    let source = root.join("book/src");
    copy(&source, &book.0.join("book/src"));
    fs::remove_dir_all(book.0.join("solutions")).unwrap();
    fs::remove_file(book.0.join("book/src/one.md")).unwrap();
    assert_eq!(book.report(), Vec::<String>::new());

    let chapter = book.0.join("book/src/lab-01-namespaces.md");
    let text = fs::read_to_string(&chapter).unwrap();
    let text = text
        .replace("Task 2:", "Task two:")
        .replace("### Break it", "### Break");
    fs::write(&chapter, text.replacen("75 minutes", "80 minutes", 1)).unwrap();
    let report = book.report();
    assert_eq!(report.len(), 3, "{report:?}");
    assert!(report[0].ends_with("the section \"Break it\" is missing"));
    assert!(report[1].ends_with("does not say \"75 minutes\" as lab.yaml does"));
    assert!(
        report[2].contains("lab.yaml:")
            && report[2].ends_with(
                "heading: task-2-mounts-that-stay-here: the chapter has no such heading"
            )
    );
}

/// Copies a folder.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &to),
            false => fs::copy(entry.path(), &to).map(drop).unwrap(),
        }
    }
}

#[test]
fn headings_get_the_ids_mdbook_gives() {
    for (text, id) in [
        ("Task 1: a name of its own", "task-1-a-name-of-its-own"),
        ("`clone3` & friends", "clone3--friends"),
        ("Überall_da-", "überall_da-"),
    ] {
        assert_eq!(id_of(text), id);
    }
    let text = "# A\n## Questions\n```\n# no heading\n```\n## Questions\n## See [b](c.md)\n## Own {#mine}\n";
    let page = Page::parse(Path::new("x.md"), text.into());
    let ids: Vec<&str> = page
        .headings
        .iter()
        .map(|heading| heading.id.as_str())
        .collect();
    assert_eq!(ids, ["a", "questions", "questions-1", "see-b", "mine"]);
}

fn transcript(text: &str) -> Transcript {
    let page = Page::parse(Path::new("x.md"), text.into());
    let (mut transcripts, faults) = Transcript::all(&page);
    assert_eq!(faults, []);
    transcripts.remove(0)
}

#[test]
fn transcripts_are_compared_with_redactions() {
    let text = "```console\n$ a\n$ b \\\n> c\npid […], 1\n…\nlast\n```\n";
    let transcript = transcript(text);
    assert_eq!(transcript.steps[1].command, "b \\\nc");
    let output = |second: &str| format!("\nM 0\n{second}\nM 1\n");
    let fits = |second: &str| transcript.compare(&output(second), "M").is_none();
    assert!(fits("pid 42, 1\nx\ny\nlast\n"));
    assert!(fits("pid , 1\nlast"));
    assert!(!fits("pid 42, 2\nlast\n"));
    assert!(!fits("pid 42, 1\nx\n"));
    assert!(!fits(""));
    assert!(transcript.compare("noise\nM 0\n", "M").is_some());
    let (step, why) = transcript.compare("\nM 0\npid 1", "M").unwrap();
    assert_eq!(
        (step.line, why.as_str()),
        (3, "it never came back; last seen:\npid 1")
    );
}

#[test]
fn a_script_gives_what_the_transcript_says() {
    let text = "```console\n$ echo it\\'s; false\nit's\n$ echo $?\n1\n$ printf x\nx\n```\n";
    let transcript = transcript(text);
    let script = transcript.script("M");
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(transcript.compare(&text, "M"), None);
}

#[test]
fn a_transcript_is_skipped_for_a_reason_only() {
    let skipped = transcript("<!-- skip: two terminals -->\n```console,skip\n$ a\n```\n");
    assert_eq!(skipped.skipped.as_deref(), Some("two terminals"));
    let report = page(
        "# One\n\n```console,skip\n$ a\n```\n\n```console\nb\n```\n\n```console,now\n$ a\n```\n",
    );
    assert_eq!(report.len(), 3);
    assert!(report[0].starts_with("book/src/one.md:3: a skipped transcript needs its reason"));
    assert!(report[1].starts_with("book/src/one.md:7: a transcript begins with a command"));
    assert_eq!(report[2], "book/src/one.md:11: now: no such attribute");
}
