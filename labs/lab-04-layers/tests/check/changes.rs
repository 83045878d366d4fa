//! Part 04a: what a container has changed, listed and made an image of.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use workbench::Lab;
use workbench::probe::files::{self, Entry, Tree};

use crate::image::{BARE, Store, either, heard, refused, steps};

pub fn diff(lab: &Lab) -> Result<Value> {
    let store = Store::new(lab);
    let image = match store.image(&[
        steps(&[
            "directory ./data",
            "write ./data/content x",
            "write ./data/mode x",
            "write ./data/gone x",
            "directory ./data/tree",
            "write ./data/tree/in x",
            "directory ./data/replaced",
            "write ./data/replaced/old x",
            "write ./data/replaced/again x",
            "write ./data/turned x",
            "directory ./data/was-directory",
            "write ./data/was-directory/in x",
            "write ./data/read x",
            "directory ./data/untouched",
            "write ./data/untouched/in x",
        ]),
        steps(&["directory ./data", "write ./data/turned y"]),
    ])? {
        Err(why) => return Ok(refused(why)),
        Ok(image) => image,
    };
    let (name, new) = (lab.random_name()?, lab.random_name()?);
    let write = format!("write /data/{new} x");
    let done = [
        &*write,
        "append /data/content y",
        "mode 600 /data/mode",
        "remove /data/gone",
        "remove /data/tree",
        "remove /data/replaced",
        "directory /data/replaced",
        "write /data/replaced/again x",
        "write /data/replaced/new x",
        "remove /data/turned",
        "directory /data/turned",
        "write /data/turned/in x",
        "remove /data/was-directory",
        "write /data/was-directory x",
        "directory /data/made",
        "write /data/made/in x",
        "read /data/read",
    ];
    let running = match store.files(&image, &[BARE, "--name", &name], &done)? {
        Err(why) => return Ok(refused(why)),
        Ok((running, _)) => running,
    };
    running.end()?;
    // Other programs leave such; a container can't make one.
    let upper = store.dir.join("containers").join(&name).join("upper/data");
    let upper = upper.display();
    let opaque = format!("attribute {upper}/opaque trusted.overlay.opaque 79");
    for text in [
        &format!("whiteout {upper}/nothing"),
        &format!("directory {upper}/opaque"),
        &opaque,
    ] {
        files::step(text)?;
    }
    let ended = lab.run(&["diff", &name])?;
    let mut listed = BTreeMap::new();
    for line in ended.stdout.lines() {
        if let Some((letter, path)) = line.split_once(' ') {
            listed.insert(path.to_string(), letter.to_string());
        }
    }
    let mut of = |path: &str| listed.remove(path).unwrap_or("not listed".into());
    let seen = json!({
        "command": { "started": "yes" },
        "new_file": of(&format!("/data/{new}")),
        "new_directory": of("/data/made"),
        "in_it": of("/data/made/in"),
        "changed_content": of("/data/content"),
        "changed_mode": of("/data/mode"),
        "deleted_file": of("/data/gone"),
        "deleted_directory": of("/data/tree"),
        "replaced_directory": of("/data/replaced"),
        "was_in_it": of("/data/replaced/old"),
        "is_in_it_again": of("/data/replaced/again"),
        "is_new_in_it": of("/data/replaced/new"),
        "file_turned_directory": of("/data/turned"),
        "in_that": of("/data/turned/in"),
        "directory_turned_file": of("/data/was-directory"),
        "opaque_over_nothing": of("/data/opaque"),
        "whiteout_of_nothing": of("/data/nothing"),
        "only_read": of("/data/read"),
        "their_parent": of("/data"),
    });
    let mut seen = seen;
    seen["anything_else"] = json!(either(listed.is_empty(), "nothing", "something"));
    Ok(seen)
}

/// The attribute that gives a program capabilities, with a right value: one of
/// version 2, CAP_NET_BIND_SERVICE permitted and effective (capabilities(7)).
const CAPABILITY: &str = "security.capability 0100000200040000000000000000000000000000";

pub fn same_tree(lab: &Lab) -> Result<Value> {
    let store = Store::new(lab);
    let image = match store.image(&[
        steps(&[
            "directory ./data",
            "write ./data/owned x",
            "write ./data/mode x",
            "write ./data/capable x",
            "write ./data/noted x",
            "write ./data/linked x",
            "write ./data/gone x",
            "directory ./data/replaced",
            "write ./data/replaced/old x",
            "directory ./data/kept",
            "write ./data/kept/in x",
        ]),
        steps(&["directory ./data", "write ./data/second x"]),
    ])? {
        Err(why) => return Ok(refused(why)),
        Ok(image) => image,
    };
    let (name, committed, text) = (lab.random_name()?, lab.random_name()?, lab.random_name()?);
    let write = format!("write /data/new {text}");
    let capability = format!("attribute /data/capable {CAPABILITY}");
    let done = [
        &*write,
        &*capability,
        "owner 1234 5678 /data/owned",
        "mode 4755 /data/mode",
        "attribute /data/noted trusted.note 6162",
        "attribute /data/kept trusted.note 6364",
        "attribute /data/kept trusted.overlays 65",
        "link /data/linked /data/other-name",
        "link /data/new /data/new-too",
        "symlink ../new /data/symlink",
        "pipe /data/pipe",
        "remove /data/gone",
        "remove /data/replaced",
        "directory /data/replaced",
        "write /data/replaced/new x",
        "owner 7 8 /data/replaced",
        "append /data/kept/in y",
    ];
    let (running, first) = match store.files(&image, &[BARE, "--name", &name], &done)? {
        Err(why) => return Ok(refused(why)),
        Ok(seen) => seen,
    };
    running.end()?;
    let before = store.layer_dirs()?;
    lab.run(&["commit", &name, &committed])?;
    let (running, second) = match store.files(&committed, &[BARE], &[])? {
        Err(why) => return Ok(refused(why)),
        Ok(seen) => seen,
    };
    running.end()?;
    let has = |path: &str| second.contains_key(Path::new(path));
    Ok(json!({
        "command": { "started": "yes" },
        "contents": same(&first, &second, |entry| (entry.kind.clone(), entry.content.clone())),
        "owners": same(&first, &second, |entry| entry.owner),
        "modes": same(&first, &second, |entry| entry.mode.clone()),
        "times": same(&first, &second, |entry| entry.modified),
        "attributes": same(&first, &second, |entry| entry.attributes.clone()),
        "hard_links": same(&first, &second, |entry| entry.first.clone()),
        "deleted_file": either(has("/gone"), "there", "missing"),
        "replaced_directory": match has("/replaced/old") {
            true => "with what was below",
            false => either(has("/replaced/new"), "only its own", "not even its own"),
        },
        "in_the_layer": notes(&store, &before)?,
    }))
}

/// Compares one property at every path that both trees have; what only one of
/// them has differs in its contents.
fn same<T: PartialEq>(first: &Tree, second: &Tree, of: impl Fn(&Entry) -> T) -> &'static str {
    let differs = |(path, entry): (&PathBuf, &Entry)| match second.get(path) {
        Some(other) => of(entry) != of(other),
        None => false,
    };
    let only = first
        .keys()
        .filter(|path| !second.contains_key(*path))
        .count();
    let counted = std::any::type_name::<T>() == std::any::type_name::<(String, String)>();
    match first.iter().any(differs) || (counted && (only > 0 || first.len() != second.len())) {
        true => "differ",
        false => "the same",
    }
}

/// What overlayfs has written for itself in the layers that are new.
fn notes(store: &Store, before: &[PathBuf]) -> Result<&'static str> {
    let after = store.layer_dirs()?;
    let mut new = after.iter().filter(|dir| !before.contains(dir));
    let own = |name: &String| name.contains(".overlay.") && !name.ends_with(".overlay.opaque");
    let marked = |entry: &Entry| entry.attributes.keys().any(own);
    let first = new.next();
    let Some(layer) = first else {
        return Ok("no layer");
    };
    let tree = files::tree(layer)?;
    Ok(either(
        tree.values().any(marked),
        "overlayfs's own notes",
        "nothing of overlayfs's own",
    ))
}

pub fn not_committed(lab: &Lab) -> Result<Value> {
    let store = Store::new(lab);
    let image = match store.image(&[steps(&["directory ./data", "write ./etc/deleted x"])])? {
        Err(why) => return Ok(refused(why)),
        Ok(image) => image,
    };
    let (name, committed, text) = (lab.random_name()?, lab.random_name()?, lab.random_name()?);
    let other = format!("write /etc/other {text}");
    let hosts = format!("append /etc/hosts {text}");
    let done = [
        &*hosts,
        &*other,
        "write /etc/resolv.conf x",
        "remove /etc/hostname",
        "write /data/elsewhere x",
        "remove /etc/deleted",
        "write /etc/hosts.allow x",
        "write /data/hosts x",
        "directory /data/etc",
        "write /data/etc/hosts x",
    ];
    let running = match store.files(&image, &["--name", &name], &done)? {
        Err(why) => return Ok(refused(why)),
        Ok((running, _)) => running,
    };
    running.end()?;
    let before = store.layer_dirs()?;
    lab.run(&["commit", &name, &committed])?;
    let after = store.layer_dirs()?;
    let new = after.iter().find(|dir| !before.contains(dir));
    let has = |name: &str| {
        new.is_some_and(|dir| fs::symlink_metadata(dir.join("etc").join(name)).is_ok())
    };
    let three = ["hosts", "hostname", "resolv.conf"];
    let second = lab.random_name()?;
    let probe = [
        "reach",
        "/etc/hosts",
        "/etc/hostname",
        "/etc/other",
        "/etc/deleted",
        "/data/elsewhere",
        "/etc/hosts.allow",
        "/data/hosts",
        "/data/etc/hosts",
    ];
    let mut running = store
        .run(&committed, &["--hostname", &second], &probe)
        .start()?;
    let look = match heard(&mut running)? {
        Err(why) => return Ok(refused(why)),
        Ok(look) => look,
    };
    running.end().context("end the second container")?;
    let said = |path: &str| look["files"][path]["text"].as_str().unwrap_or_default();
    let alike = ["/etc/hosts.allow", "/data/hosts"];
    let own = said("/etc/hosts").contains(&second) && !said("/etc/hosts").contains(&text);
    Ok(json!({
        "command": { "started": "yes" },
        "layer": either(three.iter().any(|name| has(name)), "has one of the three", "none of the three"),
        "other_files_of_etc": either(said("/etc/other") == text, "there", "lost"),
        "files_elsewhere": either(said("/data/elsewhere") == "x", "there", "lost"),
        "files_named_alike": either(alike.iter().all(|path| said(path) == "x"), "there", "lost"),
        "an_etc_elsewhere": either(said("/data/etc/hosts") == "x", "there", "lost"),
        "deleted_file": either(look["files"]["/etc/deleted"].is_null(), "missing", "there"),
        "hosts_of_the_next": either(own, "its own", "not its own"),
        "hostname_of_the_next": either(said("/etc/hostname").trim() == second, "its own", "not its own"),
    }))
}
