//! `image …`: what the store holds.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use cgroups::quantity::Quantity;
use clap::Subcommand;
use namespaces::print::line;

use super::{StoreArgs, show};
use crate::blob::{self, Expected};
use crate::commit::{Everything, Notes, add_layer, extended};
use crate::digest::Digest;
use crate::image::{Config, Execution, Image, Name, architecture};
use crate::import::{Source, import};
use crate::store::Store;
use crate::unused::remove;

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
    /// Take an image from an archive: an OCI layout, or what `docker save` writes
    #[command(after_help = "Example: docker save busybox | lab image import -")]
    Import {
        #[command(flatten)]
        store: StoreArgs,
        /// A file or a directory; - is standard input
        #[arg(value_name = "ARCHIVE")]
        source: PathBuf,
        /// Name of the image [default: the one in the archive]
        #[arg(long)]
        name: Option<Name>,
        /// Bytes it may unpack to, as 40Gi
        #[arg(long, value_name = "QUANTITY", value_parser = whole, default_value = "16Gi")]
        max_size: u64,
    },
    /// Read a file as a blob is read, and compare its size and its digest
    #[command(after_help = "Example: image verify --digest sha256:e3b0… --size 1024 FILE")]
    Verify {
        file: PathBuf,
        /// The one it must have [default: any]
        #[arg(long)]
        digest: Option<Digest>,
        /// Bytes it must have
        #[arg(long)]
        size: u64,
    },
    /// Remove images, and the layers that nothing else needs
    #[command(after_help = "Example: image remove busybox:1.36")]
    Remove {
        #[command(flatten)]
        store: StoreArgs,
        #[arg(required = true, value_name = "IMAGE")]
        images: Vec<String>,
    },
    /// List what an image shows in a directory, read from its layers
    #[command(after_help = "Example: image files practice /etc")]
    Files {
        #[command(flatten)]
        store: StoreArgs,
        image: String,
        #[arg(default_value = "/")]
        dir: PathBuf,
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
            ImageVerb::Import {
                store,
                source,
                name,
                max_size,
            } => {
                let from = Source::of(&source);
                let imported = import(&store.open()?, &from, name.as_ref(), max_size);
                show::imported(&imported.with_context(|| format!("import {from}"))?)
            }
            ImageVerb::Verify { file, digest, size } => {
                let expected = Expected {
                    digest,
                    size: size..=size,
                };
                let compression = blob::check(&file, expected);
                let compression = compression.with_context(|| file.display().to_string())?;
                line(show::verified(compression))?;
                Ok(())
            }
            ImageVerb::Remove { store, images } => {
                let store = store.open()?;
                for image in images {
                    line(remove(&store, &image)?.name)?;
                }
                Ok(())
            }
            ImageVerb::Files { store, image, dir } => {
                let store = store.open()?;
                show::files(&store, &store.image(&image)?, &dir)
            }
            ImageVerb::Make {
                store,
                name,
                layers,
                cmd,
            } => {
                let image = make(&store.open()?, name, &layers, cmd)?;
                line(format_args!("{} {}", image.name, image.id.short()))?;
                Ok(())
            }
        }
    }
}

fn whole(text: &str) -> Result<u64> {
    text.parse::<Quantity>()?.whole()
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
        let layer = add_layer(store, &making, &directory, &Everything);
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
