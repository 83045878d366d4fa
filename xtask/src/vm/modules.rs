//! Which kernel modules a machine gets, and in which order they load.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::packages::{Packages, last_line};
use crate::process;

/// Loaded when the machine starts: its devices, and what every lab uses.
pub const AT_START: [&str; 4] = ["virtio_pci", "virtio_net", "virtio_console", "overlay"];

/// There to be loaded, by hand or by the kernel itself, which asks modprobe for
/// the kind of device or file system that is wanted.
const ON_DEMAND: [&str; 34] = [
    "fuse",
    "tun",
    "veth",
    "bridge",
    "br_netfilter",
    "vxlan",
    "ipip",
    "dummy",
    "macvlan",
    "ipvlan",
    "sch_netem",
    "sch_tbf",
    "sch_htb",
    "nf_tables",
    "nf_conntrack",
    "nf_conntrack_netlink",
    "nf_nat",
    "nft_ct",
    "nft_nat",
    "nft_masq",
    "nft_redir",
    "nft_chain_nat",
    "nft_compat",
    "nft_reject_inet",
    "nft_fib_inet",
    "nft_limit",
    "iptable_filter",
    "iptable_nat",
    "iptable_mangle",
    "xt_MASQUERADE",
    "xt_nat",
    "xt_conntrack",
    "xt_comment",
    "xt_addrtype",
];

/// What a machine's `/lib/modules/VERSION` holds.
#[derive(Debug, Default, PartialEq)]
pub struct Modules {
    /// Files relative to the folder of the kernel's modules.
    pub files: BTreeSet<PathBuf>,
    /// The lines of `modules.dep` about them.
    pub dependencies: String,
    /// The lines of `modules.alias` about them.
    pub aliases: String,
}

/// Picks them from the unpacked packages, with what they depend on. One that
/// this kernel has built in, or hasn't, is left out.
///
/// # Errors
/// depmod, which busybox brings along, can't read them.
pub fn pick(packages: &Packages) -> Result<Modules> {
    let folder = packages.modules();
    let mut depmod = Command::new(packages.program("busybox")?);
    depmod.arg("depmod");
    // It looks below lib/modules of its base.
    let base = folder.ancestors().nth(3).unwrap_or(Path::new("/"));
    depmod.arg("-b").arg(base).arg(&packages.kernel);
    let ended = process::run(&mut depmod, Duration::from_secs(60), 1 << 16)?;
    if !ended.status.success() {
        bail!("depmod {}: {}", folder.display(), last_line(&ended.stderr));
    }
    let read = |name: &str| {
        let file = folder.join(name);
        fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))
    };
    let wanted = AT_START.iter().chain(&ON_DEMAND);
    Ok(select(
        wanted,
        &read("modules.dep")?,
        &read("modules.alias")?,
    ))
}

fn select<'a>(wanted: impl Iterator<Item = &'a &'a str>, dep: &str, alias: &str) -> Modules {
    let all: BTreeMap<String, (&str, &str)> = dep
        .lines()
        .filter_map(|line| {
            let (file, needs) = line.split_once(':')?;
            Some((name(file), (file, needs)))
        })
        .collect();
    let mut modules = Modules::default();
    let mut names = BTreeSet::new();
    // modules.dep names everything that is needed, not only the next.
    let direct = wanted.filter_map(|wanted| all.get(*wanted));
    let needed: BTreeSet<&str> = direct
        .flat_map(|(file, needs)| std::iter::once(*file).chain(needs.split_whitespace()))
        .collect();
    for file in needed {
        let Some((_, needs)) = all.get(&name(file)) else {
            continue;
        };
        modules.files.insert(PathBuf::from(file));
        modules.dependencies += &format!("{file}:{needs}\n");
        names.insert(name(file));
    }
    for line in alias.lines() {
        let of = line.rsplit(' ').next().unwrap_or_default();
        if names.contains(&of.replace('-', "_")) {
            modules.aliases += &format!("{line}\n");
        }
    }
    modules
}

/// A module's name, from its file's: `nf-log.ko.xz` is nf_log.
fn name(file: &str) -> String {
    let file = file.rsplit('/').next().unwrap_or(file);
    let stem = file.split('.').next().unwrap_or(file);
    stem.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_comes_with_what_it_needs_and_its_aliases() {
        let dep = "k/a.ko: k/b-c.ko.xz\nk/b-c.ko.xz:\nk/other.ko:\n";
        let alias = "# Aliases\nalias rtnl-link-a a\nalias net-pf-1 other\n";
        let picked = select(["a", "missing"].iter(), dep, alias);
        let files: Vec<&str> = picked
            .files
            .iter()
            .filter_map(|file| file.to_str())
            .collect();
        assert_eq!(files, ["k/a.ko", "k/b-c.ko.xz"]);
        assert_eq!(picked.dependencies, "k/a.ko: k/b-c.ko.xz\nk/b-c.ko.xz:\n");
        assert_eq!(picked.aliases, "alias rtnl-link-a a\n");
    }
}
