//! The reference's import of a layer beside the tools that do the two halves of
//! it, on a tmpfs of a workbench: no disk is measured.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::family::{Family, Figure, Goal, Peer, Taken};
use super::released;
use super::turns::{take, time};
use crate::message::say;
use crate::screen;
use crate::workspace::Workspace;

const PLAIN: Figure = Figure {
    name: "plain",
    what: "import of a layer, 300 MB",
    peer: Some(Peer {
        what: "tar -x and sha256sum",
        program: None,
    }),
    goal: Some(Goal::Ratio(1.2)),
};

pub const FAMILY: Family = Family {
    name: "import",
    says: "`image import` of 10,000 files beside tar and sha256sum",
    figures: &[PLAIN],
    measure,
    inside: Some(inside),
    only_named: false,
};

/// Imports, and unpackings.
const TURNS: usize = 9;

/// Of the layer that is measured, and of a smaller one that needs as much memory.
const FILES: u32 = 10_000;
const FEW: u32 = 1_000;

/// On average, bytes.
const SIZE: u32 = 30_000;

const ROOM: &str = "/tmp/measure";
const PROGRAM: &str = "solution-04-layers";

fn measure(workspace: &Workspace) -> Result<Vec<Taken>> {
    let programs = released::build(workspace, &["workbench", PROGRAM])?;
    released::on_workbench(workspace, &FAMILY, &programs)
}

fn inside() -> Result<Vec<Taken>> {
    let room = Path::new(ROOM);
    fs::create_dir_all(room).context("make a room")?;
    time(Command::new("mount").args(["-t", "tmpfs", "-o", "size=800m", "measure", ROOM]))?;
    layout(FEW)?;
    let small = most_memory(&mut import())?;
    removed("layout")?;
    removed("store")?;
    layout(FILES)?;
    let large = most_memory(&mut import())?;
    removed("store")?;
    let words = say!(
        "measure-import-memory",
        large = large / 1024,
        small = small / 1024
    );
    screen::print_error(&screen::wrap("", 0, 0, &words));
    let ours = || {
        let seconds = time(&mut import())?;
        removed("store")?;
        Ok(seconds)
    };
    let mut peer = Command::new("sh");
    peer.args([
        "-ec",
        "mkdir out; tar -xf layer.tar -C out; sha256sum layer.tar",
    ]);
    peer.current_dir(room);
    let peer = || {
        let seconds = time(&mut peer)?;
        removed("out")?;
        Ok(seconds)
    };
    Ok(vec![Taken::of(&PLAIN, take(TURNS, ours, peer)?)])
}

fn import() -> Command {
    let mut command = Command::new(PROGRAM);
    let words = "image import --store store --name measured layout";
    command.args(words.split(' ')).current_dir(ROOM);
    command
}

fn removed(name: &str) -> Result<()> {
    fs::remove_dir_all(Path::new(ROOM).join(name)).with_context(|| format!("remove {name}"))
}

/// An OCI layout with one plain layer of so many files, and `layer.tar` beside
/// it: the same file.
fn layout(files: u32) -> Result<()> {
    let room = Path::new(ROOM);
    fs::create_dir_all(room.join("layout/blobs/sha256")).context("make a layout")?;
    tree(&room.join("tree"), files)?;
    time(
        Command::new("tar")
            .args(["-cf", "layer.tar", "-C", "tree", "."])
            .current_dir(room),
    )?;
    removed("tree")?;
    let layer = blob("layer.tar")?;
    let machine = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let config = document(&json!({
        "architecture": machine, "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]},
    }))?;
    let kinds = "application/vnd.oci.image";
    let manifest = document(&json!({
        "schemaVersion": 2,
        "config": typed(config, &format!("{kinds}.config.v1+json")),
        "layers": [typed(layer, &format!("{kinds}.layer.v1.tar"))],
    }))?;
    let manifest = typed(manifest, &format!("{kinds}.manifest.v1+json"));
    let index = json!({"schemaVersion": 2, "manifests": [manifest]});
    let marker = json!({"imageLayoutVersion": "1.0.0"});
    fs::write(room.join("layout/index.json"), index.to_string())
        .and_then(|()| fs::write(room.join("layout/oci-layout"), marker.to_string()))
        .context("write the layout")
}

fn typed(mut descriptor: serde_json::Value, media_type: &str) -> serde_json::Value {
    descriptor["mediaType"] = media_type.into();
    descriptor
}

fn document(value: &serde_json::Value) -> Result<serde_json::Value> {
    let path = Path::new(ROOM).join("document");
    fs::write(path, value.to_string()).context("write a document")?;
    blob("document")
}

/// Gives a file its place in the layout, by a second name.
fn blob(name: &str) -> Result<serde_json::Value> {
    let path = Path::new(ROOM).join(name);
    let output = Command::new("sha256sum").arg(&path).output();
    let output = output.context("start sha256sum")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let hex = text.split(' ').next().context("sha256sum says nothing")?;
    let place = Path::new(ROOM).join("layout/blobs/sha256").join(hex);
    fs::hard_link(&path, place).context("give a blob its place")?;
    let size = fs::metadata(&path).context("look at a blob")?.len();
    if name == "document" {
        // The next one is another file.
        fs::remove_file(&path).context("remove a name")?;
    }
    Ok(json!({"digest": format!("sha256:{hex}"), "size": size}))
}

/// Files of many sizes in a hundred directories; half of what is in them can be
/// packed.
fn tree(root: &Path, files: u32) -> Result<()> {
    let mut number = 1_u64;
    let mut next = || {
        // Numerical Recipes' generator: the same files each time.
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (number >> 33) as u32
    };
    for file in 0..files {
        let directory = root.join(format!("{:02}/below", file % 100));
        fs::create_dir_all(&directory).context("make a directory")?;
        let size = (SIZE / 10 + next() % (SIZE * 9 / 5)) as usize;
        let mut bytes: Vec<u8> = Vec::with_capacity(size);
        while bytes.len() < size / 2 {
            bytes.extend(next().to_ne_bytes());
        }
        bytes.resize(size, b'x');
        let written = fs::File::create_new(directory.join(file.to_string()))
            .and_then(|mut out| out.write_all(&bytes));
        written.context("write a file")?;
    }
    Ok(())
}

/// The most memory a command has held, in kibibytes: asked for as long as it runs.
fn most_memory(command: &mut Command) -> Result<u64> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .with_context(|| format!("start {command:?}"))?;
    let mut most = 0;
    loop {
        most = held(&child).unwrap_or(most);
        match child.try_wait().context("wait for it")? {
            Some(status) if status.success() => return Ok(most),
            Some(status) => bail!("{command:?}: {status}"),
            None => sleep(Duration::from_millis(2)),
        }
    }
}

/// `VmHWM` of proc_pid_status(5); None once it has ended.
fn held(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
