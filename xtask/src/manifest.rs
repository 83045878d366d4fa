//! Cargo manifests as text in sections. Enough to write a package's manifest
//! from another's and keep everything nobody asked to change.

use std::path::{Component, Path, PathBuf};

/// A manifest.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Header line (`[package]`; empty for what stands before the first) and
    /// the lines below it, with their ends.
    sections: Vec<(String, String)>,
}

impl Manifest {
    /// Splits a manifest. Comments directly above a header belong to it.
    pub fn parse(text: &str) -> Manifest {
        let mut sections = vec![(String::new(), String::new())];
        // Comment lines that may belong to the next header.
        let mut held = String::new();
        for line in text.split_inclusive('\n') {
            let trimmed = line.trim();
            if trimmed.starts_with('#') {
                held.push_str(line);
                continue;
            }
            if trimmed.starts_with('[') && trimmed.ends_with(']') {
                sections.push((trimmed.to_owned(), std::mem::take(&mut held) + line));
            } else if let Some((_, body)) = sections.last_mut() {
                body.push_str(&std::mem::take(&mut held));
                body.push_str(line);
            }
        }
        if let Some((_, body)) = sections.last_mut() {
            body.push_str(&held);
        }
        Manifest { sections }
    }

    /// The manifest's text.
    pub fn text(&self) -> String {
        self.sections
            .iter()
            .map(|(_, body)| body.as_str())
            .collect()
    }

    /// The lines below a header, without the header; comments above it are not
    /// among them.
    pub fn body(&self, header: &str) -> Option<&str> {
        let (_, body) = self.sections.iter().find(|(name, _)| name == header)?;
        let (_, rest) = body.split_once(header)?;
        Some(rest.strip_prefix('\n').unwrap_or(rest))
    }

    /// Whether a section is there.
    pub fn has(&self, header: &str) -> bool {
        self.sections.iter().any(|(name, _)| name == header)
    }

    /// Removes the sections whose header `unwanted` names.
    pub fn remove(&mut self, unwanted: impl Fn(&str) -> bool) {
        self.sections.retain(|(name, _)| !unwanted(name));
    }

    /// Removes the `[[test]]` sections of another name than `kept`.
    pub fn remove_tests_but(&mut self, kept: &str) {
        let kept = format!("name = \"{kept}\"");
        let is_kept = |body: &str| body.lines().any(|line| line.trim() == kept);
        self.sections
            .retain(|(name, body)| name != "[[test]]" || is_kept(body));
    }

    /// Puts `text` in the place of a section, or at the end.
    pub fn put(&mut self, header: &str, text: &str) {
        match self.sections.iter_mut().find(|(name, _)| name == header) {
            Some((_, body)) => text.clone_into(body),
            None => {
                if let Some((_, last)) = self.sections.last_mut() {
                    if !last.ends_with("\n\n") {
                        last.push('\n');
                    }
                }
                self.sections.push((header.to_owned(), text.to_owned()));
            }
        }
    }

    /// Replaces the line `key = …` below a header, or adds it.
    pub fn set(&mut self, header: &str, key: &str, value: &str) {
        let Some((_, body)) = self.sections.iter_mut().find(|(name, _)| name == header) else {
            return self.put(header, &format!("{header}\n{key} = {value}\n"));
        };
        let is_key = |line: &str| {
            line.split('=')
                .next()
                .is_some_and(|name| name.trim() == key)
        };
        let mut lines: Vec<String> = body.split_inclusive('\n').map(str::to_owned).collect();
        let new = format!("{key} = {value}\n");
        match lines.iter().position(|line| is_key(line)) {
            Some(at) => lines[at] = new,
            None => {
                let at = lines
                    .iter()
                    .position(|line| line.trim() == header)
                    .map_or(0, |at| at + 1);
                lines.insert(at, new);
            }
        }
        *body = lines.concat();
    }

    /// Replaces each line, its end included, by what `new` says about it.
    pub fn map_lines(&mut self, new: impl Fn(&str) -> String) {
        for (_, body) in &mut self.sections {
            *body = body.split_inclusive('\n').map(&new).collect();
        }
    }

    /// Replaces each `path = "…"` by what `new` says about it.
    pub fn map_paths(&mut self, new: impl Fn(&str) -> String) {
        const KEY: &str = "path = \"";
        for (_, body) in &mut self.sections {
            let mut mapped = String::new();
            let mut rest = body.as_str();
            while let Some(at) = rest.find(KEY) {
                let (before, after) = rest.split_at(at + KEY.len());
                let end = after.find('"').unwrap_or(after.len());
                mapped.push_str(before);
                mapped.push_str(&new(&after[..end]));
                rest = &after[end..];
            }
            mapped.push_str(rest);
            *body = mapped;
        }
    }
}

/// `dir/relative` without `.` and `..`, by the text alone.
pub fn joined(dir: &Path, relative: &str) -> PathBuf {
    let mut joined = PathBuf::new();
    for step in dir.join(relative).components() {
        match step {
            Component::ParentDir => {
                joined.pop();
            }
            Component::CurDir => {}
            step => joined.push(step),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
[package]
name = \"solution-01-own\"

[dependencies]
a = { path = \"../lab-00\", version = \"1\" }

# The checks.
[[test]]
name = \"check\"
path = \"../../labs/lab-01/tests/check.rs\"

[lints]
workspace = true
";

    #[test]
    fn an_unchanged_manifest_keeps_its_text() {
        assert_eq!(Manifest::parse(TEXT).text(), TEXT);
        assert_eq!(Manifest::parse("").text(), "");
        assert_eq!(Manifest::parse("# only\n").text(), "# only\n");
    }

    #[test]
    fn sections_are_removed_with_their_comments() {
        let mut manifest = Manifest::parse(TEXT);
        manifest.remove(|name| name == "[[test]]");
        assert!(!manifest.text().contains("check"), "{}", manifest.text());
        assert!(manifest.text().contains("[lints]"));
    }

    #[test]
    fn only_the_named_test_is_kept() {
        let more = "[[test]]\nname = \"spine\"\npath = \"tests/spine/main.rs\"\n";
        let mut manifest = Manifest::parse(&format!("{TEXT}\n{more}"));
        manifest.remove_tests_but("check");
        assert_eq!(manifest.text().trim_end(), TEXT.trim_end());
    }

    #[test]
    fn keys_are_set_or_added() {
        let mut manifest = Manifest::parse(TEXT);
        manifest.set("[package]", "name", "\"b\"");
        manifest.set("[lib]", "name", "\"c\"");
        manifest.set("[lib]", "test", "false");
        assert!(
            manifest
                .text()
                .starts_with("[package]\nname = \"b\"\n\n[dep")
        );
        assert!(
            manifest
                .text()
                .ends_with("\n\n[lib]\ntest = false\nname = \"c\"\n")
        );
    }

    #[test]
    fn paths_are_mapped() {
        let mut manifest = Manifest::parse(TEXT);
        manifest.map_paths(|path| {
            joined(Path::new("/r/solutions/lab-01"), path)
                .display()
                .to_string()
        });
        assert!(
            manifest
                .text()
                .contains("path = \"/r/solutions/lab-00\", version")
        );
        assert!(
            manifest
                .text()
                .contains("path = \"/r/labs/lab-01/tests/check.rs\"\n")
        );
    }
}
