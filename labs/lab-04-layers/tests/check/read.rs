//! Part 04a: layers that are read, one by one and together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use workbench::Lab;

use crate::image::{BARE, Store, all, either, refused, steps};

pub fn says(lab: &Lab) -> Result<Value> {
    let dir = lab.directory().join(lab.random_name()?);
    fs::create_dir(&dir).context("make a layer")?;
    let mut names = BTreeMap::new();
    for case in [
        "whiteout", "device", "file", "link", "dangling", "opaque", "merged", "marked", "noted",
        "archives",
    ] {
        names.insert(case, lab.random_name()?);
    }
    let at = |case: &str| format!("./{}", names[case]);
    let opaque = "trusted.overlay.opaque";
    all(
        &dir,
        &[
            format!("whiteout {}", at("whiteout")),
            format!("device {} 1 3", at("device")),
            format!("write {} ", at("file")),
            format!("symlink {} {}", names["whiteout"], at("link")),
            format!("symlink nowhere {}", at("dangling")),
            format!("directory {}", at("opaque")),
            format!("attribute {} {opaque} 79", at("opaque")),
            format!("directory {}", at("merged")),
            format!("directory {}", at("marked")),
            format!("attribute {} {opaque} 78", at("marked")),
            format!("write {} ", at("noted")),
            format!("attribute {} {opaque} 79", at("noted")),
            format!("write ./.wh.{} ", names["archives"]),
        ],
    )?;
    let ended = lab.program(&["layer"]).word(&dir).start()?.end()?;
    let mut said = BTreeMap::new();
    for line in ended.stdout.lines() {
        if let Some((word, path)) = line.split_once(char::is_whitespace) {
            said.insert(path.trim().to_string(), word.to_string());
        }
    }
    let of = |path: String| said.get(&path).map_or("not listed", String::as_str);
    let of_case = |case: &str| of(format!("/{}", names[case]));
    Ok(json!({
        "ended": ended.code,
        "whiteout": of_case("whiteout"),
        "other_device": of_case("device"),
        "empty_file": of_case("file"),
        "link_to_whiteout": of_case("link"),
        "link_to_nothing": of_case("dangling"),
        "opaque": of_case("opaque"),
        "directory": of_case("merged"),
        "marked_otherwise": of_case("marked"),
        "file_with_the_attribute": of_case("noted"),
        "archives_whiteout": of(format!("/.wh.{}", names["archives"])),
    }))
}

/// Names in a directory: of directories with `/` behind them.
type Names = BTreeSet<String>;

pub fn shown(lab: &Lab) -> Result<Value> {
    let store = Store::new(lab);
    let lowest = steps(&[
        "directory ./data",
        "write ./data/deleted x",
        "write ./data/back x",
        "directory ./data/merged",
        "write ./data/merged/low x",
        "directory ./data/merged/over",
        "directory ./data/replaced",
        "write ./data/replaced/old x",
        "directory ./data/over",
        "write ./data/over/in x",
        "write ./data/under x",
        "directory ./data/between",
        "write ./data/between/low x",
        "directory ./data/apart",
        "write ./data/apart/low x",
    ]);
    let middle = steps(&[
        "directory ./data",
        "whiteout ./data/deleted",
        "whiteout ./data/back",
        "directory ./data/merged",
        "write ./data/merged/high x",
        "write ./data/merged/over x",
        "directory ./data/replaced",
        "attribute ./data/replaced trusted.overlay.opaque 79",
        "write ./data/replaced/new x",
        "write ./data/over x",
        "directory ./data/under",
        "write ./data/under/in x",
        "write ./data/between x",
        "whiteout ./data/apart",
    ]);
    let topmost = steps(&[
        "directory ./data",
        "write ./data/back x",
        "directory ./data/replaced",
        "write ./data/replaced/newer x",
        "directory ./data/between",
        "write ./data/between/high x",
        "directory ./data/apart",
        "write ./data/apart/high x",
    ]);
    let image = match store.image(&[lowest, middle, topmost])? {
        Err(why) => return Ok(refused(why)),
        Ok(image) => image,
    };
    let (running, tree) = match store.files(&image, &[BARE], &[])? {
        Err(why) => return Ok(refused(why)),
        Ok(seen) => seen,
    };
    running.end()?;
    let mut same = true;
    let mut listed = BTreeMap::new();
    for dir in [
        "/data",
        "/data/merged",
        "/data/replaced",
        "/data/between",
        "/data/apart",
    ] {
        let names = read(&store, &image, dir)?;
        let kernels: Names = tree
            .iter()
            .filter(|(path, _)| {
                Path::new("/data")
                    .join(path.strip_prefix("/").unwrap_or(path))
                    .parent()
                    == Some(Path::new(dir))
            })
            .map(|(path, entry)| {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let end = if entry.kind == "directory" { "/" } else { "" };
                format!("{name}{end}")
            })
            .collect();
        same &= names == kernels;
        listed.insert(dir, names);
    }
    let has = |dir: &str, name: &str| listed[dir].contains(name);
    let there = |name: &str| either(has("/data", name), "there", "missing");
    let kind = |dir: &str, name: &str| match (has(dir, name), has(dir, &format!("{name}/"))) {
        (true, false) => "a file",
        (false, true) => "a directory",
        _ => "missing",
    };
    // Whoever turns the layers around does so at every step of a path.
    let over = match (kind("/data", "over"), kind("/data/merged", "over")) {
        ("a directory", _) | (_, "a directory") => "a directory",
        (one, _) => one,
    };
    let (low, high) = (has("/data/merged", "low"), has("/data/merged", "high"));
    Ok(json!({
        "command": { "started": "yes" },
        "deleted": there("deleted"),
        "deleted_and_made_again": there("back"),
        "merged_directory": match (low, high) {
            (true, true) => "both parts",
            (false, true) => "its topmost part",
            (true, false) => "its lowest part",
            (false, false) => "nothing",
        },
        "replaced_directory": match has("/data/replaced", "old") {
            true => "with what was below",
            false => either(
                has("/data/replaced", "new") && has("/data/replaced", "newer"),
                "only its own",
                "not even its own",
            ),
        },
        "file_over_directory": over,
        "directory_over_file": kind("/data", "under"),
        "directory_below_a_file": either(has("/data/between", "low"), "shines through", "hidden"),
        "directory_below_a_whiteout": match (has("/data/apart", "high"), has("/data/apart", "low")) {
            (_, true) => "shines through",
            (true, false) => "hidden",
            (false, false) => "with all above it",
        },
        "all_as_the_kernel_shows": crate::image::yes(same),
    }))
}

/// What the program lists of a directory of an image.
fn read(store: &Store, image: &str, dir: &str) -> Result<Names> {
    let ended = store
        .program(&["image", "files"])
        .word(image)
        .word(dir)
        .start()?
        .end()?;
    Ok(ended.stdout.lines().map(String::from).collect())
}
