//! Part 04a: layers that are mounted, one on top of the other.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use workbench::Lab;
use workbench::probe::files;

use crate::image::{BARE, Store, either, process, refused, root, steps};

pub fn order(lab: &Lab) -> Result<Value> {
    let store = Store::new(lab);
    let texts = [lab.random_name()?, lab.random_name()?, lab.random_name()?];
    let who = |number: usize| format!("write ./data/who {}", texts[number]);
    let mut lowest = steps(&[
        "directory ./data",
        "write ./data/lowest x",
        "write ./data/deleted x",
        "directory ./data/merged",
        "write ./data/merged/low x",
        "directory ./data/replaced",
        "write ./data/replaced/old x",
        "directory ./noted",
    ]);
    lowest.push(who(0));
    let mut middle = steps(&[
        "directory ./data",
        "whiteout ./data/deleted",
        "directory ./data/merged",
        "write ./data/merged/high x",
    ]);
    middle.push(who(1));
    let mut topmost = steps(&[
        "directory ./data",
        "directory ./data/replaced",
        "attribute ./data/replaced trusted.overlay.opaque 79",
        "write ./data/replaced/new x",
        "directory ./noted",
        "directory ./noted/renamed",
    ]);
    topmost.push(who(2));
    let image = match store.image(&[lowest, middle, topmost])? {
        Err(why) => return Ok(refused(why)),
        Ok(image) => image,
    };
    // A note of overlayfs's: what is below this directory is called /data. Nobody
    // makes a layer with it here; other tools do.
    for layer in store.layer_dirs()? {
        let noted = layer.join("noted/renamed");
        if noted.is_dir() {
            let redirect = "trusted.overlay.redirect 2f64617461";
            files::step(&format!("attribute {} {redirect}", noted.display()))?;
        }
    }
    let (running, tree) = match store.files(&image, &[BARE], &[])? {
        Err(why) => return Ok(refused(why)),
        Ok(seen) => seen,
    };
    let kind = root_mount(process(&running)?)?;
    let renamed = root(&running)?.join("noted/renamed/lowest");
    let followed = renamed.exists();
    running.end()?;
    // All of it was seen; the next image has the probe again, which is tens of
    // megabytes, and on a small machine each copy counts.
    for dir in [&store.dir, &lab.directory().join(format!("{image}-2"))] {
        fs::remove_dir_all(dir).context("remove what was seen")?;
    }
    let many = many_layers(&store)?;
    let has = |path: &str| tree.contains_key(Path::new(path));
    let said = tree.get(Path::new("/who")).map(|entry| &entry.content);
    Ok(json!({
        "command": { "started": "yes" },
        "root": kind,
        "in_all_layers": match said {
            Some(text) if *text == texts[2] => "the topmost's",
            Some(text) if *text == texts[1] => "the middle one's",
            Some(text) if *text == texts[0] => "the lowest's",
            Some(_) => "nobody's",
            None => "missing",
        },
        "only_in_lowest": either(has("/lowest"), "there", "missing"),
        "deleted_above": either(has("/deleted"), "there", "missing"),
        "merged_directory": either(has("/merged/low") && has("/merged/high"), "both parts", "in part"),
        "replaced_directory": match has("/replaced/old") {
            true => "with what was below",
            false => either(has("/replaced/new"), "only its own", "not even its own"),
        },
        "note_of_a_rename": either(followed, "followed", "not followed"),
        "many_layers": many,
    }))
}

/// Layers of which every name is a few characters too long for the page that
/// mount(2) takes, unless it is short.
const MANY: usize = 120;

/// What becomes of a container on many layers.
fn many_layers(store: &Store) -> Result<String> {
    let layer = |number: usize| steps(&["directory ./data", &format!("write ./data/{number} x")]);
    let layers: Vec<Vec<String>> = (0..MANY).map(layer).collect();
    let image = match store.image(&layers)? {
        Err(why) => return Ok(why),
        Ok(image) => image,
    };
    Ok(match store.files(&image, &[BARE], &[])? {
        Err(why) => why,
        Ok((running, tree)) => {
            running.end()?;
            let all =
                (0..MANY).all(|number| tree.contains_key(&Path::new("/").join(number.to_string())));
            either(all, "all seen", "some missing").into()
        }
    })
}

/// The kind of file system a process has as its root.
fn root_mount(pid: i32) -> Result<String> {
    let path = format!("/proc/{pid}/mountinfo");
    let text = fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
    let of_root = text
        .lines()
        .rfind(|line| line.split(' ').nth(4) == Some("/"));
    let kind = of_root.and_then(|line| line.split_once(" - ")?.1.split(' ').next());
    Ok(kind.unwrap_or("none").into())
}

pub fn copy_up(lab: &Lab) -> Result<Value> {
    let store = Store::new(lab);
    let (long, text) = ("x".repeat(3000), lab.random_name()?);
    let mut lowest = steps(&[
        "directory ./data",
        "write ./data/mode x",
        "write ./data/deleted x",
        "write ./data/renamed x",
        "directory ./data/tree",
        "write ./data/tree/in x",
    ]);
    lowest.push(format!("write ./data/appended {long}"));
    let image = match store.image(&[lowest, steps(&["directory ./data"])])? {
        Err(why) => return Ok(refused(why)),
        Ok(image) => image,
    };
    let before = store.layers()?;
    let append = format!("append /data/appended {text}");
    let write = format!("write /data/new {text}");
    let done = [
        &*append,
        &*write,
        "mode 600 /data/mode",
        "remove /data/deleted",
        "rename /data/renamed /data/otherwise",
        "remove /data/tree",
    ];
    let name = lab.random_name()?;
    let (running, tree) = match store.files(&image, &[BARE, "--name", &name], &done)? {
        Err(why) if why.starts_with("no:") => return Ok(refused(why)),
        Err(why) => return Ok(json!({ "command": { "started": "yes" }, "inside": why })),
        Ok(seen) => seen,
    };
    running.end()?;
    let has = |path: &str| tree.contains_key(Path::new(path));
    let content = |path: &str| {
        tree.get(Path::new(path))
            .map(|entry| entry.content.as_str())
    };
    let length = format!("{} bytes", long.len() + text.len());
    let right = content("/new") == Some(&text)
        && content("/appended").is_some_and(|content| content.starts_with(&length))
        && tree
            .get(Path::new("/mode"))
            .is_some_and(|entry| entry.mode == "600")
        && has("/otherwise")
        && !has("/renamed")
        && !has("/deleted")
        && !has("/tree");
    let upper = store.dir.join("containers").join(&name).join("upper");
    let written = fs::read_to_string(upper.join("data/new")).is_ok_and(|found| found == text);
    let layers = store.layers()?;
    let next = match store.files(&image, &[BARE], &[])? {
        Err(why) => why,
        Ok((running, tree)) => {
            running.end()?;
            let has = |path: &str| tree.contains_key(Path::new(path));
            let old = has("/deleted") && has("/renamed") && has("/tree/in") && !has("/new");
            either(old, "as the image", "not as the image").into()
        }
    };
    Ok(json!({
        "command": { "started": "yes" },
        "written_to": either(written, "its upper directory", "somewhere else"),
        "inside": either(right, "as it was done", "otherwise"),
        "layers": either(layers == before, "as before", "changed"),
        "next_container": next,
    }))
}

pub fn apart(lab: &Lab) -> Result<Value> {
    let store = Store::new(lab);
    let image = match store.image(&[
        steps(&[
            "directory ./data",
            "write ./data/both x",
            "write ./data/same x",
        ]),
        steps(&["directory ./data"]),
    ])? {
        Err(why) => return Ok(refused(why)),
        Ok(image) => image,
    };
    let count = store.layer_dirs()?.len();
    let names = [lab.random_name()?, lab.random_name()?];
    let mut alive = Vec::new();
    for name in &names {
        let own = format!("write /data/{name} x");
        let both = format!("write /data/both {name}");
        let words = [BARE, "--name", name];
        match store.files(&image, &words, &[&own, &both])? {
            Err(why) => return Ok(refused(why)),
            Ok((running, _)) => alive.push(running),
        }
    }
    let roots = [root(&alive[0])?, root(&alive[1])?];
    let sees = |number: usize| -> Result<&'static str> {
        let tree = files::tree(&roots[number].join("data"))?;
        let other = Path::new("/").join(&names[1 - number]);
        let both = tree
            .get(Path::new("/both"))
            .map(|entry| entry.content.clone());
        let others = tree.contains_key(&other) || both.as_ref() == Some(&names[1 - number]);
        Ok(match others {
            true => "the other's too",
            false => either(both.as_ref() == Some(&names[number]), "its own", "neither"),
        })
    };
    let inode = |number: usize| -> Result<u64> {
        let path = roots[number].join("data/same");
        Ok(fs::metadata(&path)
            .with_context(|| format!("look at {}", path.display()))?
            .ino())
    };
    let seen = json!({
        "command": { "started": "yes" },
        "first_sees": sees(0)?,
        "second_sees": sees(1)?,
        "untouched_file": either(inode(0)? == inode(1)?, "one for both", "two"),
        "layers": either(store.layer_dirs()?.len() == count, "once", "more than once"),
    });
    for running in alive {
        running.end()?;
    }
    Ok(seen)
}
