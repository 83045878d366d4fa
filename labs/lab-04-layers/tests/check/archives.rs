//! Part 04b: layers that want to get out of their place, and layers that go.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use workbench::Lab;

use crate::archive::{Files, Tar, digest};
use crate::place::{Place, imported, refused, tar, texts};

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
            "it panicked" => "it panicked",
            _ if place.layers() > layers => "refused, and something is there",
            _ => "refused",
        };
        // A new one for the next case.
        let _ = fs::remove_file(&written).or_else(|_| fs::remove_dir_all(written));
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
        "deeper_inside": case(
            Tar::new().directory("in").directory("in/deeper").link("out", "in").file("out/deeper/new", b""),
            "deeper/new",
        )?,
        "made_on_the_way": case(link().file("out/made/new", b""), "made")?,
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

pub fn shared(lab: &Lab) -> Result<Value> {
    let place = Place::new(lab)?;
    let texts = texts(lab, 6)?;
    let tars: Vec<Vec<u8>> = texts.iter().map(|text| tar(text)).collect();
    let id = |number: usize| digest(&tars[number]);
    let image = |layers: &[usize]| -> Result<String> {
        let layers: Vec<Vec<u8>> = layers.iter().map(|number| tars[*number].clone()).collect();
        Ok(place.import(&Files::image(&layers))?.0)
    };
    let (one, two, three) = (image(&[4, 0, 1])?, image(&[4, 0, 2])?, image(&[3, 5])?);
    let all = place.layers();
    // Containers of the third, and of the second, as the store keeps them.
    let container = |name: &str, layers: &[usize]| -> Result<()> {
        let links = place.store.join("containers").join(name).join("l");
        fs::create_dir_all(&links).context("make a container's directory")?;
        for (number, layer) in layers.iter().enumerate() {
            let target = format!(
                "../../../layers/sha256/{}",
                id(*layer).replace("sha256:", "")
            );
            symlink(target, links.join(number.to_string())).context("link a layer")?;
        }
        Ok(())
    };
    for (name, layers) in [("a", &[4][..]), ("box", &[3, 5]), ("c", &[4])] {
        container(name, layers)?;
    }

    let word = |number: usize| match place.has(&id(number)) {
        true => "there",
        false => "gone",
    };
    let first = place.run(&["remove", &one])?;
    let both = |one: usize, other: usize| match (word(one), word(other)) {
        ("there", "there") => "there",
        ("gone", "gone") => "gone",
        _ => "in part",
    };
    let (shared, own) = (both(4, 0), word(1));
    let third = place.run(&["remove", &three])?;
    let used = both(3, 5);
    // The containers have gone by then.
    fs::remove_dir_all(place.store.join("containers")).context("remove the containers")?;
    fs::create_dir(place.store.join("containers")).context("make their directory again")?;
    let second = place.run(&["remove", &two])?;
    let names = [&one, &two, &three];
    let listed = names.iter().any(|name| place.image(name).is_some());
    Ok(json!({
        "imported": if all == 6 { "yes" } else { "no" },
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
