//! The screens of `vm`.

use std::collections::BTreeMap;
use std::time::Duration;

use vm_agent::Machine;

use super::{BOLD, GREEN, RED, YELLOW, labelled, paint, paragraph, wrap};
use crate::message::say;
use crate::vm::{Accelerator, Claim, Kind, Place, Seen, address};

/// Before packages are fetched.
pub fn fetching() -> String {
    wrap("", 0, 0, &say!("vm-fetching"))
}

/// Both have started. `here` is the time of [`vm_agent::work`] on this machine.
pub fn up(
    accelerator: Accelerator,
    machines: &BTreeMap<String, (Machine, f64)>,
    here: Duration,
) -> String {
    let mut text = String::new();
    for (node, (machine, seconds)) in machines {
        let seconds = format!("{seconds:.1}");
        let line = say!(
            "vm-started",
            seconds = seconds,
            kernel = machine.kernel.as_str()
        );
        text += &row(&paint(GREEN, "✔"), node, &line);
    }
    text += "\n";
    if let Some((machine, _)) = machines.values().next() {
        text += &paragraph(&speed(accelerator, machine, here));
        text += &paragraph(&controllers(machine));
    }
    text += "\n";
    for (label, command) in [
        ("check", "cargo xtask vm check lab-01"),
        ("look", "cargo xtask vm ssh node-1"),
        ("end", "cargo xtask vm down"),
    ] {
        text += &labelled(label, command);
    }
    text
}

/// What runs.
pub fn status(accelerator: Accelerator, seen: &[Seen], here: Duration) -> String {
    let mut text = String::new();
    for one in seen {
        let memory = one.resident.map_or(0, |kibibytes| kibibytes / 1024);
        let (mark, line) = match &one.machine {
            Some(machine) => {
                let uptime = format!("{:.0}", machine.uptime);
                let kernel = machine.kernel.as_str();
                let line = say!("vm-runs", kernel = kernel, uptime = uptime, memory = memory);
                (paint(GREEN, "✔"), line)
            }
            None => (paint(YELLOW, "!"), say!("vm-silent", memory = memory)),
        };
        text += &row(&mark, &one.node, &line);
    }
    if let Some(machine) = seen.iter().find_map(|one| one.machine.as_ref()) {
        text += "\n";
        text += &paragraph(&speed(accelerator, machine, here));
        text += &paragraph(&controllers(machine));
    }
    text
}

/// No machine runs.
pub fn nothing_runs() -> String {
    wrap("", 0, 0, &say!("vm-none"))
}

/// What `down` has ended.
pub fn down(ended: &[String]) -> String {
    match ended {
        [] => nothing_runs(),
        names => wrap("", 0, 0, &say!("vm-ended", names = names.join(", "))),
    }
}

/// Before a shell: how to leave it.
pub fn shell(node: &str) -> String {
    wrap("", 0, 0, &say!("vm-shell", node = node))
}

/// Where a lab's checks observe.
pub fn place(place: &Place) -> String {
    let node = place.node();
    match place.kind() {
        Kind::Emulated {
            machine,
            accelerator,
            ..
        } => {
            let line = say!("vm-place", node = node, kernel = machine.kernel.as_str());
            paragraph(&line) + &paragraph(&speed(*accelerator, machine, vm_agent::work())) + "\n"
        }
        Kind::Vagrant {
            provider, kernel, ..
        } => {
            let (provider, kernel) = (provider.as_str(), kernel.as_str());
            let line = say!(
                "vm-place-vagrant",
                node = node,
                kernel = kernel,
                provider = provider
            );
            paragraph(&line) + "\n"
        }
    }
}

/// Before Vagrant's own words.
pub fn by_vagrant() -> String {
    wrap("", 0, 0, &say!("vm-vagrant"))
}

/// One thing that has to hold for the machines.
pub fn claim(claim: Claim, error: Option<anyhow::Error>) -> String {
    let says = match claim {
        Claim::Cgroups => say!("vm-claim-cgroups"),
        Claim::Reach => say!("vm-claim-reach"),
        Claim::Apart => say!("vm-claim-apart"),
        Claim::Crosses => say!("vm-claim-crosses"),
        Claim::Entries => say!("vm-claim-entries"),
    };
    match error {
        None => wrap(&paint(GREEN, "✔ "), 2, 4, &says),
        Some(error) => {
            wrap(&paint(RED, "✘ "), 2, 4, &says) + &wrap("", 4, 4, &format!("{error:#}"))
        }
    }
}

fn row(mark: &str, node: &str, text: &str) -> String {
    let name = paint(BOLD, node);
    format!("{mark} {name}  {:<13}  {text}\n", address(node))
}

/// How it is made, and what that costs; `here` is the time of the same work on
/// this machine.
fn speed(accelerator: Accelerator, machine: &Machine, here: Duration) -> String {
    let here = here.as_micros().max(1) as f64;
    let factor = machine.work as f64 / here;
    match accelerator {
        Accelerator::Kvm => say!("vm-kvm", factor = format!("{factor:.1}")),
        Accelerator::Tcg => say!("vm-tcg", factor = format!("{factor:.0}")),
    }
}

fn controllers(machine: &Machine) -> String {
    let all = machine.controllers.join(" ");
    match machine.v1 {
        0 => say!("vm-v2", controllers = all),
        number => say!("vm-v1", number = number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    fn machine(name: &str) -> Machine {
        Machine {
            name: name.into(),
            kernel: "6.1.0-99-cloud-amd64".into(),
            uptime: 41.7,
            controllers: ["cpuset", "cpu", "io", "memory", "pids"]
                .map(Into::into)
                .into(),
            work: 90_000,
            ..Machine::default()
        }
    }

    fn plain(text: &str) -> String {
        let plain = anstream::adapter::strip_str(text).to_string();
        assert!(
            plain.lines().all(|line| line.chars().count() <= 80),
            "{plain}"
        );
        plain
    }

    const HERE: Duration = Duration::from_millis(9);

    #[test]
    fn started() {
        let of = |node: &str, seconds| (node.to_owned(), (machine(node), seconds));
        let machines = BTreeMap::from([of("node-1", 6.12), of("node-2", 6.48)]);
        assert_snapshot!(plain(&up(Accelerator::Tcg, &machines, HERE)));
    }

    #[test]
    fn one_runs_and_one_is_silent() {
        let seen = |node: &str, machine, resident| Seen {
            node: node.into(),
            machine,
            resident,
        };
        let seen = [
            seen("node-1", Some(machine("node-1")), Some(307_200)),
            seen("node-2", None, Some(204_800)),
        ];
        assert_snapshot!(plain(&status(Accelerator::Kvm, &seen, HERE)));
    }

    #[test]
    fn a_machine_with_v1_says_so() {
        let mut old = machine("node-1");
        old.v1 = 11;
        let seen = [Seen {
            node: "node-1".into(),
            machine: Some(old),
            resident: None,
        }];
        assert!(status(Accelerator::Kvm, &seen, HERE).contains("11 hierarchies of cgroup v1"));
    }

    #[test]
    fn claims() {
        let red = anyhow::anyhow!("node-1: `ping -c1 10.244.2.2`: no answer");
        let text = claim(Claim::Cgroups, None) + &claim(Claim::Crosses, Some(red));
        assert_snapshot!(plain(&text));
    }

    #[test]
    fn ends() {
        let names = ["node-1", "node-2"].map(str::to_owned);
        assert_snapshot!(plain(
            &(down(&names) + &down(&[]) + &fetching() + &by_vagrant() + &shell("node-1"))
        ));
    }
}
