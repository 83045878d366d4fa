//! What needs no container: quantities, and the files of both versions.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Value, json};
use workbench::Lab;

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
        Some((power, None)) => format!("{number}{} is refused", suffixes[power]),
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
            ("a thousand", &|_| (number * 1000).to_string()),
            ("a million", &|_| (number * 1_000_000).to_string()),
            ("a mebibyte", &|_| (number << 20).to_string()),
            ("nothing", &same),
        ],
    )?;
    let finer = class(
        lab,
        number,
        &["u", "n"],
        &[("a millionth and a billionth", &|p| below(p + 1))],
    )?;
    let bare = class(lab, number, &["", "e0"], &[("itself", &same)])?;
    let bare = match read(lab, &number.to_string())? {
        Some(_) => bare,
        None => "refused".into(),
    };
    let mut taken = Vec::new();
    for suffix in [
        "K", "MB", "mb", "KiB", "mi", "ki", "g", "b", "Mib", "%", " Mi", "e",
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

/// The files and values the program would write, in its order.
fn explained(lab: &Lab, version: &str, limits: &[&str]) -> Result<Vec<(String, String)>> {
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
        0.0 => "nothing at all",
        ratio if (0.009..0.011).contains(&ratio) => "a hundredth",
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
    let at = |file: &str| v1.iter().position(|one| one.0 == file);
    // The kernel refuses a limit of memory and swap below that of memory, which
    // a new group doesn't have yet.
    let swap_first = at("memory.memsw.limit_in_bytes") < at("memory.limit_in_bytes")
        && at("memory.memsw.limit_in_bytes").is_some();
    let v1: BTreeMap<String, String> = v1.into_iter().collect();
    let v2: BTreeMap<String, String> = explained(lab, "v2", &words)?.into_iter().collect();
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
    let v2_cpu = match share(max.first().copied(), period, f64::from(millis)) {
        "as asked" => "as asked",
        _ if share(
            Some(period),
            max.first().copied().unwrap_or(1.0),
            f64::from(millis),
        ) == "as asked" =>
        {
            "the period before the quota"
        }
        other => other,
    };
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
            "swap": match swap_first {
                true => "written before memory".into(),
                false => is(v1.get("memory.memsw.limit_in_bytes"), &bytes),
            },
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
