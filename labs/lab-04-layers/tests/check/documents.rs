//! Part 04b: one stream that is verified, and the documents on the way to the
//! layers.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use workbench::Lab;
use workbench::program::Ended;

use crate::archive::{self, CONFIG, Files, INDEX, Layer, MANIFEST, Tar, architecture, digest};
use crate::place::{Place, imported, refused, refused_word, tar, texts};

pub fn verified(lab: &Lab) -> Result<Value> {
    let text = lab.random_name()?;
    // More than anybody reads at once.
    let right: Vec<u8> = text.bytes().cycle().take(1 << 20).collect();
    let ask = |bytes: &[u8], digest: Option<&str>, size: usize| -> Result<&'static str> {
        let file = lab.directory().join(lab.random_name()?);
        fs::write(&file, bytes).context("write a blob")?;
        let (file, size) = (file.to_string_lossy().into_owned(), size.to_string());
        let mut words = vec!["image", "verify", "--size", &size];
        if let Some(digest) = digest {
            words.extend(["--digest", digest]);
        }
        words.push(&file);
        let ended = lab.run(&words)?;
        Ok(match refused(&ended) {
            "no" => "believed",
            "yes" => "refused",
            other => other,
        })
    };
    let (size, own) = (right.len(), digest(&right));
    let mut other = right.clone();
    other[size - 1] ^= 1;
    let short = &right[..size - 512];
    Ok(json!({
        "right": ask(&right, Some(&own), size)?,
        "small": ask(b"text", Some(&digest(b"text")), 4)?,
        "without_digest": ask(&right, None, size)?,
        "other_content": ask(&other, Some(&own), size)?,
        "digest_but_one_digit": but_one_digit(&own, |digest| ask(&right, Some(digest), size))?,
        // The digest is that of the file, and the size isn't.
        "too_short": ask(short, Some(&digest(short)), size)?,
        "too_long": ask(&right, Some(&own), size - 512)?,
    }))
}

/// What becomes of digests that differ from the right one in one digit: at the
/// beginning, where people stop reading, in the middle, and at the end.
fn but_one_digit(own: &str, ask: impl Fn(&str) -> Result<&'static str>) -> Result<&'static str> {
    let first = "sha256:".len();
    for place in [first, first + 12, first + 33, own.len() - 1] {
        let digit = if &own[place..=place] == "0" { "1" } else { "0" };
        let mut other = own.to_string();
        other.replace_range(place..=place, digit);
        match ask(&other)? {
            "refused" => {}
            otherwise => return Ok(otherwise),
        }
    }
    Ok("refused")
}

pub fn way(lab: &Lab) -> Result<Value> {
    let place = Place::new(lab)?;
    let texts = texts(lab, 8)?;
    let (one, several) = (&texts[..1], &texts[1..4]);
    let image =
        |texts: &[String]| Files::image(&texts.iter().map(|text| tar(text)).collect::<Vec<_>>());
    let (name, ended) = place.import(&image(one))?;
    let wanted = {
        let layer = Layer {
            blob: Value::Null,
            diff_id: digest(&tar(&one[0])),
        };
        let config = archive::config(&[layer], architecture());
        digest(config.to_string().as_bytes())
    };
    let id = match place.image(&name) {
        Some(image) if image["id"] == wanted => "the configuration's",
        Some(_) => "another",
        None => "none",
    };
    let (_, of_several) = place.import(&image(several))?;
    let mut files = Files::layout();
    let packed = files.packed(&tar(&texts[4]))?;
    let manifest = files.manifest(&[packed], architecture());
    files.index(&[manifest]);
    let (_, of_packed) = place.import(&files)?;
    let (_, of_machines) = place.import(&machines(&texts[5])?)?;
    Ok(json!({
        "one_layer": {"imported": imported(&ended), "id": id, "layers": place.whole(one)},
        "several_layers": {"imported": imported(&of_several), "layers": place.whole(several)},
        "packed_layer": {"imported": imported(&of_packed), "layers": place.whole(&texts[4..5])},
        "several_machines": {
            "imported": imported(&of_machines),
            "layers": place.whole(&texts[5..6]),
        },
        "other_document": {
            "configuration": other_document(&place, CONFIG)?,
            "manifest": other_document(&place, MANIFEST)?,
            "index": other_document(&place, INDEX)?,
        },
        "read_as_two": refused_word(&place.import(&read_as_two(&texts[6]))?.1),
        "more_layers_than_diff_ids": one_layer_more(&place, &texts[7])?,
    }))
}

/// What becomes of an image of which one document has another byte than its
/// digest says.
fn other_document(place: &Place, media_type: &str) -> Result<&'static str> {
    let mut files = machines(&place.lab.random_name()?)?;
    let is_one = |bytes: &[u8]| {
        let document: Value = serde_json::from_slice(bytes).unwrap_or_default();
        match media_type {
            CONFIG => document.get("rootfs").is_some(),
            MANIFEST => document.get("layers").is_some(),
            _ => document.get("manifests").is_some(),
        }
    };
    let blobs = files.0.iter_mut();
    for (_, bytes) in blobs.filter(|(name, _)| name.starts_with("blobs/")) {
        if is_one(bytes) {
            bytes.push(b'\n');
        }
    }
    Ok(refused_word(&place.import(&files)?.1))
}

/// A document that leads to other manifests, and is one.
fn read_as_two(text: &str) -> Files {
    let mut files = Files::layout();
    let layer = files.plain(&tar(text));
    let manifest = files.manifest(&[layer], architecture());
    let name = archive::path(manifest["digest"].as_str().unwrap_or_default());
    let mut both: Value = serde_json::from_slice(&files.0[&name]).unwrap_or_default();
    both["manifests"] = json!([manifest]);
    let index = files.document(INDEX, &both);
    files.index(&[index]);
    files
}

/// An image that lists two layers, and the DiffID of one.
fn one_layer_more(place: &Place, text: &str) -> Result<&'static str> {
    let mut files = Files::layout();
    let layer = files.plain(&tar(text));
    let more = files.plain(&tar("more"));
    let config = files.document(
        CONFIG,
        &archive::config(std::slice::from_ref(&layer), architecture()),
    );
    let manifest = json!({"schemaVersion": 2, "config": config, "layers": [layer.blob, more.blob]});
    let manifest = files.document(MANIFEST, &manifest);
    files.index(&[manifest]);
    Ok(refused_word(&place.import(&files)?.1))
}

/// An index in an index, with an image for another machine in front, and a
/// second one for this machine behind.
fn machines(text: &str) -> Result<Files> {
    let mut files = Files::layout();
    let mut descriptors = Vec::new();
    for (machine, text) in [
        ("s390x", "nothing"),
        (architecture(), text),
        (architecture(), "second"),
    ] {
        let layer = files.plain(&tar(text));
        let mut manifest = files.manifest(&[layer], machine);
        manifest["platform"] = json!({"os": "linux", "architecture": machine});
        descriptors.push(manifest);
    }
    let mut inner = |descriptors: &[Value]| {
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": descriptors});
        files.document(INDEX, &index)
    };
    let inside = inner(&descriptors);
    let outer = inner(&[inside]);
    files.index(&[outer]);
    Ok(files)
}

pub fn docker_archive(lab: &Lab) -> Result<Value> {
    let place = Place::new(lab)?;
    let texts = texts(lab, 3)?;
    let tars: Vec<Vec<u8>> = texts.iter().map(|text| tar(text)).collect();
    let layers: Vec<Layer> = tars
        .iter()
        .map(|tar| Layer {
            blob: Value::Null,
            diff_id: digest(tar),
        })
        .collect();
    let config = archive::config(&layers, architecture()).to_string();
    let hex = |bytes: &[u8]| digest(bytes).replace("sha256:", "");
    let names = [lab.random_name()?, format!("class/{}", lab.random_name()?)];
    let tags: Vec<String> = names.iter().map(|name| format!("{name}:latest")).collect();
    // The name of a layer's directory is a digest, and not of the layer.
    let files: Vec<String> = tars.iter().map(|tar| hex(&hex(tar).into_bytes())).collect();
    let archive = |config_name: &str| -> Result<Vec<u8>> {
        let listed: Vec<String> = files.iter().map(|id| format!("{id}/layer.tar")).collect();
        let manifest = json!([{"Config": config_name, "RepoTags": tags, "Layers": listed}]);
        Ok(Tar::new()
            .file("first.tar", &tars[0])
            .link(&listed[0], "../first.tar")
            .file(&listed[1], &archive::gzip(&tars[1])?)
            .file(&listed[2], &tars[2])
            .file(config_name, config.as_bytes())
            .file("manifest.json", manifest.to_string().as_bytes())
            .end())
    };
    let import = |bytes: &[u8], words: &[&str]| -> Result<Ended> {
        let path = lab.directory().join(lab.random_name()?);
        fs::write(&path, bytes).context("write an archive")?;
        place.run(&[&["import"], words, &[path.to_string_lossy().as_ref()]].concat())
    };
    let own_name = format!("{}.json", hex(config.as_bytes()));
    let other_name = format!("{}.json", hex(b"other"));

    let other = import(&archive(&other_name)?, &[])?;
    let before = names
        .iter()
        .filter(|name| place.image(name).is_some())
        .count();
    let ended = import(&archive(&own_name)?, &[])?;
    let found = names.iter().filter(|name| place.image(name).is_some());
    let kept = match found.count() {
        2 => "both",
        1 => "one",
        _ => "none",
    };
    let id = match names.iter().find_map(|name| place.image(name)) {
        Some(image) if image["id"] == digest(config.as_bytes()) => "the configuration's",
        Some(_) => "another",
        None => "none",
    };
    // One layer, no name of its own, and a configuration whose name says nothing.
    let text = tar(&lab.random_name()?);
    let layer = Layer {
        blob: Value::Null,
        diff_id: digest(&text),
    };
    let config = archive::config(&[layer], architecture()).to_string();
    let manifest = json!([{"Config": "config.json", "RepoTags": null, "Layers": ["layer.tar"]}]);
    let more =
        json!([{"Config": "config.json", "RepoTags": null, "Layers": ["layer.tar", "layer.tar"]}]);
    let one_more = Tar::new()
        .file("manifest.json", more.to_string().as_bytes())
        .file("config.json", config.as_bytes())
        .file("layer.tar", &text)
        .end();
    let one_more = import(&one_more, &["--name", "one-more"])?;
    let one_layer = Tar::new()
        .file("manifest.json", manifest.to_string().as_bytes())
        .file("config.json", config.as_bytes())
        .file("layer.tar", &text)
        .end();
    let one_layer = import(&one_layer, &["--name", "one-layer"])?;
    Ok(json!({
        "image": {
            "imported": imported(&ended),
            "id": id,
            "names": kept,
            "layers": place.whole(&texts),
        },
        "other_configuration": if before == 0 { refused_word(&other) } else { "imported" },
        "one_layer": imported(&one_layer),
        "more_layers_than_diff_ids": refused_word(&one_more),
    }))
}
