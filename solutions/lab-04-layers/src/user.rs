//! Who the command is: a user named by the image or on the command line, looked
//! up in the image's own `/etc/passwd` and `/etc/group`.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail};
use namespaces::failure::During;
use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};

/// A user by numbers, with all groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    pub uid: u32,
    pub gid: u32,
    pub groups: Vec<u32>,
}

impl User {
    /// Finds the user that `text` names, `USER` or `USER:GROUP`, each a name or
    /// a number, below the directory `root`.
    pub fn find(text: &str, root: &Path) -> Result<User> {
        let (user, group) = match text.split_once(':') {
            Some((user, group)) => (user, Some(group)),
            None => (text, None),
        };
        let passwd = lines(&root.join("etc/passwd"))?;
        let groups = lines(&root.join("etc/group"))?;
        User::of(user, group, &passwd, &groups).with_context(|| format!("user {text:?}"))
    }

    /// The lines are those of passwd(5) and group(5).
    fn of(user: &str, group: Option<&str>, passwd: &str, groups: &str) -> Result<User> {
        let entry = passwd
            .lines()
            .map(fields)
            .find(|entry| entry.len() >= 4 && (entry[0] == user || entry[2] == user));
        let (uid, gid, name) = match (&entry, user.parse()) {
            (Some(entry), _) => (number(entry[2])?, number(entry[3])?, Some(entry[0])),
            // Nobody needs an entry to run.
            (None, Ok(uid)) => (uid, 0, None),
            (None, Err(_)) => bail!("/etc/passwd of the image has no {user}"),
        };
        let Some(group) = group else {
            let member = |entry: &Vec<&str>| {
                entry.len() >= 4 && entry[3].split(',').any(|member| Some(member) == name)
            };
            let all = groups.lines().map(fields).filter(member);
            let all: Result<Vec<u32>> = all.map(|entry| number(entry[2])).collect();
            return Ok(User {
                uid,
                gid,
                groups: all?,
            });
        };
        let entry = groups
            .lines()
            .map(fields)
            .find(|entry| entry.len() >= 3 && (entry[0] == group || entry[2] == group));
        let gid = match (entry, group.parse()) {
            (Some(entry), _) => number(entry[2])?,
            (None, Ok(gid)) => gid,
            (None, Err(_)) => bail!("/etc/group of the image has no {group}"),
        };
        Ok(User {
            uid,
            gid,
            groups: Vec::new(),
        })
    }

    /// Becomes the user. The groups first: afterwards nobody may change them.
    pub fn become_it(&self) -> Result<()> {
        let groups: Vec<Gid> = self.groups.iter().copied().map(Gid::from_raw).collect();
        let (uid, gid) = (Uid::from_raw(self.uid), Gid::from_raw(self.gid));
        setgroups(&groups).during("setgroups", "")?;
        setresgid(gid, gid, gid).during("setresgid", gid)?;
        setresuid(uid, uid, uid).during("setresuid", uid)?;
        Ok(())
    }
}

fn fields(line: &str) -> Vec<&str> {
    line.split(':').collect()
}

fn number(text: &str) -> Result<u32> {
    text.parse().with_context(|| format!("number {text:?}"))
}

/// A file of the image; empty when it has none.
fn lines(path: &Path) -> Result<String> {
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        bytes => {
            let bytes = bytes.with_context(|| format!("read {}", path.display()))?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1001::/home/alice:/bin/sh\n";
    const GROUP: &str = "root:x:0:\nalice:x:1001:\nwheel:x:10:root,alice\naudio:x:29:bob,alice\n";

    fn user(uid: u32, gid: u32, groups: &[u32]) -> User {
        let groups = groups.to_vec();
        User { uid, gid, groups }
    }

    #[test]
    fn names_and_numbers_are_found_in_the_images_files() -> Result<()> {
        for (name, group, expected) in [
            ("alice", None, user(1000, 1001, &[10, 29])),
            ("1000", None, user(1000, 1001, &[10, 29])),
            ("4242", None, user(4242, 0, &[])),
            ("alice", Some("audio"), user(1000, 29, &[])),
            ("alice", Some("77"), user(1000, 77, &[])),
            ("0", None, user(0, 0, &[10])),
        ] {
            assert_eq!(User::of(name, group, PASSWD, GROUP)?, expected, "{name}");
        }
        for (name, group) in [("bob", None), ("alice", Some("staff")), ("-1", None)] {
            assert!(User::of(name, group, PASSWD, GROUP).is_err(), "{name}");
        }
        Ok(())
    }
}
