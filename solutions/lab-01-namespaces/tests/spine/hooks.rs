//! Hooks as later labs will write them, of the smallest size that proves the
//! points: each is rebuilt from the spec's `spine` part in any process.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use nix::mount::{MsFlags, mount};
use serde::{Deserialize, Serialize};
use solution_01_namespaces::{Hook, Namespace, Plan, Process, Spec, State};

/// Name of our part in [`Spec::extensions`].
pub const PART: &str = "spine";

/// What a spec may ask of the hooks.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wanted {
    pub volume: Option<Volume>,
    pub join: Option<Join>,
    /// First id outside that 0 inside stands for.
    pub ids: Option<u32>,
    /// Refuse sethostname(2).
    pub filter: bool,
    /// A file that the command gets as descriptor 7.
    pub descriptor: Option<PathBuf>,
    /// Two hooks write every point they see to this file.
    pub journal: Option<PathBuf>,
    /// The point at which the second of them fails.
    pub fail: Option<String>,
}

pub fn of(spec: &Spec) -> Result<Vec<Box<dyn Hook>>> {
    let wanted: Wanted = spec.extension(PART)?.unwrap_or_default();
    let mut hooks: Vec<Box<dyn Hook>> = Vec::new();
    if let Some(path) = wanted.journal {
        for (name, fail) in [("first", None), ("second", wanted.fail)] {
            let path = path.clone();
            hooks.push(Box::new(Journal { name, path, fail }));
        }
    }
    if let Some(volume) = wanted.volume {
        hooks.push(Box::new(volume));
    }
    if let Some(join) = wanted.join {
        hooks.push(Box::new(join));
    }
    if let Some(first) = wanted.ids {
        hooks.push(Box::new(Ids { first }));
    }
    if let Some(path) = wanted.descriptor {
        hooks.push(Box::new(Descriptor { path }));
    }
    if wanted.filter {
        hooks.push(Box::new(Filter));
    }
    Ok(hooks)
}

/// A directory bound into the container.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Volume {
    pub source: PathBuf,
    pub target: PathBuf,
}

impl Hook for Volume {
    fn name(&self) -> &'static str {
        "volume"
    }

    fn create_runtime(&self, _process: Process) -> Result<()> {
        fs::create_dir(&self.target).context("make the volume's place")
    }

    fn create_container(&self) -> Result<()> {
        let (source, target) = (Some(&self.source), &self.target);
        mount(source, target, None::<&str>, MsFlags::MS_BIND, None::<&str>).context("bind")
    }

    fn poststop(&self) -> Result<()> {
        match fs::remove_dir(&self.target) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// Namespaces of another process, instead of new ones.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Join {
    pub pid: i32,
    pub namespaces: BTreeSet<Namespace>,
}

impl Hook for Join {
    fn name(&self) -> &'static str {
        "join"
    }

    fn prepare(&self, plan: &mut Plan) -> Result<()> {
        for namespace in &self.namespaces {
            let path = format!("/proc/{}/ns/{}", self.pid, namespace.file());
            let file = File::open(&path).with_context(|| format!("open {path}"))?;
            plan.namespaces.remove(namespace);
            plan.join.insert(*namespace, file.into());
        }
        plan.mount_proc = plan.mount_proc && plan.creates(Namespace::Pid);
        Ok(())
    }
}

/// The maps of a new user namespace.
struct Ids {
    first: u32,
}

impl Hook for Ids {
    fn name(&self) -> &'static str {
        "ids"
    }

    fn prepare(&self, plan: &mut Plan) -> Result<()> {
        // A user namespace may mount a /proc only where all of the one that is
        // there can be seen (mount_namespaces(7)); on a workbench it can't.
        plan.mount_proc = false;
        Ok(())
    }

    fn create_runtime(&self, process: Process) -> Result<()> {
        for map in ["uid_map", "gid_map"] {
            let path = format!("/proc/{}/{map}", process.pid);
            fs::write(&path, format!("0 {} 1", self.first)).context(path)?;
        }
        Ok(())
    }
}

struct Descriptor {
    path: PathBuf,
}

impl Hook for Descriptor {
    fn name(&self) -> &'static str {
        "descriptor"
    }

    fn prepare(&self, plan: &mut Plan) -> Result<()> {
        let file = File::open(&self.path).context("open the planned file")?;
        plan.descriptors.insert(7, file.into());
        Ok(())
    }
}

/// Refuses sethostname(2) with EPERM: seccomp(2) in its classic form.
struct Filter;

impl Hook for Filter {
    fn name(&self) -> &'static str {
        "filter"
    }

    fn start_container(&self) -> Result<()> {
        let statement = |code: u32, k: u32, jt: u8, jf: u8| libc::sock_filter {
            code: code as u16,
            jt,
            jf,
            k,
        };
        let mut program = [
            // The number is the first field of struct seccomp_data.
            statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
            statement(
                libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K,
                libc::SYS_sethostname as u32,
                0,
                1,
            ),
            statement(
                libc::BPF_RET | libc::BPF_K,
                libc::SECCOMP_RET_ERRNO | libc::EPERM as u32,
                0,
                0,
            ),
            statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0, 0),
        ];
        let program = libc::sock_fprog {
            len: program.len() as u16,
            filter: program.as_mut_ptr(),
        };
        nix::sys::prctl::set_no_new_privs().context("no_new_privs")?;
        // SAFETY: `program` points to instructions that live through the call,
        // and the kernel copies them.
        let set = unsafe {
            libc::prctl(
                libc::PR_SET_SECCOMP,
                libc::SECCOMP_MODE_FILTER as libc::c_ulong,
                &raw const program,
            )
        };
        nix::errno::Errno::result(set).context("install the filter")?;
        Ok(())
    }
}

/// Writes down every point it sees; may fail at one.
struct Journal {
    name: &'static str,
    path: PathBuf,
    fail: Option<String>,
}

impl Journal {
    fn at(&self, point: &str) -> Result<()> {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)
            .context("open the journal")?;
        file.write_all(format!("{} {point}\n", self.name).as_bytes())?;
        match &self.fail {
            Some(fail) if fail == point => bail!("told to fail"),
            _ => Ok(()),
        }
    }
}

impl Hook for Journal {
    fn name(&self) -> &'static str {
        self.name
    }

    fn prepare(&self, _plan: &mut Plan) -> Result<()> {
        self.at("prepare")
    }

    fn create_runtime(&self, _process: Process) -> Result<()> {
        self.at("create_runtime")
    }

    fn create_container(&self) -> Result<()> {
        self.at("create_container")
    }

    fn switch_root(&self) -> Result<()> {
        self.at("switch_root")
    }

    fn start_container(&self) -> Result<()> {
        self.at("start_container")
    }

    fn stopped(&self, state: &mut State) -> Result<()> {
        state.notes.push(format!("noted by {}", self.name));
        self.at("stopped")
    }

    fn release(&self) -> Result<()> {
        self.at("release")
    }

    fn poststop(&self) -> Result<()> {
        self.at("poststop")
    }

    fn remove(&self) -> Result<()> {
        self.at("remove")
    }
}
