# Root for the checks: the question, and why there is none.

escalate-title = Root is needed
escalate-needed = The checks of { $lab } can't run here without it.
escalate-because = because
escalate-starts = starts
escalate-nothing-else = Nothing else runs as root: cargo has built as you, and each check runs on a workbench that is thrown away. The answer is kept for this repository; cargo xtask clean --all forgets it.
# The letters are those of escalate-yes and of no.
escalate-question = Start it through { $tool }? [y/N]
# What may be typed for yes, in small letters; anything else is no.
escalate-yes = y yes
escalate-no-tool = root is needed, and neither sudo, doas nor run0 is there
escalate-no-tool-do = cargo xtask doctor says what would do instead
escalate-no-terminal = root is needed, and your leave can't be asked for: input or output is no terminal here
escalate-no-terminal-do = run `cargo xtask check` once in a terminal; cargo xtask doctor says what would do instead
escalate-declined = root is needed, and you said no
escalate-declined-do = run it again and say yes; cargo xtask doctor says what would do instead
escalate-not-allowed = root is needed, and { $tool } did not give it
escalate-not-allowed-do = ask whoever runs this machine to let you use { $tool }; cargo xtask doctor says what would do instead
escalate-not-asked-do = if it wants your password, type `sudo -v` in this terminal and run it again; else ask whoever runs this machine to let you use sudo; cargo xtask doctor says what would do instead
escalate-step = start the checks as root
escalate-cargo-as-root = cargo was started as root through sudo, in the repository of { $user }: what it writes would be root's, and your own next build would fail. Run it without sudo; it asks where root is needed
escalate-cargo-as-root-repair = it has built already; to take the files back: sudo chown -R { $user } .
