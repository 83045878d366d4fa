# The screen of `cargo xtask clean`.

clean-nothing = Nothing is built, so nothing can have been left behind.
# $things is a list of the four below.
clean-forgot = Forgot { $things }.
clean-results = results
clean-hints = hints given
clean-generated = what sync wrote
clean-consent = leave to start checks as root
clean-kept = Kept versions of your files stay in .lab/kept.
