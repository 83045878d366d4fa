//! What became of a check: one JSON line of a check binary's `observe`.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A check's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The check's id.
    pub check: String,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// How the observing half ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// It saw something. The observation is an object.
    Observed {
        observation: Value,
        #[serde(default)]
        seconds: f64,
    },
    /// The learner's program ended in a way the check can't go on from.
    EndedBadly {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<i32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signal: Option<i32>,
        #[serde(default)]
        message: String,
        /// The tail of what it wrote.
        #[serde(default)]
        stderr: String,
    },
    /// It did not end within the check's time.
    TimedOut {
        seconds: f64,
        #[serde(default)]
        stderr: String,
    },
    /// It wrote more than the check reads.
    TooMuchOutput { bytes: u64 },
    /// The workbench could not be made: nothing of the learner's ran.
    Machine {
        step: String,
        message: String,
        /// What the machine lacks, when it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missing: Option<String>,
    },
}

/// Why a line is no report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFault {
    /// From the JSON reader, lower case.
    pub reason: String,
}

impl fmt::Display for ReportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for ReportFault {}

impl Report {
    /// Reads one line.
    ///
    /// # Errors
    /// The line is not JSON, or not a report.
    pub fn parse(line: &str) -> Result<Report, ReportFault> {
        serde_json::from_str(line).map_err(|error| ReportFault {
            reason: error.to_string(),
        })
    }

    /// The line without its end.
    pub fn to_line(&self) -> String {
        // Serialising strings, numbers and values with string keys can't fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_survives_its_line() {
        for line in [
            r#"{"check":"a","outcome":"observed","observation":{"x":1},"seconds":0.5}"#,
            r#"{"check":"a","outcome":"ended-badly","code":101,"message":"m","stderr":"s"}"#,
            r#"{"check":"a","outcome":"ended-badly","signal":11,"message":"m","stderr":""}"#,
            r#"{"check":"a","outcome":"timed-out","seconds":20.0,"stderr":""}"#,
            r#"{"check":"a","outcome":"too-much-output","bytes":1048577}"#,
            r#"{"check":"a","outcome":"machine","step":"s","message":"m","missing":"c"}"#,
        ] {
            let report = Report::parse(line).expect("a report");
            assert_eq!(report.to_line(), line);
        }
    }

    #[test]
    fn what_is_no_report_is_refused() {
        for line in [
            "",
            "hello",
            "{}",
            "[1]",
            r#"{"check":"a"}"#,
            r#"{"check":"a","outcome":"fine"}"#,
        ] {
            assert!(Report::parse(line).is_err(), "{line}");
        }
    }
}
