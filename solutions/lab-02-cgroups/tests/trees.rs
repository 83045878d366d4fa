//! Places and files, tried on directories that look like the trees of version
//! 1, version 2, both, and of a delegated part. Nothing here needs a right.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};
use solution_02_cgroups::group::{Group, enable};
use solution_02_cgroups::limits::Limits;
use solution_02_cgroups::machine::{Hierarchy, Machine};
use solution_02_cgroups::{place, stats};

/// A directory that goes with its test.
struct Tree(PathBuf);

impl Tree {
    fn new() -> Result<Tree> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("cgroup-tree-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).context("make a tree")?;
        Ok(Tree(path))
    }

    /// A group of version 2 with these processes; the real root has no type.
    fn group(&self, path: &str, processes: &str, enabled: &str) -> Result<PathBuf> {
        let group = self.v1(path, processes)?;
        fs::write(group.join("cgroup.controllers"), "cpu memory pids\n")?;
        fs::write(group.join("cgroup.subtree_control"), enabled)?;
        if !path.is_empty() {
            fs::write(group.join("cgroup.type"), "domain\n")?;
        }
        Ok(group)
    }

    fn v1(&self, path: &str, processes: &str) -> Result<PathBuf> {
        let group = self.0.join(path);
        fs::create_dir_all(&group)?;
        fs::write(group.join("cgroup.procs"), processes)?;
        Ok(group)
    }

    fn hierarchy(&self, own: &str, controllers: &[&str]) -> Hierarchy {
        Hierarchy {
            controllers: controllers.iter().map(|name| name.to_string()).collect(),
            mount: self.0.clone(),
            own: self.0.join(own),
        }
    }

    /// Where a container of the process in `own` goes.
    fn parent(&self, own: &str, systemd: bool) -> Result<(PathBuf, bool)> {
        let parent = place::v2(&self.hierarchy(own, &[]), systemd)?;
        let below = parent.directory.strip_prefix(&self.0)?;
        Ok((below.to_path_buf(), parent.occupied))
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn words(result: Result<impl std::fmt::Debug>) -> String {
    format!("{:#}", result.expect_err("refused"))
}

#[test]
fn at_the_real_root_a_group_goes_below_it() -> Result<()> {
    let tree = Tree::new()?;
    tree.group("", "1\n2\n", "")?;
    assert_eq!(tree.parent("", false)?, (PathBuf::new(), false));
    Ok(())
}

#[test]
fn from_a_leaf_it_goes_below_the_nearest_empty_group() -> Result<()> {
    let tree = Tree::new()?;
    tree.group("", "1\n", "")?;
    tree.group("slice", "", "memory")?;
    tree.group("slice/leaf", "7\n", "")?;
    assert_eq!(tree.parent("slice/leaf", false)?, ("slice".into(), false));
    Ok(())
}

#[test]
fn where_every_group_has_processes_the_uppermost_is_cleared() -> Result<()> {
    let tree = Tree::new()?;
    // The root of a cgroup namespace, as in an engine's container.
    tree.group("", "1\n", "")?;
    fs::write(tree.0.join("cgroup.type"), "domain\n")?;
    tree.group("shell", "7\n", "")?;
    assert_eq!(tree.parent("shell", false)?, (PathBuf::new(), true));
    Ok(())
}

#[test]
fn under_systemd_only_a_delegated_part_is_ours() -> Result<()> {
    let tree = Tree::new()?;
    tree.group("", "1\n", "memory")?;
    tree.group("user.slice", "", "memory")?;
    let scope = tree.group("user.slice/run.scope", "7\n", "")?;
    let marked = std::process::Command::new("setfattr")
        .args(["-n", "user.delegate", "-v", "1"])
        .arg(&scope)
        .status();
    if nix::unistd::Uid::effective().is_root() {
        // What belongs to a user is theirs; root is refused.
        tree.group("system.slice", "", "memory")?;
        tree.group("system.slice/session.scope", "8\n", "")?;
        let refused = words(tree.parent("system.slice/session.scope", true));
        assert!(refused.contains("belongs to systemd"), "{refused}");
        assert!(refused.contains("Delegate=yes"), "{refused}");
    }
    match marked {
        Ok(status) if status.success() => {
            let scope = PathBuf::from("user.slice/run.scope");
            assert_eq!(tree.parent("user.slice/run.scope", true)?, (scope, true));
        }
        _ => eprintln!("SKIPPED in part: no setfattr (package attr), or no user attributes here"),
    }
    Ok(())
}

#[test]
fn controllers_are_enabled_where_they_are_not_yet() -> Result<()> {
    let tree = Tree::new()?;
    tree.group("", "", "cpu memory")?;
    tree.group("a", "", "cpu")?;
    let parent = tree.group("a/b", "", "")?;
    fs::write(parent.join("cgroup.controllers"), "cpu memory")?;
    enable(&parent, &["memory".into()])?;
    let control = |path: &str| fs::read_to_string(tree.0.join(path).join("cgroup.subtree_control"));
    // A plain file holds what was written last; on the first nothing was.
    assert_eq!(control("")?, "cpu memory");
    assert_eq!(control("a")?, "+memory");
    assert_eq!(control("a/b")?, "+memory");
    // What is not there isn't asked for.
    enable(&parent, &["pids".into()])?;
    assert_eq!(control("a/b")?, "+memory");
    Ok(())
}

#[test]
fn a_failed_write_names_file_and_value() -> Result<()> {
    let tree = Tree::new()?;
    tree.group("", "", "")?;
    let limits = Limits {
        pids: Some(64),
        ..Limits::default()
    };
    let group = |name: &str| Group {
        v2: Some(tree.0.join(name)),
        ..Group::default()
    };
    // This tree is no kernel: a new directory has no files.
    let refused = words(group("box").create(&limits));
    let file = tree.0.join("box/pids.max").display().to_string();
    assert!(
        refused.contains("\"64\"") && refused.contains(&file),
        "{refused}"
    );
    fs::write(tree.0.join("cgroup.controllers"), "cpu")?;
    let refused = words(group("other").create(&limits));
    assert!(
        refused.contains("the controller pids isn't handed on by"),
        "{refused}"
    );
    // Enabling names what it wrote, and where.
    fs::write(tree.0.join("cgroup.controllers"), "pids")?;
    fs::remove_file(tree.0.join("cgroup.subtree_control"))?;
    let refused = words(group("third").create(&limits));
    assert!(refused.contains("cgroup.subtree_control"), "{refused}");
    Ok(())
}

fn v1_group(tree: &Tree, name: &str) -> Result<Group> {
    let machine = Machine {
        v1: vec![
            tree.hierarchy("cpu,cpuacct", &["cpu", "cpuacct"]),
            tree.hierarchy("memory", &["memory"]),
            tree.hierarchy("cpuset", &["cpuset"]),
            tree.hierarchy("net_cls", &["net_cls"]),
        ],
        v2: None,
    };
    Group::planned(&machine, name, None, false)
}

#[test]
fn on_v1_a_group_goes_below_ours_in_the_hierarchies_that_count() -> Result<()> {
    let tree = Tree::new()?;
    for hierarchy in ["cpu,cpuacct", "memory", "cpuset", "net_cls"] {
        tree.v1(hierarchy, "1\n")?;
    }
    let group = v1_group(&tree, "box")?;
    let directories: Vec<PathBuf> = group
        .directories()
        .iter()
        .map(|path| path.strip_prefix(&tree.0).expect("below").to_path_buf())
        .collect();
    let expected = ["cpu,cpuacct/box", "memory/box"].map(PathBuf::from);
    assert_eq!(directories, expected);
    let limits = Limits {
        pids: Some(3),
        ..Limits::default()
    };
    let refused = words(group.settings(&limits));
    assert!(refused.contains("pids"), "{refused}");
    Ok(())
}

#[test]
fn a_hybrid_machine_keeps_each_controller_where_it_is() -> Result<()> {
    let tree = Tree::new()?;
    tree.v1("memory", "1\n")?;
    let two = Tree::new()?;
    two.group("", "1\n", "")?;
    let machine = Machine {
        v1: vec![tree.hierarchy("memory", &["memory"])],
        v2: Some(two.hierarchy("", &[])),
    };
    let group = Group::planned(&machine, "box", None, false)?;
    let limits = Limits {
        memory: Some(1 << 20),
        pids: Some(3),
        ..Limits::default()
    };
    let settings = group.settings(&limits)?;
    let files: Vec<String> = settings
        .iter()
        .map(|(directory, setting)| directory.join(&setting.file).display().to_string())
        .collect();
    let in_one = |file: &str| tree.0.join("memory/box").join(file).display().to_string();
    let in_two = |file: &str| two.0.join("box").join(file).display().to_string();
    assert_eq!(
        files,
        [
            in_one("memory.limit_in_bytes"),
            in_one("memory.memsw.limit_in_bytes"),
            in_two("pids.max"),
        ]
    );
    let conf = [("memory.high".to_string(), "1".to_string())].into();
    let refused = words(group.settings(&Limits {
        conf,
        ..Limits::default()
    }));
    assert!(refused.contains("version 1 here"), "{refused}");
    Ok(())
}

#[test]
fn a_named_parent_has_to_be_there_and_below_the_root() -> Result<()> {
    let tree = Tree::new()?;
    tree.group("", "", "")?;
    tree.group("pods", "", "")?;
    let machine = Machine {
        v1: Vec::new(),
        v2: Some(tree.hierarchy("", &[])),
    };
    let planned = |path: &str| Group::planned(&machine, "box", Some(Path::new(path)), false);
    assert_eq!(planned("/pods")?.v2, Some(tree.0.join("pods/box")));
    assert!(words(planned("/absent")).contains("no such group"));
    assert!(words(planned("/pods/../..")).contains("without .."));
    Ok(())
}

#[test]
fn both_versions_are_read_in_the_same_units() -> Result<()> {
    let (one, two) = (Tree::new()?, Tree::new()?);
    for (tree, path, text) in [
        (
            &one,
            "cpu/cpu.stat",
            "nr_periods 9\nnr_throttled 7\nthrottled_time 5000\n",
        ),
        (&one, "cpu/cpuacct.usage", "3000\n"),
        (&one, "memory/memory.usage_in_bytes", "4096\n"),
        (
            &one,
            "memory/memory.oom_control",
            "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
        ),
        (&one, "pids/pids.current", "4\n"),
        (&one, "pids/pids.events", "max 6\n"),
        (
            &two,
            "cpu.stat",
            "usage_usec 3\nuser_usec 1\nnr_periods 9\nnr_throttled 7\nthrottled_usec 5\n",
        ),
        (&two, "memory.current", "4096\n"),
        (
            &two,
            "memory.events",
            "low 0\nhigh 0\nmax 8\noom 2\noom_kill 2\noom_group_kill 0\n",
        ),
        (&two, "pids.current", "4\n"),
        (&two, "pids.events", "max 6\n"),
    ] {
        let file = tree.0.join(path);
        fs::create_dir_all(file.parent().context("a directory")?)?;
        fs::write(file, text)?;
    }
    let at = |directory: &str| one.0.join(directory);
    let v1 = Group {
        v1: [
            ("cpu", "cpu"),
            ("cpuacct", "cpu"),
            ("memory", "memory"),
            ("pids", "pids"),
        ]
        .map(|(controller, directory)| (controller.to_string(), at(directory)))
        .into(),
        ..Group::default()
    };
    let v2 = Group {
        v2: Some(two.0.clone()),
        ..Group::default()
    };
    let read = stats::read(&v1)?;
    assert_eq!(read, stats::read(&v2)?);
    let numbers = [
        read.cpu_usec,
        read.periods,
        read.throttled,
        read.throttled_usec,
    ];
    assert_eq!(numbers, [Some(3), Some(9), Some(7), Some(5)]);
    let numbers = [read.memory, read.oom_kills, read.pids, read.refused];
    assert_eq!(numbers, [Some(4096), Some(2), Some(4), Some(6)]);
    // A group without a controller has less to tell, and that is no failure.
    fs::remove_file(two.0.join("pids.current"))?;
    assert_eq!(stats::read(&v2)?.pids, None);
    // What is no number is said with its place.
    fs::write(two.0.join("memory.current"), "max\n")?;
    let refused = words(stats::read(&v2).map_err(anyhow::Error::from));
    assert!(
        refused.contains("memory.current") && refused.contains("\"max\""),
        "{refused}"
    );
    Ok(())
}
