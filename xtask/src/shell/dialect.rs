//! How each shell is told its prompt.
//!
//! A shell on the workbench has a home of its own, so nothing of the reader's
//! own set-up is read: it could name files and programs that aren't there.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// A family of shells that are set up in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Bash,
    Zsh,
    Fish,
    /// dash, busybox's ash, ksh: what POSIX says of `ENV`.
    Posix,
}

impl Dialect {
    /// By the shell's name; `None` for one that isn't known.
    fn of(shell: &Path) -> Option<Dialect> {
        Some(match shell.file_name()?.to_str()? {
            "bash" => Dialect::Bash,
            "zsh" => Dialect::Zsh,
            "fish" => Dialect::Fish,
            "sh" | "dash" | "ash" | "ksh" | "mksh" | "busybox" => Dialect::Posix,
            _ => return None,
        })
    }

    /// The file in its home that the shell reads first.
    pub fn file(self) -> &'static str {
        match self {
            Dialect::Bash => ".bashrc",
            Dialect::Zsh => ".zshrc",
            Dialect::Fish => ".config/fish/config.fish",
            Dialect::Posix => ".shrc",
        }
    }

    /// What stands in it. The prompt begins with the hostname, which is the
    /// workbench's, a node's, or that of a container in which the shell is
    /// started again; `lab` is a plain word.
    ///
    /// The search path is set once more: a system's own set-up, read before
    /// this, may have replaced it. History is the session's.
    pub fn text(self, lab: &str) -> String {
        match self {
            Dialect::Bash => format!(
                "PATH=$HOME/bin:$PATH\n\
                 PS1='\\[\\e[1m\\]\\h:{lab}\\[\\e[0m\\] \\w \\$ '\n\
                 HISTCONTROL=ignoreboth\n\
                 unset PROMPT_COMMAND\n\
                 alias ls='ls --color=auto'\n"
            ),
            Dialect::Zsh => format!(
                "path=(~/bin $path)\n\
                 typeset -U path\n\
                 PROMPT='%B%m:{lab}%b %~ %# '\n\
                 HISTSIZE=1000\n\
                 bindkey -e\n"
            ),
            Dialect::Fish => format!(
                "set -g fish_greeting\n\
                 set -gx PATH ~/bin $PATH\n\
                 function fish_prompt\n    \
                     set_color --bold; echo -n (prompt_hostname):{lab}; set_color normal\n    \
                     echo -n \" \"(prompt_pwd)\" # \"\n\
                 end\n\
                 function fish_title\n    echo (prompt_hostname):{lab}\nend\n"
            ),
            Dialect::Posix => {
                format!("PATH=$HOME/bin:$PATH\nPS1=\"$(uname -n):{lab} \\$PWD # \"\n")
            }
        }
    }
}

/// The reader's shell if it is known and there, else bash, else sh.
pub fn choose(preferred: Option<&OsStr>, there: impl Fn(&Path) -> bool) -> (PathBuf, Dialect) {
    let preferred = preferred.map(PathBuf::from);
    let fallbacks = ["/bin/bash", "/usr/bin/bash"].map(PathBuf::from);
    let usable = |shell: PathBuf| {
        let dialect = Dialect::of(&shell)?;
        there(&shell).then_some((shell, dialect))
    };
    let mut shells = preferred.into_iter().chain(fallbacks).filter_map(usable);
    let last = || (PathBuf::from("/bin/sh"), Dialect::Posix);
    shells.next().unwrap_or_else(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(preferred: Option<&str>, there: &[&str]) -> String {
        let is_there = |path: &Path| there.iter().any(|one| Path::new(one) == path);
        let (shell, _) = choose(preferred.map(OsStr::new), is_there);
        shell.display().to_string()
    }

    #[test]
    fn a_shell_that_is_unknown_or_gone_is_replaced() {
        let all = ["/bin/bash", "/usr/bin/fish", "/usr/sbin/nologin"];
        assert_eq!(chosen(Some("/usr/bin/fish"), &all), "/usr/bin/fish");
        assert_eq!(chosen(Some("/usr/sbin/nologin"), &all), "/bin/bash");
        assert_eq!(chosen(Some("/usr/bin/zsh"), &all), "/bin/bash");
        assert_eq!(chosen(Some(""), &all), "/bin/bash");
        assert_eq!(chosen(None, &[]), "/bin/sh");
    }
}
