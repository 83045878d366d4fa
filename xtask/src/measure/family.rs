//! What a family of figures declares.

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::workspace::Workspace;

/// Figures that are measured together.
pub struct Family {
    /// As it is called on the command line and in file names.
    pub name: &'static str,
    /// What it measures, in at most 58 columns.
    pub says: &'static str,
    pub figures: &'static [Figure],
    /// What its numbers count: they share an axis.
    pub unit: Unit,
    /// Takes the numbers of every figure.
    pub measure: fn(&Workspace) -> Result<Vec<Taken>>,
    /// The half that runs on a workbench, if there is one.
    pub inside: Option<fn() -> Result<Vec<Taken>>>,
    /// Whether it is measured only when it is named: it takes minutes, or more
    /// of the machine than the others.
    pub only_named: bool,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Seconds,
    Bytes,
}

/// One line of the table.
pub struct Figure {
    /// Unique in its family.
    pub name: &'static str,
    /// At most 26 columns.
    pub what: &'static str,
    /// What ours is compared with.
    pub peer: Option<Peer>,
    /// What was promised.
    pub goal: Option<Goal>,
}

/// The other side of a comparison.
pub struct Peer {
    pub what: &'static str,
    /// The program it needs and the package that has it, when it may be missing.
    pub program: Option<(&'static str, &'static str)>,
}

/// What was promised: at most so much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// Of ours, in the family's unit.
    Ours(f64),
    /// Times the peer's, turn by turn.
    Ratio(f64),
    /// So many of the unit more than the peer's, turn by turn.
    More(f64),
}

/// What was measured of one figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    pub figure: String,
    /// None when the peer isn't installed.
    pub samples: Option<Samples>,
}

/// In the family's unit and the order of the turns; the peer's are as many, or
/// none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Samples {
    pub ours: Vec<f64>,
    pub peer: Vec<f64>,
}

impl Taken {
    pub fn of(figure: &Figure, samples: Samples) -> Taken {
        Taken {
            figure: figure.name.to_owned(),
            samples: Some(samples),
        }
    }

    pub fn skipped(figure: &Figure) -> Taken {
        Taken {
            figure: figure.name.to_owned(),
            samples: None,
        }
    }
}

impl Peer {
    /// The package that has its program.
    pub fn package(&self) -> Option<&'static str> {
        self.program.map(|(_, package)| package)
    }

    /// Whether a program it needs isn't on PATH.
    pub fn missing(&self) -> bool {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let there =
            |program| std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
        self.program.is_some_and(|(program, _)| !there(program))
    }
}
