//! Hostile programs, and what becomes of them.

mod acts;
mod kernel;

use std::time::Duration;

use libtest_mimic::{Failed, Trial};

use crate::host::{Host, namespaces};
use crate::runner::{Who, nonce, run, text, trial};

/// How a hostile program is expected to end.
#[derive(Clone, Copy, Debug)]
enum Ends {
    /// By itself, content: every attempt was refused, or hurt nobody.
    Content,
    /// By a signal: the limit on memory.
    Killed,
    TimeLimit,
    OutputLimit,
}

/// Name, its end, and the time it is given in tenths of a second.
const PROGRAMS: [(&str, Ends, u64); 21] = [
    ("delete-everything", Ends::Content, 200),
    ("kill-everyone", Ends::Content, 100),
    ("unmount-everything", Ends::Content, 100),
    ("cut-the-network", Ends::Content, 100),
    ("fork-bomb", Ends::TimeLimit, 15),
    ("take-all-memory", Ends::Killed, 300),
    ("fill-the-disk", Ends::Content, 300),
    ("ignore-signals", Ends::TimeLimit, 5),
    ("go-to-the-background", Ends::Content, 100),
    ("sleep", Ends::TimeLimit, 5),
    ("freeze-everyone", Ends::TimeLimit, 5),
    ("write-without-end", Ends::OutputLimit, 200),
    ("open-disks", Ends::Content, 100),
    ("trigger-sysrq", Ends::Content, 100),
    ("change-settings", Ends::Content, 100),
    ("load-a-module", Ends::Content, 100),
    ("reboot", Ends::Content, 100),
    ("set-the-clock", Ends::Content, 100),
    ("reach-host-mounts", Ends::Content, 100),
    ("raise-the-limits", Ends::Content, 100),
    ("exit", Ends::Content, 100),
];

pub fn trials(who: Who) -> Vec<Trial> {
    let one = |(name, ends, tenths): (&'static str, Ends, u64)| {
        let limit = Duration::from_millis(tenths * 100);
        Trial::test(format!("{who}::hostile::{name}"), move || {
            judge(who, name, ends, limit)
        })
    };
    PROGRAMS.map(one).into()
}

fn judge(who: Who, name: &str, ends: Ends, limit: Duration) -> Result<(), Failed> {
    let (host, nonce, seconds) = (Host::watch(), nonce(), limit.as_secs_f64().to_string());
    let (trial, here, canaries) = (trial(), namespaces(), host.canaries());
    let mut command = vec![
        trial.as_str(),
        "hostile",
        name,
        here.as_str(),
        match who {
            Who::Root => "root",
            Who::User => "user",
        },
    ];
    command.extend(canaries.iter().map(String::as_str));
    let output = run(who, &["--time-limit", &seconds, "--env", &nonce], &command);
    let (code, words) = (output.status.code(), text(&output.stderr));
    let right = match ends {
        Ends::Content => code == Some(0),
        Ends::Killed => matches!(code, Some(128..)),
        Ends::TimeLimit => code == Some(124) && words.contains("the time limit"),
        Ends::OutputLimit => code == Some(125) && output.stdout.len() == 1 << 20,
    };
    if !right {
        return Err(format!("expected {ends:?}, saw {code:?}: {words}").into());
    }
    // Every program says so once it has proved where it stands.
    if !words.contains(acts::PROVED) {
        return Err(format!("it never came to its act: {words}").into());
    }
    Ok(host.unchanged(&nonce)?)
}

/// The program's own side: proves that it stands on a workbench, then acts.
pub fn main(name: &str, host: &str, rest: &[&str]) -> ! {
    let shared: Vec<&str> = {
        let here = namespaces();
        let here: Vec<&str> = here.split(' ').collect();
        host.split(' ').filter(|kind| here.contains(kind)).collect()
    };
    if !workbench::bench::is_workbench() || host.is_empty() || !shared.is_empty() {
        eprintln!("this is not a workbench (shared with the host: {shared:?})");
        std::process::exit(99);
    }
    eprintln!("{}", acts::PROVED);
    let (who, canaries) = rest.split_first().unwrap_or((&"user", &[]));
    match acts::act(name, *who == "root", canaries) {
        Ok(()) => std::process::exit(0),
        Err(complaint) => {
            eprintln!("{name}: {complaint}");
            std::process::exit(1)
        }
    }
}
