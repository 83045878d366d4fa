//! What the command finds when it starts: its variables, its directory, its
//! user.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use namespaces::hook::{Hook, Plan};
use nix::unistd::{Uid, chdir, fchown};
use serde::{Deserialize, Serialize};

use crate::user::User;

/// The name of this part in [`Spec::extensions`](namespaces::Spec).
pub const PART: &str = "process";

/// Where programs are looked for when the image doesn't say.
pub const STANDARD_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// This part of a container's spec. Nothing in it: as in the labs before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Begin with no variable at all, and not with the runtime's.
    pub clear: bool,
    /// `NAME=VALUE` each; a later one counts.
    pub env: Vec<String>,
    /// Absolute, inside; made where it is missing.
    pub cwd: Option<PathBuf>,
    /// As [`User::find`] takes it.
    pub user: Option<String>,
}

/// Sets them.
#[derive(Debug)]
pub struct Process {
    pub part: Part,
}

impl Hook for Process {
    fn name(&self) -> &'static str {
        "process"
    }

    fn prepare(&self, plan: &mut Plan) -> Result<()> {
        if self.part.clear {
            plan.environment.clear();
        }
        for setting in &self.part.env {
            let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
            let (name, value) = (OsString::from(name), OsString::from(value));
            plan.environment.insert(name, value);
        }
        Ok(())
    }

    /// On the new root. The user comes last: it takes the rights that everything
    /// else needs. A hook that needs them stands before this one.
    fn start_container(&self) -> Result<()> {
        if let Some(cwd) = &self.part.cwd {
            fs::create_dir_all(cwd)
                .and_then(|()| Ok(chdir(cwd)?))
                .with_context(|| format!("enter the directory {}", cwd.display()))?;
        }
        if let Some(user) = &self.part.user {
            let user = User::find(user, Path::new("/"))?;
            give_pipes(&user);
            user.become_it()?;
        }
        Ok(())
    }
}

/// Makes the user the owner of what it reads from and writes to, where that is a
/// pipe: by `/dev/stdout` it is opened anew, and asked for its permissions.
fn give_pipes(user: &User) {
    let streams = [
        io::stdin().as_fd().try_clone_to_owned(),
        io::stdout().as_fd().try_clone_to_owned(),
        io::stderr().as_fd().try_clone_to_owned(),
    ];
    for stream in streams.into_iter().flatten() {
        let stream = fs::File::from(stream);
        let kind = stream.metadata().map(|found| found.file_type());
        if kind.is_ok_and(|kind| kind.is_fifo()) {
            // Another user namespace's pipe stays as it is.
            let _ = fchown(&stream, Some(Uid::from_raw(user.uid)), None);
        }
    }
}
