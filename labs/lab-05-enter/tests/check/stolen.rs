//! Part 05b: what a hostile container can do to the runtime's own program.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::unistd::pipe2;
use serde_json::{Value, json};
use workbench::Lab;
use workbench::rootfs::Recipe;

use crate::boxed::{Boxes, alive, appears, either, refused, wait_until};

/// The program under check is copied, so that what is written to the copy does
/// nobody any harm; the container's first process lies in wait for it.
pub fn own_program(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let image = lab.directory().join(lab.random_name()?);
    // With the libraries it needs to be started in there.
    Recipe::new()
        .with(lab.probe())
        .with(lab.binary())
        .make(&image, false)?;
    // Out of the image again, where it would be the container's own.
    let program = lab.directory().join("runtime");
    let inside = image.join(lab.binary().strip_prefix("/")?);
    fs::rename(&inside, &program).context("take the program out of the image")?;
    let before = fs::read(&program).context("read the program")?;
    let told = image.join("told");
    fs::create_dir(&told).context("make a directory")?;
    let (name, root) = (lab.random_name()?, boxes.root.clone());
    let run = |words: &[&str]| {
        let mut command = Command::new(&program);
        command.arg("--root").arg(&root).args(words);
        command
    };
    let started = run(&["run", "-d", "--name", &name, "--rootfs"])
        .arg(&image)
        .args(["--".as_ref(), lab.probe(), "probe".as_ref()])
        .args(["steal", "/told"])
        .stdin(Stdio::null())
        .output()
        .context("run the program")?;
    if !started.status.success() {
        return Ok(refused(crate::boxed::why(&String::from_utf8_lossy(
            &started.stderr,
        ))));
    }
    appears(&told.join("ready"));
    // A pipe nobody reads, full: whoever writes to it waits, and can be held.
    let (read, write) = pipe2(OFlag::O_CLOEXEC).context("make a pipe")?;
    let size = fcntl(&write, FcntlArg::F_SETPIPE_SZ(4096)).context("make it small")?;
    let mut full = fs::File::from(write.try_clone()?);
    full.write_all(&vec![b'.'; size as usize])
        .context("fill it")?;
    let mut entering = run(&["exec", &name, "/proc/self/exe", "--help"])
        .stdin(Stdio::null())
        .stdout(write)
        .stderr(Stdio::null())
        .spawn()
        .context("run the program")?;
    drop(full);
    let held = appears(&told.join("held"));
    // Now it may write, and end.
    drop(read);
    let over = wait_until(Duration::from_secs(3), || !alive(entering.id() as i32));
    if !over {
        entering.kill().context("end the program")?;
    }
    entering.wait().context("wait for the program")?;
    let tried = held && appears(&told.join("done"));
    let said: Value = serde_json::from_slice(&fs::read(told.join("done")).unwrap_or_default())
        .unwrap_or_default();
    let after = fs::read(&program).unwrap_or_default();
    Ok(json!({
        "command": { "started": "yes" },
        "attacker": either(tried, "tried", "never came to it"),
        "written": either(said["written"] == "yes", "yes", "no"),
        "program": either(before == after, "as before", "overwritten"),
    }))
}
