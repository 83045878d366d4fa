//! What a container has written.

use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Args;
use namespaces::Runtime;
use nix::poll::PollTimeout;

use crate::container::{Container, settled};
use crate::log;
use crate::log::follow::{Reader, last, show as show_record};
use crate::status::Status;
use namespaces::print::heard;

/// How often a log that is followed is looked at.
const PERIOD: Duration = Duration::from_millis(100);

#[derive(Debug, Args)]
pub struct LogsArgs {
    /// Go on until the container has ended
    #[arg(short, long)]
    follow: bool,
    /// Begin with the time each line was read at
    #[arg(short, long)]
    timestamps: bool,
    /// The last lines only
    #[arg(short = 'n', long, value_name = "LINES")]
    tail: Option<usize>,
    name: String,
}

pub fn show(runtime: &Runtime, arguments: &LogsArgs) -> Result<()> {
    let mut container = settled(runtime, &arguments.name)?;
    let path = log::path(&container.spec);
    ensure!(
        path.exists(),
        "container {} has no log: its output goes to whoever started it, without -d",
        container.id
    );
    let mut reader = Reader::new(path);
    let mut records = last(reader.read()?, arguments.tail.unwrap_or(usize::MAX));
    loop {
        for record in &records {
            if !heard(show_record(record, arguments.timestamps))? {
                return Ok(());
            }
        }
        if !arguments.follow {
            return Ok(());
        }
        let over = container.status == Status::Exited;
        let is_final = over && is_undone(&container);
        if !over {
            wait(&container)?;
        } else if !is_final {
            std::thread::sleep(Duration::from_millis(5));
        }
        // Read after it was known that nothing will be added.
        records = reader.read()?.into();
        if is_final && records.is_empty() {
            return Ok(());
        }
        match Container::of(runtime, &container.id)? {
            Some(found) => container = found,
            // Removed: what we hold open is all there will be.
            None => {
                for record in &records {
                    heard(show_record(record, arguments.timestamps))?;
                }
                return Ok(());
            }
        }
    }
}

/// Its runtime has written everything.
fn is_undone(container: &Container) -> bool {
    let state = container.state.as_ref();
    state.is_some_and(|state| state.status == namespaces::state::Status::Stopped)
}

fn wait(container: &Container) -> Result<()> {
    let limit = PollTimeout::try_from(PERIOD)?;
    match container.process() {
        Ok((_, process)) => {
            use std::os::fd::AsFd;
            let mut end = [nix::poll::PollFd::new(
                process.as_fd(),
                nix::poll::PollFlags::POLLIN,
            )];
            nix::poll::poll(&mut end, limit)?;
        }
        Err(_) => std::thread::sleep(Duration::from_millis(5)),
    }
    Ok(())
}
