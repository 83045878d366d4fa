//! A language nobody speaks: the English with every letter accented and every
//! vowel twice. A word without accents has not come through the messages; a
//! line that is too wide would be so in a language that is longer than English.

use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, Pattern, PatternElement};
use fluent_syntax::{parser, serializer};
use lab_judge::{Check, Lab, Task};
use serde_json::{Map, json};

const PLAIN: &str = "abcdefghijklmnopqrstuvwxyz";
const ACCENTED: &str = "áƀçđéƒğĥíĵķłɱñóþɋŕšŧúṽŵẋýž";

/// Writes the language's folder and returns it.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pseudo-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("create");
    let english = Path::new(env!("CARGO_MANIFEST_DIR")).join("messages/en");
    for entry in fs::read_dir(english).expect("the messages are here") {
        let entry = entry.expect("an entry");
        let text = fs::read_to_string(entry.path()).expect("UTF-8");
        fs::write(folder.join(entry.file_name()), pseudo(&text)).expect("write");
    }
    folder
}

fn pseudo(text: &str) -> String {
    let mut resource = parser::parse(text.to_owned()).expect("Fluent");
    for entry in &mut resource.body {
        if let Entry::Message(message) = entry {
            message.value.iter_mut().for_each(in_pattern);
        }
    }
    serializer::serialize(&resource)
}

fn in_pattern(pattern: &mut Pattern<String>) {
    for element in &mut pattern.elements {
        match element {
            PatternElement::TextElement { value } => *value = accented(value),
            PatternElement::Placeable {
                expression: Expression::Select { variants, .. },
            } => variants
                .iter_mut()
                .for_each(|variant| in_pattern(&mut variant.value)),
            PatternElement::Placeable { .. } => {}
        }
    }
}

/// A lab's texts, as they stand beside its `lab.yaml`. JSON is YAML.
pub fn texts(yaml: &str) -> String {
    let lab = Lab::declared(yaml).expect("a lab");
    let parts = lab.parts.iter();
    let parts = parts.map(|part| (part.id.clone(), json!(accented(&part.title))));
    let task = |task: &Task| {
        let hints: Vec<String> = task.hints.iter().map(|hint| accented(hint)).collect();
        let texts = json!({ "says": accented(&task.says), "hints": hints });
        (task.id.clone(), texts)
    };
    let check = |check: &Check| {
        let diagnoses = check.diagnoses.iter();
        let diagnoses = diagnoses.map(|one| (one.id.clone(), json!(accented(&one.says))));
        let diagnoses = diagnoses.collect::<Map<_, _>>();
        let texts = json!({ "says": accented(&check.says), "diagnoses": diagnoses });
        (check.id.clone(), texts)
    };
    let texts = json!({
        "title": accented(&lab.title),
        "parts": parts.collect::<Map<_, _>>(),
        "tasks": lab.tasks.iter().map(task).collect::<Map<_, _>>(),
        "checks": lab.checks.iter().map(check).collect::<Map<_, _>>(),
    });
    format!("{texts:#}\n")
}

/// About 40 % longer, with the capitals lost.
pub fn accented(text: &str) -> String {
    let mut longer = String::new();
    for letter in text.chars() {
        let lower = letter.to_ascii_lowercase();
        let place = PLAIN.chars().position(|plain| plain == lower);
        let other = place.and_then(|place| ACCENTED.chars().nth(place));
        let times = if "aeiou".contains(lower) { 2 } else { 1 };
        for _ in 0..times {
            longer.push(other.unwrap_or(letter));
        }
    }
    longer
}

#[test]
fn it_is_longer_than_english_and_has_no_plain_letter() {
    let english = "The check binary gave no answer for { $seconds } s and was killed.";
    let longer = accented("the check binary gave no answer and was killed");
    assert!(
        !longer.contains(|c: char| c.is_ascii_alphabetic()),
        "{longer}"
    );
    let text = pseudo(&format!("a = {english}\n"));
    assert!(text.contains("{ $seconds }"), "{text}");
    let (long, short) = (text.chars().count(), english.chars().count());
    assert!(long * 10 > short * 12, "{text}");
}
