//! What the caller asks of the keeper, as command-line arguments.

use std::ffi::{OsStr, OsString};
use std::os::fd::RawFd;
use std::path::PathBuf;
use std::time::Duration;

/// One workbench to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The command is in front on the caller's terminal.
    pub terminal: bool,
    /// How long the command may take; `None` for as long as it likes.
    pub time_limit: Option<Duration>,
    /// Files and directories to show at the same path.
    pub shown: Vec<PathBuf>,
    /// The command and its arguments; not empty.
    pub command: Vec<OsString>,
}

impl Request {
    /// `control terminal|pipes milliseconds|- number shown… command…`
    pub fn to_arguments(&self, control: RawFd) -> Vec<OsString> {
        let limit = self.time_limit.map(|limit| limit.as_millis().to_string());
        let mut arguments: Vec<OsString> = vec![
            control.to_string().into(),
            if self.terminal { "terminal" } else { "pipes" }.into(),
            limit.unwrap_or("-".into()).into(),
            self.shown.len().to_string().into(),
        ];
        arguments.extend(self.shown.iter().map(OsString::from));
        arguments.extend(self.command.iter().cloned());
        arguments
    }

    /// The inverse; `None` for anything else.
    pub fn from_arguments(arguments: Vec<OsString>) -> Option<(RawFd, Request)> {
        let number = |text: &OsStr| text.to_str()?.parse::<u64>().ok();
        let [control, terminal, limit, count, rest @ ..] = &arguments[..] else {
            return None;
        };
        let count = number(count)? as usize;
        let (shown, command) = (rest.get(..count)?, rest.get(count..)?);
        if command.is_empty() {
            return None;
        }
        let time_limit = match limit.to_str()? {
            "-" => None,
            text => Some(Duration::from_millis(text.parse().ok()?)),
        };
        let request = Request {
            terminal: terminal == "terminal",
            time_limit,
            shown: shown.iter().map(PathBuf::from).collect(),
            command: command.to_vec(),
        };
        Some((control.to_str()?.parse().ok()?, request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_survives_the_way() {
        let request = Request {
            terminal: false,
            time_limit: Some(Duration::from_millis(1500)),
            shown: vec!["/tmp/a b".into()],
            command: vec!["sh".into(), "-c".into(), "".into()],
        };
        let there = request.to_arguments(7);
        assert_eq!(Request::from_arguments(there), Some((7, request)));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "7 pipes - 0",
            "7 pipes - 5 a",
            "x pipes - 0 true",
            "7 pipes x 0 true",
        ] {
            let arguments = text.split_whitespace().map(OsString::from).collect();
            assert_eq!(Request::from_arguments(arguments), None, "{text}");
        }
    }
}
