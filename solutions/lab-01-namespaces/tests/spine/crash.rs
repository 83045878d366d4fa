//! What is left when something ends too early: nothing.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use solution_01_namespaces::{Namespace, Spec};

use crate::MEASURED;
use crate::hooks::{Volume, Wanted};
use crate::life::outer_id;
use crate::probe::seen;
use crate::world::{World, alive, ended, mounted, stat, until};

pub fn journal(path: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(path).context("read the journal")?;
    Ok(text.lines().map(str::to_string).collect())
}

pub fn end(pid: i32) -> Result<()> {
    kill(Pid::from_raw(pid), Signal::SIGKILL).context("kill")
}

pub fn volume(world: &World) -> Result<Volume> {
    let source = world.path("source");
    fs::create_dir_all(&source)?;
    let target = world.path("place");
    Ok(Volume { source, target })
}

pub fn detached() -> Result<()> {
    let world = World::new()?;
    let path = world.path("journal");
    let volume = volume(&world)?;
    let wanted = Wanted {
        journal: Some(path.clone()),
        volume: Some(volume.clone()),
        ..Wanted::default()
    };
    let file = world.path("saw").to_string_lossy().into_owned();
    let spec = world.probe(&["stay", &file], &wanted)?;
    let state = world.runtime().start(&spec)?;
    seen(Path::new(&file))?;
    let creator = stat(state.pid, 4).context("the creator")?.parse()?;
    end(creator)?;
    until("the creator has ended", || Ok(!alive(creator)))?;
    ensure!(alive(state.pid), "the container ended with its creator");
    // It is alive: neither `clean` nor another of its name takes it away.
    ensure!(world.verb(&["clean"])? == Some(0), "clean failed");
    ensure!(alive(state.pid), "clean ended a container that was alive");
    ensure!(world.run(&spec)? == Some(125), "two of the same name");
    ensure!(alive(state.pid), "another of its name ended it");

    // Nothing but the store and the id is known to the process that removes it.
    let remover = Command::new("/proc/self/exe")
        .args(["spine-remove".into(), world.root()])
        .arg(&spec.id)
        .spawn()?;
    ensure!(ended(remover)? == Some(0), "not removed");
    ensure!(!alive(state.pid), "the container is still alive");
    let lines = journal(&path)?;
    let end = [
        "first release",
        "second release",
        "second poststop",
        "first poststop",
        "second remove",
        "first remove",
    ];
    ensure!(lines.ends_with(&end.map(String::from)), "{lines:?}");
    ensure!(!volume.target.exists(), "the volume's place is still there");
    world.nothing_left()
}

pub fn streams() -> Result<()> {
    let world = World::new()?;
    let file = world.path("saw");
    for init in [false, true] {
        let mut spec = world.probe(&["stay", &file.to_string_lossy()], &Wanted::default())?;
        spec.init = init;
        world.runtime().start(&spec)?;
        let open = seen(&file)?.descriptors;
        ensure!(
            open.len() == 3 && open.values().all(|target| target == "/dev/null"),
            "{open:?}"
        );
        world.runtime().remove(&spec.id)?;
        fs::remove_file(&file)?;
    }
    world.nothing_left()
}

pub fn failing_hooks() -> Result<()> {
    let world = World::new()?;
    let points = [
        "prepare",
        "create_runtime",
        "create_container",
        "switch_root",
        "start_container",
    ];
    for (number, point) in points.iter().enumerate() {
        let path = world.path(point);
        let volume = volume(&world)?;
        let wanted = Wanted {
            journal: Some(path.clone()),
            fail: Some(point.to_string()),
            volume: Some(volume.clone()),
            ..Wanted::default()
        };
        let spec = world.command(&["/bin/true"], &wanted)?;
        let code = world.run(&spec)?;
        ensure!(code == Some(125), "{point}: exit code {code:?}");
        let until_there = points[..=number].iter();
        let mut expected: Vec<String> = until_there
            .flat_map(|point| ["first", "second"].map(|name| format!("{name} {point}")))
            .collect();
        let undone = ["poststop", "remove"].into_iter();
        expected.extend(
            undone.flat_map(|point| ["second", "first"].map(|name| format!("{name} {point}"))),
        );
        let lines = journal(&path)?;
        ensure!(lines == expected, "{point}: {lines:?}");
        ensure!(!volume.target.exists() && !mounted(&volume.target)?);
        world.nothing_left()?;
    }
    failing_undo(&world)
}

/// What cannot be undone stays on disk, and the next `clean` tries again.
fn failing_undo(world: &World) -> Result<()> {
    let path = world.path("poststop");
    let mut wanted = Wanted {
        journal: Some(path.clone()),
        fail: Some("poststop".into()),
        ..Wanted::default()
    };
    let spec = world.command(&["/bin/true"], &wanted)?;
    ensure!(world.run(&spec)? == Some(125));
    let lines = journal(&path)?;
    // One that fails doesn't keep the others from being undone.
    let end = [
        "first stopped",
        "second stopped",
        "second poststop",
        "first poststop",
    ];
    ensure!(lines.ends_with(&end.map(String::from)), "{lines:?}");
    let ids = world.runtime().store.ids()?;
    ensure!(ids == std::slice::from_ref(&spec.id), "on disk: {ids:?}");
    // As if the reason had gone away.
    wanted.fail = None;
    let healed = world.command(&["/bin/true"], &wanted)?;
    let healed = Spec {
        extensions: healed.extensions,
        ..spec.clone()
    };
    let file = world.root().join(&spec.id).join("spec.json");
    fs::write(file, serde_json::to_vec(&healed)?)?;
    ensure!(world.verb(&["clean"])? == Some(0));
    world.nothing_left()
}

/// What the hooks note at the end is told, also when one of them fails.
pub fn notes() -> Result<()> {
    let world = World::new()?;
    for (fail, told) in [(None, ""), (Some("stopped"), "second: told to fail\n")] {
        let wanted = Wanted {
            journal: Some(world.path("notes")),
            fail: fail.map(String::from),
            ..Wanted::default()
        };
        let spec = world.command(&["/bin/sh", "-c", "exit 7"], &wanted)?;
        let (code, words) = world.words(&spec)?;
        ensure!(code == Some(7), "exit code {code:?}");
        let expected = format!("exe: noted by first\nexe: noted by second\nexe: {told}");
        ensure!(words == expected.trim_end_matches("exe: "), "{words:?}");
    }
    world.nothing_left()
}

pub fn killed() -> Result<()> {
    let world = World::new()?;
    let file = world.path("saw");
    let user = Wanted {
        // Another id outside: taking it makes the kernel forget the wish to end.
        ids: Some(outer_id()?),
        ..Wanted::default()
    };
    for (what, init, pid, wanted) in [
        ("plain", false, true, Wanted::default()),
        ("init", true, true, Wanted::default()),
        ("host's pids", false, false, Wanted::default()),
        ("init, host's pids", true, false, Wanted::default()),
        ("user namespace", false, true, user),
    ] {
        let mut spec = world.probe(&["stay", &file.to_string_lossy()], &wanted)?;
        spec.init = init;
        if !pid {
            spec.namespaces.remove(&Namespace::Pid);
        }
        if wanted.ids.is_some() {
            spec.namespaces.insert(Namespace::User);
        }
        let mut creator = world.start(&spec)?;
        seen(&file)?;
        creator.kill()?;
        creator.wait()?;
        until("the container has ended", || {
            let own = std::process::id() as i32;
            let pids = workbench::probe::processes()?;
            Ok(pids.iter().all(|pid| [1, own].contains(pid)))
        })
        .context(what)?;
        ensure!(world.verb(&["clean"])? == Some(0), "{what}: clean failed");
        world.nothing_left().context(what)?;
        fs::remove_file(&file)?;
    }
    Ok(())
}

pub fn random_moments() -> Result<()> {
    const TIMES: u64 = 50;
    let world = World::new()?;
    let wanted = Wanted {
        // Its place is made by create_runtime, which fails when it is there.
        volume: Some(volume(&world)?),
        ..Wanted::default()
    };
    let begun = std::time::Instant::now();
    for time in 0..TIMES {
        let mut spec = world.command(&["/bin/sleep", "30"], &wanted)?;
        spec.id = "box".into();
        spec.init = time % 2 == 1;
        let mut creator = world.start(&spec)?;
        // From before the creator's first step to after its last, evenly, with
        // what the machine adds for chance.
        std::thread::sleep(Duration::from_micros(time * 300));
        creator.kill()?;
        creator.wait()?;
        spec.args = vec!["/bin/true".into()];
        let code = world.run(&spec)?;
        ensure!(code == Some(0), "after kill {time}: exit code {code:?}");
    }
    ensure!(world.verb(&["clean"])? == Some(0));
    world.nothing_left()?;
    let seconds = begun.elapsed().as_secs_f64();
    eprintln!("{MEASURED}{TIMES} kills and restarts: {seconds:.1} s");
    Ok(())
}

/// The same for detached containers, which another command removes.
pub fn random_detached() -> Result<()> {
    const TIMES: u64 = 50;
    let world = World::new()?;
    let wanted = Wanted {
        volume: Some(volume(&world)?),
        ..Wanted::default()
    };
    for time in 0..TIMES {
        let mut spec = world.command(&["/bin/sleep", "30"], &wanted)?;
        spec.id = "box".into();
        spec.init = time % 2 == 1;
        let (runtime, (sender, started)) = (world.runtime(), channel());
        std::thread::spawn(move || sender.send(runtime.start(&spec).is_ok()));
        std::thread::sleep(Duration::from_micros(time * 300));
        let own = std::process::id().to_string();
        for pid in workbench::probe::processes()? {
            if stat(pid, 4).as_ref() == Some(&own) && alive(pid) {
                end(pid)?;
            }
        }
        // Whether it had been started or not, there is an answer.
        let answer = started.recv_timeout(Duration::from_secs(5));
        answer.with_context(|| format!("kill {time}: no answer"))?;
        let removed = world.runtime().remove("box");
        removed.with_context(|| format!("after kill {time}"))?;
        world.nothing_left()?;
    }
    Ok(())
}
