//! The screens of `vm`.

use std::collections::BTreeMap;

use vm_agent::Machine;

use super::{BOLD, GREEN, RED, YELLOW, labelled, paint, paragraph, wrap};
use crate::message::say;
use crate::vm::{Accelerator, Place, Seen, address};

/// Before packages are fetched.
pub fn fetching() -> String {
    wrap("", 0, 0, &say!("vm-fetching"))
}

/// Both have started.
pub fn up(accelerator: Accelerator, machines: &BTreeMap<String, (Machine, f64)>) -> String {
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
        text += &paragraph(&speed(accelerator, machine));
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
pub fn status(accelerator: Accelerator, seen: &[Seen]) -> String {
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
        text += &paragraph(&speed(accelerator, machine));
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
    let machine = place.machine();
    let line = say!(
        "vm-place",
        node = place.node(),
        kernel = machine.kernel.as_str()
    );
    format!(
        "{}{}\n",
        paragraph(&line),
        paragraph(&speed(place.accelerator(), machine))
    )
}

/// One thing that has to hold for the machines.
pub fn claim(name: &str, error: Option<anyhow::Error>) -> String {
    let says = match name {
        "cgroups" => say!("vm-claim-cgroups"),
        "reach" => say!("vm-claim-reach"),
        "apart" => say!("vm-claim-apart"),
        "crosses" => say!("vm-claim-crosses"),
        _ => say!("vm-claim-entries"),
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

/// How it is made, and what that costs.
fn speed(accelerator: Accelerator, machine: &Machine) -> String {
    let here = vm_agent::work().as_micros().max(1) as f64;
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
