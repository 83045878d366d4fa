//! One file's three versions become one: a lab's sources by region, anything
//! else by lines.

use std::path::Path;

use anyhow::Result;
use lab_judge::Source;

use super::lines;
use super::plan::{Content, Note, Plan, Sides, Unit, Versions, put};
use super::regions::{Regions, Sources};

/// Plans the sources of one lab.
///
/// # Errors
/// An object or a file can't be read.
pub fn plan_lab(sides: &Sides<'_>, lab: &str, units: &[&Unit], plan: &mut Plan) -> Result<()> {
    let mut regions = Regions::default();
    let mut parsed: Vec<[Option<Source>; 3]> = Vec::new();
    for unit in units {
        let [base, new] = [&unit.versions.base, &unit.versions.new]
            .map(|content| text(content.as_ref()).and_then(|text| Source::parse(text).ok()));
        let mine = match text(unit.versions.mine.as_ref()).map(Source::parse) {
            Some(Ok(source)) => Some(source),
            Some(Err(fault)) => {
                let path = unit.old.clone().unwrap_or_else(|| unit.path());
                plan.damaged.push((path, fault));
                None
            }
            None => None,
        };
        base.iter().for_each(|source| regions.add_base(source));
        new.iter().for_each(|source| regions.add_new(source));
        if let Some(mine) = &mine {
            regions.add_mine(unit.old.as_deref().unwrap_or(&unit.path()), mine);
        }
        parsed.push([base, mine, new]);
    }
    regions.find_renamed();
    let mut after = Vec::new();
    for (unit, parsed) in units.iter().zip(&parsed) {
        let path = unit.path();
        if let [Some(base), Some(mine), Some(new)] = parsed {
            let sources = Sources { base, mine, new };
            if let Err(fault) = regions.lost_marks(sources) {
                plan.damaged
                    .push((unit.old.clone().unwrap_or_else(|| path.clone()), fault));
            }
        }
        let merged = merged_source(sides, &regions, unit, parsed, &mut plan.notes)?;
        after.extend(text(merged.as_ref()).and_then(|text| Source::parse(text).ok()));
        put(sides, plan, unit, &path, merged)?;
    }
    for (task, path) in regions.homeless(&after) {
        plan.notes.push(Note::Homeless { path, task });
    }
    for (old, new) in regions.renamed() {
        plan.notes.push(Note::Renamed {
            lab: lab.to_owned(),
            old: old.to_owned(),
            new: new.to_owned(),
        });
    }
    Ok(())
}

fn merged_source(
    sides: &Sides<'_>,
    regions: &Regions,
    unit: &Unit,
    parsed: &[Option<Source>; 3],
    notes: &mut Vec<Note>,
) -> Result<Option<Content>> {
    let versions = &unit.versions;
    let with_text = |text: String| {
        versions.new.as_ref().map(|new| Content {
            bytes: text.into_bytes(),
            mode: new.mode.clone(),
        })
    };
    match parsed {
        [Some(base), Some(mine), Some(new)] => {
            let sources = Sources { base, mine, new };
            let merged = regions.merge(sides.git, sides.room, sources)?;
            let placed = Source::parse(merged.text.as_str()).ok();
            for conflict in merged.conflicts {
                let task = placed
                    .as_ref()
                    .and_then(|text| nearest(text, conflict.line));
                notes.push(Note::Conflict {
                    path: unit.path(),
                    task,
                    conflict,
                });
            }
            Ok(with_text(merged.text))
        }
        // New upstream, or brought back, or in the place of a learner's own.
        [_, _, Some(new)] if versions.base.is_none() || versions.mine.is_none() => {
            let placed = with_text(regions.placed(new));
            if versions.mine.is_some() && versions.mine != placed {
                notes.push(Note::Replaced { path: unit.path() });
            } else if versions.base.is_some() && versions.mine.is_none() {
                notes.push(Note::BroughtBack { path: unit.path() });
            }
            Ok(placed)
        }
        _ => merged_lines(sides, unit, notes),
    }
}

/// The region nearest to a line, when it is near enough to be meant.
fn nearest(source: &Source, line: usize) -> Option<String> {
    let distance = |region: &lab_judge::Region| {
        let end = region.line + source.body(region).lines().count() + 1;
        match () {
            () if line < region.line => region.line - line,
            () if line > end => line - end,
            () => 0,
        }
    };
    let nearest = source.regions().iter().min_by_key(|one| distance(one))?;
    (distance(nearest) <= 10).then(|| nearest.name.clone())
}

/// Merges a file without regions.
///
/// # Errors
/// git can't merge its lines.
pub fn merged_lines(
    sides: &Sides<'_>,
    unit: &Unit,
    notes: &mut Vec<Note>,
) -> Result<Option<Content>> {
    let Versions { base, mine, new } = &unit.versions;
    let path = unit.path();
    match (base, mine, new) {
        (Some(_), None, Some(_)) if !is_needed(&path) => Ok(None),
        (Some(_), None, Some(_)) => {
            notes.push(Note::BroughtBack { path });
            Ok(new.clone())
        }
        (base, mine, new) if base == mine || mine == new => Ok(new.clone()),
        (_, Some(_), None) => {
            notes.push(Note::Removed { path });
            Ok(None)
        }
        (Some(base), Some(mine), Some(new)) => {
            let texts = [base, mine, new].map(|content| text(Some(content)));
            let [Some(base), Some(mine), Some(theirs)] = texts else {
                notes.push(Note::Replaced { path });
                return Ok(Some(new.clone()));
            };
            let merged = lines::merge(sides.git, sides.room, &base, &mine, &theirs)?;
            for conflict in merged.conflicts {
                notes.push(Note::Conflict {
                    path: path.clone(),
                    task: None,
                    conflict,
                });
            }
            Ok(Some(Content {
                bytes: merged.text.into_bytes(),
                mode: new.mode.clone(),
            }))
        }
        (_, _, new) => {
            notes.push(Note::Replaced { path });
            Ok(new.clone())
        }
    }
}

/// Files without which a lab or the runner doesn't build. What else a learner
/// removed stays away, as the references a teacher withholds do.
fn is_needed(path: &Path) -> bool {
    let first = path.iter().next().and_then(|step| step.to_str());
    matches!(first, Some("labs" | "xtask" | "Cargo.toml" | "Cargo.lock"))
}

/// A regular file's text, if it is one.
fn text(content: Option<&Content>) -> Option<String> {
    let content = content.filter(|content| content.mode != "120000")?;
    String::from_utf8(content.bytes.clone()).ok()
}
