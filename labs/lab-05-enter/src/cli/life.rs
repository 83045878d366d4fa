//! The verbs that move a container from one status to another.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use namespaces::Runtime;
use namespaces::cli::{Obey, Wanted};
use namespaces::print::{line, say};
use nix::sys::signal::Signal;

use crate::container::{Container, settled};
use crate::status::{Act, Status};
use crate::stop::{Target, stop};
use crate::{restart, sealed};

/// How long a runtime may take to undo a container that has ended.
const LIMIT: Duration = Duration::from_secs(20);

#[derive(Debug, Args)]
pub struct StopArgs {
    /// Seconds a container may take to end by itself
    #[arg(short, long, default_value_t = 10, value_name = "SECONDS")]
    pub time: u64,
    #[arg(required = true, value_name = "NAME")]
    pub names: Vec<String>,
}

#[derive(Debug, Args)]
pub struct KillArgs {
    /// Signal, by name or number
    #[arg(short, long, default_value = "KILL", value_parser = signal)]
    pub signal: Signal,
    #[arg(required = true, value_name = "NAME")]
    pub names: Vec<String>,
}

/// The verbs of earlier labs, which know nothing of the table: it is asked
/// before they are obeyed.
pub fn earlier<R: Wanted>(verb: layers::cli::Verb<R>, runtime: &Runtime) -> Result<u8> {
    use cgroups::cli::Verb::{Pause, Unpause};
    use layers::cli::Verb::{Rm, Rootfs};
    use rootfs::cli::Verb::Cgroups;
    match &verb {
        Rootfs(Cgroups(Pause { name })) => settled(runtime, name)?.may(Act::Pause).map(drop)?,
        Rootfs(Cgroups(Unpause { name })) => settled(runtime, name)?.may(Act::Unpause).map(drop)?,
        Rm { force, names } => return remove_all(runtime, *force, names),
        _ => {}
    }
    verb.obey(runtime)
}

fn remove_all(runtime: &Runtime, force: bool, names: &[String]) -> Result<u8> {
    each(names, |name| {
        let Some(id) = runtime.store.named(name)? else {
            // As with docker: what isn't there needs no force.
            ensure!(force, "there is no container {name}");
            return Ok(());
        };
        match force {
            true => runtime.remove(&id)?,
            false => {
                settled(runtime, &id)?.may(Act::Remove)?;
                // It may have been started again since.
                runtime.remove_ended(&id)?;
            }
        }
        line(id)?;
        Ok(())
    })
    .map(|()| 0)
}

/// Asks every container of these names, and says of each when it has ended.
pub fn stop_all(runtime: &Runtime, arguments: &StopArgs) -> Result<()> {
    each(&arguments.names, |name| {
        let id = settled(runtime, name)?.id;
        stop_one(runtime, &id, Act::Stop, arguments.time)?;
        line(id)?;
        Ok(())
    })
}

fn stop_one(runtime: &Runtime, id: &str, act: Act, seconds: u64) -> Result<()> {
    let container = settled(runtime, id)?;
    container.may(act)?;
    if container.status == Status::Exited {
        return Ok(());
    }
    let (signal, grace) = (stop_signal(&container)?, Duration::from_secs(seconds));
    let target = target(&container)?;
    let by_itself = stop(&target, signal, grace).with_context(|| format!("stop container {id}"))?;
    ensure!(
        target.ends_within(Duration::ZERO)?,
        "container {id} is still there"
    );
    over(runtime, &container)?;
    if !by_itself {
        killed(id, seconds);
    }
    Ok(())
}

/// Says that a container had to be made to end: what it had not put in order by
/// then it has not.
fn killed(id: &str, seconds: u64) {
    say(format_args!(
        "container {id} didn't end within {seconds} s, and was killed"
    ));
}

/// The signal the image wants to be stopped by, `StopSignal` of its
/// configuration (OCI image specification, config.md). With a word that names no
/// signal we know a container must still be stoppable: as with docker it is
/// SIGTERM then, and that is told.
fn stop_signal(container: &Container) -> Result<Signal> {
    let part: Option<layers::Part> = container.spec.extension(layers::hook::PART)?;
    let execution = part.and_then(|part| part.image.config.config);
    let word = execution.and_then(|execution| execution.other.get("StopSignal").cloned());
    match word.as_ref().and_then(|word| word.as_str()) {
        None | Some("") => Ok(Signal::SIGTERM),
        Some(word) => Ok(signal(word).unwrap_or_else(|error| {
            say(format_args!("the image's {error}; it is SIGTERM instead"));
            Signal::SIGTERM
        })),
    }
}

fn target(container: &Container) -> Result<Target> {
    let (_, process) = container.process()?;
    let group = container.group()?;
    Ok(Target { process, group })
}

/// Waits until a container is undone by its runtime, or lives once more. Its exit
/// code, if there is one to be known.
fn over(runtime: &Runtime, container: &Container) -> Result<Option<u8>> {
    let id = &container.id;
    let life = container.state.as_ref().map(|state| state.started);
    let deadline = Instant::now() + LIMIT;
    let mut code = None;
    loop {
        // Of one that isn't kept this is the only moment to see its exit code.
        let state = runtime.store.state(id)?;
        code = state.as_ref().and_then(|state| state.exit_code).or(code);
        match state {
            None => return Ok(code),
            Some(state) if state.status == namespaces::state::Status::Stopped => return Ok(code),
            Some(state) if life.is_some_and(|life| life != state.started) => return Ok(code),
            // Whoever looked after it may have been killed.
            Some(_) => runtime.settle(id)?,
        }
        ensure!(
            Instant::now() < deadline,
            "container {id} has ended, and isn't undone after {} s",
            LIMIT.as_secs()
        );
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Sends every container of these names a signal.
pub fn kill_all(runtime: &Runtime, arguments: &KillArgs) -> Result<()> {
    each(&arguments.names, |name| {
        let container = Container::find(runtime, name)?;
        container.may(Act::Kill)?;
        let target = target(&container)?;
        match arguments.signal {
            Signal::SIGKILL => {
                target.kill()?;
                over(runtime, &container)?;
            }
            other => target.signal(other)?,
        }
        line(&container.id)?;
        Ok(())
    })
}

/// Starts containers of these names that have ended.
pub fn start_all(runtime: &Runtime, names: &[String]) -> Result<()> {
    sealed_for(runtime, names)?;
    each(names, |name| {
        let container = settled(runtime, name)?;
        container.may(Act::Start)?;
        runtime.start_again(&container.id)?;
        line(&container.id)?;
        Ok(())
    })
}

/// Goes on sealed if one of these containers has a root of its own. Before any of
/// them is touched: the command line begins anew.
fn sealed_for(runtime: &Runtime, names: &[String]) -> Result<()> {
    let has_root = |name: &String| {
        // What can't be found is told when its turn comes; sealing does no harm.
        let found = Container::find(runtime, name);
        found.map_or(true, |found| {
            found.spec.extensions.contains_key(rootfs::hook::PART)
        })
    };
    if names.iter().any(has_root) {
        sealed::go_on_sealed()?;
    }
    Ok(())
}

/// Stops and starts. Meanwhile the container is neither running nor exited.
pub fn restart_all(runtime: &Runtime, arguments: &StopArgs) -> Result<()> {
    sealed_for(runtime, &arguments.names)?;
    each(&arguments.names, |name| {
        let container = settled(runtime, name)?;
        ensure!(
            container.spec.keep,
            "container {}: with --rm it can't be started again",
            container.id
        );
        container.may(Act::Restart)?;
        let _restarting = restart::begin(&container.spec)?;
        if container.status != Status::Exited {
            let grace = Duration::from_secs(arguments.time);
            let by_itself = stop(&target(&container)?, stop_signal(&container)?, grace)?;
            over(runtime, &container)?;
            if !by_itself {
                killed(&container.id, arguments.time);
            }
        }
        runtime.start_again(&container.id)?;
        line(&container.id)?;
        Ok(())
    })
}

/// Waits for the end of each, and prints its exit code.
pub fn wait_all(runtime: &Runtime, names: &[String]) -> Result<()> {
    each(names, |name| {
        let container = settled(runtime, name)?;
        if let Ok(target) = target(&container) {
            while !target.ends_within(LIMIT)? {}
        }
        match over(runtime, &container)? {
            Some(code) => line(code)?,
            None => bail!("container {}: how it ended isn't known", container.id),
        }
        Ok(())
    })
}

/// Does it for each name; a failure doesn't keep the others from it.
fn each(names: &[String], mut one: impl FnMut(&str) -> Result<()>) -> Result<()> {
    let mut failed = Ok(());
    for name in names {
        if let Err(error) = one(name) {
            if let Err(earlier) = std::mem::replace(&mut failed, Err(error)) {
                say(format_args!("{earlier:#}"));
            }
        }
    }
    failed
}

/// A signal's name, with or without SIG, or its number.
fn signal(word: &str) -> Result<Signal, String> {
    let upper = word.to_uppercase();
    let name = match upper.starts_with("SIG") {
        true => upper,
        false => format!("SIG{upper}"),
    };
    let named = name.parse::<Signal>().ok();
    let numbered = || Signal::try_from(word.parse::<i32>().ok()?).ok();
    named
        .or_else(numbered)
        .ok_or_else(|| format!("signal {word:?}: there is none of this name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_three_spellings() {
        for word in ["TERM", "sigterm", "15"] {
            assert_eq!(signal(word), Ok(Signal::SIGTERM), "{word}");
        }
        for word in ["", "0", "99", "TERMS", "-15"] {
            assert!(signal(word).is_err(), "{word}");
        }
    }
}
