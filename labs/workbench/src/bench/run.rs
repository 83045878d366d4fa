//! The caller's side: start a keeper, hear what the command writes and how it
//! ended.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use nix::fcntl::OFlag;
use nix::unistd::pipe2;

use super::keeper::{KEEPER, Order, Report, open_across_exec};
use super::machine::{At, Machine};
use super::{Bench, End, Ended, MOST_OUTPUT};

/// Runs the command and collects what it writes.
pub(super) fn captured(bench: &Bench, command: &[OsString]) -> Result<Ended, Machine> {
    let mut keeper = start(bench, command, false)?;
    let too_much = Arc::new(AtomicBool::new(false));
    let life = Arc::new(Mutex::new(Some(keeper.life)));
    let stdout = collect(keeper.process.stdout.take(), &too_much, &life);
    let stderr = collect(keeper.process.stderr.take(), &too_much, &life);
    let end = report(keeper.report, &mut keeper.process);
    let ended = |end| Ended {
        end,
        stdout: stdout.join().unwrap_or_default(),
        stderr: stderr.join().unwrap_or_default(),
    };
    match end? {
        _ if too_much.load(Ordering::Relaxed) => Ok(ended(End::OutputLimit)),
        end => Ok(ended(end)),
    }
}

/// Runs the command on the caller's own terminal.
pub(super) fn attached(bench: &Bench, command: &[OsString]) -> Result<Ended, Machine> {
    let mut keeper = start(bench, command, true)?;
    let end = report(keeper.report, &mut keeper.process)?;
    Ok(Ended {
        end,
        stdout: Vec::new(),
        stderr: Vec::new(),
    })
}

/// One keeper is started at a time.
static STARTING: Mutex<()> = Mutex::new(());

struct Keeper {
    process: Child,
    report: File,
    /// Closed when this process ends, however it ends: the keeper notices.
    life: OwnedFd,
}

fn start(bench: &Bench, command: &[OsString], terminal: bool) -> Result<Keeper, Machine> {
    let (report, reporter) = pipe2(OFlag::O_CLOEXEC).at("make a pipe", "")?;
    let (watched, life) = pipe2(OFlag::O_CLOEXEC).at("make a pipe", "")?;
    // Two descriptors are open across exec from here to the end of this
    // function. A keeper another thread started meanwhile would inherit them,
    // and hold the report's pipe open.
    let _alone = STARTING.lock();
    let order = Order {
        report_fd: open_across_exec(&reporter).at("pass a pipe on", "")?,
        life_fd: open_across_exec(&watched).at("pass a pipe on", "")?,
        time_limit: bench.time_limit,
        paths: bench.paths.clone(),
        broken_step: bench.broken_step.clone(),
        terminal,
    };
    let order = serde_json::to_string(&order).map_err(|e| Machine::new("order", e, None))?;
    let mut keeper = Command::new("/proc/self/exe");
    keeper.arg(KEEPER).arg(order).args(command);
    keeper.env_clear().envs(super::init::environment());
    if !terminal {
        keeper
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // Out of the terminal's foreground: Ctrl-C is for the caller.
        keeper.process_group(0);
    }
    let process = keeper.spawn().at("start the keeper", "")?;
    Ok(Keeper {
        process,
        report: File::from(report),
        life,
    })
}

/// Reads the report and reaps the keeper.
fn report(mut report: File, keeper: &mut Child) -> Report {
    let mut text = String::new();
    let read = report.read_to_string(&mut text);
    let status = keeper.wait().at("wait for the keeper", "")?;
    read.at("hear from the keeper", "")?;
    serde_json::from_str(&text).unwrap_or_else(|_| {
        Err(Machine::new(
            "hear from the keeper",
            format!("it ended: {status}"),
            None,
        ))
    })
}

/// Reads a stream to its end in a thread. Past the limit, ends the workbench.
fn collect(
    stream: Option<impl Read + Send + 'static>,
    too_much: &Arc<AtomicBool>,
    life: &Arc<Mutex<Option<OwnedFd>>>,
) -> JoinHandle<Vec<u8>> {
    let (too_much, life) = (too_much.clone(), life.clone());
    std::thread::spawn(move || {
        let mut text = Vec::new();
        let Some(mut stream) = stream else {
            return text;
        };
        let _ = (&mut stream).take(MOST_OUTPUT + 1).read_to_end(&mut text);
        if text.len() as u64 > MOST_OUTPUT {
            too_much.store(true, Ordering::Relaxed);
            // The keeper takes the closed pipe for our end, and ends the rest.
            if let Ok(mut life) = life.lock() {
                life.take();
            }
            text.truncate(MOST_OUTPUT as usize);
        }
        text
    })
}
