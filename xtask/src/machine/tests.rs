//! Machines as trees of files: what is read of them, decided and said.
//!
//! A machine is a text of `tests/machines`: a line `== path` begins a file, the
//! lines below are its content. Paths that end in `/` are folders, and
//! `writable: path` names what an ordinary user may write to.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use insta::assert_snapshot;
use lab_judge::Need;

use super::cgroups::Layout;
use super::facts::{Facts, Family};
use super::finding::Finding;
use super::system::System;
use super::trial::Trials;
use super::{Way, way};
use crate::doctor;
use crate::screen;

/// Every word a lab can need, one lab each.
fn every_need() -> Vec<(String, Vec<Need>)> {
    [
        ("none", vec![]),
        ("namespaces", vec![Need::Namespaces]),
        ("root", vec![Need::Root]),
        ("subordinate-ids", vec![Need::SubordinateIds]),
        ("cgroups", vec![Need::Namespaces, Need::Cgroups]),
        ("overlay", vec![Need::Overlay]),
        ("fuse", vec![Need::Fuse]),
        ("tun", vec![Need::Tun]),
        ("bridge", vec![Need::Bridge]),
        ("vxlan", vec![Need::Vxlan]),
        ("netfilter", vec![Need::Netfilter]),
    ]
    .into_iter()
    .map(|(lab, needs)| (lab.to_owned(), needs))
    .collect()
}

/// A tree of files, removed at the end.
struct Tree(PathBuf);

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The facts of a recorded machine, with files changed: `(path, content)`, or
/// no content for a file that is taken away.
fn machine(name: &str, changes: &[(&str, Option<&str>)]) -> Facts {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/machines");
    let text = fs::read_to_string(recorded.join(format!("{name}.txt"))).expect("a machine");
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let folder = format!("machine-{}-{number}", std::process::id());
    let tree = Tree(std::env::temp_dir().join(folder));
    let mut writable = Vec::new();
    for file in text.split("\n== ").skip(1) {
        let (path, content) = file.split_once('\n').unwrap_or((file, ""));
        if let Some(path) = path.strip_prefix("writable: ") {
            writable.push(PathBuf::from(path));
        } else {
            put(&tree.0, path, &format!("{content}\n"));
        }
    }
    for (path, content) in changes {
        match content {
            Some(content) => put(&tree.0, path, content),
            None => fs::remove_file(tree.0.join(&path[1..])).expect("a file to take away"),
        }
    }
    let mut system = System::at(&tree.0);
    system.writable = Some(writable);
    Facts::read(&system)
}

fn put(root: &Path, path: &str, content: &str) {
    let file = root.join(path.trim_start_matches('/'));
    if path.ends_with('/') {
        fs::create_dir_all(file).expect("a folder");
        return;
    }
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    fs::write(file, content).expect("a file");
}

/// The screen of `doctor` on a machine where nothing is tried.
fn told(facts: Facts, escalator: Option<&'static str>) -> String {
    let trials = Trials::none();
    let seen = doctor::examine(facts, trials, Vec::new(), &every_need(), escalator);
    let text = screen::doctor::text(&seen);
    let plain = anstream::adapter::strip_str(&text).to_string();
    for line in plain.lines() {
        let one_word = !line.trim().contains(' ');
        assert!(one_word || line.chars().count() <= 80, "too wide:\n{line}");
    }
    format!("{plain}exit {}\n", seen.exit().status())
}

fn ids(way: Way) -> Vec<&'static str> {
    match way {
        Way::AsUser => Vec::new(),
        Way::AsRoot(findings) | Way::No(findings) => findings.iter().map(Finding::id).collect(),
    }
}

/// The ids of what stops a lab with these needs.
fn stops(facts: &Facts, needs: &[Need]) -> Vec<&'static str> {
    ids(way(needs, facts, &Trials::none(), || false))
}

#[test]
fn a_desktop_where_systemd_delegates() {
    let facts = machine("ubuntu-desktop", &[]);
    assert_eq!(facts.cgroups.layout(), Layout::V2);
    assert_eq!(stops(&facts, &[Need::Namespaces]), Vec::<&str>::new());
    assert_eq!(
        stops(&facts, &[Need::Namespaces, Need::Cgroups]),
        ["controllers"]
    );
    assert_snapshot!("ubuntu_desktop", told(facts, Some("sudo")));
}

#[test]
fn the_whole_of_v2_delegated() {
    let handed = (
        "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/cgroup.subtree_control",
        Some("cpuset cpu io memory pids\n"),
    );
    let facts = machine("ubuntu-desktop", &[handed]);
    assert_eq!(stops(&facts, &[Need::Cgroups]), Vec::<&str>::new());
}

#[test]
fn a_login_without_delegation() {
    let facts = machine(
        "ubuntu-desktop",
        &[(
            "/proc/self/cgroup",
            Some("0::/user.slice/user-1000.slice/session-3.scope\n"),
        )],
    );
    let Way::No(findings) = way(&[Need::Cgroups], &facts, &Trials::none(), || false) else {
        panic!("nothing is delegated to a session");
    };
    let what = findings[0].what();
    assert!(what.contains("no cgroup is delegated to you"), "{what}");
    let remedies = super::remedy::remedies(&findings[0], &facts);
    assert!(
        remedies[0]
            .text
            .contains("systemd-run --user --scope -p Delegate=yes")
    );
    // Root is not asked for delegation.
    let root = way(&[Need::Cgroups], &facts, &Trials::none(), || true);
    assert!(matches!(root, Way::AsRoot(_)), "{root:?}");
}

#[test]
fn settings_that_forbid_user_namespaces_are_named() {
    for (path, value, name) in [
        (
            "/proc/sys/user/max_user_namespaces",
            "0\n",
            "user.max_user_namespaces is 0",
        ),
        (
            "/proc/sys/kernel/unprivileged_userns_clone",
            "0\n",
            "kernel.unprivileged_userns_clone is 0",
        ),
        (
            "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
            "1\n",
            "kernel.apparmor_restrict_unprivileged_userns is 1",
        ),
    ] {
        let facts = machine("ubuntu-desktop", &[(path, Some(value))]);
        let Way::No(findings) = way(&[Need::Namespaces], &facts, &Trials::none(), || false) else {
            panic!("{path}");
        };
        assert_eq!(findings.len(), 1);
        assert!(
            findings[0].what().starts_with(name),
            "{}",
            findings[0].what()
        );
        // The other value forbids nothing.
        let other = if value == "0\n" { "1\n" } else { "0\n" };
        let facts = machine("ubuntu-desktop", &[(path, Some(other))]);
        assert_eq!(stops(&facts, &[Need::Namespaces]), Vec::<&str>::new());
    }
}

#[test]
fn root_is_asked_for_only_where_it_helps() {
    let closed = ("/proc/sys/user/max_user_namespaces", Some("0\n"));
    let facts = machine("ubuntu-desktop", &[closed]);
    let none = Trials::none();
    assert_eq!(way(&[], &facts, &none, || true), Way::AsUser);
    let as_root = way(&[Need::Namespaces], &facts, &none, || true);
    assert!(matches!(as_root, Way::AsRoot(_)), "{as_root:?}");
    assert!(matches!(
        way(&[Need::Namespaces], &facts, &none, || false),
        Way::No(_)
    ));
    // sudo gives nothing to a process that may not gain rights.
    let mut bound = facts.clone();
    bound.user.no_new_privs = true;
    assert!(matches!(
        way(&[Need::Namespaces], &bound, &none, || true),
        Way::No(_)
    ));
    // Root has no other kernel.
    let mut old = facts;
    old.version = super::kernel::Version::parse("5.4.0");
    assert!(matches!(
        way(&[Need::Namespaces], &old, &none, || true),
        Way::No(_)
    ));
}

#[test]
fn a_server_of_v1() {
    let facts = machine("centos-v1", &[]);
    assert_eq!(facts.cgroups.layout(), Layout::V1);
    assert_eq!(facts.os.family, Some(Family::Fedora));
    assert_snapshot!("centos_v1", told(facts, None));
}

#[test]
fn root_on_a_hybrid_machine() {
    let facts = machine("debian-hybrid-root", &[]);
    assert_eq!(facts.cgroups.layout(), Layout::Hybrid);
    assert_eq!(
        stops(&facts, &[Need::Root, Need::Namespaces, Need::Cgroups]),
        Vec::<&str>::new()
    );
    assert_snapshot!("debian_hybrid_root", told(facts, None));
}

#[test]
fn a_container_with_fewer_rights_and_read_only_cgroups() {
    let facts = machine("container-root", &[]);
    assert_snapshot!("container_root", told(facts, None));
}

#[test]
fn a_privileged_container_whose_cgroup_root_is_occupied() {
    let changes = [
        (
            "/proc/self/status",
            Some(
                "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nCapBnd:\t000001ffffffffff\nSeccomp:\t0\n",
            ),
        ),
        (
            "/proc/self/mountinfo",
            Some("40 30 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup rw\n"),
        ),
    ];
    let facts = machine("container-root", &changes);
    assert_eq!(stops(&facts, &[Need::Namespaces]), ["controllers"]);
    let mut emptied = changes.to_vec();
    emptied.push(("/sys/fs/cgroup/cgroup.procs", Some("")));
    let facts = machine("container-root", &emptied);
    assert_eq!(stops(&facts, &[Need::Cgroups]), Vec::<&str>::new());
}

#[test]
fn an_old_kernel_of_an_unknown_distribution_lacks_everything() {
    let facts = machine("unknown-old", &[]);
    assert_eq!(facts.os.family, None);
    assert_snapshot!("unknown_old", told(facts, None));
}

#[test]
fn distributions_are_known_by_their_id_or_what_they_are_like() {
    for (release, family, name) in [
        (
            "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n",
            Some(Family::Debian),
            "Debian GNU/Linux 12",
        ),
        (
            "NAME='Linux Mint'\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n",
            Some(Family::Debian),
            "Linux Mint",
        ),
        ("ID=fedora\n", Some(Family::Fedora), "Linux"),
        (
            "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
            Some(Family::Fedora),
            "Linux",
        ),
        ("ID=manjaro\nID_LIKE=arch\n", Some(Family::Arch), "Linux"),
        ("ID=alpine\n", None, "Linux"),
        ("", None, "Linux"),
    ] {
        let facts = machine("ubuntu-desktop", &[("/etc/os-release", Some(release))]);
        assert_eq!(facts.os.family, family, "{release}");
        assert_eq!(facts.os.name, name, "{release}");
    }
}

#[test]
fn a_container_is_known_by_what_its_engine_leaves() {
    let container = |changes: &[_]| {
        let facts = machine("ubuntu-desktop", changes);
        facts.container.map(|container| container.engine)
    };
    assert_eq!(container(&[]), None);
    for (path, content, engine) in [
        ("/run/.containerenv", "", "podman"),
        ("/.dockerenv", "", "docker"),
        (
            "/run/systemd/container",
            "systemd-nspawn\n",
            "systemd-nspawn",
        ),
        ("/proc/1/cgroup", "0::/lxc/box\n", "lxc"),
    ] {
        let engine = Some(engine.to_owned());
        assert_eq!(container(&[(path, Some(content))]), engine, "{path}");
    }
}

#[test]
fn a_kernel_without_modules_has_only_what_is_registered() {
    let facts = machine(
        "ubuntu-desktop",
        &[
            ("/proc/modules", None),
            ("/proc/filesystems", Some("nodev\ttmpfs\n\text4\n")),
            ("/lib/modules/6.8.0-45-generic/modules.dep", None),
        ],
    );
    // Of links and filters no file tells then, and nothing is guessed.
    assert_eq!(stops(&facts, &[Need::Overlay]), ["feature"]);
    assert_eq!(
        stops(&facts, &[Need::Bridge, Need::Vxlan, Need::Netfilter]),
        Vec::<&str>::new()
    );
}

/// Microseconds that this process has computed, its time in the kernel included.
fn cpu_time() -> i64 {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("usage");
    (usage.user_time() + usage.system_time()).num_microseconds()
}

#[test]
#[ignore = "a measurement: cargo test -p xtask --bins --release -- --ignored --nocapture preflight"]
fn preflight_takes_microseconds() {
    for needs in [vec![Need::Namespaces], vec![Need::Namespaces, Need::Vxlan]] {
        let begun = cpu_time();
        for _ in 0..1000 {
            std::hint::black_box(super::preflight(&needs));
        }
        println!("{needs:?}: {} µs", (cpu_time() - begun) / 1000);
    }
}

#[test]
fn nothing_readable_is_no_reason_to_stop() {
    let facts = Facts::read(&System::at(Path::new("/nonexistent")));
    let found = stops(&facts, &[Need::Namespaces, Need::Bridge]);
    assert_eq!(found, Vec::<&str>::new());
}
