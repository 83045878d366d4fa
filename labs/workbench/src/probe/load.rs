//! What a probe does to use a machine up: processor, memory, processes.

use std::fs::OpenOptions;
use std::hint::black_box;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use serde_json::json;

use super::{look, say, wait_for_line};

/// Goes round in circles in a second thread until the input ends.
pub fn burn() -> Result<ExitCode> {
    say(look::look()?)?;
    while_waiting(|| {
        black_box((0..1000u64).sum::<u64>());
        Ok(())
    })
}

/// Counts into a file, as eight bytes in the machine's order.
pub fn count(path: &Path) -> Result<ExitCode> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .open(path)
        .context("open the counter")?;
    say(look::look()?)?;
    let mut counter = 0u64;
    while_waiting(move || {
        counter += 1;
        std::thread::sleep(std::time::Duration::from_micros(100));
        file.write_all_at(&counter.to_ne_bytes(), 0)
            .context("write the counter")
    })
}

/// Does something again and again until the input has a line or ends.
fn while_waiting(mut something: impl FnMut() -> Result<()> + Send) -> Result<ExitCode> {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                something()?;
            }
            Ok(ExitCode::SUCCESS)
        });
        wait_for_line()?;
        over.store(true, Ordering::Relaxed);
        worker.join().unwrap_or(Ok(ExitCode::FAILURE))
    })
}

/// Takes memory and writes to every page of it; a page that nobody has written
/// to takes no room.
pub fn hog(mebibytes: i32) -> Result<ExitCode> {
    say(look::look()?)?;
    let mut taken: Vec<Vec<u8>> = Vec::new();
    for number in 0..mebibytes {
        taken.push(black_box(vec![number as u8 | 1; 1 << 20]));
    }
    say(json!({ "taken": black_box(&taken).len() }))?;
    wait_for_line()?;
    Ok(ExitCode::SUCCESS)
}

/// Starts processes that wait, until there are `count` or the kernel refuses.
pub fn bomb(count: i32) -> Result<ExitCode> {
    let mut started: Vec<Child> = Vec::new();
    let mut refused = None;
    while started.len() < count as usize && refused.is_none() {
        // Each waits for the end of a pipe, which is the end of this process.
        let child = Command::new("/bin/cat").stdin(Stdio::piped()).spawn();
        match child {
            Ok(child) => started.push(child),
            Err(error) => refused = Some(error.raw_os_error().unwrap_or_default()),
        }
    }
    let mut said = look::look()?;
    said["started"] = json!(started.len());
    said["refused"] = json!(refused);
    say(said)?;
    wait_for_line()?;
    for mut child in started {
        drop(child.stdin.take());
        child.wait().context("wait for a process")?;
    }
    Ok(ExitCode::SUCCESS)
}
