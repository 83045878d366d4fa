//! Part 05c: a named volume, from its first use to its removal.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::fcntl::{Flock, FlockArg};
use nix::mount::{MsFlags, mount, umount};
use serde_json::{Value, json};
use workbench::Lab;
use workbench::program::PATIENCE;
use workbench::rootfs::Recipe;

use crate::boxed::{Boxes, either, refused, started, wait_until, why};
use crate::volumes::{of_image, stored};

pub fn first_use(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let image = match stored(lab, &boxes)? {
        Err(why) => return Ok(refused(why)),
        Ok(image) => image,
    };
    let name = lab.random_name()?;
    // As a runtime left it that was killed while it copied.
    boxes.run(&["volume", "create", &name])?;
    let place = boxes.store.join("volumes").join(&name);
    fs::create_dir_all(place.join("new")).context("make what a kill leaves")?;
    fs::write(place.join("new/half"), "half").context("make what a kill leaves")?;
    let volume = format!("{name}:/data");
    let (one, pid) = match of_image(lab, &boxes, &image, &["-v", &volume])? {
        Err(why) => return Ok(refused(why)),
        Ok(started) => started,
    };
    let file = format!("/proc/{pid}/root/data/from-image");
    let found = fs::metadata(&file);
    let owner = found
        .as_ref()
        .is_ok_and(|found| (found.uid(), found.gid()) == (7, 8));
    let half = Path::new(&format!("/proc/{pid}/root/data/half")).exists();
    let own = lab.random_name()?;
    fs::write(format!("/proc/{pid}/root/data/{own}"), "").context("write to the volume")?;
    let written = place.join("data").join(&own).exists();
    fs::remove_file(&file).ok();
    // The second one finds what the first has left.
    let (two, pid) = match of_image(lab, &boxes, &image, &["-v", &volume])? {
        Err(why) => return Ok(refused(why)),
        Ok(started) => started,
    };
    let kept = Path::new(&format!("/proc/{pid}/root/data/{own}")).exists();
    let again = Path::new(&format!("/proc/{pid}/root/data/from-image")).exists();
    let in_use = boxes.run(&["volume", "remove", &name])?.code != Some(0);
    let emptied = emptied(lab, &boxes, &image)?;
    boxes.run(&["rm", "-f", &one, &two])?;
    let outlives = place.join("data").join(&own).exists();
    let removed = boxes.run(&["volume", "remove", &name])?.code == Some(0) && !place.exists();
    Ok(json!({
        "command": started(),
        "first": {
            "image_file": either(found.is_ok(), "copied", "not there"),
            "written": either(written, "in the volume", "elsewhere"),
            "owner": either(owner, "as in the image", "another"),
            "left_by_a_kill": either(half, "in the volume", "not in the volume"),
        },
        "second": {
            "first_ones_file": either(kept, "there", "gone"),
            "image_file": either(again, "copied again", "not copied again"),
        },
        "emptied": emptied,
        "volume": {
            "in_use": either(in_use, "kept", "removed"),
            "container_removed": either(outlives, "there", "gone"),
            "removed": either(removed, "gone", "there"),
        },
    }))
}

pub fn at_once(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let image = match stored(lab, &boxes)? {
        Err(why) => return Ok(refused(why)),
        Ok(image) => image,
    };
    Ok(json!({
        "command": started(),
        "two": two_at_once(lab, &boxes, &image)?,
        "while_another_fills": another_fills(lab, &boxes, &image)?,
        "failed_halfway": fails_halfway(lab, &boxes, &image)?,
        "lock": locked_while_it_copies(lab, &boxes)?,
    }))
}

/// A volume whose files were all removed, and a container that comes then.
fn emptied(lab: &Lab, boxes: &Boxes, image: &str) -> Result<&'static str> {
    let volume = format!("{}:/data", lab.random_name()?);
    let run = |command: &[&str]| {
        let words = [&["run", "--rm", "-v", &*volume, image], command].concat();
        boxes.run(&words)
    };
    run(&["sh", "-c", "rm /data/*"])?;
    let found = run(&["ls", "-A", "/data"])?;
    Ok(either(
        found.stdout.is_empty(),
        "stays empty",
        "is filled again",
    ))
}

/// Whether the lock is held for as long as files are copied: it is looked at,
/// again and again, while there is something beside it and `data`.
fn locked_while_it_copies(lab: &Lab, boxes: &Boxes) -> Result<&'static str> {
    let (image, layer) = (lab.random_name()?, lab.directory().join(lab.random_name()?));
    Recipe::new().make(&layer, false)?;
    let data = layer.join("data");
    fs::create_dir(&data).context("make a directory")?;
    // Enough for the copy to take a while.
    for number in 0..300 {
        fs::write(data.join(number.to_string()), "").context("write a file")?;
    }
    boxes.run(&["image", "make", &image, &layer.to_string_lossy()])?;
    fs::remove_dir_all(&layer).context("remove the layer")?;
    // On a busy machine a copy may be over before anybody has looked.
    for _ in 0..5 {
        if let Some(seen) = lock_of_a_copy(boxes, &image, &lab.random_name()?)? {
            return Ok(seen);
        }
    }
    Ok("is never held")
}

/// The same for one volume; `None` when nothing was seen of the copy.
fn lock_of_a_copy(boxes: &Boxes, image: &str, name: &str) -> Result<Option<&'static str>> {
    boxes.run(&["volume", "create", name])?;
    let place = boxes.store.join("volumes").join(name);
    let lock = fs::File::create(place.join("lock")).context("make the lock")?;
    let inode = format!(":{} ", lock.metadata()?.ino());
    let volume = format!("{name}:/data");
    let done = || place.join("data").exists();
    let copies = || {
        let mut entries = fs::read_dir(&place).into_iter().flatten().flatten();
        !done() && entries.any(|entry| entry.file_name() != "lock")
    };
    let run = boxes.program(&["run", "--rm", "-v", &volume, image, "true"]);
    let running = run.start()?;
    let deadline = Instant::now() + PATIENCE;
    while !done() && !copies() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_micros(200));
    }
    let mut seen = None;
    while seen != Some("was let go") && copies() && Instant::now() < deadline {
        let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
        let held = locks.lines().any(|line| line.contains(&inode));
        // It was going on before the look and behind it.
        if copies() {
            seen = Some(either(held, "is held", "was let go"));
        }
    }
    running.ended_within(PATIENCE)?;
    Ok(seen)
}

/// Two containers that use a new volume for the first time.
fn two_at_once(lab: &Lab, boxes: &Boxes, image: &str) -> Result<String> {
    let volume = format!("{}:/data", lab.random_name()?);
    let start = || {
        boxes
            .program(&["run", "--rm", "-v", &volume, image])
            .word("cat")
            .word("/data/from-image")
            .start()
    };
    for running in [start()?, start()?] {
        match running.ended_within(PATIENCE)? {
            None => return Ok("one of them hangs".into()),
            Some(ended) if ended.code != Some(0) => return Ok(why(&ended.stderr)),
            Some(ended) if ended.stdout != "image" => return Ok("one finds another".into()),
            Some(_) => {}
        }
    }
    Ok("both find it".into())
}

/// A container that comes while somebody else fills the volume: it has to wait
/// for the lock, and then take what is there.
fn another_fills(lab: &Lab, boxes: &Boxes, image: &str) -> Result<&'static str> {
    let name = lab.random_name()?;
    boxes.run(&["volume", "create", &name])?;
    let place = boxes.store.join("volumes").join(&name);
    let lock = fs::File::create(place.join("lock")).context("open the lock")?;
    let inode = format!(":{} ", lock.metadata()?.ino());
    let held = Flock::lock(lock, FlockArg::LockExclusive);
    let held = held.map_err(|(_, errno)| errno).context("lock it")?;
    let volume = format!("{name}:/data");
    let run = boxes.program(&["run", "--rm", "-v", &volume, image, "ls", "/data"]);
    let running = run.start()?;
    // A line with an arrow is somebody who waits (proc_locks(5)).
    let waits = wait_until(Duration::from_secs(5), || {
        let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
        let mut lines = locks.lines();
        lines.any(|line| line.contains("->") && line.contains(&inode))
    });
    let early = place.join("data").exists();
    if !early {
        fs::create_dir(place.join("data")).context("fill the volume")?;
        fs::write(place.join("data/theirs"), "").context("fill the volume")?;
    }
    drop(held);
    let ended = running.ended_within(PATIENCE)?;
    Ok(match ended {
        _ if early || !waits => "doesn't wait",
        None => "hangs",
        Some(ended) if ended.stdout.trim() == "theirs" => "waits, and takes theirs",
        Some(_) => "waits, and fills it again",
    })
}

/// A copy that can't be finished: the volume's disk has room for its directory
/// and for nothing in it.
fn fails_halfway(lab: &Lab, boxes: &Boxes, image: &str) -> Result<&'static str> {
    let name = lab.random_name()?;
    boxes.run(&["volume", "create", &name])?;
    let place = boxes.store.join("volumes").join(&name);
    // Itself, the lock, and one directory.
    let options = Some("nr_inodes=3");
    mount(
        Some("check"),
        &place,
        Some("tmpfs"),
        MsFlags::empty(),
        options,
    )
    .context("mount")?;
    let volume = format!("{name}:/data");
    let ended = boxes.within(&["run", "--rm", "-v", &volume, image, "true"])?;
    let data = place.join("data").exists();
    umount(&place).context("unmount what the check has mounted")?;
    Ok(match ended {
        None => "hangs",
        Some(ended) if ended.code == Some(0) => "not noticed",
        Some(_) if data => "half a copy is the volume",
        Some(_) => "nothing is the volume",
    })
}
