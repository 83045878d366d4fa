//! Screens in a language that is not English: every word came through the
//! runner's messages or a lab's texts, and no line is too wide.

mod verbs;

use std::fs;
use std::process::Output;

use crate::pseudo;
use crate::workshop::Workshop;

const NAME: &str = "labs/lab-01-own/src/lib.rs";

/// What is the same in every language and stands alone: names of labs, tasks,
/// parts, checks, diagnoses, fields, cases.
const NAMES: &[&str] = &[
    "lab-01-own",
    "lab-02-later",
    "01a",
    "01b",
    "name",
    "pid",
    "limit",
    "outside",
    "host-pid",
    "host",
    "outside.rs",
    "no_new_pid.rs",
    "computed.rs",
    "sync",
    "--all",
    "CAP_SYS_ADMIN",
];

/// What is the same and has several words: commands, what programs said.
const PHRASES: &[&str] = &[
    "cargo xtask check 01b",
    "cargo xtask check",
    "cargo xtask diff 01",
    "cargo xtask diff 02",
    "cargo xtask hint 01 name",
    "cargo xtask hint 01 pid",
    "cargo xtask hint 02 limit",
    "cargo xtask solve 01 name",
    "cargo xtask reset LAB TASK",
    "lab-01-own clean",
    "no such process",
    "it panicked",
    "waiting for the runtime",
    "all checks passed",
    "mount: operation not permitted",
    "overlay of /usr",
    "thread 'main' has overflowed its stack",
    "6 (SIGABRT)",
    "pid=1",
    "name=asked",
    "host=kept",
    "limit=64",
    "lab-02-later clean",
];

struct Translated {
    workshop: Workshop,
}

impl Translated {
    fn new(name: &str) -> Translated {
        Translated::of(Workshop::solved(&format!("translated-{name}")), name)
    }

    /// The workshop with its labs' texts in the pseudo-language.
    fn of(mut workshop: Workshop, name: &str) -> Translated {
        let messages = pseudo::folder(name);
        for lab in ["lab-01-own", "lab-02-later"] {
            let yaml = workshop.read(&format!("labs/{lab}/lab.yaml"));
            let code = messages.file_name().and_then(|name| name.to_str());
            let file = format!("labs/{lab}/lab.{}.yaml", code.expect("UTF-8"));
            workshop.write(&file, &pseudo::texts(&yaml));
        }
        workshop.set("XTASK_MESSAGES", messages.to_str().expect("UTF-8"));
        Translated { workshop }
    }

    /// Runs a command and looks at every word of its screen. Standard error is
    /// looked at where cargo doesn't write to it.
    fn see(&self, args: &[&str], misbehave: &str) -> String {
        let mut command = self.workshop.command(args);
        let output = command.env("MISBEHAVE", misbehave).output();
        Translated::seen(args, &output.expect("the runner starts"))
    }

    fn seen(args: &[&str], output: &Output) -> String {
        let stdout = String::from_utf8(output.stdout.clone()).expect("UTF-8");
        for line in stdout.lines() {
            let one_word = !line.trim().contains(' ');
            let width = line.chars().count();
            assert!(
                one_word || width <= 80,
                "{args:?}: {width} columns:\n{line}"
            );
        }
        let builds = ["check", "mistakes"].contains(&args[0]) && output.status.code() != Some(2);
        let stderr = String::from_utf8(output.stderr.clone()).expect("UTF-8");
        let screen = if builds { stdout } else { stdout + &stderr };
        let plain = Translated::plain_words(&screen);
        assert!(plain.is_empty(), "{args:?}: {plain:?} in\n{screen}");
        assert!(!screen.is_empty(), "{args:?}");
        screen
    }

    /// Words without accents that are nobody's name.
    fn plain_words(screen: &str) -> Vec<String> {
        let words: Vec<&str> = screen.split_whitespace().collect();
        let mut text = words.join(" ");
        for phrase in PHRASES {
            text = text.replace(phrase, " ");
        }
        let plain = |word: &&str| {
            let word = word.trim_matches(|c: char| "():;,.`?{}".contains(c));
            let same = word.contains(['/', '"']) || NAMES.contains(&word);
            !same && word.contains(|c: char| c.is_ascii_alphabetic())
        };
        text.split_whitespace()
            .filter(plain)
            .map(str::to_owned)
            .collect()
    }
}

#[test]
fn screens_of_check_have_no_english_word() {
    let translated = Translated::new("check");
    let see = |args: &[&str]| translated.see(args, "");
    let workshop = &translated.workshop;
    let green = see(&["check", "01"]);
    assert!(green.contains(&pseudo::accented("green")), "{green}");
    see(&["check", "01a"]);
    see(&["check", "02"]);
    workshop.edit(NAME, r#"("host", "kept")"#, r#"("host", "changed")"#);
    see(&["check", "01"]);
    see(&["check", "01", "--check", "pid"]);
    workshop.edit(NAME, r#"("pid", "1")"#, r#"("pidd", "1")"#);
    see(&["check", "01b"]);
    workshop.edit(
        NAME,
        r#"vec![("pidd", "1")]"#,
        r#"panic!("no such process")"#,
    );
    see(&["check", "01b"]);
    workshop.run(&["solve", "01", "--all"]);
    for how in [
        "machine",
        "exit",
        "abort",
        "garbage",
        "twice",
        "timed-out",
        "too-much",
        "one-long-line",
    ] {
        translated.see(&["check", "01"], how);
    }
    translated.see(&["check", "01", "--limit", "1"], "hang");
    workshop.run(&["solve", "02", "--all"]);
    workshop.run(&["check", "--all"]);
    see(&["check"]);
    workshop.edit(NAME, r#"vec![("pid", "1")]"#, r#"vec![("pid", "4711")]"#);
    see(&["check", "02"]);
    workshop.edit(NAME, "4711", "4711\" ");
    see(&["check", "01"]);
}

#[test]
fn screens_of_the_other_verbs_have_no_english_word() {
    let translated = Translated::new("verbs");
    let see = |args: &[&str]| translated.see(args, "");
    let workshop = &translated.workshop;
    see(&["clean"]);
    see(&["hint", "01"]);
    see(&["reset", "01", "--all"]);
    see(&["reset", "01", "--all"]);
    see(&["list"]);
    for _ in 0..4 {
        see(&["hint", "01"]);
    }
    see(&["check", "01"]);
    see(&["solve", "01", "name"]);
    see(&["solve", "01", "name"]);
    workshop.edit(NAME, r#"("host", "kept")"#, r#"("host", "kept") "#);
    see(&["list"]);
    see(&["check", "02"]);
    for lab in ["01", "02"] {
        workshop.run(&["solve", lab, "--all"]);
    }
    workshop.run(&["check", "--all"]);
    see(&["clean", "--all"]);
    fs::remove_dir_all(workshop.path("solutions")).expect("remove");
    see(&["hint", "01", "name"]);
    workshop.edit(NAME, "    // ANCHOR_END: name\n", "");
    see(&["list"]);
    workshop.edit(
        NAME,
        "    // ANCHOR: pid\n",
        "    // ANCHOR_END: name\n    // ANCHOR: pid\n",
    );
    for wrong in [
        ["check", "bananas"].as_slice(),
        &["check", "lab-3"],
        &["check", "lab-01-onw"],
        &["check", "01c"],
        &["check", "01", "--check", "nmae"],
        &["check", "01", "--check", "zzzzzzzz"],
        &["check", "01", "--solution"],
        &["hint", "01", "nam"],
        &["reset"],
        &["reset", "01"],
    ] {
        let typed = wrong.last().expect("a word").trim_start_matches("--");
        let words = translated.see_typed(wrong, typed);
        assert!(words.contains(&pseudo::accented("error")), "{words}");
    }
}

impl Translated {
    /// As [`Translated::see`], where what was typed is said again.
    fn see_typed(&self, args: &[&str], typed: &str) -> String {
        let output = self
            .workshop
            .command(args)
            .output()
            .expect("the runner starts");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let stderr = String::from_utf8(output.stderr).expect("UTF-8");
        let plain = Translated::plain_words(&stderr.replace(&format!("`{typed}`"), ""));
        assert!(plain.is_empty(), "{args:?}: {plain:?} in\n{stderr}");
        stderr
    }
}

#[test]
fn screens_of_the_maintainers_have_no_english_word() {
    let translated = Translated::new("maintainers");
    let see = |args: &[&str]| translated.see(args, "");
    let workshop = &translated.workshop;
    see(&["sync"]);
    see(&["sync", "--check"]);
    see(&["sync", "--force"]);
    see(&["sync"]);
    see(&["sync", "--check"]);
    see(&["mistakes", "01", "--only", "outside"]);
    workshop.write(
        "solutions/lab-01-own/variants/computed.rs",
        "    vec![(\"pid\", \"2\")]\n",
    );
    see(&["mistakes", "01"]);
    translated.see(&["mistakes", "02", "--only", "limit"], "machine");
}

#[test]
fn a_plain_word_would_be_noticed() {
    let translated = Translated::new("noticed");
    let mut command = translated.workshop.command(&["hint", "01", "name"]);
    let english = command.env_remove("XTASK_MESSAGES").output();
    let screen = english.expect("the runner starts").stdout;
    let screen = String::from_utf8(screen).expect("UTF-8");
    let plain = Translated::plain_words(&screen);
    assert!(plain.contains(&"chapter".to_owned()), "{plain:?}");
    assert!(plain.contains(&"more".to_owned()), "{plain:?}");
    assert!(plain.contains(&"leave".to_owned()), "{plain:?}");
}

#[test]
fn a_folder_that_cannot_be_read_is_refused() {
    let workshop = Workshop::new("translated-refused");
    workshop.write("bad.ftl", "well = well\nbad = { $ }\n");
    for (folder, reason, status) in [("missing", "missing", 3), (".", "bad.ftl:2: ", 2)] {
        let output = workshop
            .command(&["list"])
            .env("XTASK_MESSAGES", workshop.path(folder))
            .output()
            .expect("the runner starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{stderr}");
        assert!(stderr.contains(reason), "{stderr}");
    }
}
