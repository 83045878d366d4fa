//! `image …`: what the store holds.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Subcommand;

use super::{StoreArgs, show};
use crate::commit::{Notes, add_layer, extended};
use crate::image::{Config, Execution, Image, Name, architecture};
use crate::store::Store;

#[derive(Debug, Subcommand)]
pub enum ImageVerb {
    /// List the images
    #[command(after_help = "Example: image list")]
    List {
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Tell how an image's layers came to be, the topmost first
    #[command(after_help = "Example: image history practice")]
    History {
        #[command(flatten)]
        store: StoreArgs,
        image: String,
    },
    /// Make an image of directories, each of which becomes a layer
    #[command(
        after_help = "Example: image make practice /tmp/rootfs /tmp/changes\n\n\
        Whiteouts are written in them as overlayfs has them: `mknod NAME c 0 0`."
    )]
    Make {
        #[command(flatten)]
        store: StoreArgs,
        /// Name of the image: NAME[:TAG]
        name: Name,
        /// The layers, the lowest first
        #[arg(required = true, value_name = "DIR")]
        layers: Vec<PathBuf>,
        /// Start this when no command is given [default: sh]
        #[arg(long, value_name = "WORD")]
        cmd: Vec<String>,
    },
}

impl ImageVerb {
    pub fn obey(self) -> Result<()> {
        match self {
            ImageVerb::List { store } => show::images(&store.open()?.images()?),
            ImageVerb::History { store, image } => {
                let store = store.open()?;
                show::history(&store, &store.image(&image)?)
            }
            ImageVerb::Make {
                store,
                name,
                layers,
                cmd,
            } => {
                let image = make(&store.open()?, name, &layers, cmd)?;
                println!("{} {}", image.name, image.id.short());
                Ok(())
            }
        }
    }
}

/// An image of directories, as they are now.
fn make(store: &Store, name: Name, directories: &[PathBuf], cmd: Vec<String>) -> Result<Image> {
    let cmd = if cmd.is_empty() {
        vec!["sh".into()]
    } else {
        cmd
    };
    let mut config = Config {
        architecture: architecture().into(),
        os: "linux".into(),
        config: Some(Execution {
            cmd: Some(cmd),
            ..Execution::default()
        }),
        ..Config::default()
    };
    let making = store.make()?;
    for directory in directories {
        let shown = directory.display();
        let directory = directory.canonicalize();
        let directory = directory.with_context(|| format!("layer {shown}"))?;
        ensure!(directory.is_dir(), "layer {shown}: it is not a directory");
        let layer = add_layer(store, &making, &directory);
        let layer = layer.with_context(|| format!("layer {shown}"))?;
        let notes = Notes {
            created_by: Some(format!("image make {shown}")),
            ..Notes::default()
        };
        config = extended(&config, layer, notes);
    }
    let image = Image::new(name, config)?;
    store.save(&image)?;
    Ok(image)
}
