//! Part 05b: what a hostile container can do to the runtime's own program.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, pipe2};
use serde_json::{Value, json};
use workbench::Lab;

use crate::boxed::{Boxes, alive, appears, either, image, parent, refused, started, wait_until};

/// The container's first process lies in wait for the program that lets commands
/// in.
pub fn own_program(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    // What is written here goes no further than the workbench.
    let program = lab.binary();
    let before = beginning(program)?;
    // It needs the same libraries to be started in there as the probe.
    let image = image(lab)?;
    let told = image.join("told");
    fs::create_dir(&told).context("make a directory")?;
    let (name, root) = (lab.random_name()?, boxes.root.clone());
    let run = |words: &[&str]| {
        let mut command = Command::new(program);
        command.arg("--root").arg(&root).args(words);
        command
    };
    let ended = run(&[
        "run",
        "-d",
        "--name",
        &name,
        "--cgroupns",
        "host",
        "--rootfs",
    ])
    .arg(&image)
    .args(["--".as_ref(), lab.probe(), "probe".as_ref()])
    .args(["steal", "/told"])
    .stdin(Stdio::null())
    .output()
    .context("run the program")?;
    if !ended.status.success() {
        return Ok(refused(crate::boxed::why(&String::from_utf8_lossy(
            &ended.stderr,
        ))));
    }
    appears(&told.join("ready"));
    // As long as somebody runs a program nobody can write to it, and its keeper
    // does; but keepers are killed.
    let keeper = parent(boxes.pid(&name)?)?;
    kill(Pid::from_raw(keeper), Signal::SIGKILL).context("kill the keeper")?;
    wait_until(Duration::from_secs(5), || !alive(keeper));
    // A pipe nobody reads, full: whoever writes to it waits, and can be held.
    let (read, write) = pipe2(OFlag::O_CLOEXEC).context("make a pipe")?;
    let size = fcntl(&write, FcntlArg::F_SETPIPE_SZ(4096)).context("make it small")?;
    let mut full = File::from(write.try_clone()?);
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
    let after = beginning(program)?;
    Ok(json!({
        "command": started(),
        "attacker": either(tried, "tried", "never came to it"),
        "written": either(said["written"] == "yes", "yes", "no"),
        "program": either(before == after, "as before", "overwritten"),
    }))
}

/// The length of a file and its first bytes, which is where an attacker writes.
fn beginning(path: &Path) -> Result<(u64, Vec<u8>)> {
    let file = File::open(path).context("open the program")?;
    let length = file.metadata()?.len();
    let mut bytes = Vec::new();
    file.take(4096).read_to_end(&mut bytes)?;
    Ok((length, bytes))
}
