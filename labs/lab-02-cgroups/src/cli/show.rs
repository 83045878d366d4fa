//! What the verbs print.

use anyhow::Result;
use namespaces::print::line;
use serde_json::json;

use super::{Format, Spelled};
use crate::group::Group;
use crate::limits::Limits;
use crate::machine::{Machine, Version};
use crate::quantity::bytes;
use crate::{freeze, settings, stats};

/// Each quantity and its value.
pub fn quantities(list: &[Spelled]) -> Result<()> {
    for Spelled(text, quantity) in list {
        line(format_args!("{text} {quantity}"))?;
    }
    Ok(())
}

/// The layout, then a line for each hierarchy: version, controllers, our group.
pub fn hierarchies(machine: &Machine) -> Result<()> {
    line(machine.layout())?;
    for hierarchy in &machine.v1 {
        let names = hierarchy.controllers.join(",");
        line(format_args!(
            "{} {names} {}",
            Version::V1,
            hierarchy.own.display()
        ))?;
    }
    if let Some(hierarchy) = &machine.v2 {
        line(format_args!(
            "{} - {}",
            Version::V2,
            hierarchy.own.display()
        ))?;
    }
    Ok(())
}

/// A line for each file: its name, then the value.
pub fn settings(limits: &Limits, version: Version) -> Result<()> {
    for setting in settings::all(limits, version) {
        line(format_args!("{} {}", setting.file, setting.value))?;
    }
    Ok(())
}

/// What a container has used, beside what it may.
pub fn stats(name: &str, limits: &Limits, group: &Group, format: Format) -> Result<()> {
    let stats = stats::read(group)?;
    let frozen = freeze::is_frozen(group)?;
    if format == Format::Json {
        let document = json!({ "name": name, "frozen": frozen, "limits": limits, "stats": stats });
        return line(document);
    }
    let number = |value: Option<u64>| value.map_or("-".to_string(), |value| value.to_string());
    let seconds = |value: Option<u64>| match value {
        Some(usec) => format!("{}.{:03} s", usec / 1_000_000, usec / 1000 % 1000),
        None => "-".to_string(),
    };
    let limit = |value: Option<String>| value.map_or(String::new(), |value| format!(" of {value}"));
    line(format_args!("name       {name}"))?;
    line(format_args!(
        "state      {}",
        if frozen { "frozen" } else { "running" }
    ))?;
    line(format_args!(
        "cpu        {}, held back in {} of {} periods, for {}",
        seconds(stats.cpu_usec),
        number(stats.throttled),
        number(stats.periods),
        seconds(stats.throttled_usec)
    ))?;
    line(format_args!(
        "memory     {}{}, {} killed for want of it",
        stats.memory.map_or("-".to_string(), bytes),
        limit(limits.memory.map(bytes)),
        number(stats.oom_kills)
    ))?;
    line(format_args!(
        "processes  {}{}, {} refused",
        number(stats.pids),
        limit(limits.pids.map(|count| count.to_string())),
        number(stats.refused)
    ))
}
