//! What may be wrong with an archive: its documents, and the blobs they name.

use serde_json::{Value, json};

use crate::archive::{CONFIG, Files, GZIP, INDEX, LAYER, MANIFEST, Tar, architecture};
use crate::{Case, archive, at, changed};

pub const CASES: &[Case] = &[
    (
        "a-blob-with-another-content",
        || {
            changed(|files, layer| {
                let other = Tar::new().file("a", b"TEXT").end();
                let place = archive::path(layer.blob["digest"].as_str().unwrap_or_default());
                files.put(&place, &other);
                at(files, &layer);
                Ok(())
            })
        },
        "its digest is sha256:",
    ),
    (
        "a-blob-that-is-too-short",
        || {
            changed(|files, mut layer| {
                layer.blob["size"] = json!(layer.blob["size"].as_u64().unwrap_or(0) + 512);
                at(files, &layer);
                Ok(())
            })
        },
        "bytes, and was to have",
    ),
    (
        "a-blob-that-is-too-long",
        || {
            changed(|files, mut layer| {
                layer.blob["size"] = json!(100);
                at(files, &layer);
                Ok(())
            })
        },
        "it has more than 100 bytes",
    ),
    (
        "a-size-below-zero",
        || {
            changed(|files, mut layer| {
                layer.blob["size"] = json!(-1);
                at(files, &layer);
                Ok(())
            })
        },
        "invalid value: integer `-1`",
    ),
    (
        "another-diff-id",
        || {
            changed(|files, mut layer| {
                layer.diff_id = archive::digest(b"other");
                at(files, &layer);
                Ok(())
            })
        },
        "unpacked: its digest is sha256:",
    ),
    (
        "a-blob-that-is-missing",
        || {
            changed(|files, layer| {
                let place = archive::path(layer.blob["digest"].as_str().unwrap_or_default());
                at(files, &layer);
                files.0.remove(&place);
                Ok(())
            })
        },
        "No such file or directory",
    ),
    (
        "a-digest-that-is-a-path",
        || {
            changed(|files, mut layer| {
                layer.blob["digest"] = json!("sha256:../../../outside/secret");
                at(files, &layer);
                Ok(())
            })
        },
        r#"digest "sha256:../../../outside/secret": must be sha256: and 64"#,
    ),
    (
        "a-digest-of-another-kind",
        || {
            changed(|files, mut layer| {
                layer.blob["digest"] = json!(format!("sha512:{}", "0".repeat(128)));
                at(files, &layer);
                Ok(())
            })
        },
        "must be sha256: and 64 hexadecimal digits",
    ),
    (
        "more-layers-than-diff-ids",
        || {
            changed(|files, layer| {
                let config = files.document(CONFIG, &archive::config(&[], architecture()));
                let manifest =
                    json!({"schemaVersion": 2, "config": config, "layers": [layer.blob]});
                let manifest = files.document(MANIFEST, &manifest);
                files.index(&[manifest]);
                Ok(())
            })
        },
        "the image has 1 layers, and its configuration knows 0",
    ),
    (
        "a-layer-of-another-kind",
        || {
            changed(|files, mut layer| {
                layer.blob["mediaType"] = json!("application/x-zip");
                at(files, &layer);
                Ok(())
            })
        },
        r#"its media type "application/x-zip" is none we unpack"#,
    ),
    (
        "plain-and-said-to-be-gzip",
        || {
            changed(|files, mut layer| {
                layer.blob["mediaType"] = json!(GZIP);
                at(files, &layer);
                Ok(())
            })
        },
        "invalid gzip header",
    ),
    (
        "gzip-and-said-to-be-plain",
        || {
            let mut files = Files::layout();
            let mut layer = files.packed(&Tar::new().file("a", b"text").end())?;
            layer.blob["mediaType"] = json!(LAYER);
            at(&mut files, &layer);
            Ok(files)
        },
        "at byte 0: the archive ends within a member",
    ),
    (
        "a-manifest-of-another-kind",
        || {
            changed(|files, layer| {
                let mut manifest = files.manifest(&[layer], architecture());
                manifest["mediaType"] =
                    json!("application/vnd.docker.distribution.manifest.v1+json");
                files.index(&[manifest]);
                Ok(())
            })
        },
        "is neither an image's manifest nor an index",
    ),
    (
        "an-index-said-to-be-a-manifest",
        || {
            changed(|files, layer| {
                let manifest = files.manifest(&[layer], architecture());
                let index =
                    json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [manifest]});
                let index = files.document(MANIFEST, &index);
                files.index(&[index]);
                Ok(())
            })
        },
        "it says that it is",
    ),
    (
        "a-manifest-that-is-an-index-too",
        || {
            changed(|files, layer| {
                let config = files.document(CONFIG, &archive::config(&[], architecture()));
                let both = json!({"schemaVersion": 2, "config": config,
                    "layers": [layer.blob], "manifests": []});
                let both = files.document(MANIFEST, &both);
                files.index(&[both]);
                Ok(())
            })
        },
        "it is both a manifest and an index",
    ),
    (
        "indexes-without-end",
        || {
            changed(|files, layer| {
                let mut here = files.manifest(&[layer], architecture());
                for _ in 0..9 {
                    here = files.document(INDEX, &json!({"schemaVersion": 2, "manifests": [here]}));
                }
                files.index(&[here]);
                Ok(())
            })
        },
        "more than 8 indexes on one way",
    ),
    (
        "an-index-of-other-machines",
        || {
            changed(|files, layer| {
                let mut manifest = files.manifest(&[layer], "s390x");
                manifest["platform"] = json!({"os": "linux", "architecture": "s390x"});
                let index = json!({"schemaVersion": 2, "manifests": [manifest]});
                let index = files.document(INDEX, &index);
                files.index(&[index]);
                Ok(())
            })
        },
        "no image for this machine; there is linux/s390x",
    ),
    (
        "an-image-for-another-machine",
        || {
            changed(|files, layer| {
                let manifest = files.manifest(&[layer], "s390x");
                files.index(&[manifest]);
                Ok(())
            })
        },
        "the image is for linux/s390x, and this machine is linux/",
    ),
    (
        "a-layout-of-another-version",
        || {
            changed(|files, layer| {
                at(files, &layer);
                files.put("oci-layout", br#"{"imageLayoutVersion":"2.0.0"}"#);
                Ok(())
            })
        },
        r#"the layout has version "2.0.0""#,
    ),
    (
        "no-image-at-all",
        || {
            let mut files = Files::default();
            files.put("readme", b"text");
            Ok(files)
        },
        r#"it has neither "oci-layout" and "index.json" nor "manifest.json""#,
    ),
    (
        "a-docker-archive-with-another-configuration",
        || {
            let mut files = Files::default();
            let hex = archive::digest(b"other").replace("sha256:", "");
            let config = archive::config(&[], architecture()).to_string();
            files.put(&format!("{hex}.json"), config.as_bytes());
            let manifest: Value =
                json!([{"Config": format!("{hex}.json"), "RepoTags": ["a:1"], "Layers": []}]);
            files.put("manifest.json", manifest.to_string().as_bytes());
            Ok(files)
        },
        "and its name says another one",
    ),
    (
        "a-docker-archive-that-leads-out",
        || {
            let mut files = Files::default();
            let manifest = json!([{"Config": "../../outside/secret", "Layers": []}]);
            files.put("manifest.json", manifest.to_string().as_bytes());
            Ok(files)
        },
        r#""../../outside/secret""#,
    ),
];
