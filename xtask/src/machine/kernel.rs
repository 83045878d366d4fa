//! The kernel: its version, and what it has built in or can load.

use std::cell::LazyCell;
use std::fmt;

use super::system::System;

/// The first two numbers of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    major: u32,
    minor: u32,
}

/// The workbench's overlays and its mounts of one attribute need this.
pub const OLDEST: Version = Version {
    major: 5,
    minor: 12,
};

impl Version {
    /// Of `6.1.0-18-amd64`, `5.15.167.4-microsoft-standard-WSL2`, `5.12-rc1`,
    /// `6.9+`. None when it doesn't begin with two numbers.
    pub fn parse(release: &str) -> Option<Version> {
        let (major, rest) = release.trim().split_once('.')?;
        let end = rest.find(|c: char| !c.is_ascii_digit());
        let minor = &rest[..end.unwrap_or(rest.len())];
        Some(Version {
            major: major.parse().ok()?,
            minor: minor.parse().ok()?,
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Whether the kernel has something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Available {
    /// It is there, or can be loaded when it is first used.
    Yes,
    /// It is neither built in, loaded nor to be loaded.
    No,
    /// No file tells, as in a container, which doesn't see the modules.
    Unknown,
}

/// What labs use of the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    Overlay,
    Fuse,
    Tun,
    Veth,
    Bridge,
    Vxlan,
    Netfilter,
}

impl Feature {
    pub const ALL: [Feature; 7] = [
        Feature::Overlay,
        Feature::Fuse,
        Feature::Tun,
        Feature::Veth,
        Feature::Bridge,
        Feature::Vxlan,
        Feature::Netfilter,
    ];

    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Feature::Overlay => "overlay",
            Feature::Fuse => "fuse",
            Feature::Tun => "tun",
            Feature::Veth => "veth",
            Feature::Bridge => "bridge",
            Feature::Vxlan => "vxlan",
            Feature::Netfilter => "nftables",
        }
    }

    /// The module's name, in `modprobe` and in `/sys/module`.
    pub fn module(self) -> &'static str {
        match self {
            Feature::Netfilter => "nf_tables",
            other => other.name(),
        }
    }

    /// The device a program opens to use it.
    pub fn device(self) -> Option<&'static str> {
        match self {
            Feature::Fuse => Some("/dev/fuse"),
            Feature::Tun => Some("/dev/net/tun"),
            _ => None,
        }
    }
}

/// Every feature with what files say about it.
#[derive(Debug, Clone)]
pub struct Features(Vec<Seen>);

/// One feature.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub feature: Feature,
    pub kernel: Available,
    /// Its device is there, or it has none.
    pub device: bool,
}

impl Features {
    /// Looks for those that are wanted. The list of modules is long, and read
    /// only when something is neither registered nor loaded.
    pub fn read(system: &System, release: &str, wanted: &dyn Fn(Feature) -> bool) -> Features {
        let file_systems = system.lines("/proc/filesystems");
        let modules = LazyCell::new(|| Modules::read(system, release));
        let seen = |feature: Feature| {
            let registered = file_systems
                .lines()
                .any(|line| line.split_whitespace().next_back() == Some(feature.name()));
            let loaded = || system.exists(format!("/sys/module/{}", feature.module()));
            let kernel = match feature {
                _ if registered || loaded() => Available::Yes,
                // All file systems that are built in are registered.
                Feature::Overlay | Feature::Fuse if modules.none() => Available::No,
                _ => modules.have(feature.module()),
            };
            Seen {
                feature,
                kernel,
                device: feature.device().is_none_or(|device| system.exists(device)),
            }
        };
        let wanted = Feature::ALL.into_iter().filter(|&feature| wanted(feature));
        Features(wanted.map(seen).collect())
    }

    pub fn all(&self) -> impl Iterator<Item = Seen> {
        self.0.iter().copied()
    }
}

/// What could be loaded; see modules.dep(5).
struct Modules {
    /// The kernel loads modules at all.
    loadable: bool,
    /// Paths of the loadable and of the built-in ones, when they can be read.
    paths: Option<String>,
}

impl Modules {
    fn read(system: &System, release: &str) -> Modules {
        let file = |name: &str| {
            let merged = format!("/lib/modules/{release}/{name}");
            let text = system.text(&merged);
            text.or_else(|| system.text(format!("/usr{merged}")))
        };
        let dependencies = file("modules.dep");
        let built_in = file("modules.builtin").unwrap_or_default();
        Modules {
            loadable: system.exists("/proc/modules"),
            paths: dependencies.map(|text| text + &built_in),
        }
    }

    /// Nothing can be loaded.
    fn none(&self) -> bool {
        !self.loadable
    }

    fn have(&self, module: &str) -> Available {
        let Some(paths) = &self.paths else {
            return Available::Unknown;
        };
        // A file's name may have either stroke; modules.dep keeps the file's.
        let names = [module.to_owned(), module.replace('_', "-")];
        let found = names.iter().any(|name| {
            let file = format!("/{name}.ko");
            paths.contains(&file)
        });
        match found {
            true => Available::Yes,
            false => Available::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_read_in_every_form() {
        for (release, expected) in [
            ("6.1.0-18-amd64", Some("6.1")),
            ("5.15.167.4-microsoft-standard-WSL2", Some("5.15")),
            ("4.18.0-513.el8.x86_64", Some("4.18")),
            ("5.12-rc1", Some("5.12")),
            ("6.9+\n", Some("6.9")),
            ("10.0.0", Some("10.0")),
            ("", None),
            ("6", None),
            ("six.one", None),
            ("6.x", None),
        ] {
            let version = Version::parse(release).map(|version| version.to_string());
            assert_eq!(version.as_deref(), expected, "{release}");
        }
        assert!(Version::parse("5.9.0") < Some(OLDEST), "9 is before 12");
        assert!(Version::parse("6.0") >= Some(OLDEST));
    }
}
