use super::*;

const TEXT: &str = "\
# a comment
lab: lab-01-a
needs: [namespaces]
parts:
- id: 01a
  tasks: [a,
    b: c]
- id: 01b
tasks:
  - id: a
    says: >
      more: of it
      - id: not
    hints:
      - one
      - \"two
        says: still two\"
      - 'it''s: three'
    noop: \"Ok(())\"

  - id: b
    'quoted key': x: y
checks:
  -
    id: c
    diagnoses:
      - id: d
        when: {host: {hostname: changed}}
";

#[test]
fn every_value_has_its_line() {
    let lines = Lines::of(TEXT);
    for (path, line) in [
        ("lab", 2),
        ("needs", 3),
        ("needs[0]", 3),
        ("parts", 4),
        ("parts[0]", 5),
        ("parts[0].tasks", 6),
        ("parts[0].tasks[1]", 6),
        ("parts[1].id", 8),
        ("tasks[0].id", 10),
        ("tasks[0].says", 11),
        ("tasks[0].hints", 14),
        ("tasks[0].hints[1]", 16),
        ("tasks[0].hints[2]", 18),
        ("tasks[0].noop", 19),
        ("tasks[1].id", 21),
        ("tasks[1].quoted key", 22),
        ("checks[0].id", 25),
        ("checks[0].diagnoses[0].when", 28),
        ("checks[0].diagnoses[0].when.host.hostname", 28),
        ("nothing", 1),
    ] {
        assert_eq!(lines.at(path), line, "{path}");
    }
}

#[test]
fn odd_files_are_read_without_harm() {
    for text in [
        "",
        ":",
        "-",
        "- -",
        "a:\n - b\n-",
        "\"",
        "a: \"",
        "[",
        "\t-: é",
        "é: [",
        "- - a: b",
    ] {
        assert!(Lines::of(text).at("a[0].b") >= 1, "{text}");
    }
}
