//! Containers that stay on disk after their end.

use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use solution_01_namespaces::Spec;
use solution_01_namespaces::state::{State, Status};

use crate::crash::{end, journal, volume};
use crate::hooks::Wanted;
use crate::world::{World, alive, stat, until};

/// A container that is kept, whose hooks write a journal.
fn kept(world: &World, words: &[&str], fail: Option<&str>) -> Result<Spec> {
    let wanted = Wanted {
        journal: Some(world.path("journal")),
        // Its place is made by create_runtime, which fails when it is there.
        volume: Some(volume(world)?),
        fail: fail.map(String::from),
        ..Wanted::default()
    };
    let mut spec = world.command(words, &wanted)?;
    spec.keep = true;
    Ok(spec)
}

fn on_disk(world: &World, id: &str) -> Result<State> {
    world.runtime().store.state(id)?.context("no state on disk")
}

fn stopped(world: &World, id: &str) -> Result<State> {
    until("it is stopped", || {
        Ok(on_disk(world, id)?.status == Status::Stopped)
    })?;
    on_disk(world, id)
}

fn count(path: &Path, line: &str) -> Result<usize> {
    Ok(journal(path)?.iter().filter(|found| *found == line).count())
}

pub fn until_removed() -> Result<()> {
    let world = World::new()?;
    let spec = kept(&world, &["/bin/sh", "-c", "exit 7"], None)?;
    ensure!(world.run(&spec)? == Some(7));
    let state = on_disk(&world, &spec.id)?;
    ensure!(state.status == Status::Stopped && state.exit_code == Some(7));
    let lines = journal(&world.path("journal"))?;
    let last = ["second poststop", "first poststop"].map(String::from);
    ensure!(lines.ends_with(&last), "{lines:?}");
    // Its name is taken, and cleaning leaves it as it is.
    ensure!(world.run(&spec)? == Some(125), "two of the same name");
    ensure!(world.verb(&["clean"])? == Some(0));
    ensure!(on_disk(&world, &spec.id)? == state);
    ensure!(journal(&world.path("journal"))? == lines, "undone again");
    // Two at once: both find it gone.
    let runtimes = [world.runtime(), world.runtime()];
    std::thread::scope(|scope| {
        let removals = runtimes.map(|runtime| {
            scope.spawn({
                let id = &spec.id;
                move || runtime.remove(id)
            })
        });
        for removal in removals {
            removal.join().expect("a removal doesn't panic")?;
        }
        anyhow::Ok(())
    })?;
    ensure!(count(&world.path("journal"), "first remove")? == 1);
    world.nothing_left()
}

pub fn again() -> Result<()> {
    let world = World::new()?;
    // Runs a little longer the second time, so that it is met alive.
    let file = world.path("lived").to_string_lossy().into_owned();
    let script = format!("if [ -e {file} ]; then exec sleep 30; fi; touch {file}; exit 3");
    let spec = kept(&world, &["/bin/sh", "-c", &script], None)?;
    ensure!(world.run(&spec)? == Some(3));
    let state = world.runtime().start_again(&spec.id)?;
    ensure!(alive(state.pid) && on_disk(&world, &spec.id)?.exit_code.is_none());
    let twice = format!(
        "{:#}",
        world.runtime().start_again(&spec.id).expect_err("refused")
    );
    ensure!(twice.contains("runs already"), "{twice}");
    // It is detached now: it outlives its creator, and can't be started twice.
    let creator: i32 = stat(state.pid, 4).context("the creator")?.parse()?;
    end(creator)?;
    until("the creator has ended", || Ok(!alive(creator)))?;
    ensure!(world.verb(&["clean"])? == Some(0));
    ensure!(alive(state.pid), "it ended with its creator");
    end(state.pid)?;
    until("it has ended", || Ok(!alive(state.pid)))?;
    ensure!(world.verb(&["clean"])? == Some(0));
    let state = stopped(&world, &spec.id)?;
    ensure!(state.exit_code.is_none() && state.notes == ["its runtime was killed"]);
    world.runtime().remove(&spec.id)?;
    ensure!(count(&world.path("journal"), "first remove")? == 1);
    let absent = format!(
        "{:#}",
        world.runtime().start_again(&spec.id).expect_err("refused")
    );
    ensure!(absent.contains("there is no container"), "{absent}");
    world.nothing_left()
}

pub fn never_lived() -> Result<()> {
    let world = World::new()?;
    let spec = kept(&world, &["/absent"], None)?;
    ensure!(world.run(&spec)? == Some(127));
    world.nothing_left()?;
    // One that has lived stays when it can't be started again.
    let program = world.path("once").to_string_lossy().into_owned();
    std::fs::copy("/bin/true", &program)?;
    let spec = kept(&world, &[&program], None)?;
    ensure!(world.run(&spec)? == Some(0));
    std::fs::remove_file(&program)?;
    ensure!(world.runtime().start_again(&spec.id).is_err());
    ensure!(stopped(&world, &spec.id)?.exit_code == Some(127));
    world.runtime().remove(&spec.id)?;
    world.nothing_left()
}

/// Killed at any moment of its creation, a kept container is stopped or was
/// never there; nothing of its life is left either way.
pub fn random_moments() -> Result<()> {
    const TIMES: u64 = 50;
    let world = World::new()?;
    for time in 0..TIMES {
        let mut spec = kept(&world, &["/bin/sleep", "0.005"], None)?;
        spec.id = "box".into();
        let target = volume(&world)?.target;
        let (runtime, (sender, started)) = (world.runtime(), channel());
        std::thread::spawn(move || sender.send(runtime.start(&spec).is_ok()));
        std::thread::sleep(Duration::from_micros(time * 500));
        let own = std::process::id().to_string();
        for pid in workbench::probe::processes()? {
            if stat(pid, 4).as_ref() == Some(&own) && alive(pid) {
                end(pid)?;
            }
        }
        let answer = started.recv_timeout(Duration::from_secs(5));
        answer.with_context(|| format!("kill {time}: no answer"))?;
        until("it is settled", || {
            world.verb(&["clean"])?;
            let state = world.runtime().store.state("box")?;
            Ok(state.is_none_or(|state| state.status == Status::Stopped))
        })
        .with_context(|| format!("kill {time}"))?;
        ensure!(!target.exists(), "kill {time}: not undone");
        world.runtime().remove("box")?;
        world.nothing_left()?;
    }
    Ok(())
}
