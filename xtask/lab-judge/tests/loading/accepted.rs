//! Labs that load, and what is found in them.

use std::collections::BTreeSet;
use std::fs;

use lab_judge::{Lab, Need, Outcome, Verdict, discover, lab_dirs};

use crate::root::{GOOD, Root};

#[test]
fn a_good_lab_loads() {
    let root = Root::new("good");
    let lab = Lab::load(&root.dir("lab-01-own")).expect("good");
    assert_eq!(lab.lab.number(), "01");
    assert_eq!(lab.lab.short_name(), "own");
    assert_eq!(lab.lab.needs, [Need::Namespaces]);
    let order: Vec<_> = lab
        .lab
        .checks_in_task_order()
        .iter()
        .map(|c| c.id.as_str())
        .collect();
    assert_eq!(order, ["name", "pid"]);
    let unwritten = lab.unwritten(&lab.dir).expect("sources");
    assert_eq!(unwritten, BTreeSet::from(["name".to_owned()]));
    let check = lab.lab.check("name").expect("declared");
    let to_do = lab.to_do(check, &unwritten, &[]);
    assert_eq!(
        to_do,
        Some(Verdict::ToDo {
            tasks: vec!["name".into()]
        })
    );
    let observation = serde_json::json!({"host": "kept", "name": "asked", "more": 1});
    let seen = Outcome::Observed {
        observation,
        seconds: 0.0,
    };
    assert_eq!(lab.judge(check, Some(&seen)), Verdict::Green);
}

#[test]
fn every_need_has_the_word_the_book_gives_it() {
    let book = concat!(env!("CARGO_MANIFEST_DIR"), "/../../book/src/needs.md");
    let book = fs::read_to_string(book).expect("the book");
    let words = [
        ("namespaces", Need::Namespaces),
        ("root", Need::Root),
        ("subordinate-ids", Need::SubordinateIds),
        ("cgroups", Need::Cgroups),
        ("overlay", Need::Overlay),
        ("fuse", Need::Fuse),
        ("tun", Need::Tun),
        ("bridge", Need::Bridge),
        ("vxlan", Need::Vxlan),
        ("netfilter", Need::Netfilter),
    ];
    let root = Root::new("needs");
    let list: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let needs = format!("needs: [{}]", list.join(", "));
    root.lab("lab-01-own", &GOOD.replace("needs: [namespaces]", &needs));
    let lab = Lab::load(&root.dir("lab-01-own")).expect("all are known");
    assert_eq!(lab.lab.needs, words.map(|(_, need)| need));
    for word in list {
        assert!(book.contains(&format!("| `{word}` |")), "{word}");
    }
}

#[test]
fn labs_are_found_by_number_and_earlier_ones_hold_back() {
    let root = Root::new("discovered");
    let later = GOOD
        .replace("lab-01-own", "lab-10-later")
        .replace("id: 01a", "id: 10a");
    root.lab(
        "lab-10-later",
        &later.replace("needs: ", "builds_on: [lab-01-own]\nneeds: "),
    );
    root.lab(
        "lab-2-x",
        &GOOD
            .replace("lab-01-own", "lab-2-x")
            .replace("id: 01a", "id: 2"),
    );
    fs::create_dir_all(root.0.join("labs/workbench")).expect("create");
    let names: Vec<_> = lab_dirs(&root.0)
        .expect("labs")
        .iter()
        .filter_map(|dir| dir.file_name()?.to_str().map(str::to_owned))
        .collect();
    assert_eq!(names, ["lab-01-own", "lab-2-x", "lab-10-later"]);
    let labs = discover(&root.0).expect("all are good");
    let last = &labs[2];
    let earlier = last.unwritten_earlier(&last.dir).expect("sources");
    assert_eq!(earlier, ["lab-01-own/name"]);
    let check = last.lab.check("pid").expect("declared");
    let to_do = last.to_do(check, &BTreeSet::new(), &earlier);
    assert_eq!(to_do, Some(Verdict::ToDo { tasks: earlier }));
}
