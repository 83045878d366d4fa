//! A store that archives are imported into. What became of them is read from its
//! directories.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;
use workbench::Lab;
use workbench::program::Ended;

use crate::archive::{Files, Tar, digest};

/// A store, archives, and what lies beside them.
pub struct Place<'a> {
    pub lab: &'a Lab,
    pub store: PathBuf,
}

impl Place<'_> {
    pub fn new<'a>(lab: &'a Lab) -> Result<Place<'a>> {
        let store = lab.directory().join("store");
        Ok(Place { lab, store })
    }

    /// Imports an archive under a new name, which is returned: from a directory,
    /// or from a tar of one.
    pub fn import(&self, files: &Files) -> Result<(String, Ended)> {
        let name = self.lab.random_name()?;
        let path = self.lab.directory().join(format!("archive-{name}"));
        // Names end in a number that counts.
        match name.ends_with(['0', '2', '4', '6', '8']) {
            true => files.write(&path)?,
            false => fs::write(&path, files.tar()).context("write an archive")?,
        }
        let ended = self.run(&["import", "--name", &name, &path.to_string_lossy()])?;
        Ok((name, ended))
    }

    /// `image WORDS` on the store.
    pub fn run(&self, words: &[&str]) -> Result<Ended> {
        let store = self.store.to_string_lossy();
        let verb = ["image", words[0], "--store", &store];
        self.lab.run(&[&verb, &words[1..]].concat())
    }

    /// The image of this name, as the store keeps it.
    pub fn image(&self, name: &str) -> Option<Value> {
        let file = format!("images/{}:latest.json", name.replace('/', "%"));
        serde_json::from_slice(&fs::read(self.store.join(file)).ok()?).ok()
    }

    pub fn layer(&self, diff_id: &str) -> PathBuf {
        self.store
            .join("layers/sha256")
            .join(diff_id.replace("sha256:", ""))
    }

    pub fn has(&self, diff_id: &str) -> bool {
        self.layer(diff_id).is_dir()
    }

    /// How many layers have a name.
    pub fn layers(&self) -> usize {
        fs::read_dir(self.store.join("layers/sha256")).map_or(0, Iterator::count)
    }

    /// Whether each layer is there with the text it was made of.
    pub fn whole(&self, texts: &[String]) -> &'static str {
        let right = texts.iter().filter(|text| {
            let file = self.layer(&digest(&tar(text))).join("dir/text");
            fs::read(file).is_ok_and(|found| found == text.as_bytes())
        });
        match right.count() {
            count if count == texts.len() => "all",
            0 => "none",
            _ => "some",
        }
    }
}

/// `yes`, or why not, in a word, as far as it doesn't depend on what a learner
/// chose to say.
pub fn imported(ended: &Ended) -> String {
    let reasons = [
        ("the image is for", "another machine"),
        ("missing field", "document"),
        ("panicked", "it panicked"),
    ];
    match ended.code {
        Some(0) => "yes".into(),
        _ => {
            let known = reasons.iter().find(|(said, _)| ended.stderr.contains(said));
            known.map_or("no".into(), |(_, word)| format!("no: {word}"))
        }
    }
}

/// Whether it was an assertion that stopped it, and not an error.
pub fn panicked(ended: &Ended) -> bool {
    ended.stderr.contains("panicked")
}

pub fn refused(ended: &Ended) -> &'static str {
    match ended.code {
        Some(0) => "no",
        _ if panicked(ended) => "it panicked",
        _ => "yes",
    }
}

/// The archive of a layer with one text in it.
pub fn tar(text: &str) -> Vec<u8> {
    let tar = Tar::new().directory("./").directory("dir/");
    tar.file("dir/text", text.as_bytes()).end()
}

/// Texts that nobody can guess.
pub fn texts(lab: &Lab, count: usize) -> Result<Vec<String>> {
    (0..count).map(|_| lab.random_name()).collect()
}

/// `refused`, `imported`, or that it panicked.
pub fn refused_word(ended: &Ended) -> &'static str {
    match refused(ended) {
        "yes" => "refused",
        "no" => "imported",
        other => other,
    }
}
