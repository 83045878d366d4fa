//! Attempts on the kernel itself, in their harmless forms.

use std::fs::{self, File, OpenOptions};
use std::io::Error;
use std::path::Path;

use nix::mount::{MsFlags, mount};
use nix::sys::stat::{Mode, SFlag, makedev, mknod};

use super::acts::Act;

/// Opens for writing, and writes nothing.
pub fn refused_to_write(path: &str) -> Act {
    match OpenOptions::new().write(true).open(path) {
        Ok(_) => Err(format!("{path} opens for writing")),
        Err(_) => Ok(()),
    }
}

pub fn open_disks(root: bool) -> Act {
    let mut numbers: Vec<(SFlag, u64, u64)> = vec![
        (SFlag::S_IFCHR, 1, 1),    // mem
        (SFlag::S_IFCHR, 1, 4),    // port
        (SFlag::S_IFCHR, 1, 11),   // kmsg
        (SFlag::S_IFCHR, 10, 237), // loop-control
        (SFlag::S_IFBLK, 7, 0),    // loop0
    ];
    let partitions = fs::read_to_string("/proc/partitions").unwrap_or_default();
    for line in partitions.lines().skip(2) {
        let mut fields = line
            .split_whitespace()
            .filter_map(|field| field.parse().ok());
        if let (Some(major), Some(minor)) = (fields.next(), fields.next()) {
            numbers.push((SFlag::S_IFBLK, major, minor));
        }
    }
    for (kind, major, minor) in numbers {
        for directory in ["/tmp", "/dev", "/usr"] {
            let path = format!("{directory}/device-{major}-{minor}");
            let made = mknod(path.as_str(), kind, Mode::S_IRWXU, makedev(major, minor));
            if made.is_err() && root {
                return Err(format!("mknod {path} failed: the attempt proves nothing"));
            }
            if File::open(&path).is_ok() {
                return Err(format!("{path} opens"));
            }
            refused_to_write(&path)?;
        }
    }
    // The rules do not shut out everything.
    let random = File::open("/dev/urandom").and(OpenOptions::new().write(true).open("/dev/null"));
    random
        .map(drop)
        .map_err(|error| format!("an ordinary device: {error}"))
}

pub fn change_settings(root: bool) -> Act {
    let settings = [
        "kernel/panic",
        "kernel/core_pattern",
        "vm/overcommit_memory",
        "fs/file-max",
    ];
    for name in settings {
        refused_to_write(&format!("/proc/sys/{name}"))?;
    }
    refused_to_write("/sys/kernel/mm/transparent_hugepage/enabled")?;
    refused_to_write("/sys/power/state")?;
    let forward = "/proc/sys/net/ipv4/ip_forward";
    fs::write(forward, "1").map_err(|error| format!("{forward}, the namespace's own: {error}"))?;
    if !Path::new("/sys/fs/cgroup/unified").exists()
        && !Path::new("/sys/fs/cgroup/cgroup.procs").exists()
    {
        eprintln!("without cgroup v2 nothing guards a /proc mounted anew");
        return Ok(());
    }
    // Root may mount a /proc that nothing covers.
    let point = "/tmp/proc";
    fs::create_dir(point).map_err(|error| error.to_string())?;
    mount(
        Some("proc"),
        point,
        Some("proc"),
        MsFlags::empty(),
        None::<&str>,
    )
    .map_err(|error| format!("mount a proc: {error}"))?;
    for name in settings {
        let path = format!("{point}/sys/{name}");
        // What it holds already: harmless where it is not refused.
        let value = fs::read(&path).map_err(|error| format!("{path}: {error}"))?;
        if fs::write(&path, value).is_ok() {
            return Err(format!("{path} can be written"));
        }
    }
    let name = format!("{point}/sys/kernel/hostname");
    match fs::write(&name, "mine") {
        Err(error) if root => Err(format!("{name}, the namespace's own: {error}")),
        _ => Ok(()),
    }
}

fn expect_eperm(what: &str, result: libc::c_long) -> Act {
    match (result, Error::last_os_error().raw_os_error()) {
        // ENOSYS: a kernel without modules.
        (-1, Some(libc::EPERM | libc::ENOSYS)) => Ok(()),
        (-1, other) => Err(format!("{what}: errno {other:?}, so the right is there")),
        _ => Err(format!("{what} went through")),
    }
}

pub fn load_a_module() -> Act {
    // With the right, a descriptor that is none gives EBADF.
    // SAFETY: the string is valid; no module can come from descriptor -1.
    expect_eperm("finit_module", unsafe {
        libc::syscall(libc::SYS_finit_module, -1, c"".as_ptr(), 0)
    })
}

pub fn reboot() -> Act {
    // With the right, wrong magic numbers give EINVAL.
    // SAFETY: only integers and a null pointer are passed.
    expect_eperm("reboot", unsafe {
        libc::syscall(libc::SYS_reboot, 1, 2, 3, 0)
    })
}

pub fn set_the_clock() -> Act {
    // With the right, this sets neither time nor zone and succeeds.
    let none = std::ptr::null::<libc::timeval>();
    // SAFETY: null pointers are allowed for both arguments.
    expect_eperm("settimeofday", unsafe {
        libc::syscall(libc::SYS_settimeofday, none, none)
    })
}
