//! `vm check` without a lab: whether the machines are what labs are promised.
//!
//! Two kernels with cgroup v2 only; a private network between them; a VXLAN,
//! set up with plain `ip` and `bridge`, that carries packets, and carries none
//! where one of its entries is missing.

use std::time::Duration;

use anyhow::{Result, bail, ensure};

use super::agent::{Agent, End};
use super::emulated::{self, GREETING};
use super::folder::{Folder, NODES, address};
use crate::failure::{Exit, Failure};
use crate::screen;
use crate::workspace::Workspace;

/// Time for one command in a machine; what it waits for has shorter limits.
const LIMIT: Duration = Duration::from_secs(60);

/// What labs use of cgroup v2.
const CONTROLLERS: [&str; 5] = ["cpu", "cpuset", "io", "memory", "pids"];

/// What has to hold. In this order: each uses what the ones before have shown.
#[derive(Debug, Clone, Copy)]
pub enum Claim {
    /// Two kernels, both with cgroup v2 only.
    Cgroups,
    /// They reach each other.
    Reach,
    /// Without a VXLAN pods don't.
    Apart,
    /// With one they do.
    Crosses,
    /// And each of its entries is needed.
    Entries,
}

impl Claim {
    const ALL: [Claim; 5] = [
        Claim::Cgroups,
        Claim::Reach,
        Claim::Apart,
        Claim::Crosses,
        Claim::Entries,
    ];

    fn test(self, pair: &mut Pair) -> Result<()> {
        match self {
            Claim::Cgroups => cgroups(pair),
            Claim::Reach => reach(pair),
            Claim::Apart => apart(pair),
            Claim::Crosses => crosses(pair),
            Claim::Entries => entries(pair),
        }
    }
}

/// A conversation with each machine.
struct Pair {
    nodes: [Agent; 2],
    kernels: [vm_agent::Machine; 2],
}

/// Checks the machines that run, or starts them for this.
///
/// # Errors
/// They can't be started, or don't answer.
pub fn check(workspace: &Workspace) -> Result<Exit, Failure> {
    let folder = Folder::of(workspace);
    let started = match emulated::running(&folder) {
        Some(_) => None,
        None => Some(emulated::start(workspace, &NODES)?),
    };
    let (first, one) = Agent::connect(&folder, NODES[0], GREETING)?;
    let (second, two) = Agent::connect(&folder, NODES[1], GREETING)?;
    let mut pair = Pair {
        nodes: [first, second],
        kernels: [one, two],
    };
    let mut all = true;
    for claim in Claim::ALL {
        let result = claim.test(&mut pair);
        all &= result.is_ok();
        screen::print(&screen::vm::claim(claim, result.err()));
    }
    let cleared = pair.both("vxlan down");
    drop(pair);
    drop(started);
    cleared?;
    Ok(if all { Exit::Green } else { Exit::Machine })
}

impl Pair {
    /// Runs a script in one of the machines (0 or 1); what it wrote, and
    /// whether it succeeded.
    fn tried(&mut self, node: usize, script: &str) -> Result<(bool, String)> {
        let words = ["sh", "-c", script].map(str::to_owned);
        let mut wrote = String::new();
        let end = self.nodes[node].run(&words, LIMIT, |_, text| wrote.push_str(text))?;
        Ok((end == End::Code(0), wrote))
    }

    /// As [`Pair::tried`], where it has to succeed.
    fn run(&mut self, node: usize, script: &str) -> Result<String> {
        match self.tried(node, script)? {
            (true, wrote) => Ok(wrote),
            (false, wrote) => bail!("{}: `{script}`: {}", NODES[node], wrote.trim()),
        }
    }

    fn both(&mut self, script: &str) -> Result<()> {
        (0..2).try_for_each(|node| self.run(node, script).map(|_| ()))
    }

    /// Packets that came out of a node's VXLAN so far.
    fn received(&mut self, node: usize) -> Result<u64> {
        let path = "/sys/class/net/vxlan1/statistics/rx_packets";
        Ok(self.run(node, &format!("cat {path}"))?.trim().parse()?)
    }
}

fn cgroups(pair: &mut Pair) -> Result<()> {
    for machine in &pair.kernels {
        let has = |name: &&&str| machine.controllers.iter().any(|one| one == **name);
        let missing: Vec<&&str> = CONTROLLERS.iter().filter(|name| !has(name)).collect();
        ensure!(
            missing.is_empty(),
            "{}: no controllers {missing:?}",
            machine.name
        );
        ensure!(machine.v1 == 0, "{}: cgroup v1 is mounted", machine.name);
    }
    let boots = (0..2).map(|node| pair.run(node, "cat /proc/sys/kernel/random/boot_id"));
    let boots: Vec<String> = boots.collect::<Result<_>>()?;
    ensure!(boots[0] != boots[1], "both are one kernel");
    Ok(())
}

fn reach(pair: &mut Pair) -> Result<()> {
    for node in 0..2 {
        let other = address(NODES[1 - node]);
        // The first packet waits for the other's hardware address.
        pair.run(node, &format!("ping -c1 -W20 {other}"))?;
    }
    Ok(())
}

/// Before the VXLAN there is no way: otherwise what follows proves nothing.
fn apart(pair: &mut Pair) -> Result<()> {
    pair.both("vxlan up && vxlan down")?;
    pair.run(0, "vxlan up")?;
    let (reached, _) = pair.tried(0, "ip netns exec pod ping -c1 -W3 10.244.2.2")?;
    ensure!(
        !reached,
        "a pod answered over a VXLAN that node-2 has no end of"
    );
    Ok(())
}

/// A word nobody can guess goes from pod to pod, in packets as large as they
/// may be and not larger, and they come out of the other node's VXLAN.
fn crosses(pair: &mut Pair) -> Result<()> {
    pair.both("vxlan up")?;
    let pod = "ip netns exec pod";
    pair.run(0, &format!("{pod} ping -c1 -W20 10.244.2.2"))?;
    pair.run(1, &format!("{pod} ping -c1 -W20 10.244.1.2"))?;
    let before = pair.received(1)?;
    let word = pair.run(0, "cat /proc/sys/kernel/random/uuid")?;
    let word = word.trim();
    let serve = format!("{pod} timeout 40 nc -l -p 9 >/tmp/word 2>&1 </dev/null & true");
    pair.run(1, &serve)?;
    // Refused until the other listens.
    let send = format!("echo {word} | {pod} nc -w 10 10.244.2.2 9");
    pair.run(0, &patient(&send))?;
    let arrived = pair.run(1, &patient("test -s /tmp/word && cat /tmp/word"))?;
    ensure!(
        arrived.trim() == word,
        "sent {word:?}, arrived {:?}",
        arrived.trim()
    );
    let whole = format!("{pod} ping -c1 -W20 -M do -s 1422 10.244.2.2");
    pair.run(0, &whole)?;
    let (larger, _) = pair.tried(0, &whole.replace("1422", "1423"))?;
    ensure!(
        !larger,
        "a packet of 1451 bytes went through a VXLAN of 1450"
    );
    let came = pair.received(1)? - before;
    ensure!(came >= 5, "only {came} packets came out of node-2's VXLAN");
    Ok(())
}

/// A script that is tried again until it succeeds, for half a minute.
fn patient(script: &str) -> String {
    format!(
        "tries=0; until {script}; do
            tries=$((tries + 1)); [ $tries -lt 100 ] || exit 1; sleep 0.3
        done"
    )
}

/// Each of the three entries about the other node is needed.
fn entries(pair: &mut Pair) -> Result<()> {
    let other = "02:42:0a:f4:00:02";
    for (what, without) in [
        (
            "forwarding entry",
            format!("bridge fdb del {other} dev vxlan1 dst 192.168.56.12"),
        ),
        (
            "neighbour entry",
            "ip neighbour del 10.244.2.0 dev vxlan1".to_owned(),
        ),
        ("route", "ip route del 10.244.2.0/24".to_owned()),
    ] {
        pair.run(0, &format!("vxlan up && {without}"))?;
        let ping = "ip netns exec pod ping -c1 -W3 10.244.2.2";
        let (reached, _) = pair.tried(0, ping)?;
        ensure!(!reached, "a pod was reached without the {what}");
        pair.run(0, &format!("vxlan up && {}", ping.replace("-W3", "-W20")))?;
    }
    Ok(())
}
