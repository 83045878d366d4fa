//! Part 05c: what a container is shown of the host, and of itself.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use serde_json::{Value, json};
use workbench::Lab;
use workbench::rootfs::Recipe;

use crate::boxed::{Boxes, either, heard, image, refused, started, why};
use crate::enter::{entered, idle};

/// The mount points of a process, with their options.
fn mounts(pid: i32) -> Result<Vec<(String, String)>> {
    let text = fs::read_to_string(format!("/proc/{pid}/mountinfo"))?;
    let line = |line: &str| {
        let mut fields = line.split(' ').skip(4);
        Some((fields.next()?.to_string(), fields.next()?.to_string()))
    };
    Ok(text.lines().filter_map(line).collect())
}

/// A directory of the host with a file in it.
fn directory(lab: &Lab) -> Result<(std::path::PathBuf, String)> {
    let (path, text) = (lab.directory().join(lab.random_name()?), lab.random_name()?);
    fs::create_dir(&path).context("make a directory")?;
    fs::write(path.join("file"), &text).context("write a file")?;
    Ok((path, text))
}

pub fn words(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let image = image(lab)?;
    let root = image.to_string_lossy();
    let (host, _) = directory(lab)?;
    let host = host.to_string_lossy();
    let named = lab.random_name()?;
    let (plain, read_only) = (format!("{host}:/plain"), format!("{host}:/deep/ro:ro"));
    let written = format!("{host}:/written:rw");
    let volume = format!("{named}:/named");
    let taken = [
        "-v",
        &*plain,
        "-v",
        &*read_only,
        "-v",
        &*written,
        "-v",
        &*volume,
    ];
    let words = [&["--rootfs", &*root], &taken[..]].concat();
    let name = match idle(&boxes, &words)? {
        Err(why) => return Ok(refused(why)),
        Ok(name) => name,
    };
    let mounts = mounts(boxes.pid(&name)?)?;
    let at = |point: &str| match mounts.iter().rfind(|mount| mount.0 == point) {
        None => "nothing",
        Some((_, options)) if options.split(',').any(|option| option == "ro") => "read-only",
        Some(_) => "writable",
    };
    let listed = boxes.run(&["volume", "list", "--quiet"])?.stdout;
    let refusal = |words: &str| -> Result<&'static str> {
        let name = lab.random_name()?;
        // Which of several it was that is refused.
        let said = words.split(':').next().unwrap_or(words);
        let run = [
            "run", "--rootfs", &*root, "--name", &name, "-v", words, "--", "true",
        ];
        Ok(match boxes.within(&run)? {
            None => "hangs",
            Some(ended) if ended.code == Some(0) => "taken",
            Some(ended) if ended.code == Some(125) && ended.stderr.contains(said) => "refused",
            Some(ended) if ended.code == Some(125) => "refused, and not said which",
            Some(_) => "ended badly",
        })
    };
    let wrong = [
        ("one_word", host.to_string()),
        ("relative_inside", format!("{host}:inside")),
        ("unknown_option", format!("{host}:/x:rx")),
        ("four_words", format!("{host}:/x:ro:ro")),
        ("name_with_a_slash", "a/b:/x".into()),
        // From whatever directory, it is there.
        (
            "relative_path",
            format!("{}{host}:/x", "../".repeat(20).trim_end_matches('/')),
        ),
        ("name_upwards", "..:/x".into()),
        ("on_the_root", format!("{host}:/")),
        ("on_proc", format!("{host}:/proc/x")),
        ("absent_path", format!("{host}/absent:/x")),
    ];
    let mut answers = serde_json::Map::new();
    for (what, words) in wrong {
        answers.insert(what.into(), refusal(&words)?.into());
    }
    Ok(json!({
        "command": started(),
        "plain": at("/plain"),
        "ro": at("/deep/ro"),
        "rw": at("/written"),
        "named": at("/named"),
        "volume": either(listed.lines().any(|line| line == named), "made", "not made"),
        "wrong": answers,
    }))
}

/// Whether two paths lead to one file.
fn same(one: &Path, other: &str) -> &'static str {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => either(
            (one.dev(), one.ino()) == (other.dev(), other.ino()),
            "the same file",
            "another",
        ),
        _ => "not there",
    }
}

/// A volume that is neither a file nor a directory, as many a one is.
fn socket(lab: &Lab, boxes: &Boxes, root: &str) -> Result<String> {
    let path = lab.directory().join(lab.random_name()?);
    let _listens = UnixListener::bind(&path).context("make a socket")?;
    let volume = format!("{}:/run/of-the-host", path.display());
    Ok(match idle(boxes, &["--rootfs", root, "-v", &volume])? {
        Err(why) => why.rsplit(": ").next().unwrap_or_default().into(),
        Ok(name) => {
            let inside = format!("/proc/{}/root/run/of-the-host", boxes.pid(&name)?);
            same(&path, &inside).into()
        }
    })
}

pub fn both_sides(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let image = image(lab)?;
    let root = image.to_string_lossy();
    let (host, text) = directory(lab)?;
    let below = host.join("below");
    fs::create_dir(&below).context("make a directory")?;
    let none = None::<&str>;
    mount(Some("check"), &below, Some("tmpfs"), MsFlags::empty(), none).context("mount")?;
    fs::write(below.join("file"), &text)?;
    // A link of the image where the volume is to be: a place inside, whatever
    // the host has there.
    let target = lab.directory().join(lab.random_name()?);
    let inside = image.join(target.strip_prefix("/").unwrap_or(&target));
    for directory in [&target, &inside] {
        fs::create_dir_all(directory).context("make a directory")?;
    }
    symlink(&target, image.join("link")).context("make a link")?;
    let before = fs::read_to_string("/proc/self/mountinfo")?;
    let volumes = [
        format!("{}:/seen", host.display()),
        format!("{}/file:/etc/one-file", host.display()),
        format!("{}:/link/in", host.display()),
    ];

    let mut words = vec!["--rootfs", &*root];
    for volume in &volumes {
        words.extend(["-v", volume]);
    }
    let name = match idle(&boxes, &words)? {
        Err(why) => return Ok(refused(why)),
        Ok(name) => name,
    };
    let pid = boxes.pid(&name)?;
    let inside = |path: &str| format!("/proc/{pid}/root/{path}");
    let file = host.join("file");
    let directory = same(&file, &inside("seen/file"));
    let single = same(&file, &inside("etc/one-file"));
    let mounted_below = same(&below.join("file"), &inside("seen/below/file"));
    let new = lab.random_name()?;
    fs::write(host.join(&new), "").context("write on the host")?;
    let appears = Path::new(&inside(&format!("seen/{new}"))).exists();
    let back = lab.random_name()?;
    let written = fs::write(inside(&format!("seen/{back}")), "").is_ok();
    let comes_back = written && host.join(&back).exists();
    let followed = target.join("in").exists();
    let resolved = mounts(pid)?
        .iter()
        .any(|mount| mount.0 == format!("{}/in", target.display()));
    let unchanged = fs::read_to_string("/proc/self/mountinfo")? == before;
    Ok(json!({
        "command": started(),
        "directory": directory,
        "single_file": single,
        "socket": socket(lab, &boxes, &root)?,
        "mounted_below": mounted_below,
        "written_outside": either(appears, "seen inside", "not seen inside"),
        "written_inside": either(comes_back, "seen outside", "not seen outside"),
        "link": match (resolved, followed) {
            (_, true) => "followed out",
            (true, false) => "resolved inside",
            (false, false) => "nothing there",
        },
        "host_mounts": either(unchanged, "as before", "changed"),
    }))
}

pub fn read_only(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let image = image(lab)?;
    let root = image.to_string_lossy();
    let (host, _) = directory(lab)?;
    let none = None::<&str>;
    // File systems of their own: one that is made read-only as a whole must not
    // take the check's along.
    mount(Some("check"), &host, Some("tmpfs"), MsFlags::empty(), none).context("mount")?;
    let below = host.join("below");
    fs::create_dir(&below).context("make a directory")?;
    mount(Some("check"), &below, Some("tmpfs"), MsFlags::empty(), none).context("mount")?;
    let protected = format!("{}:/protected:ro", host.display());
    let open = format!("{}:/open", host.display());
    let words = ["--rootfs", &*root, "-v", &*protected, "-v", &*open];
    let name = match idle(&boxes, &words)? {
        Err(why) => return Ok(refused(why)),
        Ok(name) => name,
    };
    let pid = boxes.pid(&name)?;
    let write = |path: String| match fs::write(path, "") {
        Ok(()) => "writable",
        Err(error) if error.raw_os_error() == Some(Errno::EROFS as i32) => "read-only",
        Err(_) => "refused otherwise",
    };
    let inside = |path: &str| write(format!("/proc/{pid}/root/{path}"));
    Ok(json!({
        "command": started(),
        "protected": { "itself": inside("protected/x"), "below": inside("protected/below/x") },
        "open": { "itself": inside("open/y"), "below": inside("open/below/y") },
        "host": write(format!("{}/z", host.display())),
        "root": inside("z"),
    }))
}

/// An image of the store, with a file that belongs to somebody.
pub fn stored(lab: &Lab, boxes: &Boxes) -> Result<Result<String, String>> {
    let (name, layer) = (lab.random_name()?, lab.directory().join(lab.random_name()?));
    Recipe::new().make(&layer, false)?;
    let data = layer.join("data");
    fs::create_dir(&data).context("make a directory")?;
    fs::write(data.join("from-image"), "image").context("write a file")?;
    chown(data.join("from-image"), Some(7), Some(8)).context("give it away")?;
    let ended = boxes.run(&["image", "make", &name, &layer.to_string_lossy()])?;
    // It is in the store, and room is scarce.
    fs::remove_dir_all(&layer).context("remove the layer")?;
    Ok(match ended.code {
        Some(0) => Ok(name),
        _ => Err(why(&ended.stderr)),
    })
}

/// Starts an idle container of an image; with its pid.
pub fn of_image(
    lab: &Lab,
    boxes: &Boxes,
    image: &str,
    words: &[&str],
) -> Result<Result<(String, i32), String>> {
    let name = lab.random_name()?;
    let idle = ["sh", "-c", "while :; do sleep 0.2; done"];
    let words = [&["--name", &*name], words, &[image], &idle].concat();
    match boxes.start(&words)? {
        Err(why) => Ok(Err(why)),
        Ok(()) => Ok(Ok((name.clone(), boxes.pid(&name)?))),
    }
}

pub fn left_out(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let image = match stored(lab, &boxes)? {
        Err(why) => return Ok(refused(why)),
        Ok(image) => image,
    };
    let (host, text) = directory(lab)?;
    let volume = format!("{}:/volume", host.display());
    let (name, pid) = match of_image(lab, &boxes, &image, &["-v", &volume])? {
        Err(why) => return Ok(refused(why)),
        Ok(started) => started,
    };
    let inside = format!("/proc/{pid}/root");
    let seen = fs::read_to_string(format!("{inside}/volume/file")).is_ok_and(|found| found == text);
    fs::write(format!("{inside}/own"), "own").context("write a file of its own")?;
    let committed = lab.random_name()?;
    let commit = boxes.run(&["commit", &name, &committed])?;
    let (_, pid) = match of_image(lab, &boxes, &committed, &[])? {
        Err(why) => return Ok(refused(why)),
        Ok(started) => started,
    };
    let again = format!("/proc/{pid}/root");
    let point = match fs::read_dir(format!("{again}/volume")).map(Iterator::count) {
        Err(_) => "no mount point",
        Ok(0) => "an empty mount point",
        Ok(_) => "its files",
    };
    Ok(json!({
        "command": started(),
        "meanwhile": either(seen, "in the volume", "not in the volume"),
        "commit": either(commit.code == Some(0), "done", "refused"),
        "committed": {
            "own_file": either(Path::new(&format!("{again}/own")).exists(), "there", "not there"),
            "volume": point,
        },
    }))
}

pub fn own_cgroup(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let image = image(lab)?;
    let root = image.to_string_lossy();
    let name = match idle(&boxes, &["--rootfs", &root])? {
        Err(why) => return Ok(refused(why)),
        Ok(name) => name,
    };
    let pid = boxes.pid(&name)?;
    let mut running = boxes.enter(&[], &name, &["exit", "0"]).start()?;
    let look = match heard(&mut running)? {
        Err(why) => return Ok(refused(why)),
        Ok(look) => look,
    };
    let text = look["cgroup"].as_str().unwrap_or_default().to_string();
    let of = |pid: i32| fs::read_link(format!("/proc/{pid}/ns/cgroup"));
    let joined = of(entered(&running)?)? == of(pid)?;
    running.end()?;
    // Where the container's group is, as the host numbers it.
    let outside = fs::read_to_string(format!("/proc/{pid}/cgroup"))?;
    let mut words = Vec::new();
    for line in outside.lines() {
        let (key, group) = line.rsplit_once(':').unwrap_or_default();
        if !group
            .rsplit('/')
            .next()
            .is_some_and(|last| last.contains(&name))
        {
            continue;
        }
        let inside = text
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
        words.push(match inside {
            Some("/") => "its own",
            Some(path) if path.starts_with("/..") => "beside its own",
            Some(path) if path.ends_with(group) => "the host's",
            _ => "another",
        });
    }
    words.sort_unstable();
    words.dedup();
    let theirs = fs::read_link(format!("/proc/{pid}/ns/cgroup"))?;
    let new = theirs != fs::read_link("/proc/self/ns/cgroup")?;
    Ok(json!({
        "command": started(),
        "namespace": either(new, "new", "the host's"),
        "command_that_enters": either(joined, "is in it too", "isn't in it"),
        "root": words.join(", "),
    }))
}
