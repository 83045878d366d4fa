//! Archives of images, right ones and others: made here byte by byte, because no
//! tool makes the others.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tar::{EntryType, Header};

pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
pub const GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// `sha256:` and the digits.
pub fn digest(bytes: &[u8]) -> String {
    let hex = Sha256::digest(bytes).into_iter();
    hex.fold("sha256:".to_string(), |text, byte| {
        format!("{text}{byte:02x}")
    })
}

/// This machine's architecture, as an image calls it.
pub fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// A tar stream that grows.
#[derive(Clone, Debug, Default)]
pub struct Tar(pub Vec<u8>);

impl Tar {
    pub fn new() -> Tar {
        Tar::default()
    }

    /// A member with a header of its own making: `size` is what the header says.
    pub fn raw(mut self, name: &[u8], kind: EntryType, link: &[u8], size: u64, data: &[u8]) -> Tar {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(if kind == EntryType::Directory {
            0o755
        } else {
            0o644
        });
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(1_000_000_000);
        header.set_size(size);
        if matches!(kind, EntryType::Char | EntryType::Block) {
            let (major, minor) = (header.set_device_major(1), header.set_device_minor(3));
            assert!(
                major.is_ok() && minor.is_ok(),
                "the header has fields for them"
            );
        }
        header.as_old_mut().name[..name.len()].copy_from_slice(name);
        header.as_old_mut().linkname[..link.len()].copy_from_slice(link);
        header.set_cksum();
        self.0.extend(header.as_bytes());
        self.0.extend(data);
        let padding = data.len().wrapping_neg() % 512;
        self.0.extend(vec![0; padding]);
        self
    }

    pub fn file(self, name: &str, data: &[u8]) -> Tar {
        self.raw(
            name.as_bytes(),
            EntryType::Regular,
            b"",
            data.len() as u64,
            data,
        )
    }

    pub fn directory(self, name: &str) -> Tar {
        self.raw(name.as_bytes(), EntryType::Directory, b"", 0, b"")
    }

    /// With other rights for the member last added, which has no content.
    pub fn mode(mut self, mode: u32) -> Tar {
        let at = self.0.len() - 512;
        let mut header = Header::from_byte_slice(&self.0[at..]).clone();
        header.set_mode(mode);
        header.set_cksum();
        self.0[at..].copy_from_slice(header.as_bytes());
        self
    }

    pub fn link(self, name: &str, target: &str) -> Tar {
        self.raw(
            name.as_bytes(),
            EntryType::Symlink,
            target.as_bytes(),
            0,
            b"",
        )
    }

    pub fn hard_link(self, name: &str, target: &str) -> Tar {
        self.raw(name.as_bytes(), EntryType::Link, target.as_bytes(), 0, b"")
    }

    /// An extended header for the member that follows.
    pub fn records(self, records: &[(&str, &[u8])]) -> Tar {
        let mut data = Vec::new();
        for (key, value) in records {
            let rest = key.len() + value.len() + 3;
            let length = (rest..).find(|length| *length == rest + length.to_string().len());
            data.extend(format!("{} {key}=", length.unwrap_or(rest)).into_bytes());
            data.extend(*value);
            data.push(b'\n');
        }
        self.raw(b"more", EntryType::XHeader, b"", data.len() as u64, &data)
    }

    /// With the two blocks that end an archive.
    pub fn end(mut self) -> Vec<u8> {
        self.0.extend([0; 1024]);
        self.0
    }
}

/// The same bytes, packed.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).context("pack")?;
    encoder.finish().context("pack")
}

/// The files of an archive.
#[derive(Clone, Debug, Default)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

/// A layer as a manifest names it.
#[derive(Clone, Debug)]
pub struct Layer {
    pub blob: Value,
    pub diff_id: String,
}

impl Files {
    /// An empty OCI layout.
    pub fn layout() -> Files {
        let mut files = Files::default();
        files.put("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
        files
    }

    pub fn put(&mut self, name: &str, bytes: &[u8]) {
        self.0.insert(name.into(), bytes.into());
    }

    /// A blob, and its descriptor.
    pub fn blob(&mut self, media_type: &str, bytes: &[u8]) -> Value {
        let digest = digest(bytes);
        self.put(&path(&digest), bytes);
        json!({"mediaType": media_type, "digest": digest, "size": bytes.len()})
    }

    pub fn document(&mut self, media_type: &str, document: &Value) -> Value {
        self.blob(media_type, document.to_string().as_bytes())
    }

    pub fn plain(&mut self, tar: &[u8]) -> Layer {
        Layer {
            blob: self.blob(LAYER, tar),
            diff_id: digest(tar),
        }
    }

    pub fn packed(&mut self, tar: &[u8]) -> Result<Layer> {
        Ok(Layer {
            blob: self.blob(GZIP, &gzip(tar)?),
            diff_id: digest(tar),
        })
    }

    /// A manifest of these layers, and its configuration.
    pub fn manifest(&mut self, layers: &[Layer], architecture: &str) -> Value {
        let config = self.document(CONFIG, &config(layers, architecture));
        let blobs: Vec<&Value> = layers.iter().map(|layer| &layer.blob).collect();
        let manifest = json!({"schemaVersion": 2, "config": config, "layers": blobs});
        self.document(MANIFEST, &manifest)
    }

    pub fn index(&mut self, descriptors: &[Value]) {
        let index = json!({"schemaVersion": 2, "manifests": descriptors});
        self.put("index.json", index.to_string().as_bytes());
    }

    /// A whole layout of an image of these plain layers, lowest first.
    pub fn image(tars: &[Vec<u8>]) -> Files {
        let mut files = Files::layout();
        let layers: Vec<Layer> = tars.iter().map(|tar| files.plain(tar)).collect();
        let manifest = files.manifest(&layers, architecture());
        files.index(&[manifest]);
        files
    }

    pub fn write(&self, directory: &Path) -> Result<()> {
        for (name, bytes) in &self.0 {
            let path = directory.join(name);
            let parent = path.parent().context("a file is in a directory")?;
            fs::create_dir_all(parent)
                .and_then(|()| fs::write(&path, bytes))
                .with_context(|| format!("write {}", path.display()))?;
        }
        Ok(())
    }

    pub fn tar(&self) -> Vec<u8> {
        let files = self.0.iter();
        files
            .fold(Tar::new(), |tar, (name, bytes)| tar.file(name, bytes))
            .end()
    }
}

pub fn config(layers: &[Layer], architecture: &str) -> Value {
    let diff_ids: Vec<&str> = layers.iter().map(|layer| layer.diff_id.as_str()).collect();
    json!({
        "architecture": architecture, "os": "linux",
        "config": {"Cmd": ["true"]},
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
    })
}

/// Where the blob of this digest is in a layout.
pub fn path(digest: &str) -> String {
    format!("blobs/{}", digest.replacen(':', "/", 1))
}
