//! Part 04b: what an import leaves in the store: everything, or nothing.

use std::fs;
use std::os::unix::fs::MetadataExt;

use anyhow::Result;
use serde_json::{Value, json};
use tar::EntryType;
use workbench::Lab;

use crate::archive::{self, Files, Tar, architecture, digest};
use crate::place::{Place, imported, refused, refused_word, tar, texts};

pub fn whole(lab: &Lab) -> Result<Value> {
    let place = Place::new(lab)?;
    let texts = texts(lab, 11)?;
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

    // The layer is the store's already; what the archive has in its place isn't.
    let mut known = Files::image(&[tar(&texts[0])]);
    known.put(&archive::path(&digest(&tar(&texts[0]))), &tar(&texts[7]));
    let (_, of_known) = place.import(&known)?;

    // The blob is what the manifest says, and holds what nobody said.
    let mut unsaid = Files::layout();
    let mut layer = unsaid.packed(&tar(&texts[8]))?;
    layer.diff_id = digest(&tar(&texts[9]));
    let manifest = unsaid.manifest(&[layer], architecture());
    unsaid.index(&[manifest]);
    let (_, of_unsaid) = place.import(&unsaid)?;
    Ok(json!({
        "good": {"imported": imported(&good), "layers": place.whole(&texts[..2])},
        "shared": {"imported": imported(&sharing), "layers": place.whole(&texts[2..3])},
        "broken_second": {
            "refused": refused(&of_broken),
            "named": if after == named { "none" } else { "some" },
            "image": if place.image(&name).is_some() { "there" } else { "none" },
        },
        "repacked": {"refused": refused(&of_repacked)},
        "known_layer": {"with_another_content": refused_word(&of_known)},
        "content_nobody_named": refused_word(&of_unsaid),
        "two_images": two_images(&place)?,
        "unnamed_directory": unnamed_directory(&place)?,
        "left_out": left_out(&place)?,
        "together_too_large": together_too_large(&place)?,
    }))
}

/// Two images in one archive, of two layers each, of which the lowest is both
/// images'.
fn two_images(place: &Place) -> Result<&'static str> {
    let texts = texts(place.lab, 3)?;
    let names = [place.lab.random_name()?, place.lab.random_name()?];
    let mut files = Files::layout();
    let mut manifests = Vec::new();
    for (name, own) in names.iter().zip(&texts[1..]) {
        let layers = [files.plain(&tar(&texts[0])), files.plain(&tar(own))];
        let mut manifest = files.manifest(&layers, architecture());
        let name = format!("{name}:latest");
        manifest["annotations"] = json!({"org.opencontainers.image.ref.name": name});
        manifests.push(manifest);
    }
    files.index(&manifests);
    let path = place.lab.directory().join(place.lab.random_name()?);
    files.write(&path)?;
    let ended = place.run(&["import", &path.to_string_lossy()])?;
    let there = names.iter().filter(|name| place.image(name).is_some());
    Ok(
        match (refused(&ended), there.count(), place.whole(&texts)) {
            ("no", 2, "all") => "both",
            ("it panicked", ..) => "it panicked",
            ("no", ..) => "not both",
            _ => "refused",
        },
    )
}

/// The mode of a directory that a layer's archive doesn't name before what is in
/// it, over two layers that have it, the lowest of which is in the store.
fn unnamed_directory(place: &Place) -> Result<Value> {
    let with_mode = |mode: u32, text: &str| {
        let tar = Tar::new().directory("dir/").mode(mode);
        tar.file(text, b"").end()
    };
    let texts = texts(place.lab, 3)?;
    let lowest = with_mode(0o700, &texts[0]);
    let next = with_mode(0o750, &texts[1]);
    let topmost = Tar::new().file("dir/text", texts[2].as_bytes()).end();
    let third = Tar::new().file("dir/third", texts[2].as_bytes()).end();
    let mode = |layer: &[u8]| -> String {
        let found = fs::metadata(place.layer(&digest(layer)).join("dir"));
        found.map_or("none".into(), |found| format!("{:o}", found.mode() & 0o777))
    };
    place.import(&Files::image(std::slice::from_ref(&lowest)))?;
    place.import(&Files::image(&[lowest.clone(), topmost.clone()]))?;
    place.import(&Files::image(&[lowest, next, third.clone()]))?;
    Ok(json!({"over_known": mode(&topmost), "over_two": mode(&third)}))
}

/// Whether it is said that a device isn't in the layer.
fn left_out(place: &Place) -> Result<&'static str> {
    let tar = Tar::new().directory("dev/");
    let tar = tar.raw(b"dev/thing", EntryType::Char, b"", 0, b"");
    let (_, ended) = place.import(&Files::image(&[tar.end()]))?;
    Ok(
        match (refused(&ended), ended.stderr.contains("dev/thing")) {
            ("no", true) => "said",
            ("no", false) => "not said",
            (other, _) => other,
        },
    )
}

/// Two layers, each of which is small enough.
fn together_too_large(place: &Place) -> Result<&'static str> {
    let layers = [1, 2].map(|byte| Tar::new().file("large", &vec![byte; 64 << 10]).end());
    let path = place.lab.directory().join(place.lab.random_name()?);
    Files::image(&layers).write(&path)?;
    let path = path.to_string_lossy();
    let words = ["import", "--max-size", "100Ki", "--name", "large", &path];
    Ok(refused_word(&place.run(&words)?))
}
