//! Nodes reach each other over the switch, and leave nothing.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use libtest_mimic::{Failed, Trial};
use workbench::bench::node::{NODES, Nodes, SWITCH};

use crate::host::Host;
use crate::runner::{Who, nonce, run, text, trial};

pub fn trials(who: Who) -> Vec<Trial> {
    let nodes = Trial::test(format!("{who}::nodes::reach-each-other"), move || {
        let (host, nonce) = (Host::watch(), nonce());
        let output = run(who, &["--env", &nonce], &[&trial(), "nodes"]);
        if output.status.code() != Some(0) {
            return Err(format!("{:?} {}", output.status, text(&output.stderr)).into());
        }
        Ok(host.unchanged(&nonce)?)
    });
    let refused = Trial::test(
        format!("{who}::nodes::not-on-the-host"),
        || match Nodes::start() {
            Err(machine) if machine.to_string().contains("not a workbench") => Ok(()),
            other => Err(Failed::from(format!("{other:?}"))),
        },
    );
    vec![nodes, refused]
}

/// What runs on the workbench.
pub fn inside() -> ! {
    let result = twice();
    if let Err(error) = &result {
        eprintln!("{error}");
    }
    std::process::exit(result.is_err().into())
}

/// A second set of nodes proves that the first one left nothing.
fn twice() -> Result<(), Box<dyn std::error::Error>> {
    for _ in 0..2 {
        let nodes = Nodes::start()?;
        for (name, _) in NODES {
            let node = nodes.get(name).ok_or("a node is missing")?;
            let said = node.command("hostname").output()?;
            if text(&said.stdout).trim() != name {
                return Err(format!("{name} is called {}", text(&said.stdout)).into());
            }
            let own = fs::read_link(format!("/proc/{}/ns/net", node.pid()))?;
            if own == fs::read_link("/proc/self/ns/net")? {
                return Err("a node shares the network".into());
            }
        }
        for (from, to) in [
            ("node-1", "node-2"),
            ("node-2", "node-1"),
            ("node-1", "outside"),
        ] {
            talk(&nodes, from, to)?;
        }
        let missing = nodes
            .get("node-1")
            .ok_or("a node is missing")?
            .command("/no/such")
            .status()?;
        if missing.code() != Some(127) || nodes.get("node-3").is_some() {
            return Err(format!("a missing program ended with {missing}").into());
        }
        drop(nodes);
        let left: Vec<_> = fs::read_dir("/sys/class/net")?
            .flatten()
            .map(|link| link.file_name())
            .collect();
        if left
            .iter()
            .any(|name| name == SWITCH || name.to_string_lossy().starts_with("to-"))
        {
            return Err(format!("links {left:?} are left").into());
        }
    }
    Ok(())
}

fn talk(nodes: &Nodes, from: &str, to: &str) -> Result<(), Box<dyn std::error::Error>> {
    let own = std::env::current_exe()?;
    let to = nodes.get(to).ok_or("a node is missing")?;
    let from = nodes.get(from).ok_or("a node is missing")?;
    let mut server: Command = to.command(&own);
    let mut server = server
        .args(["answer", "4711"])
        .stdout(Stdio::piped())
        .spawn()?;
    // It says so when it listens.
    let mut ready = [0; 6];
    server
        .stdout
        .take()
        .ok_or("no pipe")?
        .read_exact(&mut ready)?;
    let asked = from
        .command(&own)
        .arg("ask")
        .arg(format!("{}:4711", to.address))
        .output()?;
    let served = server.wait()?;
    // The server names the address it was asked from.
    match served.success() && text(&asked.stdout) == from.address.to_string() {
        true => Ok(()),
        false => Err(format!("{} to {}: {asked:?}", from.name, to.name).into()),
    }
}

/// Tells one client its address.
pub fn answer(port: &str) -> ! {
    let result = TcpListener::bind(format!("0.0.0.0:{port}")).and_then(|listener| {
        println!("ready");
        std::io::stdout().flush()?;
        let (mut client, address) = listener.accept()?;
        client.write_all(address.ip().to_string().as_bytes())
    });
    std::process::exit(result.is_err().into())
}

/// Prints what the server at `address` says.
pub fn ask(address: &str) -> ! {
    let mut said = String::new();
    let result =
        TcpStream::connect(address).and_then(|mut server| server.read_to_string(&mut said));
    print!("{said}");
    std::process::exit(result.is_err().into())
}
