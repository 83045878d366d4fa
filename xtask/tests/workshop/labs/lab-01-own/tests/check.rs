//! A check binary without a workbench: it runs the program beside it and turns
//! its lines into an observation. `MISBEHAVE` makes it break the protocol.

use std::process::Command;
use std::time::Duration;

fn main() {
    let mut args = std::env::args().skip(1).peekable();
    assert_eq!(args.next().as_deref(), Some("observe"));
    if args.peek().is_some_and(|arg| arg == "--until-eof") {
        args.next();
        std::thread::spawn(|| {
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            std::process::exit(1);
        });
    }
    let mut binary = env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME"))).to_owned();
    if args.peek().is_some_and(|arg| arg == "--binary") {
        args.next();
        binary = args.next().expect("a path");
    }
    let misbehaviour = std::env::var("MISBEHAVE").unwrap_or_default();
    let checks: Vec<String> = args.collect();
    for check in &checks {
        match misbehaviour.as_str() {
            "exit" => std::process::exit(0),
            "abort" => {
                eprintln!("thread 'main' has overflowed its stack");
                std::process::abort();
            }
            "hang" => {
                std::fs::write("../../hanging", "").expect("write");
                std::thread::sleep(Duration::from_secs(600));
            }
            "garbage" => println!("all checks passed"),
            "twice" => println!("{}", observe(&binary, check)),
            "not-asked" => println!("{}", observe(&binary, "other")),
            "flood" => loop {
                println!("{}", "x".repeat(64 * 1024));
            },
            "one-long-line" => loop {
                print!("{}", "x".repeat(64 * 1024));
            },
            "machine" => {
                println!(
                    r#"{{"check":"{check}","outcome":"machine","step":"overlay of /usr","message":"mount: operation not permitted","missing":"CAP_SYS_ADMIN"}}"#
                );
                continue;
            }
            "timed-out" => {
                println!(
                    r#"{{"check":"{check}","outcome":"timed-out","seconds":20,"stderr":"waiting for the runtime"}}"#
                );
                continue;
            }
            "too-much" => {
                println!(r#"{{"check":"{check}","outcome":"too-much-output","bytes":1048577}}"#);
                continue;
            }
            "environment" => {
                let set = |name: &str| std::env::var_os(name).is_some();
                assert!(!set("INSTA_UPDATE") && !set("RUST_BACKTRACE"));
            }
            _ => {}
        }
        println!("{}", observe(&binary, check));
    }
}

/// One check's answer.
fn observe(binary: &str, check: &str) -> String {
    let output = Command::new(binary).arg(check).output().expect("it starts");
    if !output.status.success() {
        let code = output.status.code().unwrap_or(-1);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        // The thread's number changes from run to run.
        let stderr: Vec<&str> = stderr.lines().filter(|line| !line.starts_with("thread")).collect();
        let stderr = stderr.join("\n");
        return format!(
            r#"{{"check":"{check}","outcome":"ended-badly","code":{code},"message":"it panicked","stderr":{stderr:?}}}"#
        );
    }
    let fields: Vec<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| format!("{key:?}:{value:?}"))
        .collect();
    let fields = fields.join(",");
    format!(r#"{{"check":"{check}","outcome":"observed","observation":{{{fields}}},"seconds":0.1}}"#)
}
