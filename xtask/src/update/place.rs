//! Where an update starts: the branch a learner is on, the repository the
//! workshop comes from, and the last version of it they have.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::git::Git;
use crate::failure::Failure;
use crate::message::say;

/// The ref of upstream's version that the last update brought in.
pub const UPSTREAM: &str = "refs/lab/upstream";

/// A branch and its last commit.
#[derive(Debug, Clone)]
pub struct Place {
    /// `refs/heads/main`.
    pub branch: String,
    pub head: String,
}

/// Where the workshop comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// A remote's name or an address.
    pub remote: String,
    /// A branch there, or `HEAD`.
    pub branch: String,
}

impl Place {
    /// Looks whether an update can start here.
    ///
    /// # Errors
    /// No clone, no branch, or something half-done that git waits for.
    pub fn find(git: &Git, root: &Path) -> Result<Place, Failure> {
        let refused = |reason: String| Err(Failure::Usage(reason));
        // Asked first, so that a machine without git isn't told of no clone.
        git.ask(&["version"])
            .context("update needs git, which is not installed")?;
        let top = git.maybe(&["rev-parse", "--show-toplevel"]);
        let real = |path: &Path| fs::canonicalize(path).ok();
        if top.is_none_or(|top| real(Path::new(&top)) != real(root)) {
            // A repository git refuses, as one of another user's, is one all
            // the same, and git says why.
            if root.join(".git").exists() {
                git.ask(&["rev-parse", "--git-dir"])?;
            }
            return refused(say!("update-no-clone"));
        }
        for (file, what, end) in [
            ("MERGE_HEAD", "merge", "git merge --abort"),
            ("rebase-merge", "rebase", "git rebase --abort"),
            ("rebase-apply", "rebase", "git rebase --abort"),
            ("CHERRY_PICK_HEAD", "cherry-pick", "git cherry-pick --abort"),
            ("REVERT_HEAD", "revert", "git revert --abort"),
        ] {
            if git.own(file)?.exists() {
                return refused(say!("update-in-progress", what = what, end = end));
            }
        }
        let unmerged = git.ask(&["ls-files", "--unmerged"])?;
        if let Some(path) = unmerged.lines().find_map(|line| line.split('\t').nth(1)) {
            return refused(say!("update-unmerged", path = path));
        }
        git.unlocked()?;
        let Some(head) = git.maybe(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]) else {
            return refused(say!("update-no-commit"));
        };
        match git.maybe(&["symbolic-ref", "--quiet", "HEAD"]) {
            Some(branch) => Ok(Place { branch, head }),
            None => refused(say!("update-detached", head = short(&head))),
        }
    }

    /// The branch without `refs/heads/`.
    pub fn name(&self) -> &str {
        self.branch
            .strip_prefix("refs/heads/")
            .unwrap_or(&self.branch)
    }
}

impl Origin {
    /// The one that was named, else the remote `upstream` (a fork's name for
    /// what it was forked from), else what the branch follows, else the only
    /// remote there is.
    ///
    /// # Errors
    /// There is none of these.
    pub fn find(git: &Git, place: &Place, named: Option<&str>) -> Result<Origin, Failure> {
        let remotes = git.ask(&["remote"])?;
        let remotes: Vec<&str> = remotes.lines().collect();
        let default = |remote: &str| {
            let head = format!("refs/remotes/{remote}/HEAD");
            let branch = git.maybe(&["symbolic-ref", "--quiet", &head]);
            let prefix = format!("refs/remotes/{remote}/");
            let branch = branch.and_then(|branch| Some(branch.strip_prefix(&prefix)?.to_owned()));
            Origin {
                remote: remote.to_owned(),
                branch: branch.unwrap_or_else(|| "HEAD".to_owned()),
            }
        };
        if let Some(named) = named {
            return Ok(default(named));
        }
        if remotes.contains(&"upstream") {
            return Ok(default("upstream"));
        }
        let config = |key: &str| git.maybe(&["config", &format!("branch.{}.{key}", place.name())]);
        if let (Some(remote), Some(merge)) = (config("remote"), config("merge")) {
            // `.` is this repository: the branch follows another one here.
            if remote != "." {
                let branch = merge.strip_prefix("refs/heads/").unwrap_or(&merge);
                return Ok(Origin {
                    remote,
                    branch: branch.to_owned(),
                });
            }
        }
        match remotes.as_slice() {
            [only] => Ok(default(only)),
            [] => Err(Failure::Usage(say!("update-no-remote"))),
            many => {
                let remotes = many.join(", ");
                Err(Failure::Usage(say!(
                    "update-which-remote",
                    remotes = remotes
                )))
            }
        }
    }

    /// What is known here of the remote's branch, if it is a remote's.
    pub fn known(&self, git: &Git) -> Option<String> {
        let name = format!("refs/remotes/{}/{}", self.remote, self.branch);
        git.maybe(&["rev-parse", "--verify", "--quiet", &name])
    }

    /// Brings its commits here and says which is the newest.
    ///
    /// # Errors
    /// It can't be reached.
    pub fn fetch(&self, git: &Git) -> Result<String> {
        git.fetch(&self.remote, &self.branch)
            .with_context(|| say!("update-unreachable", remote = self.shown(git)))?;
        git.ask(&["rev-parse", "--verify", "FETCH_HEAD^{commit}"])
    }

    /// As the learner knows it, without a password in its address.
    pub fn shown(&self, git: &Git) -> String {
        let url = git.maybe(&["remote", "get-url", &self.remote]);
        let name = match self.branch.as_str() {
            "HEAD" => self.remote.clone(),
            branch => format!("{}/{branch}", self.remote),
        };
        match url {
            Some(url) => format!("{name} ({})", without_secret(&url)),
            None => without_secret(&name),
        }
    }
}

/// An address without what stands before its host.
fn without_secret(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let host = rest.find('/').unwrap_or(rest.len());
            let from = rest[..host].rfind('@').map_or(0, |at| at + 1);
            format!("{scheme}://{}", &rest[from..])
        }
        None => url.to_owned(),
    }
}

/// The last version of upstream's that `head` stands on: the newest of those
/// that are known and are part of it. After upstream rewrote its history that
/// is not the merge base, which is older and would make upstream's own former
/// commits look like the learner's.
///
/// # Errors
/// The two have nothing in common.
pub fn base(
    git: &Git,
    head: &str,
    upstream: &str,
    known: Option<String>,
) -> Result<String, Failure> {
    let is_part = |commit: &str| git.holds(&["merge-base", "--is-ancestor", commit, head]);
    let candidates = [
        git.maybe(&["merge-base", head, upstream]),
        known,
        git.maybe(&["rev-parse", "--verify", "--quiet", UPSTREAM]),
    ];
    let mut newest: Option<String> = None;
    for commit in candidates.into_iter().flatten().filter(|one| is_part(one)) {
        let newer = newest
            .as_ref()
            .is_none_or(|old| git.holds(&["merge-base", "--is-ancestor", old, &commit]));
        if newer {
            newest = Some(commit);
        }
    }
    newest.ok_or_else(|| {
        let shallow = git.maybe(&["rev-parse", "--is-shallow-repository"]);
        Failure::Usage(match shallow.as_deref() {
            Some("true") => say!("update-shallow"),
            _ => say!("update-unrelated"),
        })
    })
}

/// A commit's name as people read it.
pub fn short(commit: &str) -> &str {
    &commit[..commit.len().min(7)]
}

#[cfg(test)]
mod tests {
    use super::without_secret;

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (url, shown) in [
            (
                "https://me:secret@host.example/a@b.git",
                "https://host.example/a@b.git",
            ),
            ("https://host.example/a.git", "https://host.example/a.git"),
            ("git@host.example:a.git", "git@host.example:a.git"),
            ("/srv/a", "/srv/a"),
        ] {
            assert_eq!(without_secret(url), shown);
        }
    }
}
