//! What each hostile program does. `Err` says which attempt was not refused.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::mount::{MntFlags, umount2};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::{ForkResult, Pid, fork, setsid};

use super::kernel::{
    change_settings, load_a_module, open_disks, reboot, refused_to_write, set_the_clock,
};

/// Said by every program when it stands on a workbench.
pub const PROVED: &str = "this is a workbench";

pub type Act = Result<(), String>;

pub fn act(name: &str, root: bool, canaries: &[&str]) -> Act {
    match name {
        "delete-everything" => delete_everything(root, canaries),
        "kill-everyone" => kill_everyone(),
        "unmount-everything" => unmount_everything(),
        "cut-the-network" => cut_the_network(),
        "fork-bomb" => fork_bomb(),
        "take-all-memory" => take_all_memory(),
        "fill-the-disk" => fill_the_disk(),
        "ignore-signals" => {
            SigSet::all()
                .thread_block()
                .map_err(|error| error.to_string())?;
            sleep()
        }
        "go-to-the-background" => go_to_the_background(),
        "sleep" => sleep(),
        "freeze-everyone" => freeze_everyone(),
        "write-without-end" => write_without_end(),
        "open-disks" => open_disks(root),
        "trigger-sysrq" => refused_to_write("/proc/sysrq-trigger"),
        "change-settings" => change_settings(root),
        "load-a-module" => load_a_module(),
        "reboot" => reboot(),
        "set-the-clock" => set_the_clock(),
        "reach-host-mounts" => reach_host_mounts(root),
        "raise-the-limits" => raise_the_limits(root),
        "exit" => Ok(()),
        other => Err(format!("there is no act {other}")),
    }
}

/// Freezes everything it can, itself included.
fn freeze_everyone() -> Act {
    for file in [
        "freezer/freezer.state",
        "cgroup.freeze",
        "unified/cgroup.freeze",
        "init/cgroup.freeze",
        "unified/init/cgroup.freeze",
    ] {
        let value = if file.ends_with("state") {
            "FROZEN"
        } else {
            "1"
        };
        let _ = fs::write(Path::new("/sys/fs/cgroup").join(file), value);
    }
    sleep()
}

fn delete_everything(root: bool, canaries: &[&str]) -> Act {
    for path in canaries {
        let _ = fs::remove_file(path);
    }
    // All it can delete in three seconds; whiteouts of a large disk take long.
    let deadline = Instant::now() + Duration::from_secs(3);
    for directory in [
        "/usr/bin", "/etc", "/root", "/home", "/tmp", "/run", "/dev", "/var", "/",
    ] {
        delete_tree(Path::new(directory), deadline);
    }
    // A user may delete only what is theirs.
    match root && Path::new("/usr/bin/env").exists() {
        true => Err("/usr/bin/env is still there".into()),
        false => Ok(()),
    }
}

fn delete_tree(directory: &Path, deadline: Instant) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if Instant::now() > deadline {
            return;
        }
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            delete_tree(&path, deadline);
            let _ = fs::remove_dir(&path);
        } else {
            let _ = fs::remove_file(&path);
        }
    }
}

fn kill_everyone() -> Act {
    // Nobody to kill is an answer as well.
    let _ = kill(Pid::from_raw(-1), Signal::SIGKILL);
    let _ = kill(Pid::from_raw(1), Signal::SIGKILL);
    Ok(())
}

fn unmount_everything() -> Act {
    let table = fs::read_to_string("/proc/self/mountinfo").map_err(|error| error.to_string())?;
    let points: Vec<&str> = table
        .lines()
        .filter_map(|line| line.split(' ').nth(4))
        .collect();
    for point in points.iter().rev() {
        let _ = umount2(*point, MntFlags::MNT_DETACH);
        let _ = umount2(*point, MntFlags::MNT_FORCE);
    }
    Ok(())
}

fn cut_the_network() -> Act {
    let Ok(links) = fs::read_dir("/sys/class/net") else {
        return Ok(());
    };
    // Without the program there is nothing to try; the namespace is proved.
    for link in links.flatten() {
        let name = link.file_name();
        let ip = |words: &[&str]| Command::new("ip").args(words).arg(&name).status();
        let _ = ip(&["link", "set", "down", "dev"]);
        let _ = ip(&["link", "delete", "dev"]);
    }
    let _ = Command::new("ip")
        .args(["route", "flush", "table", "all"])
        .status();
    Ok(())
}

fn fork_bomb() -> Act {
    loop {
        // SAFETY: this program has one thread here.
        let _ = unsafe { fork() };
    }
}

fn take_all_memory() -> Act {
    let mut taken: Vec<Vec<u8>> = Vec::new();
    loop {
        taken.push(vec![1; 16 << 20]);
        std::hint::black_box(&taken);
    }
}

fn fill_the_disk() -> Act {
    for directory in ["/usr", "/tmp", "/run", "/dev/shm", "/"] {
        let path = Path::new(directory).join("everything");
        let Ok(mut file) = File::create(&path) else {
            continue;
        };
        let block = vec![1; 1 << 20];
        let full = (0..2048).find_map(|_| file.write_all(&block).err());
        match full.and_then(|error| error.raw_os_error()) {
            Some(libc::ENOSPC) => {}
            other => return Err(format!("2 GiB fit into {directory}: {other:?}")),
        }
    }
    Ok(())
}

fn sleep() -> Act {
    loop {
        std::thread::sleep(Duration::from_secs(1000));
    }
}

fn go_to_the_background() -> Act {
    // SAFETY: this program has one thread here.
    match unsafe { fork() } {
        Ok(ForkResult::Parent { .. }) => Ok(()),
        _ => {
            let _ = setsid();
            // SAFETY: as above.
            match unsafe { fork() } {
                Ok(ForkResult::Parent { .. }) => Ok(()),
                _ => sleep(),
            }
        }
    }
}

fn write_without_end() -> Act {
    let line = [b'y'; 4096];
    loop {
        if std::io::stdout().write_all(&line).is_err() {
            return Ok(());
        }
    }
}

/// No file system of the host's is mounted itself: root could change it for
/// the whole machine by a remount.
fn reach_host_mounts(root: bool) -> Act {
    let own = [
        "tmpfs", "overlay", "proc", "sysfs", "devpts", "cgroup", "cgroup2",
    ];
    let table = fs::read_to_string("/proc/self/mountinfo").map_err(|error| error.to_string())?;
    for line in table.lines() {
        let kind = line
            .split(" - ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next())
            .unwrap_or("");
        if line.contains(" shared:") || line.contains(" master:") {
            return Err(format!("changes pass on: {line}"));
        }
        // As a user the rest is bound read-only, and may not be remounted.
        if root && !own.contains(&kind) {
            return Err(format!("the host's: {line}"));
        }
    }
    Ok(())
}

/// The limits are on a cgroup that no namespace here reaches.
fn raise_the_limits(root: bool) -> Act {
    let membership = fs::read_to_string("/proc/self/cgroup").map_err(|error| error.to_string())?;
    if membership.contains("/..") || !root {
        return if root { Err(membership) } else { Ok(()) };
    }
    for file in [
        "pids/pids.max",
        "memory/memory.limit_in_bytes",
        "pids.max",
        "memory.max",
    ] {
        let path = Path::new("/sys/fs/cgroup").join(file);
        if path.exists() {
            // The namespace's root is below the limits: it may be set freely.
            let _ = fs::write(path, "-1");
        }
    }
    // SAFETY: this program has one thread, and the children wait to be killed.
    let forks = (0..2000).take_while(|_| match unsafe { fork() } {
        Ok(ForkResult::Child) => sleep().is_ok(),
        other => other.is_ok(),
    });
    match forks.count() {
        2000 => Err("2,000 processes".into()),
        _ => Ok(()),
    }
}
