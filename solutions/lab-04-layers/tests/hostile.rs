//! Archives that lie, or want to get out: each is refused with its place and its
//! reason, nothing of it can be seen, and nothing beside it has changed.
//!
//! Each case runs on a workbench of its own, for what it would do otherwise it
//! would do with root's rights.

#[path = "../../../labs/lab-04-layers/tests/check/archive.rs"]
#[allow(dead_code, reason = "the learner's checks need more of it")]
mod archive;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use archive::{CONFIG, Files, GZIP, INDEX, LAYER, Layer, MANIFEST, Tar, architecture};
use libtest_mimic::{Arguments, Failed, Trial};
use nix::unistd::Uid;
use serde_json::{Value, json};
use tar::EntryType;
use workbench::bench::{Bench, End, become_keeper_if_asked, is_workbench};

/// Name; the archive; a part of what is said.
type Case = (&'static str, fn() -> Result<Files>, &'static str);

/// A layout of one layer.
fn layer(tar: Tar) -> Result<Files> {
    Ok(Files::image(&[tar.end()]))
}

/// A layout of one good layer, with something done to it.
fn changed(change: fn(&mut Files, Layer) -> Result<()>) -> Result<Files> {
    let mut files = Files::layout();
    let good = files.plain(&Tar::new().file("a", b"text").end());
    change(&mut files, good)?;
    Ok(files)
}

fn at(files: &mut Files, layer: &Layer) {
    let manifest = files.manifest(std::slice::from_ref(layer), architecture());
    files.index(&[manifest]);
}

const CASES: &[Case] = &[
    (
        "a-name-that-begins-with-a-slash",
        || layer(Tar::new().file("/tmp/outside/new", b"")),
        r#"member "/tmp/outside/new": its name begins with /"#,
    ),
    (
        "a-name-with-two-dots",
        || layer(Tar::new().file("a/../../outside/new", b"")),
        r#"member "a/../../outside/new": its name has a .. in it"#,
    ),
    (
        "a-name-that-is-two-dots",
        || layer(Tar::new().directory("..")),
        r#"member "..": its name has a .. in it"#,
    ),
    (
        "no-name",
        || layer(Tar::new().file("", b"")),
        r#"member "": it has no name"#,
    ),
    (
        "a-name-with-a-nul",
        || layer(Tar::new().records(&[("path", b"a\0b")]).file("a", b"")),
        r#"member "a\0b": its name has a NUL in it"#,
    ),
    (
        "the-root-is-a-file",
        || layer(Tar::new().file(".", b"")),
        "the root of a layer is a directory",
    ),
    (
        "a-file-through-a-link",
        || layer(Tar::new().link("out", "/tmp/outside").file("out/new", b"")),
        r#"member "out/new": the way to it, "out", goes by a link"#,
    ),
    (
        "a-file-through-a-link-upwards",
        || {
            layer(
                Tar::new()
                    .link("out", "../../../../../../outside")
                    .file("out/new", b""),
            )
        },
        r#"member "out/new": the way to it, "out", goes by a link"#,
    ),
    (
        "a-directory-through-a-link-that-stays-inside",
        || {
            layer(
                Tar::new()
                    .directory("in")
                    .link("out", "in")
                    .directory("out/new"),
            )
        },
        r#"member "out/new": the way to it, "out", goes by a link"#,
    ),
    (
        "a-file-where-a-link-is",
        || {
            layer(
                Tar::new()
                    .link("out", "/tmp/outside/secret")
                    .file("out", b"changed"),
            )
        },
        r#"member "out": the path is in the layer already"#,
    ),
    (
        "a-link-where-a-directory-is",
        || {
            layer(
                Tar::new()
                    .directory("d")
                    .link("d", "/tmp/outside")
                    .file("d/new", b""),
            )
        },
        r#"member "d": the path is in the layer already"#,
    ),
    (
        "a-directory-where-a-link-is",
        || layer(Tar::new().link("d", "/tmp/outside").directory("d")),
        r#"member "d": the path is in the layer already"#,
    ),
    (
        "a-file-twice",
        || layer(Tar::new().file("a", b"one").file("./a", b"two")),
        r#"member "./a": the path is in the layer already"#,
    ),
    (
        "a-file-in-a-file",
        || layer(Tar::new().file("a", b"").file("a/b", b"")),
        r#"member "a/b": the way to it, "a", is not a directory"#,
    ),
    (
        "a-hard-link-to-outside",
        || layer(Tar::new().hard_link("own", "/tmp/outside/secret")),
        r#"hard link to "/tmp/outside/secret": its name begins with /"#,
    ),
    (
        "a-hard-link-upwards",
        || layer(Tar::new().hard_link("own", "../../../outside/secret")),
        r#"hard link to "../../../outside/secret": its name has a .. in it"#,
    ),
    (
        "a-hard-link-through-a-link",
        || {
            layer(
                Tar::new()
                    .link("out", "/tmp/outside")
                    .hard_link("own", "out/secret"),
            )
        },
        r#"hard link to "out/secret": the way to it, "out", goes by a link"#,
    ),
    (
        "a-hard-link-to-what-is-not-there",
        || layer(Tar::new().hard_link("own", "absent")),
        r#"hard link to "absent": it is not in this layer"#,
    ),
    (
        "a-hard-link-to-a-whiteout",
        || layer(Tar::new().file(".wh.a", b"").hard_link("b", "a")),
        r#"hard link to "a": that is a whiteout"#,
    ),
    (
        "a-device",
        || layer(Tar::new().raw(b"lib/x", EntryType::Block, b"", 0, b"")),
        r#"member "lib/x": a device, 1:3: outside of dev/ a layer may have none"#,
    ),
    (
        "a-whiteout-in-the-form-of-overlayfs",
        || layer(Tar::new().raw(b"a", EntryType::Char, b"", 0, b"")),
        "outside of dev/ a layer may have none",
    ),
    (
        "an-attribute-of-overlayfs",
        || {
            layer(
                Tar::new()
                    .records(&[("SCHILY.xattr.trusted.overlay.redirect", b"/x")])
                    .directory("d"),
            )
        },
        r#"member "d": the attribute "trusted.overlay.redirect" is overlayfs's own"#,
    ),
    (
        "a-whiteout-of-nothing",
        || layer(Tar::new().file("d/.wh.", b"")),
        r#"no name can be gone that is called """#,
    ),
    (
        "a-whiteout-of-the-directory-above",
        || layer(Tar::new().file("d/.wh...", b"")),
        r#"no name can be gone that is called "..""#,
    ),
    (
        "a-whiteout-of-a-whiteout",
        || layer(Tar::new().file(".wh..wh.plnk", b"")),
        r#"no name can be gone that is called ".wh.plnk""#,
    ),
    (
        "a-whiteout-that-is-a-directory",
        || layer(Tar::new().directory(".wh.d").file(".wh.d/a", b"")),
        "a whiteout is an empty file",
    ),
    (
        "something-in-a-whiteout",
        || layer(Tar::new().file(".wh.d/a", b"")),
        "a whiteout has nothing in it",
    ),
    (
        "an-opaque-root",
        || layer(Tar::new().file(".wh..wh..opq", b"")),
        "the root of a layer can't be opaque",
    ),
    (
        "a-size-that-isn't-there",
        || layer(Tar::new().raw(b"big", EntryType::Regular, b"", 1 << 30, b"little")),
        r#"member "big": the archive ends within a member"#,
    ),
    (
        "a-size-beyond-all-limits",
        || layer(Tar::new().raw(b"big", EntryType::Regular, b"", 1 << 62, b"little")),
        r#"member "big": the layers have more than 17179869184 bytes with it; --max-size allows"#,
    ),
    (
        "a-hole-beyond-all-limits",
        || {
            let hole = [
                ("GNU.sparse.major", b"1".as_slice()),
                ("GNU.sparse.realsize", b"4611686018427387904"),
            ];
            let map = [b"0\n".as_slice(), &[0; 510]].concat();
            layer(Tar::new().records(&hole).file("big", &map))
        },
        r#"member "big": the layers have more than"#,
    ),
    (
        "an-extended-header-without-end",
        || layer(Tar::new().raw(b"x", EntryType::XHeader, b"", 1 << 30, b"")),
        "an extended header of 1073741824 bytes; 1048576 are the most",
    ),
    (
        "a-type-nobody-knows",
        || layer(Tar::new().raw(b"v", EntryType::new(b'V'), b"", 0, b"")),
        r#""v": a member of type 'V'"#,
    ),
    (
        "no-tar",
        || Ok(Files::image(&[vec![b'x'; 2048]])),
        "at byte 0: this is no header of a tar archive",
    ),
    (
        "a-bomb",
        || {
            let mut files = Files::layout();
            let layer = files.packed(&Tar::new().file("zeros", &vec![0; 64 << 20]).end())?;
            at(&mut files, &layer);
            Ok(files)
        },
        // With --max-size 32Mi.
        r#"member "zeros": the layers have more than 33554432 bytes with it"#,
    ),
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

fn main() -> ExitCode {
    become_keeper_if_asked();
    let words: Vec<String> = std::env::args().collect();
    if let [_, inside, name] = words.as_slice() {
        if inside == "inside" {
            return match case(name) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    eprintln!("{error:#}");
                    ExitCode::FAILURE
                }
            };
        }
    }
    let root = Uid::effective().is_root();
    if !root {
        eprintln!("SKIPPED, nothing is proved: these need root");
    }
    let trials = CASES
        .iter()
        .map(|(name, ..)| Trial::test(*name, || on_workbench(name)).with_ignored_flag(!root));
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

fn on_workbench(name: &str) -> Result<(), Failed> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let program = Path::new(env!("CARGO_BIN_EXE_solution-04-layers"));
    let bench = Bench::new()
        .time_limit(Duration::from_secs(30))
        .show(own.parent().unwrap_or(&own))
        .show(program.parent().unwrap_or(program));
    let command: [OsString; 3] = [own.clone().into(), "inside".into(), name.into()];
    let ended = bench.run(&command)?;
    match ended.end {
        End::Code(0) => Ok(()),
        end => Err(format!("{end:?}: {}", String::from_utf8_lossy(&ended.stderr)).into()),
    }
}

/// As a directory and as a tar file: refused alike.
fn case(name: &str) -> Result<()> {
    ensure!(is_workbench(), "this is not a workbench");
    let case = CASES.iter().find(|(known, ..)| *known == name);
    let (_, make, reason) = case.context("no such case")?;
    let files = make()?;
    fs::create_dir("/tmp/outside")?;
    fs::write("/tmp/outside/secret", "secret")?;
    let directory = PathBuf::from("/tmp/archive/layout");
    files.write(&directory)?;
    let tar = PathBuf::from("/tmp/archive/layout.tar");
    fs::write(&tar, files.tar())?;
    let before = seen(Path::new("/tmp"))?;
    for archive in [directory, tar] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_solution-04-layers"));
        command.args(["image", "import", "--store", "/run/store", "--name", "x"]);
        if name == "a-bomb" {
            command.args(["--max-size", "32Mi"]);
        }
        let output = command
            .arg(&archive)
            .output()
            .context("start the program")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.code() == Some(125),
            "{:?}: {said}",
            output.status
        );
        let missing = name == "a-blob-that-is-missing" && said.contains("there is no");
        ensure!(said.contains(reason) || missing, "it said: {said}");
        ensure!(said.lines().count() == 1, "more than one line: {said}");
        for part in ["images", "layers/sha256", "tmp"] {
            let left = seen(&Path::new("/run/store").join(part))?;
            ensure!(left.is_empty(), "left in the store: {left:?}");
        }
        ensure!(
            seen(Path::new("/tmp"))? == before,
            "something outside has changed"
        );
    }
    Ok(())
}

/// Every file with its content and its number of names.
fn seen(directory: &Path) -> Result<Vec<String>> {
    use std::os::unix::fs::MetadataExt;
    let mut all = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let found = fs::symlink_metadata(&path)?;
        let content = match found.is_file() {
            true => archive::digest(&fs::read(&path)?),
            false => String::new(),
        };
        all.push(format!(
            "{} {} {:o} {content}",
            path.display(),
            found.nlink(),
            found.mode()
        ));
        if found.is_dir() {
            all.extend(seen(&path)?);
        }
    }
    all.sort();
    Ok(all)
}
