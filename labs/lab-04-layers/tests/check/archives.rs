//! Part 04b: archives that are imported, and others that are refused. What became
//! of them is read from the store's directories, and from a directory outside.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use workbench::Lab;
use workbench::program::Ended;

use crate::archive::{self, Files, INDEX, Layer, Tar, architecture, digest};

/// A store, archives, and what lies beside them.
struct Place<'a> {
    lab: &'a Lab,
    store: PathBuf,
}

impl Place<'_> {
    fn new<'a>(lab: &'a Lab) -> Result<Place<'a>> {
        let store = lab.directory().join("store");
        Ok(Place { lab, store })
    }

    /// Imports an archive under a new name, which is returned: from a directory,
    /// or from a tar of one.
    fn import(&self, files: &Files) -> Result<(String, Ended)> {
        let name = self.lab.random_name()?;
        let path = self.lab.directory().join(format!("archive-{name}"));
        // Names end in a number that counts.
        match name.ends_with(['0', '2', '4', '6', '8']) {
            true => files.write(&path)?,
            false => fs::write(&path, files.tar()).context("write an archive")?,
        }
        let ended = self.run(&["import", "--name", &name, &path.to_string_lossy()])?;
        Ok((name, ended))
    }

    /// `image WORDS` on the store.
    fn run(&self, words: &[&str]) -> Result<Ended> {
        let store = self.store.to_string_lossy();
        let verb = ["image", words[0], "--store", &store];
        self.lab.run(&[&verb, &words[1..]].concat())
    }

    /// The image of this name, as the store keeps it.
    fn image(&self, name: &str) -> Option<Value> {
        let file = format!("images/{}:latest.json", name.replace('/', "%"));
        serde_json::from_slice(&fs::read(self.store.join(file)).ok()?).ok()
    }

    fn layer(&self, diff_id: &str) -> PathBuf {
        self.store
            .join("layers/sha256")
            .join(diff_id.replace("sha256:", ""))
    }

    fn has(&self, diff_id: &str) -> bool {
        self.layer(diff_id).is_dir()
    }

    /// How many layers have a name.
    fn layers(&self) -> usize {
        fs::read_dir(self.store.join("layers/sha256")).map_or(0, Iterator::count)
    }

    /// Whether each layer is there with the text it was made of.
    fn whole(&self, texts: &[String]) -> &'static str {
        let right = texts.iter().filter(|text| {
            let file = self.layer(&digest(&tar(text))).join("dir/text");
            fs::read(file).is_ok_and(|found| found == text.as_bytes())
        });
        match right.count() {
            count if count == texts.len() => "all",
            0 => "none",
            _ => "some",
        }
    }
}

/// `yes`, or why not, in a word, as far as it doesn't depend on what a learner
/// chose to say.
fn imported(ended: &Ended) -> String {
    let reasons = [
        ("the image is for", "another machine"),
        ("missing field", "document"),
        ("panicked", "it panicked"),
    ];
    match ended.code {
        Some(0) => "yes".into(),
        _ => {
            let known = reasons.iter().find(|(said, _)| ended.stderr.contains(said));
            known.map_or("no".into(), |(_, word)| format!("no: {word}"))
        }
    }
}

fn refused(ended: &Ended) -> &'static str {
    match ended.code {
        Some(0) => "no",
        _ => "yes",
    }
}

/// The archive of a layer with one text in it.
fn tar(text: &str) -> Vec<u8> {
    let tar = Tar::new().directory("./").directory("dir/");
    tar.file("dir/text", text.as_bytes()).end()
}

/// Texts that nobody can guess.
fn texts(lab: &Lab, count: usize) -> Result<Vec<String>> {
    (0..count).map(|_| lab.random_name()).collect()
}

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
        Ok(match lab.run(&words)?.code {
            Some(0) => "believed",
            _ => "refused",
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
        // The digest is that of the file, and the size isn't.
        "too_short": ask(short, Some(&digest(short)), size)?,
        "too_long": ask(&right, Some(&own), size - 512)?,
    }))
}

pub fn way(lab: &Lab) -> Result<Value> {
    let place = Place::new(lab)?;
    let texts = texts(lab, 6)?;
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
            "layers": place.whole(&texts[5..]),
        },
    }))
}

/// An index in an index, with an image for another machine in front.
fn machines(text: &str) -> Result<Files> {
    let mut files = Files::layout();
    let mut descriptors = Vec::new();
    for (machine, text) in [("s390x", "nothing"), (architecture(), text)] {
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

pub fn beneath(lab: &Lab) -> Result<Value> {
    let place = Place::new(lab)?;
    let outside = lab.directory().join("outside");
    let secret = outside.join("secret");
    fs::create_dir_all(outside.join("deeper")).context("make a directory outside")?;
    fs::write(&secret, "secret").context("write a file outside")?;
    let out = outside.to_string_lossy();
    // Up to the root from wherever a layer is unpacked, and down again.
    let upwards = format!("{}{out}", "../".repeat(12));
    let case = |tar: Tar, made: &str| -> Result<&'static str> {
        let layers = place.layers();
        let (_, ended) = place.import(&Files::image(&[tar.end()]))?;
        let written = outside.join(made);
        let names = fs::metadata(&secret)
            .context("look at the file outside")?
            .nlink();
        let word = match refused(&ended) {
            _ if !made.is_empty() && written.exists() => "written outside",
            _ if names > 1 => "linked outside",
            "no" => "made inside",
            _ if place.layers() > layers => "refused, and something is there",
            _ => "refused",
        };
        // A new one for the next case.
        let _ = fs::remove_file(written);
        Ok(word)
    };
    let link = || Tar::new().link("out", &out);
    let seen = json!({
        "through_a_link": case(link().file("out/new", b""), "new")?,
        "upwards": case(Tar::new().link("out", &upwards).file("out/new", b""), "new")?,
        "deeper": case(link().file("out/deeper/new", b""), "deeper/new")?,
        "inside_link": case(
            Tar::new().directory("in").link("out", "in").file("out/new", b""),
            "new",
        )?,
        "hard_link": case(link().hard_link("own", "out/secret"), "")?,
    });
    let text = lab.random_name()?;
    let long = format!("made/{}", "long/".repeat(40));
    let good = Tar::new()
        .file("made/for/it", text.as_bytes())
        .link("made/link", "/etc/passwd")
        .hard_link("other", "made/for/it")
        .records(&[("path", long.as_bytes())])
        .directory("made/long")
        .end();
    let (_, ended) = place.import(&Files::image(std::slice::from_ref(&good)))?;
    let other = fs::read(place.layer(&digest(&good)).join("other"));
    let right = other.is_ok_and(|found| found == text.as_bytes());
    let mut seen = seen;
    seen["ordinary"] = json!({
        "imported": imported(&ended),
        "layer": if right { "as in the archive" } else { "otherwise" },
    });
    Ok(seen)
}

pub fn whole(lab: &Lab) -> Result<Value> {
    let place = Place::new(lab)?;
    let texts = texts(lab, 7)?;
    let (_, good) = place.import(&Files::image(&[tar(&texts[0]), tar(&texts[1])]))?;
    // Shares its lowest layer with the one before.
    let (_, sharing) = place.import(&Files::image(&[tar(&texts[0]), tar(&texts[2])]))?;
    let named = place.layers();

    let mut broken = Files::image(&[tar(&texts[3]), tar(&texts[4])]);
    let second = digest(&tar(&texts[4]));
    broken.put(&archive::path(&second), &tar(&texts[5]));
    let (name, of_broken) = place.import(&broken)?;
    let after = place.layers();

    // The same content, in another file than the manifest names.
    let mut repacked = Files::layout();
    let layer = repacked.packed(&tar(&texts[6]))?;
    let blob = archive::path(layer.blob["digest"].as_str().unwrap_or_default());
    let manifest = repacked.manifest(&[layer], architecture());
    repacked.index(&[manifest]);
    if let Some(bytes) = repacked.0.get_mut(&blob) {
        // The time in gzip's header (RFC 1952).
        bytes[4] ^= 1;
    }
    let (_, of_repacked) = place.import(&repacked)?;
    Ok(json!({
        "good": {"imported": imported(&good), "layers": place.whole(&texts[..2])},
        "shared": {"imported": imported(&sharing), "layers": place.whole(&texts[2..3])},
        "broken_second": {
            "refused": refused(&of_broken),
            "named": if after == named { "none" } else { "some" },
            "image": if place.image(&name).is_some() { "there" } else { "none" },
        },
        "repacked": {"refused": refused(&of_repacked)},
    }))
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
    }))
}

fn refused_word(ended: &Ended) -> &'static str {
    match refused(ended) {
        "yes" => "refused",
        _ => "imported",
    }
}

pub fn shared(lab: &Lab) -> Result<Value> {
    let place = Place::new(lab)?;
    let texts = texts(lab, 4)?;
    let tars: Vec<Vec<u8>> = texts.iter().map(|text| tar(text)).collect();
    let id = |number: usize| digest(&tars[number]);
    let image = |layers: &[usize]| -> Result<String> {
        let layers: Vec<Vec<u8>> = layers.iter().map(|number| tars[*number].clone()).collect();
        Ok(place.import(&Files::image(&layers))?.0)
    };
    let (one, two, three) = (image(&[0, 1])?, image(&[0, 2])?, image(&[3])?);
    let all = place.layers();
    // A container that stands on the third, as the store keeps one.
    let links = place.store.join("containers/box/l");
    fs::create_dir_all(&links).context("make a container's directory")?;
    let target = format!("../../../layers/sha256/{}", id(3).replace("sha256:", ""));
    symlink(target, links.join("0")).context("link the container's layer")?;

    let word = |number: usize| match place.has(&id(number)) {
        true => "there",
        false => "gone",
    };
    let first = place.run(&["remove", &one])?;
    let (shared, own) = (word(0), word(1));
    let third = place.run(&["remove", &three])?;
    let used = word(3);
    // The container has gone by then.
    fs::remove_dir_all(place.store.join("containers/box")).context("remove a container")?;
    let second = place.run(&["remove", &two])?;
    let names = [&one, &two, &three];
    let listed = names.iter().any(|name| place.image(name).is_some());
    Ok(json!({
        "imported": if all == 4 { "yes" } else { "no" },
        "removed": match [&first, &second, &third].iter().all(|ended| ended.code == Some(0)) {
            true if !listed => "yes",
            _ => "no",
        },
        "shared_by_images": shared,
        "own": own,
        "used_by_container": used,
        "after_all": match place.layers() {
            0 => "none",
            _ => "some",
        },
    }))
}
