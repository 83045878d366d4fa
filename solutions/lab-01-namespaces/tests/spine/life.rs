//! What the hooks of later labs need of a container's life.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};
use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use solution_01_namespaces::{Namespace, Spec};

use crate::hooks::{Join, Volume, Wanted};
use crate::probe::{Seen, seen};
use crate::world::{World, mounted};

/// Runs a container whose command looks around, and returns what it saw.
fn look(world: &World, name: &str, spec: Spec) -> Result<Seen> {
    let code = world.run(&spec)?;
    ensure!(code == Some(0), "{name}: exit code {code:?}");
    seen(&world.path(name))
}

fn text(path: &std::path::Path) -> String {
    path.to_string_lossy().into_owned()
}

pub fn volume() -> Result<()> {
    let world = World::new()?;
    let (source, target) = (world.path("source"), world.path("place"));
    fs::create_dir(&source)?;
    fs::write(source.join("word"), "from the volume")?;
    let wanted = Wanted {
        volume: Some(Volume {
            source,
            target: target.clone(),
        }),
        ..Wanted::default()
    };
    let (file, read) = (world.path("saw"), target.join("word"));
    let spec = world.probe(&["stay", &text(&file), &text(&read)], &wanted)?;
    world.runtime().start(&spec)?;
    let saw = seen(&file)?;
    ensure!(saw.text.as_deref() == Some("from the volume"), "{saw:?}");
    ensure!(!mounted(&target)?, "the volume is mounted outside");
    ensure!(!read.exists(), "the volume's file is seen outside");
    world.runtime().remove(&spec.id)?;
    ensure!(!target.exists(), "the volume's place is still there");
    world.nothing_left()
}

/// A running container that others join: its spec, and what it saw.
fn base(world: &World, namespaces: &[Namespace], wanted: &Wanted) -> Result<(Spec, i32, Seen)> {
    let file = world.path("base");
    let mut spec = world.probe(&["stay", &text(&file)], wanted)?;
    spec.namespaces.extend(namespaces);
    if !namespaces.contains(&Namespace::User) {
        spec.hostname = Some("base-name".into());
    }
    let state = world.runtime().start(&spec)?;
    Ok((spec, state.pid, seen(&file)?))
}

fn joining(pid: i32, namespaces: &[Namespace]) -> Wanted {
    Wanted {
        join: Some(Join {
            pid,
            namespaces: namespaces.iter().copied().collect(),
        }),
        ..Wanted::default()
    }
}

fn same(one: &Seen, other: &Seen) -> BTreeSet<String> {
    let names = one.namespaces.keys();
    let same = names.filter(|name| one.namespaces[*name] == other.namespaces[*name]);
    same.cloned().collect()
}

fn names(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|name| name.to_string()).collect()
}

pub fn joined() -> Result<()> {
    let world = World::new()?;
    let (first, pid, base) = base(&world, &[Namespace::Net], &Wanted::default())?;
    let file = text(&world.path("net"));
    let spec = world.probe(&["see", &file], &joining(pid, &[Namespace::Net]))?;
    let saw = look(&world, "net", spec)?;
    // The user and cgroup namespaces are everybody's.
    let shared = same(&base, &saw);
    ensure!(shared == names(&["net", "user", "cgroup"]), "{shared:?}");
    ensure!(saw.pid == 1, "pid {}", saw.pid);

    let file = text(&world.path("uts-pid"));
    let wanted = joining(pid, &[Namespace::Uts, Namespace::Pid]);
    let saw = look(&world, "uts-pid", world.probe(&["see", &file], &wanted)?)?;
    let shared = same(&base, &saw);
    let expected = names(&["uts", "pid", "user", "cgroup"]);
    ensure!(shared == expected, "{shared:?}");
    ensure!(saw.pid > 1, "pid {}", saw.pid);
    ensure!(saw.hostname == "base-name", "hostname {}", saw.hostname);
    world.runtime().remove(&first.id)?;
    world.nothing_left()
}

/// An id outside that may be mapped: not root's, where there are others.
pub fn outer_id() -> Result<u32> {
    let map = fs::read_to_string("/proc/self/uid_map")?;
    let last = map
        .lines()
        .next()
        .and_then(|line| line.split_whitespace().last());
    let count: u64 = last.context("uid_map")?.parse()?;
    Ok(if count > 100_000 { 100_000 } else { 0 })
}

pub fn user_and_filter() -> Result<()> {
    let world = World::new()?;
    let first = outer_id()?;
    for (name, filter, expected) in [
        ("with", true, Some(Errno::EPERM as i32)),
        ("without", false, None),
    ] {
        let wanted = Wanted {
            ids: Some(first),
            filter,
            ..Wanted::default()
        };
        let mut spec = world.probe(&["see", &text(&world.path(name))], &wanted)?;
        spec.namespaces.insert(Namespace::User);
        let saw = look(&world, name, spec)?;
        let map: Vec<&str> = saw.uid_map.split_whitespace().collect();
        ensure!(map == ["0", &first.to_string(), "1"], "{map:?}");
        ensure!(saw.uid == 0, "uid {}", saw.uid);
        ensure!(saw.sethostname == expected, "{:?}", saw.sethostname);
    }
    world.nothing_left()
}

/// Enters a running container as `exec` will: nothing new, everything joined.
fn enter(world: &World, pid: i32, namespaces: &[Namespace]) -> Result<Seen> {
    let file = text(&world.path("entered"));
    let mut spec = world.probe(&["see", &file], &joining(pid, namespaces))?;
    spec.namespaces.clear();
    look(world, "entered", spec)
}

pub fn exec() -> Result<()> {
    use Namespace::*;
    let world = World::new()?;
    let (first, pid, base) = base(&world, &[Net], &Wanted::default())?;
    let saw = enter(&world, pid, &[Pid, Mount, Uts, Ipc, Net])?;
    ensure!(saw.namespaces == base.namespaces, "{saw:?} in {base:?}");
    ensure!(saw.pid > 1, "pid {}", saw.pid);
    world.runtime().remove(&first.id)?;
    world.nothing_left()
}

pub fn exec_as_root() -> Result<()> {
    use Namespace::*;
    let world = World::new()?;
    let first = outer_id()?;
    let wanted = Wanted {
        ids: Some(first),
        ..Wanted::default()
    };
    let (first, pid, base) = base(&world, &[User], &wanted)?;
    let saw = enter(&world, pid, &[User, Pid, Mount, Uts, Ipc])?;
    ensure!(saw.namespaces == base.namespaces, "{saw:?} in {base:?}");
    ensure!(saw.uid == 0, "uid {}", saw.uid);
    // It has the rights of the namespace's root.
    ensure!(saw.sethostname.is_none(), "{:?}", saw.sethostname);
    world.runtime().remove(&first.id)?;
    world.nothing_left()
}

pub fn descriptors() -> Result<()> {
    let world = World::new()?;
    // Open across exec: what a careless caller of ours would pass on.
    let _leak = open("/", OFlag::O_RDONLY | OFlag::O_DIRECTORY, Mode::empty())?;
    let planned = world.path("planned");
    fs::write(&planned, "planned")?;
    for (init, descriptor, expected) in [
        (false, None, vec![0, 1, 2]),
        (true, None, vec![0, 1, 2]),
        (false, Some(planned.clone()), vec![0, 1, 2, 7]),
        (true, Some(planned), vec![0, 1, 2, 7]),
    ] {
        let wanted = Wanted {
            descriptor,
            ..Wanted::default()
        };
        let mut spec = world.probe(&["see", &text(&world.path("saw"))], &wanted)?;
        spec.init = init;
        let saw = look(&world, "saw", spec)?;
        let open: Vec<i32> = saw.descriptors.keys().copied().collect();
        ensure!(open == expected, "init {init}: {:?}", saw.descriptors);
        fs::remove_file(world.path("saw"))?;
    }
    world.nothing_left()
}
