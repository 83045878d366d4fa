//! The command line's help in the reader's language.
//!
//! The doc comments of the arguments are the English. A language replaces what
//! it has a message for: `help` is the program's line, `help-VERB` a verb's,
//! `help-VERB--NAME` that of an option or argument, and `-end` (`help--end`,
//! `help-VERB--end`) what stands below, as the examples.

use clap::{Command, CommandFactory, FromArgMatches};

use super::Cli;
use crate::message::{self, FluentArgs};

impl Cli {
    /// The command line as it is told to the reader.
    pub fn told() -> Command {
        translated(Cli::command(), &plain)
    }

    /// Reads the command line. A wrong one, or `--help`, ends the program.
    pub fn read() -> Cli {
        let mut command = Cli::told();
        let matches = command.get_matches_mut();
        Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
    }
}

fn plain(id: &str) -> Option<String> {
    message::translated(id, &FluentArgs::new())
}

/// The command with every text that `message` knows in its place.
fn translated(command: Command, message: &dyn Fn(&str) -> Option<String>) -> Command {
    with_verbs(command, "help", message)
}

/// The same of one command and of those below it: `vm up` is `help-vm-up`.
fn with_verbs(command: Command, id: &str, message: &dyn Fn(&str) -> Option<String>) -> Command {
    let mut command = with_texts(command, id, message);
    let verbs: Vec<String> = command
        .get_subcommands()
        .map(|verb| verb.get_name().to_owned())
        .collect();
    for verb in verbs {
        let id = format!("{id}-{verb}");
        command = command.mut_subcommand(verb, |verb| with_verbs(verb, &id, message));
    }
    command
}

fn with_texts(mut command: Command, id: &str, message: &dyn Fn(&str) -> Option<String>) -> Command {
    if let Some(about) = message(id) {
        command = command.about(about);
    }
    if let Some(end) = message(&format!("{id}--end")) {
        command = command.after_help(end);
    }
    command.mut_args(
        |argument| match message(&format!("{id}--{}", argument.get_id())) {
            Some(help) => argument.help(help),
            None => argument,
        },
    )
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::message::{COMPLETE, LANGUAGES};

    /// Every id a language may have.
    fn ids() -> Vec<String> {
        let asked = RefCell::new(Vec::new());
        translated(Cli::command(), &|id| {
            asked.borrow_mut().push(id.to_owned());
            None
        });
        asked.into_inner()
    }

    #[test]
    fn every_text_of_the_help_can_be_translated() {
        let mut command = translated(Cli::command(), &|id| Some(format!("<{id}>")));
        command.build();
        let help = command.render_help().to_string();
        for text in ["<help>", "<help-check>", "<help-book>", "<help--end>"] {
            assert!(help.contains(text), "{text}: {help}");
        }
        let vm = command.find_subcommand("vm").cloned();
        let nested = vm.iter().flat_map(Command::get_subcommands).cloned();
        let verbs: Vec<Command> = command.get_subcommands().cloned().chain(nested).collect();
        for mut verb in verbs {
            let (name, help) = (verb.get_name().to_owned(), verb.render_help().to_string());
            if name == "help" || name == "keep" {
                continue;
            }
            // What is left in English is clap's own.
            let own = |line: &str| line.contains("<help-") && line.contains(&name);
            let clap = [
                "Usage:",
                "Options:",
                "Commands:",
                "help ",
                "Arguments:",
                "-h, --help",
                "Possible values:",
            ];
            for line in help.lines().filter(|line| !line.trim().is_empty()) {
                let theirs = clap.iter().any(|word| line.trim_start().starts_with(word));
                // A line of an argument goes on where its name was too long.
                let value = line.trim_start().starts_with(['-', '[']);
                assert!(own(line) || theirs || value, "{name}: {line}\n{help}");
            }
            assert!(own(&help), "{help}");
        }
        assert!(
            ids().contains(&"help-check--format".to_owned()),
            "{:?}",
            ids()
        );
        assert_eq!(
            plain("help-check"),
            None,
            "the doc comments are the English"
        );
    }

    #[test]
    fn a_language_names_only_help_there_is() {
        for (code, files) in LANGUAGES {
            for id in files.iter().flat_map(|file| file.lines()) {
                let id = id.split(" =").next().unwrap_or_default();
                if id == "help" || id.starts_with("help-") {
                    assert!(ids().contains(&id.to_owned()), "{code}: {id}");
                }
            }
        }
    }

    /// What is shown of a command and of those below it.
    fn want_all(command: &Command, id: &str, want: &mut impl FnMut(String)) {
        let arguments = command.get_arguments().filter(|one| !one.is_hide_set());
        arguments.for_each(|one| want(format!("{id}--{}", one.get_id())));
        want(format!("{id}--end"));
        want(id.to_owned());
        for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
            want_all(verb, &format!("{id}-{}", verb.get_name()), want);
        }
    }

    #[test]
    fn a_complete_language_has_all_help_that_is_shown() {
        for code in COMPLETE {
            let mut lacks = Vec::new();
            let files = LANGUAGES.iter().find(|(known, _)| known == code);
            let (_, files) = files.expect("a complete language is one of them");
            let has = |id: &str| {
                let mut lines = files.iter().flat_map(|file| file.lines());
                lines.any(|line| line.split(" =").next() == Some(id))
            };
            let mut want = |id: String| {
                if !has(&id) {
                    lacks.push(id);
                }
            };
            want_all(&Cli::command(), "help", &mut want);
            assert!(
                lacks.is_empty(),
                "messages/{code} lacks {lacks:?}: translate them, or take it off COMPLETE"
            );
        }
    }
}
