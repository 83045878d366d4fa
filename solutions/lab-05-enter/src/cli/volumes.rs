//! The verbs for named volumes.

use anyhow::Result;
use clap::Subcommand;
use layers::cli::StoreArgs;
use namespaces::Runtime;

use crate::hook::{PART, Part};
use crate::volume::Source;
use crate::volume::shelf::{Shelf, data};
use namespaces::print::{line, print};

#[derive(Debug, Subcommand)]
pub enum VolumeVerb {
    /// Make volumes with nothing in them
    #[command(after_help = "Example: volume create notes")]
    Create {
        #[command(flatten)]
        store: StoreArgs,
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
    /// List volumes, with their directories and the containers that have them
    #[command(visible_alias = "ls", after_help = "Example: volume list")]
    List {
        #[command(flatten)]
        store: StoreArgs,
        /// Names only
        #[arg(short, long)]
        quiet: bool,
    },
    /// Remove volumes, and all that is in them
    #[command(visible_alias = "rm", after_help = "Example: volume remove notes")]
    Remove {
        #[command(flatten)]
        store: StoreArgs,
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
}

impl VolumeVerb {
    pub fn obey(self, runtime: &Runtime) -> Result<()> {
        match self {
            VolumeVerb::Create { store, names } => {
                let shelf = shelf(&store)?;
                for name in names {
                    shelf.create(&name)?;
                    line(name)?;
                }
            }
            VolumeVerb::List { store, quiet } => {
                let shelf = shelf(&store)?;
                let mut text = String::new();
                for name in shelf.names()? {
                    if quiet {
                        text.push_str(&format!("{name}\n"));
                        continue;
                    }
                    let place = data(&shelf.place(&name)?);
                    let users = users(runtime, &shelf, &name)?.join(" ");
                    text.push_str(&format!("{name:20} {} {users}\n", place.display()));
                }
                print(&text)?;
            }
            VolumeVerb::Remove { store, names } => {
                let shelf = shelf(&store)?;
                for name in names {
                    shelf.remove(&name, || users(runtime, &shelf, &name))?;
                    line(name)?;
                }
            }
        }
        Ok(())
    }
}

fn shelf(store: &StoreArgs) -> Result<Shelf> {
    Ok(Shelf::of(store.open()?.root()))
}

/// The containers, also those that have ended, that have this volume.
fn users(runtime: &Runtime, shelf: &Shelf, name: &str) -> Result<Vec<String>> {
    let place = shelf.place(name)?;
    let mut users = Vec::new();
    for id in runtime.store.ids()? {
        let Some(spec) = runtime.store.spec(&id)? else {
            continue;
        };
        let part: Part = spec.extension(PART)?.unwrap_or_default();
        let has = part.volumes.iter().any(|volume| {
            volume.source == Source::Named(name.into()) && volume.shelf.as_ref() == Some(&place)
        });
        users.extend(has.then_some(id));
    }
    Ok(users)
}
