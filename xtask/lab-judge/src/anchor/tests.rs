use super::*;

const SOURCE: &str = "\
pub fn hostname() {
    // ANCHOR: hostname
    todo!(\"set it\")
    // ANCHOR_END: hostname
}
fn given() {}
// ANCHOR: shown
fn hold() {
    // ANCHOR: hold
    let text = \"todo!()\"; // todo!()
    // ANCHOR_END: hold
}
// ANCHOR_END: shown
";

fn source(text: &str) -> Source {
    match Source::parse(text) {
        Ok(source) => source,
        Err(fault) => panic!("{fault}: {text}"),
    }
}

fn fault(text: &str) -> AnchorFault {
    match Source::parse(text) {
        Ok(_) => panic!("accepted: {text}"),
        Err(fault) => fault,
    }
}

#[test]
fn finds_regions_with_their_lines() {
    let source = source(SOURCE);
    let seen: Vec<_> = source
        .regions()
        .iter()
        .map(|r| (r.name.as_str(), r.line))
        .collect();
    assert_eq!(seen, [("hostname", 2), ("shown", 7), ("hold", 9)]);
    let region = source.task("hostname").expect("it is there");
    assert_eq!(region.indent, "    ");
    assert_eq!(source.body(region), "    todo!(\"set it\")\n");
}

#[test]
fn a_todo_in_a_comment_or_a_text_is_none() {
    let source = source(SOURCE);
    assert_eq!(source.unwritten("hostname"), Ok(true));
    assert_eq!(source.unwritten("hold"), Ok(false));
}

#[test]
fn a_task_is_not_replaced_over_another_anchor() {
    let fault = source(SOURCE).task("shown").map(|_| ());
    assert_eq!(
        fault,
        Err(AnchorFault::Holds {
            name: "shown".into(),
            line: 9
        })
    );
    let fault = source(SOURCE).replaced("hold", "// ANCHOR: new\n// ANCHOR_END: new\n");
    assert!(matches!(fault, Err(AnchorFault::Holds { .. })));
}

#[test]
fn replacing_changes_one_region_and_nothing_else() {
    let before = source(SOURCE);
    for body in ["", "    x()", "    x()\n", "\n\n", "    // ANCHORED\n"] {
        let after = before.replaced("hostname", body).expect("it is there");
        let task = after.task("hostname").expect("it is still there");
        assert_eq!(after.body(task).trim_end(), body.trim_end());
        let back = after.replaced("hostname", "    todo!(\"set it\")\n");
        assert_eq!(back.expect("it is there").text(), SOURCE);
    }
}

#[test]
fn unbalanced_marks_are_refused_with_their_line() {
    let cases = [
        (
            "// ANCHOR: a\n",
            AnchorFault::Unclosed {
                name: "a".into(),
                line: 1,
            },
        ),
        (
            "\n// ANCHOR_END: a\n",
            AnchorFault::Unopened {
                name: "a".into(),
                line: 2,
            },
        ),
        (
            "// ANCHOR: a\n// ANCHOR_END: a\n// ANCHOR: a\n// ANCHOR_END: a\n",
            AnchorFault::Twice {
                name: "a".into(),
                line: 3,
            },
        ),
        (
            "// ANCHOR: a\n// ANCHOR: a\n// ANCHOR_END: a\n",
            AnchorFault::Twice {
                name: "a".into(),
                line: 2,
            },
        ),
        (
            "// ANCHOR: a\n// ANCHOR: b\n// ANCHOR_END: a\n// ANCHOR_END: b\n",
            AnchorFault::Crossed {
                name: "a".into(),
                line: 3,
            },
        ),
        ("x(); // ANCHOR: a\n", AnchorFault::Malformed { line: 1 }),
        ("// ANCHOR: \n", AnchorFault::Malformed { line: 1 }),
        ("// ANCHOR: two words\n", AnchorFault::Malformed { line: 1 }),
        ("/* ANCHOR: a */\n", AnchorFault::Malformed { line: 1 }),
    ];
    for (text, expected) in cases {
        assert_eq!(fault(text), expected, "{text}");
    }
}

#[test]
fn marks_in_texts_and_in_prose_are_none() {
    for text in [
        "let s = \"\n// ANCHOR: a\n\";\n",
        "// about the mark ANCHOR: a\n",
        "//! Regions between `// ANCHOR: name` and its end\n",
    ] {
        assert_eq!(source(text).regions(), [], "{text}");
    }
}

#[test]
fn every_sequence_of_marks_is_balanced_or_refused() {
    // All sequences of up to five lines out of five: what is accepted nests.
    let lines = [
        "// ANCHOR: a\n",
        "// ANCHOR_END: a\n",
        "// ANCHOR: b\n",
        "// ANCHOR_END: b\n",
        "x\n",
    ];
    for number in 0..5usize.pow(5) {
        let pick = |place: u32| lines[number / 5usize.pow(place) % 5];
        let text: String = (0..5).map(pick).collect();
        let Ok(source) = Source::parse(text.clone()) else {
            continue;
        };
        let begins = text.matches("ANCHOR: ").count();
        assert_eq!(source.regions().len(), begins, "{text}");
        assert_eq!(text.matches("ANCHOR_END: ").count(), begins, "{text}");
        for region in source.regions() {
            let Ok(task) = source.task(&region.name) else {
                continue;
            };
            assert!(!source.body(task).contains("ANCHOR"), "{text}");
        }
    }
}

#[test]
fn a_missing_task_is_named() {
    let fault = source(SOURCE).task("clone").map(|_| ());
    let Err(fault) = fault else { panic!("found") };
    assert_eq!(
        fault.to_string(),
        "the lines `// ANCHOR: clone` and `// ANCHOR_END: clone` are missing"
    );
}
