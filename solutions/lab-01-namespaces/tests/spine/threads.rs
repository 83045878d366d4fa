//! Containers created by a program with threads, as a server is.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::MEASURED;
use crate::hooks::Wanted;
use crate::world::{LIMIT, World, ended, until};

const BUSY: usize = 32;
const CONTAINERS: usize = 1000;
/// Containers being created at a time.
const WORKERS: usize = 4;

/// Allocates until told to stop: malloc's locks are hardly ever free.
fn allocate(stop: &AtomicBool) {
    // The lowest priority, so that the containers get a processor as well.
    // SAFETY: three integers; 0 is the calling thread.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, 19) };
    while !stop.load(Ordering::Relaxed) {
        let some: Vec<Vec<u8>> = (1..50).map(|size| vec![1; size * 37]).collect();
        black_box(some);
    }
}

pub fn thousand() -> Result<()> {
    let world = World::new()?;
    let stop = AtomicBool::new(false);
    let begun = Instant::now();
    let done = std::thread::scope(|scope| {
        for _ in 0..BUSY {
            scope.spawn(|| allocate(&stop));
        }
        let done = create_all(&world);
        stop.store(true, Ordering::Relaxed);
        done
    });
    let slowest = done?;
    eprintln!(
        "{MEASURED}{CONTAINERS} containers beside {BUSY} threads: {:.1} s, the slowest {slowest:.0?}",
        begun.elapsed().as_secs_f64()
    );
    // The detached ones come to their end by themselves.
    until("all are gone", || {
        Ok(world.runtime().store.ids()?.is_empty())
    })?;
    world.nothing_left()
}

/// Every other container is detached; returns what the slowest took.
fn create_all(world: &World) -> Result<Duration> {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let (sender, results) = channel();
        for _ in 0..WORKERS {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= CONTAINERS {
                        return;
                    }
                    let begun = Instant::now();
                    let result = create(world, number).map(|()| begun.elapsed());
                    let _ = sender.send((number, result));
                }
            });
        }
        drop(sender);
        let mut slowest = Duration::ZERO;
        for _ in 0..CONTAINERS {
            let Ok((number, result)) = results.recv_timeout(LIMIT) else {
                // A worker that hangs can't be joined; the workbench ends it.
                eprintln!("a container hangs: none was done for {} s", LIMIT.as_secs());
                std::process::exit(1);
            };
            let took = result.with_context(|| format!("container {number}"));
            match took {
                Ok(took) => slowest = slowest.max(took),
                Err(error) => {
                    next.store(CONTAINERS, Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
        Ok(slowest)
    })
}

fn create(world: &World, number: usize) -> Result<()> {
    let spec = world.command(&["/bin/true"], &Wanted::default())?;
    if number % 2 == 0 {
        let code = ended(world.start(&spec)?)?;
        ensure!(code == Some(0), "exit code {code:?}");
        return Ok(());
    }
    world.runtime().start(&spec)?;
    Ok(())
}

pub fn at_once() -> Result<()> {
    const ROUNDS: usize = 10;
    const STARTS: usize = 8;
    let world = World::new()?;
    for round in 0..ROUNDS {
        let begun = Instant::now();
        let (sender, results) = channel();
        for _ in 0..STARTS {
            let spec = world.command(&["/bin/sleep", "30"], &Wanted::default())?;
            let (runtime, sender) = (world.runtime(), sender.clone());
            std::thread::spawn(move || {
                let started = runtime.start(&spec).map(|_| spec.id);
                let _ = sender.send(started);
            });
        }
        let mut ids = Vec::new();
        for _ in 0..STARTS {
            let left = Duration::from_secs(5).saturating_sub(begun.elapsed());
            let started = results.recv_timeout(left);
            let id = started.with_context(|| format!("round {round}: one waits for another"))??;
            ids.push(id);
        }
        for id in ids {
            world.runtime().remove(&id)?;
        }
    }
    world.nothing_left()
}
