//! Which tasks a change was made to.

use std::collections::BTreeMap;

use lab_judge::LabOnDisk;

/// The text of each task's region.
pub type Regions = BTreeMap<String, String>;

/// The regions of a lab's own package. `None` while a source is damaged, as it
/// is when a mark is being moved: what is known stays.
pub fn regions(lab: &LabOnDisk) -> Option<Regions> {
    let sources = lab.sources(&lab.dir).ok()?;
    let text = |task: &lab_judge::Task| {
        let source = sources.get(&task.file)?;
        let body = source.body(source.task(&task.id).ok()?);
        Some((task.id.clone(), body.to_owned()))
    };
    Some(lab.lab.tasks.iter().filter_map(text).collect())
}

/// The tasks whose region differs, by name.
pub fn tasks(before: &Regions, now: &Regions) -> Vec<String> {
    let differs = |(task, text): &(&String, &String)| before.get(*task) != Some(*text);
    now.iter()
        .filter(differs)
        .map(|(task, _)| task.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changed_regions_are_named() {
        let regions = |texts: [(&str, &str); 2]| -> Regions {
            let owned = |(task, text): (&str, &str)| (task.to_owned(), text.to_owned());
            texts.into_iter().map(owned).collect()
        };
        let before = regions([("name", "todo!()"), ("pid", "todo!()")]);
        let now = regions([("name", "todo!()"), ("pid", "Ok(())")]);
        assert_eq!(tasks(&before, &now), ["pid"]);
        assert!(tasks(&now, &now).is_empty());
    }
}
