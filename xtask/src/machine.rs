//! What this machine lacks for a lab, told before anything is built.
//!
//! Only what a file tells within microseconds. What is missing beyond that the
//! workbench finds out by failing, and says so.

use std::fs;
use std::os::unix::fs::MetadataExt;

use lab_judge::Need;

/// One thing that is missing and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Lack {
    pub what: &'static str,
    pub remedy: &'static str,
}

/// The facts that decide, so that the decision can be tried with any.
struct Facts {
    root: bool,
    /// `/proc/sys/user/max_user_namespaces`; see namespaces(7).
    max_user_namespaces: Option<u64>,
    /// `/proc/sys/kernel/unprivileged_userns_clone`, in Debian's kernels.
    unprivileged_clone: Option<u64>,
    /// Whether `/etc/subuid` and `/etc/subgid` have lines; see subuid(5).
    subordinate_ids: bool,
}

/// What is missing of `needs`.
pub fn lacks(needs: &[Need]) -> Vec<Lack> {
    if needs.is_empty() {
        return Vec::new();
    }
    let number = |path: &str| fs::read_to_string(path).ok()?.trim().parse().ok();
    let has_lines = |path: &str| fs::read_to_string(path).is_ok_and(|text| !text.trim().is_empty());
    lacking(
        needs,
        &Facts {
            // The owner of /proc/self is the effective user; see proc(5).
            root: fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0),
            max_user_namespaces: number("/proc/sys/user/max_user_namespaces"),
            unprivileged_clone: number("/proc/sys/kernel/unprivileged_userns_clone"),
            subordinate_ids: has_lines("/etc/subuid") && has_lines("/etc/subgid"),
        },
    )
}

fn lacking(needs: &[Need], facts: &Facts) -> Vec<Lack> {
    let mut lacks = Vec::new();
    let mut lack = |what, remedy| {
        let lack = Lack { what, remedy };
        if !lacks.contains(&lack) {
            lacks.push(lack);
        }
    };
    for need in needs {
        let namespaces = matches!(need, Need::Namespaces | Need::SubordinateIds);
        if *need == Need::Root && !facts.root {
            lack("root", "this lab's checks only run as root");
        }
        if namespaces && !facts.root && facts.max_user_namespaces == Some(0) {
            lack(
                "user namespaces",
                "as root: sysctl -w user.max_user_namespaces=10000",
            );
        }
        if namespaces && !facts.root && facts.unprivileged_clone == Some(0) {
            lack(
                "user namespaces for ordinary users",
                "as root: sysctl -w kernel.unprivileged_userns_clone=1",
            );
        }
        if *need == Need::SubordinateIds && !facts.subordinate_ids {
            lack(
                "subordinate ids in /etc/subuid and /etc/subgid",
                "as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER",
            );
        }
    }
    lacks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(needs: &[Need], facts: Facts) -> Vec<&'static str> {
        lacking(needs, &facts)
            .iter()
            .map(|lack| lack.what)
            .collect()
    }

    #[test]
    fn only_what_is_needed_is_missing() {
        let user = || Facts {
            root: false,
            max_user_namespaces: Some(0),
            unprivileged_clone: Some(0),
            subordinate_ids: false,
        };
        assert_eq!(what(&[], user()), Vec::<&str>::new());
        assert_eq!(what(&[Need::Root], user()), ["root"]);
        assert_eq!(
            what(&[Need::Namespaces, Need::SubordinateIds], user()).len(),
            3
        );
        let root = Facts {
            root: true,
            ..user()
        };
        assert_eq!(
            what(&[Need::Root, Need::Namespaces], root),
            Vec::<&str>::new()
        );
        let able = Facts {
            max_user_namespaces: Some(9),
            unprivileged_clone: None,
            ..user()
        };
        assert_eq!(what(&[Need::Namespaces], able), Vec::<&str>::new());
    }
}
