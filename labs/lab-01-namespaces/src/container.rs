//! The container's side: from the first instruction in the new namespaces to
//! exec, one step after the other. The order matters, and each step says why
//! it stands where it does.

use std::convert::Infallible;
use std::ffi::{CString, OsStr, OsString};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::sched::setns;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::{Gid, Uid, sethostname, setresgid, setresuid, setsid};

use crate::failure::{During, EXEC, Failure};
use crate::hook::{self, Hook, Plan};
use crate::init;
use crate::protocol::{Channel, ToContainer};
use crate::signals::Signals;
use crate::spec::{Namespace, Spec};
use crate::sys;

/// Lives the container's life. Returns only when a step failed.
pub fn live(
    spec: &Spec,
    plan: &Plan,
    hooks: &[Box<dyn Hook>],
    channel: &Channel,
    signals: &Signals,
) -> Result<Infallible, Failure> {
    // First of all, so that there is no moment in which we could outlive a
    // runtime that nobody can ask to stop us.
    end_with_runtime(spec, channel)?;
    // The runtime still has work to do on the outside that we depend on.
    hold(channel)?;
    // Before any privileged call: in a new user namespace we are nobody yet.
    become_root(plan)?;
    join(plan)?;
    // Again: when ids change, the kernel forgets the first time.
    end_with_runtime(spec, channel)?;
    // Before the first mount: what we mount must not appear on the host.
    if plan.creates(Namespace::Mount) {
        make_mounts_private()?;
    }
    hook::each(hooks, |hook| hook.create_container())?;
    hook::each(hooks, |hook| hook.switch_root())?;
    // On the root the command will see.
    if plan.mount_proc {
        mount_proc()?;
    }
    if let Some(name) = &spec.hostname {
        set_hostname(name)?;
    }
    take_terminal(plan)?;
    leave_caller(spec, plan)?;
    hand_over_descriptors(plan)?;
    // Last before exec: from here on a filter may forbid what came before.
    hook::each(hooks, |hook| hook.start_container())?;
    let command = || exec(&spec.args, plan, signals);
    if spec.init {
        init::run(channel, command)
    } else {
        command()
    }
}

/// Ends a container in the foreground when its runtime ends, however it does
/// (PR_SET_PDEATHSIG(2const)). A runtime that had ended before is noticed by
/// its end of the channel.
fn end_with_runtime(spec: &Spec, channel: &Channel) -> Result<(), Failure> {
    if spec.detach {
        return Ok(());
    }
    set_pdeathsig(Signal::SIGKILL).during("prctl", "PR_SET_PDEATHSIG")?;
    if channel.is_closed().during("look for the runtime", "")? {
        return Err(gone());
    }
    Ok(())
}

/// What to say when the runtime has died or given up.
fn gone() -> Failure {
    Failure {
        operation: "the runtime has gone away".into(),
        object: String::new(),
        errno: None,
    }
}

/// Waits until the runtime says `Start`. When it closes the channel instead,
/// it has died or given up, and the container must not run.
pub fn hold(channel: &Channel) -> Result<(), Failure> {
    // ANCHOR: hold
    todo!(
        "Wait for the message Start; fail when the channel is closed instead. (chapter: task-3-hold-until-the-runtime-is-ready)"
    )
    // ANCHOR_END: hold
}

/// Stops mounts from travelling between this mount namespace and the one it
/// was copied from, in either direction (mount_namespaces(7), `MS_PRIVATE`).
pub fn make_mounts_private() -> Result<(), Failure> {
    // ANCHOR: private
    todo!(
        "Stop mounts from travelling between this mount namespace and the host's. (chapter: task-2-mounts-that-stay-here)"
    )
    // ANCHOR_END: private
}

/// Mounts a `/proc` that shows the pid namespace of the caller
/// (proc(5), pid_namespaces(7)).
pub fn mount_proc() -> Result<(), Failure> {
    // ANCHOR: proc
    todo!(
        "Mount a /proc that shows the pid namespace of this process. (chapter: task-5-a-proc-that-tells-the-truth)"
    )
    // ANCHOR_END: proc
}

/// Sets the hostname of the UTS namespace of the caller (sethostname(2)).
pub fn set_hostname(name: &str) -> Result<(), Failure> {
    // ANCHOR: hostname
    todo!(
        "Set the hostname of the UTS namespace this process stands in. (chapter: task-1-a-name-of-its-own)"
    )
    // ANCHOR_END: hostname
}

/// A process has no ids in a new user namespace until its maps are written,
/// which a `create_runtime` hook has done by now; in one that was joined it has
/// those it came with. Take the mapped root's.
fn become_root(plan: &Plan) -> Result<(), Failure> {
    if !plan.creates(Namespace::User) && !plan.join.contains_key(&Namespace::User) {
        return Ok(());
    }
    let (uid, gid) = (Uid::from_raw(0), Gid::from_raw(0));
    setresgid(gid, gid, gid).during("setresgid", "0")?;
    setresuid(uid, uid, uid).during("setresuid", "0")
}

/// Enters the namespaces the plan says to join. The user namespace and the pid
/// namespace were entered before the clone (they take effect on children); the
/// mount namespace comes last, because after it paths mean something else.
fn join(plan: &Plan) -> Result<(), Failure> {
    let early = [Namespace::User, Namespace::Pid];
    let last = |namespace: &&Namespace| **namespace == Namespace::Mount;
    let names = plan.join.keys();
    for namespace in names.clone().filter(|n| !last(n)).chain(names.filter(last)) {
        if !early.contains(namespace) {
            setns(plan.join[namespace].as_fd(), namespace.flag())
                .during("setns", namespace.file())?;
        }
    }
    Ok(())
}

/// Makes the planned terminal standard input, output and error, and the
/// controlling terminal of a session of our own.
pub fn take_terminal(plan: &Plan) -> Result<(), Failure> {
    let Some(terminal) = &plan.terminal else {
        return Ok(());
    };
    setsid().during("setsid", "")?;
    sys::set_controlling_terminal(terminal.as_fd()).during("ioctl", "TIOCSCTTY")?;
    for number in 0..=2 {
        sys::duplicate(terminal.as_fd(), number).during("dup2", number)?;
    }
    Ok(())
}

/// The creator of a detached container reports failures on a pipe to whoever
/// started it, who may go away. The command gets `/dev/null` there too.
fn leave_caller(spec: &Spec, plan: &Plan) -> Result<(), Failure> {
    if !spec.detach || plan.terminal.is_some() {
        return Ok(());
    }
    sys::duplicate(std::io::stdout().as_fd(), 2).during("dup2", 2)
}

/// Leaves nothing open across exec but 0, 1, 2 and the planned descriptors. A
/// directory of the host left open would be a way out (CVE-2024-21626).
pub fn hand_over_descriptors(plan: &Plan) -> Result<(), Failure> {
    sys::close_on_exec_from(3).during("close_range", "3 and up")?;
    for (number, descriptor) in &plan.descriptors {
        sys::duplicate(descriptor.as_fd(), *number).during("dup2", number)?;
    }
    Ok(())
}

/// Becomes the command. Returns only when that failed.
pub fn exec(args: &[String], plan: &Plan, signals: &Signals) -> Result<Infallible, Failure> {
    signals.unblock().during("restore the signal mask", "")?;
    sys::default_sigpipe().during("restore SIGPIPE", "")?;
    let text = |bytes: &[u8]| CString::new(bytes).map_err(|_| Errno::EINVAL);
    let program = &args[0];
    let arguments: Result<Vec<_>, _> = args.iter().map(|a| text(a.as_bytes())).collect();
    let environment: Result<Vec<_>, _> = plan.environment.iter().map(assignment).collect();
    let arguments = arguments.during(EXEC, program)?;
    let environment = environment.during(EXEC, program)?;
    let mut reason = Errno::ENOENT;
    for path in candidates(program, plan) {
        let path = text(path.as_bytes()).during(EXEC, program)?;
        match sys::exec(&path, &arguments, &environment) {
            Errno::ENOENT | Errno::ENOTDIR => continue,
            // Remembered while the search goes on, as execvp(3) does.
            Errno::EACCES => reason = Errno::EACCES,
            other => return Err(other).during(EXEC, program),
        }
    }
    Err(reason).during(EXEC, program)
}

/// Where a program may be: itself when it names a path, else in each directory
/// of the container's `PATH`.
fn candidates(program: &str, plan: &Plan) -> Vec<OsString> {
    if program.contains('/') {
        return vec![program.into()];
    }
    let standard = OsString::from("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    let path = plan
        .environment
        .get(OsStr::new("PATH"))
        .unwrap_or(&standard);
    std::env::split_paths(path)
        .map(|directory| directory.join(program).into_os_string())
        .collect()
}

fn assignment((name, value): (&OsString, &OsString)) -> Result<CString, Errno> {
    let text = [name.as_bytes(), b"=", value.as_bytes()].concat();
    CString::new(text).map_err(|_| Errno::EINVAL)
}
