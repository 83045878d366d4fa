//! The question for root, and what is started after it. A stand-in for sudo
//! notes what it is asked; the runner is an ordinary user in a user namespace.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use insta::assert_snapshot;

use crate::doctor::needing;
use crate::workshop::Workshop;

/// Notes its words and starts what stands behind `--`. While there is a file
/// `asks` beside it, it wants a password first, which `-v` gives.
const SUDO: &str = "#!/bin/sh\n\
    asks=${0%/*}/asks\n\
    echo \"$*\" >> \"$SUDO_LOG\"\n\
    test -z \"$SUDO_REFUSES\" || { echo \"$SUDO_REFUSES\" >&2; exit 1; }\n\
    case \"$*\" in\n\
    -v) rm -f \"$asks\"; exit 0 ;;\n\
    -n*) test ! -e \"$asks\" || { echo 'sudo: a password is required' >&2; exit 1; } ;;\n\
    esac\n\
    while [ \"$1\" != -- ]; do shift; done\n\
    shift\n\
    exec \"$@\"\n";

/// User 1000, without a right: a user namespace in which this user has that
/// number. Ubuntu's setting would keep even root of it from another.
const AS_USER: &str = "\
    f=/proc/sys/kernel/apparmor_restrict_unprivileged_userns\n\
    if [ \"$(id -u)\" = 0 ] && [ -e $f ]; then\n\
      mount --make-rprivate / && echo 0 > sudo.zero && mount --bind sudo.zero $f\n\
    fi\n\
    exec unshare --user --map-user=1000 --map-group=1000 -- \"$@\"";

/// A lab that needs root, and a sudo. None when there are no user namespaces.
pub fn workshop(name: &str) -> Option<Workshop> {
    let tried = Command::new("unshare").args(["-Ur", "true"]).output();
    if !tried.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: {name}: it needs user namespaces and unshare (util-linux)");
        return None;
    }
    let workshop = needing(name, "root");
    fs::create_dir(workshop.path("bin")).expect("create");
    workshop.write("bin/sudo", SUDO);
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(workshop.path("bin/sudo"), executable).expect("chmod");
    Some(workshop)
}

/// The runner as a user; with `answer`, on a terminal where that is typed.
pub fn screen(workshop: &Workshop, args: &[&str], answer: Option<&str>, refuses: &str) -> String {
    let runner = workshop.command(args);
    let mut words = vec![runner.get_program().to_string_lossy().into_owned()];
    words.extend(
        runner
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned()),
    );
    let mut command = Command::new("unshare");
    let root = fs::read_to_string("/proc/self/status").is_ok_and(|s| s.contains("\nUid:\t0\t"));
    if root {
        command.arg("--mount");
    }
    command.args(["sh", "-euc", AS_USER, "sh"]);
    match answer {
        // It makes a terminal and is in the package bsdutils or util-linux.
        Some(_) => command.args(["script", "-qec", &words.join(" "), "/dev/null"]),
        None => command.args(words),
    };
    for (name, value) in runner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let path = std::env::var("PATH").expect("PATH");
    let path = format!("{}:{path}", workshop.path("bin").display());
    let mut child = command
        .current_dir(workshop.path(""))
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .env("SUDO_LOG", workshop.path("sudo.log"))
        .env("SUDO_REFUSES", refuses)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("unshare starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    if let Some(answer) = answer {
        stdin.write_all(answer.as_bytes()).expect("write");
    }
    let output = child.wait_with_output().expect("it ends");
    drop(stdin);
    let text = String::from_utf8_lossy(&output.stdout).replace('\r', "");
    let status = output.status.code().expect("an exit status");
    // The terminal echoes the answer when it comes, wherever that is.
    let echo = answer.map(str::trim);
    let shown: String = text
        .lines()
        .filter(|line| !line.contains("Finished") && !line.contains("Compiling"))
        .filter(|line| echo != Some(line.trim()))
        .map(|line| match line.split_once("] ") {
            Some((question, typed)) if echo == Some(typed) => format!("{question}] \n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let root = format!("{}/", workshop.path("").display()).replace("//", "/");
    let mut shown = shown.replace(&root, "");
    // The place is wrapped to the width it has here.
    if let Some(at) = shown.find("  starts ") {
        let end = shown[at..].find("  Nothing else").expect("the next line") + at;
        let words: Vec<&str> = shown[at..end].split_whitespace().collect();
        let words = words.join(" ");
        let hash = words.find("check-").expect("the check binary") + "check-".len();
        let rest = words[hash..].find(' ').expect("its words") + hash;
        let line = format!("  {}HASH{}\n", &words[..hash], &words[rest..]);
        shown.replace_range(at..end, &line);
    }
    format!("{shown}exit {status}\n")
}

/// What sudo was asked, a line a call, and forgotten.
fn asked(workshop: &Workshop) -> Vec<String> {
    let log = workshop.path("sudo.log");
    let text = fs::read_to_string(&log).unwrap_or_default();
    let _ = fs::remove_file(log);
    text.lines().map(str::to_owned).collect()
}

#[test]
fn root_is_asked_for_once_and_only_for_the_check_binary() {
    let Some(workshop) = workshop("asked") else {
        return;
    };
    let args = ["check", "01"];
    assert_snapshot!("root_no_terminal", screen(&workshop, &args, None, ""));
    assert_snapshot!("root_declined", screen(&workshop, &args, Some("n\n"), ""));
    assert!(!workshop.path(".lab/consent.json").exists());
    assert_eq!(
        asked(&workshop),
        Vec::<String>::new(),
        "nothing ran as root"
    );

    assert_snapshot!("root_agreed", screen(&workshop, &args, Some("y\n"), ""));
    let calls = asked(&workshop);
    // Whether it wants a password, which it doesn't, and the one program.
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert_eq!(calls[0], "-n -- true");
    let (start, words) = calls[1].split_once(" observe ").expect("the check binary");
    let program = format!("-- {}", workshop.path("target/debug/deps/check-").display());
    assert!(start.starts_with(&program), "{start}");
    assert_eq!(words, "--until-eof name pid");

    // It is remembered, also where nobody can be asked.
    let again = screen(&workshop, &args, None, "");
    assert!(again.ends_with("exit 0\n"), "{again}");
    assert!(asked(&workshop)[0].starts_with("-n -- "));
    // A password is wanted: where it can be typed it is, elsewhere that is said.
    workshop.write("bin/asks", "");
    let told = screen(&workshop, &args, None, "");
    assert!(told.contains("`sudo -v`"), "{told}");
    assert!(told.ends_with("exit 3\n"), "{told}");
    asked(&workshop);
    let told = screen(&workshop, &args, Some("\n"), "");
    assert!(told.ends_with("exit 0\n"), "{told}");
    let calls = asked(&workshop);
    assert_eq!(calls[..3], ["-n -- true", "-v", "-n -- true"]);
    assert!(calls[3].starts_with("-- "), "{calls:?}");
    workshop.run(&["clean", "--all"]);
    let forgotten = screen(&workshop, &args, None, "");
    assert!(forgotten.ends_with("exit 3\n"), "{forgotten}");
}

#[test]
fn watch_asks_before_it_takes_the_keys() {
    let Some(workshop) = workshop("watch-asks") else {
        return;
    };
    let args = ["watch", "01"];
    let told = screen(&workshop, &args, Some("n\n"), "");
    assert!(told.contains("you said no"), "{told}");
    assert!(told.ends_with("exit 3\n"), "{told}");
    assert_eq!(asked(&workshop), Vec::<String>::new());
    workshop.write("bin/asks", "");
    let told = screen(&workshop, &args, Some("y\nq"), "");
    assert!(told.ends_with("exit 0\n"), "{told}");
    assert!(workshop.path(".lab/consent.json").exists());
    let calls = asked(&workshop);
    assert_eq!(calls[..3], ["-n -- true", "-v", "-n -- true"]);
}

#[test]
fn a_sudo_that_refuses_is_your_machine() {
    let Some(workshop) = workshop("refused") else {
        return;
    };
    let args = ["check", "01"];
    let sorry = "1000 is not in the sudoers file.";
    let told = screen(&workshop, &args, Some("y\n"), sorry);
    assert!(told.contains("sudo did not give it"), "{told}");
    assert!(told.ends_with("exit 3\n"), "{told}");
    // Without a terminal it is only known when it doesn't start.
    assert_snapshot!("root_refused", screen(&workshop, &args, None, sorry));
}

#[test]
fn a_check_binary_that_hangs_as_root_is_let_go() {
    let Some(mut workshop) = workshop("hangs-as-root") else {
        return;
    };
    workshop.misbehave("hang");
    let args = ["check", "01", "--limit", "1"];
    let told = screen(&workshop, &args, Some("y\n"), "");
    assert!(
        told.contains("2 red") && told.ends_with("exit 1\n"),
        "{told}"
    );
    let log = asked(&workshop).pop().expect("it was started");
    let program = log.split_whitespace().nth(1).expect("a program");
    let running = fs::read_dir("/proc")
        .expect("proc")
        .flatten()
        .any(|process| {
            let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
            line.starts_with(program.as_bytes())
        });
    assert!(!running, "{program} is still running");
}
