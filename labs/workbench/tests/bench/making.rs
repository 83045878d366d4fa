//! Making a workbench: what a command finds, and what happens when a step
//! fails.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use libtest_mimic::{Failed, Trial};

use crate::host::Host;
use crate::runner::{NOBODY, Who, is_root, nonce, programs, run, text};

pub fn trials(who: Who) -> Vec<Trial> {
    let named = |name: &str, test: fn(Who) -> Result<(), Failed>| {
        Trial::test(format!("{who}::making::{name}"), move || test(who))
    };
    let mut trials = vec![
        named("ends", ends),
        named("environment", environment),
        named("every-step-broken", every_step_broken),
        named("named-step-broken", named_step_broken),
    ];
    if who == Who::Root {
        trials.push(named("on-a-workbench", on_a_workbench));
        trials.push(named("cgroup-v2-alone", cgroup_v2_alone));
    }
    if who == Who::User {
        trials.push(named("delegated-cgroup", delegated_cgroup));
    }
    trials
}

/// Without the rights to make a workbench.
pub fn trials_without_rights() -> Vec<Trial> {
    let tools = ["unshare", "setpriv", "sh"];
    let missing = tools
        .iter()
        .find(|tool| Command::new(tool).arg("--version").output().is_err());
    if let Some(tool) = missing {
        eprintln!("SKIPPED: without-rights: {tool} (Debian package util-linux) is not on PATH");
    }
    vec![
        Trial::test("without-rights::no-user-namespaces", no_user_namespaces)
            .with_ignored_flag(missing.is_some()),
        Trial::test(
            "without-rights::root-without-capabilities",
            root_without_capabilities,
        )
        .with_ignored_flag(missing.is_some() || !is_root()),
    ]
}

fn expect(what: &str, output: &Output, code: i32, stdout: &str) -> Result<(), Failed> {
    let seen = (output.status.code(), text(&output.stdout));
    match seen == (Some(code), stdout.to_string()) {
        true => Ok(()),
        false => Err(format!("{what}: {seen:?}, {}", text(&output.stderr)).into()),
    }
}

fn ends(who: Who) -> Result<(), Failed> {
    let shell = |script: &str| run(who, &[], &["/bin/sh", "-c", script]);
    expect("code", &shell("exit 7"), 7, "")?;
    expect("signal", &shell("kill -TERM $$"), 128 + 15, "")?;
    expect("not found", &run(who, &[], &["/no/such/program"]), 127, "")?;
    expect("not executable", &run(who, &[], &["/etc/passwd"]), 126, "")?;
    expect("streams", &shell("echo out; echo err >&2"), 0, "out\n")?;
    // cat ends at once: standard input is empty.
    expect("input", &shell("cat; echo -n end"), 0, "end")?;
    // An orphan is adopted and reaped, and does not delay the end.
    expect(
        "orphan",
        &shell("(sleep 1000 &) ; sleep 0.1; echo ok"),
        0,
        "ok\n",
    )
}

fn environment(who: Who) -> Result<(), Failed> {
    let mut command = who.workbench();
    command
        .env("INSTA_UPDATE", "always")
        .env("RUST_BACKTRACE", "1")
        .env("SECRET", "x");
    let script = "env | grep -vE '^(PWD|SHLVL|_)=' | sort";
    let output = command
        .args(["run", "--env", "A=b", "--", "/bin/sh", "-c", script])
        .output()?;
    let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let expected = format!(
        "A=b\nCONTAINER_STORE=/tmp/store\nHOME=/tmp\nLANG=C.UTF-8\nLOGNAME=root\nPATH={path}\nUSER=root\nWORKBENCH=1\n"
    );
    expect("environment", &output, 0, &expected)?;
    // Nothing but 0, 1 and 2 is open, save what listing them opens.
    let output = run(
        who,
        &[],
        &["/bin/sh", "-c", "ls /proc/self/fd | sort -n | tr '\\n' ' '"],
    );
    expect("descriptors", &output, 0, "0 1 2 3 ")
}

/// Each step in turn fails: nothing of the command may run.
fn every_step_broken(who: Who) -> Result<(), Failed> {
    let (host, nonce) = (Host::watch(), nonce());
    for (process, at_least) in [("keeper", 5), ("init", 30)] {
        let mut step = 1;
        loop {
            let mut command = who.workbench();
            command.env("WORKBENCH_FAULT", format!("{process}:{step}"));
            let output = command
                .args(["run", "--env", &nonce, "--", "/bin/echo", "ran"])
                .output()?;
            if output.status.code() == Some(0) {
                break;
            }
            expect(&format!("{process}:{step}"), &output, 3, "")?;
            let words = text(&output.stderr);
            if !words.contains("broken on purpose") {
                return Err(format!("{process}:{step} failed otherwise: {words}").into());
            }
            step += 1;
        }
        if step < at_least {
            return Err(format!("only {step} steps of {process} were broken").into());
        }
    }
    Ok(host.unchanged(&nonce)?)
}

/// The names that are promised are those of steps.
fn named_step_broken(who: Who) -> Result<(), Failed> {
    for step in workbench::bench::STEPS {
        let output = run(who, &["--break", step], &["/bin/echo", "ran"]);
        expect(step, &output, 3, "")?;
        let words = text(&output.stderr);
        if !words.contains(&format!("{step}: broken on purpose")) {
            return Err(format!("{step} failed otherwise: {words}").into());
        }
    }
    Ok(())
}

/// Where `/` is made of overlays already, as in a container.
fn on_a_workbench(who: Who) -> Result<(), Failed> {
    let workbench = programs().join("workbench").display().to_string();
    let script = "touch /usr/mine && tail -1 /proc/self/cgroup";
    let inner = [workbench.as_str(), "run", "--", "/bin/sh", "-c", script];
    expect("on a workbench", &run(who, &[], &inner), 0, "0::/init\n")
}

/// A machine with cgroup v2 only, as far as this one can be made to look like
/// it: the controllers that v1 holds are missing.
fn cgroup_v2_alone(_: Who) -> Result<(), Failed> {
    let workbench = programs().join("workbench").display().to_string();
    let script = "mount -t cgroup2 none /sys/fs/cgroup || exit 77
        export WORKBENCH_UNLIMITED=1
        exec \"$0\" run -- /bin/sh -c '
            cat /proc/self/cgroup
            cat /sys/fs/cgroup/cgroup.procs
            mknod /tmp/disk b 7 0 && ! cat /tmp/disk 2>/dev/null && echo closed
            cat /dev/null && echo open'";
    let output = Command::new("unshare")
        .args([
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-c",
            script,
            &workbench,
        ])
        .output()?;
    if output.status.code() == Some(77) {
        eprintln!("SKIPPED: cgroup-v2-alone: {}", text(&output.stderr));
        return Ok(());
    }
    let lines = text(&output.stdout);
    let v2: Vec<&str> = lines
        .lines()
        .filter(|line| line.starts_with("0::"))
        .collect();
    if v2 != ["0::/init"] || !lines.ends_with("closed\nopen\n") {
        return Err(format!("{:?} {lines} {}", output.status, text(&output.stderr)).into());
    }
    // Without the switch for tests: no limits, no workbench.
    let script = "mount -t cgroup2 none /sys/fs/cgroup && exec \"$0\" run -- /bin/echo ran";
    let output = Command::new("unshare")
        .args([
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-c",
            script,
            &workbench,
        ])
        .output()?;
    let controllers = fs::read_to_string("/sys/fs/cgroup/cgroup.controllers");
    match controllers.is_ok_and(|list| list.contains("memory") && list.contains("pids")) {
        true => expect("with the controllers", &output, 0, "ran\n"),
        false => expect("without limits", &output, 3, ""),
    }
}

/// A user to whom a part of cgroup v2 was handed over may make groups in it,
/// with limits, and is held by the workbench's own.
fn delegated_cgroup(who: Who) -> Result<(), Failed> {
    let skipped = |why: &str| {
        eprintln!("SKIPPED: delegated-cgroup: {why}");
        Ok(())
    };
    let root = Path::new("/sys/fs/cgroup");
    let controllers = fs::read_to_string(root.join("cgroup.controllers")).unwrap_or_default();
    if !controllers.contains("memory") || !controllers.contains("pids") {
        return skipped("no cgroup v2 with memory and pids on /sys/fs/cgroup");
    }
    if !is_root() {
        return skipped("only root can hand a cgroup over");
    }
    let own = root.join(format!("delegated-{}", std::process::id()));
    let session = own.join("session");
    let made = (|| {
        // They are handed on already where systemd runs.
        let _ = fs::write(root.join("cgroup.subtree_control"), "+memory +pids");
        fs::create_dir(&own)?;
        fs::write(own.join("cgroup.subtree_control"), "+memory +pids")?;
        fs::create_dir(&session)?;
        for path in [
            "",
            "cgroup.procs",
            "cgroup.subtree_control",
            "session/cgroup.procs",
        ] {
            chown(own.join(path), Some(NOBODY), Some(NOBODY))?;
        }
        std::io::Result::Ok(())
    })();
    let script = "mkdir /sys/fs/cgroup/box && echo 9 > /sys/fs/cgroup/box/pids.max &&
        cat /sys/fs/cgroup/box/pids.max /proc/self/cgroup";
    let mut workbench = who.workbench();
    workbench.args(["run", "--", "/bin/sh", "-c", script]);
    // Opened as root: the kernel asks whoever opened it, not who writes.
    let join = made.and_then(|()| File::create(session.join("cgroup.procs")));
    let output = join.and_then(|mut join| {
        // SAFETY: between fork and exec only write is called, with constants.
        unsafe {
            workbench.pre_exec(move || join.write_all(b"0"));
        }
        workbench.output()
    });
    // Empty: the workbench has removed its own.
    let left = [&session, &own].map(fs::remove_dir);
    expect("delegated", &output?, 0, "9\n0::/init\n")?;
    left.into_iter().collect::<Result<(), _>>()?;
    Ok(())
}

fn no_user_namespaces() -> Result<(), Failed> {
    let workbench = programs().join("workbench").display().to_string();
    // A user namespace of its own, so that the setting is nobody else's.
    let script = "echo 0 > /proc/sys/user/max_user_namespaces || exit 77
        exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs \"$0\" run -- /bin/echo ran";
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "sh", "-c", script, &workbench])
        .output()?;
    if output.status.code() == Some(77) {
        eprintln!("SKIPPED: no-user-namespaces: {}", text(&output.stderr));
        return Ok(());
    }
    expect("no user namespaces", &output, 3, "")?;
    let words = text(&output.stderr);
    match words.contains("user.max_user_namespaces is 0") && words.contains("CAP_SYS_ADMIN") {
        true => Ok(()),
        false => Err(words.into()),
    }
}

fn root_without_capabilities() -> Result<(), Failed> {
    let workbench = programs().join("workbench");
    let output = Command::new("setpriv")
        .args(["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"])
        .arg(workbench)
        .args(["run", "--", "/bin/echo", "ran"])
        .output()?;
    expect("root without capabilities", &output, 3, "")?;
    let words = text(&output.stderr);
    match words.contains("missing: CAP_SYS_ADMIN") {
        true => Ok(()),
        false => Err(words.into()),
    }
}
