//! What needs no container: quantities, hierarchies of made-up machines, and
//! the files of both versions.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use workbench::Lab;
use workbench::probe::cgroup::{V2, groups};

/// The exit code of words that were wrong.
const USAGE: i32 = 2;

/// What the program takes a quantity for; `None` when it refuses.
fn read(lab: &Lab, text: &str) -> Result<Option<String>> {
    let ended = lab.run(&["quantity", text])?;
    let said = ended.stdout.split_whitespace().nth(1).map(String::from);
    Ok(if ended.code == Some(USAGE) {
        None
    } else {
        Some(said.unwrap_or_default())
    })
}

/// One of `classes` when every suffix is read as that class does, else a word.
fn class(
    lab: &Lab,
    number: u128,
    suffixes: &[&str],
    classes: &[(&str, &dyn Fn(usize) -> String)],
) -> Result<String> {
    let mut values = Vec::new();
    for suffix in suffixes {
        values.push(read(lab, &format!("{number}{suffix}"))?);
    }
    if values.iter().all(Option::is_none) {
        return Ok("refused".into());
    }
    for (name, value) in classes {
        let is = |(power, seen): (usize, &Option<String>)| seen.as_deref() == Some(&value(power));
        if values.iter().enumerate().all(is) {
            return Ok(name.to_string());
        }
    }
    let wrong =
        |(power, seen): &(usize, &Option<String>)| seen.as_deref() != Some(&classes[0].1(*power));
    let first = values.iter().enumerate().find(wrong);
    Ok(match first {
        Some((power, Some(seen))) => format!("{number}{} is {seen}", suffixes[power]),
        Some((power, None)) => format!("{} is refused", suffixes[power]),
        None => "another".into(),
    })
}

pub fn quantities(lab: &Lab) -> Result<Value> {
    let number = u128::from(lab.random_number(2, 8)?);
    let by_1000 = |power: usize| (number * 1000u128.pow(power as u32 + 1)).to_string();
    let by_1024 = |power: usize| (number * 1024u128.pow(power as u32 + 1)).to_string();
    let below = |power: usize| format!("0.{}{number}", "0".repeat(3 * power + 2));
    let same = |_: usize| number.to_string();
    let decimal = class(
        lab,
        number,
        &["k", "M", "G", "T", "P", "E"],
        &[("by 1000", &by_1000), ("by 1024", &by_1024)],
    )?;
    let binary = class(
        lab,
        number,
        &["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"],
        &[("by 1024", &by_1024), ("by 1000", &by_1000)],
    )?;
    let thousandths = class(
        lab,
        number,
        &["m"],
        &[
            ("a thousandth", &below),
            ("a million", &|_| (number * 1_000_000).to_string()),
            ("a mebibyte", &|_| (number << 20).to_string()),
            ("nothing", &same),
        ],
    )?;
    let finer = class(
        lab,
        number,
        &["u", "n"],
        &[("a thousandth each", &|p| below(p + 1))],
    )?;
    let bare = class(lab, number, &["", "e0"], &[("itself", &same)])?;
    let mut taken = Vec::new();
    for suffix in [
        "K", "MB", "mb", "KiB", "mi", "ki", "g", "b", "Mib", "%", " Mi",
    ] {
        if read(lab, &format!("{number}{suffix}"))?.is_some() {
            taken.push(suffix);
        }
    }
    Ok(json!({
        "suffixes": {
            "k to E": decimal, "Ki to Ei": binary, "m": thousandths, "u and n": finer, "none": bare,
        },
        "others": match taken.as_slice() {
            [] => json!("refused"),
            all if all.len() > 5 => json!("taken"),
            some => json!(format!("taken: {}", some.join(" "))),
        },
    }))
}

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

/// What `hierarchies` says: the layout, and our group by controllers.
fn hierarchies(lab: &Lab, directory: Option<&Path>) -> Result<(String, BTreeMap<String, String>)> {
    let mut program = lab.program(&["hierarchies"]);
    if let Some(directory) = directory {
        program = program.word("--proc").word(directory);
    }
    let ended = program.start()?.end()?;
    let mut lines = ended.stdout.lines();
    let layout = lines.next().unwrap_or_default().to_string();
    let parts = lines.filter_map(|line| line.split_once(' ')?.1.split_once(' '));
    let shortened = |path: &str| match path.trim_end_matches('/') {
        "" => "/".to_string(),
        path => path.to_string(),
    };
    let groups = parts.map(|(names, path)| (names.to_string(), shortened(path)));
    Ok((layout, groups.collect()))
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
        let found = machine
            .groups
            .keys()
            .filter(|names| groups.contains_key(*names))
            .count();
        let hierarchies = match found {
            _ if groups.len() > found => "too many",
            0 => "none",
            _ if found < machine.groups.len() => "some",
            _ => "all",
        };
        let ours = match groups == machine.groups {
            true => "ours",
            false => "another",
        };
        let layout = if layout == machine.layout {
            "right"
        } else {
            "wrong"
        };
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

/// The files and values the program would write, by file.
fn explained(lab: &Lab, version: &str, limits: &[&str]) -> Result<BTreeMap<String, String>> {
    let ended = lab.run(&[&["explain", "--on", version], limits].concat())?;
    let lines = ended.stdout.lines().filter_map(|line| line.split_once(' '));
    Ok(lines
        .map(|(file, value)| (file.to_string(), value.to_string()))
        .collect())
}

/// How the quota of a period compares with the CPUs that were asked for.
pub fn share(quota: Option<f64>, period: f64, millis: f64) -> &'static str {
    let Some(quota) = quota else {
        return "not limited";
    };
    match quota * 1000.0 / period / millis {
        ratio if (0.999..1.001).contains(&ratio) => "as asked",
        ratio if (9.9..10.1).contains(&ratio) => "ten times as much",
        ratio if (99.0..1001.0).contains(&ratio) => "a hundred times as much or more",
        _ => "another",
    }
}

pub fn files(lab: &Lab) -> Result<Value> {
    let millis = lab.random_number(101, 900)?;
    let shares = lab.random_number(300, 9000)?;
    let mebibytes = lab.random_number(16, 900)?;
    let count = lab.random_number(10, 900)?.to_string();
    let (cpus, shares_text) = (format!("{millis}m"), shares.to_string());
    let memory = format!("{mebibytes}Mi");
    let bytes = (u64::from(mebibytes) << 20).to_string();
    let words = [
        "--cpus",
        &cpus,
        "--cpu-shares",
        &shares_text,
        "-m",
        &memory,
        "--pids",
        &count,
        "--cpuset-cpus",
        "0,2-3",
    ];
    let v1 = explained(lab, "v1", &words)?;
    let v2 = explained(lab, "v2", &words)?;
    let number = |text: Option<&String>| text.and_then(|text| text.parse::<f64>().ok());
    let is = |text: Option<&String>, wanted: &str| match text {
        None => "not limited".to_string(),
        Some(text) if text == wanted => "as asked".to_string(),
        Some(_) => "another".to_string(),
    };
    // Without a period of its own a group has the kernel's, of 100 ms.
    let period = number(v1.get("cpu.cfs_period_us")).unwrap_or(100_000.0);
    let quota = number(v1.get("cpu.cfs_quota_us"));
    let v1_cpu = share(quota, period, f64::from(millis));
    let max: Vec<f64> = v2
        .get("cpu.max")
        .map(|text| {
            text.split(' ')
                .filter_map(|word| word.parse().ok())
                .collect()
        })
        .unwrap_or_default();
    let period = max.get(1).copied().unwrap_or(100_000.0);
    let v2_cpu = share(max.first().copied(), period, f64::from(millis));
    let log = f64::from(shares).log2();
    let weight = 10f64.powf((log * log + 125.0 * log) / 612.0 - 7.0 / 34.0);
    let weight = (weight - 1e-9).ceil() as u64;
    let v2_weight = match v2.get("cpu.weight") {
        Some(text) if *text == shares_text => "shares, not a weight".to_string(),
        text => is(text, &weight.to_string()),
    };
    let v2_swap = match v2.get("memory.swap.max") {
        Some(text) if *text == bytes => "as much again".to_string(),
        text => is(text, "0"),
    };
    // Limits that nobody asked for.
    let foreign = |seen: &BTreeMap<String, String>, other: &str| {
        let known = ["cpu.", "memory.", "pids.", "cpuset."];
        seen.keys()
            .any(|file| file.contains(other) || !known.iter().any(|k| file.starts_with(k)))
    };
    let mixed = foreign(&v1, "weight")
        || v1.contains_key("memory.max")
        || v1.contains_key("cpu.max")
        || foreign(&v2, "_in_bytes")
        || foreign(&v2, "cfs_")
        || v2.contains_key("cpu.shares");
    let few = explained(lab, "v2", &["--pids", &count])?;
    let none = explained(lab, "v1", &[])?;
    Ok(json!({
        "v1": {
            "cpus": v1_cpu,
            "shares": is(v1.get("cpu.shares"), &shares_text),
            "memory": is(v1.get("memory.limit_in_bytes"), &bytes),
            "swap": is(v1.get("memory.memsw.limit_in_bytes"), &bytes),
            "pids": is(v1.get("pids.max"), &count),
            "cpuset": is(v1.get("cpuset.cpus"), "0,2-3"),
        },
        "v2": {
            "cpus": v2_cpu,
            "shares": v2_weight,
            "memory": is(v2.get("memory.max"), &bytes),
            "swap": v2_swap,
            "pids": is(v2.get("pids.max"), &count),
            "cpuset": is(v2.get("cpuset.cpus"), "0,2-3"),
        },
        "files": if mixed { "of the other version" } else { "of its own version" },
        "not_asked": if few.len() > 1 || !none.is_empty() { "limited" } else { "left alone" },
    }))
}
