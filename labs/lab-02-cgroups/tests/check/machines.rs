//! Machines of all kinds: described ones, and this one.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use workbench::Lab;
use workbench::probe::cgroup::{V2, groups};

/// A machine that is only described: mounts and memberships, and what is to be
/// found in them.
struct Described {
    name: &'static str,
    layout: &'static str,
    mountinfo: String,
    cgroup: String,
    /// By controllers, `-` for version 2: the group this process is in.
    groups: BTreeMap<String, String>,
}

/// Machines of all kinds. `at` is where their hierarchies are mounted, and
/// `own` the name of the group this process is in.
fn described(at: &str, own: &str) -> Vec<Described> {
    // Of the mounts only cgroup file systems matter; the rest is to be passed by.
    let line = |root: &str, point: &str, kind: &str, options: &str| {
        format!("31 24 0:27 {root} {point} rw,nosuid shared:9 - {kind} none rw,{options}\n")
    };
    let noise = line("/", "/", "ext4", "cpu") + &line("/", "/proc", "proc", "relatime");
    let of = |pairs: &[(&str, String)]| {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| (key.to_string(), value.clone()))
            .collect()
    };
    vec![
        Described {
            name: "v1",
            layout: "v1",
            mountinfo: noise.clone()
                + &line("/", "/sys/fs/cgroup/cpu,cpuacct", "cgroup", "cpu,cpuacct")
                + &line("/", "/sys/fs/cgroup/memory", "cgroup", "memory")
                + &line("/", "/sys/fs/cgroup/pids", "cgroup", "pids")
                + &line(
                    "/",
                    "/sys/fs/cgroup/systemd",
                    "cgroup",
                    "xattr,name=systemd",
                ),
            cgroup: format!(
                "5:name=systemd:/x\n4:cpu,cpuacct:/{own}\n3:memory:/\n2:pids:/{own}/y\n1:net_cls:/\n"
            ),
            groups: of(&[
                ("cpu,cpuacct", format!("/sys/fs/cgroup/cpu,cpuacct/{own}")),
                ("memory", "/sys/fs/cgroup/memory".into()),
                ("pids", format!("/sys/fs/cgroup/pids/{own}/y")),
            ]),
        },
        Described {
            name: "v2",
            layout: "v2",
            mountinfo: noise.clone() + &line("/", "/sys/fs/cgroup", "cgroup2", "nsdelegate"),
            cgroup: format!("0::/user.slice/{own}\n"),
            groups: of(&[("-", format!("/sys/fs/cgroup/user.slice/{own}"))]),
        },
        Described {
            name: "hybrid",
            layout: "hybrid",
            mountinfo: noise.clone()
                + &line("/", "/sys/fs/cgroup/unified", "cgroup2", "nsdelegate")
                + &line("/", "/sys/fs/cgroup/memory", "cgroup", "memory"),
            cgroup: format!("2:memory:/{own}\n0::/{own}\n"),
            groups: of(&[
                ("memory", format!("/sys/fs/cgroup/memory/{own}")),
                ("-", format!("/sys/fs/cgroup/unified/{own}")),
            ]),
        },
        Described {
            name: "elsewhere",
            layout: "hybrid",
            mountinfo: noise.clone()
                + &line("/", &format!("{at}/two"), "cgroup2", "nsdelegate")
                + &line("/", &format!("{at}/one"), "cgroup", "memory"),
            cgroup: format!("7:memory:/{own}\n0::/{own}\n"),
            groups: of(&[
                ("memory", format!("{at}/one/{own}")),
                ("-", format!("{at}/two/{own}")),
            ]),
        },
        // Names may have colons; systemd makes such on a desktop.
        Described {
            name: "colon",
            layout: "v2",
            mountinfo: noise.clone() + &line("/", "/sys/fs/cgroup", "cgroup2", "nsdelegate"),
            cgroup: format!("0::/dbus-:1.2-{own}.service\n"),
            groups: of(&[("-", format!("/sys/fs/cgroup/dbus-:1.2-{own}.service"))]),
        },
        // A later mount on the same point hides the one before.
        Described {
            name: "covered",
            layout: "v2",
            mountinfo: noise.clone()
                + &line(
                    &format!("/{own}"),
                    "/sys/fs/cgroup",
                    "cgroup2",
                    "nsdelegate",
                )
                + &line("/", "/sys/fs/cgroup", "cgroup2", "nsdelegate"),
            cgroup: format!("0::/{own}/x\n"),
            groups: of(&[("-", format!("/sys/fs/cgroup/{own}/x"))]),
        },
        // What is not below the mount's root can't be seen: a neighbour whose
        // name begins with the same letters, and one outside of our namespace.
        Described {
            name: "outside",
            layout: "hybrid",
            mountinfo: noise.clone()
                + &line("/", "/sys/fs/cgroup/unified", "cgroup2", "nsdelegate")
                + &line(
                    &format!("/docker/{own}"),
                    "/sys/fs/cgroup/memory",
                    "cgroup",
                    "memory",
                ),
            cgroup: format!("4:memory:/docker/{own}-2/x\n0::/../{own}\n"),
            groups: of(&[
                ("memory", "/sys/fs/cgroup/memory".into()),
                ("-", "/sys/fs/cgroup/unified".into()),
            ]),
        },
        // An engine shows its container a part of the hierarchy as the whole.
        Described {
            name: "container",
            layout: "v1",
            mountinfo: noise
                + &line(
                    &format!("/docker/{own}"),
                    "/sys/fs/cgroup/memory",
                    "cgroup",
                    "memory",
                )
                + &line(
                    &format!("/docker/{own}"),
                    "/sys/fs/cgroup/pids",
                    "cgroup",
                    "pids",
                ),
            cgroup: format!("4:memory:/docker/{own}/inner\n3:pids:/docker/{own}\n"),
            groups: of(&[
                ("memory", "/sys/fs/cgroup/memory/inner".into()),
                ("pids", "/sys/fs/cgroup/pids".into()),
            ]),
        },
    ]
}

/// What `hierarchies` says: the layout, and our group by controllers. No layout
/// when it failed.
fn hierarchies(
    lab: &Lab,
    directory: Option<&Path>,
) -> Result<(Option<String>, BTreeMap<String, String>)> {
    let mut program = lab.program(&["hierarchies"]);
    if let Some(directory) = directory {
        program = program.word("--proc").word(directory);
    }
    let ended = program.start()?.end()?;
    let mut lines = ended.stdout.lines();
    let layout = (ended.code == Some(0)).then(|| lines.next().unwrap_or_default().to_string());
    let parts = lines.filter_map(|line| line.split_once(' ')?.1.split_once(' '));
    let shortened = |path: &str| match path.trim_end_matches('/') {
        "" => "/".to_string(),
        path => path.to_string(),
    };
    let groups = parts.map(|(names, path)| (names.to_string(), shortened(path)));
    Ok((layout, groups.collect()))
}

/// Our group in the hierarchies that were found, in one word for all of them.
fn group(
    machine: &Described,
    found: &[&String],
    groups: &BTreeMap<String, String>,
) -> &'static str {
    let all = |so: &dyn Fn(&str, &str) -> bool| {
        let mut found = found.iter();
        found.all(|names| so(names, &groups[*names]))
    };
    // The path of a line, as it stands in the description.
    let path = |names: &str| {
        let names = names.trim_start_matches('-');
        let mut lines = machine.cgroup.lines();
        lines.find_map(|line| {
            line.split_once(':')?
                .1
                .strip_prefix(names)?
                .strip_prefix(':')
        })
    };
    let mount = |own: &str| {
        let mut words = machine.mountinfo.split_whitespace();
        words.any(|word| word == own)
    };
    match () {
        _ if found.is_empty() => "none",
        _ if all(&|names, own| own == machine.groups[names]) => "ours",
        _ if all(&|names, own| Some(own) == path(names)) => "the path without the mount",
        _ if all(&|_, own| mount(own)) => "the mount point",
        _ => "another",
    }
}

pub fn machines(lab: &Lab) -> Result<Value> {
    let (at, own) = (format!("/{}", lab.random_name()?), lab.random_name()?);
    let mut seen = Map::new();
    for machine in described(&at, &own) {
        let directory = lab.directory().join(machine.name);
        std::fs::create_dir(&directory).context("describe a machine")?;
        std::fs::write(directory.join("mountinfo"), &machine.mountinfo)?;
        std::fs::write(directory.join("cgroup"), &machine.cgroup)?;
        let (layout, groups) = hierarchies(lab, Some(&directory))?;
        let found: Vec<&String> = machine
            .groups
            .keys()
            .filter(|names| groups.contains_key(*names))
            .collect();
        let hierarchies = match (found.len(), machine.groups.len()) {
            (found, all) if found == all && groups.len() > all => "too many",
            (found, all) if found < all && groups.len() > found => "others",
            (0, _) => "none",
            (found, all) if found < all => "some",
            _ => "all",
        };
        let layout = match layout {
            None => "the program failed",
            Some(layout) if layout == machine.layout => "right",
            Some(_) => "wrong",
        };
        let ours = group(&machine, &found, &groups);
        let told = json!({ "layout": layout, "hierarchies": hierarchies, "group": ours });
        seen.insert(machine.name.into(), told);
    }
    seen.insert("here".into(), here(lab)?);
    Ok(Value::Object(seen))
}

/// This machine, as the kernel and the program see it.
fn here(lab: &Lab) -> Result<Value> {
    let (_, said) = hierarchies(lab, None)?;
    let mut by_controller = BTreeMap::new();
    for (names, path) in said {
        for name in names.split(',') {
            let name = if name == "-" { V2 } else { name };
            by_controller.insert(name.to_string(), path.clone());
        }
    }
    let kernel = groups("self")?;
    let kernel = kernel.into_iter();
    let kernel: BTreeMap<_, _> = kernel
        .map(|(name, path)| (name, path.components().collect::<std::path::PathBuf>()))
        .map(|(name, path)| (name, path.to_string_lossy().into_owned()))
        .collect();
    Ok(json!({ "groups": if by_controller == kernel { "as the kernel says" } else { "others" } }))
}
