# What `cargo xtask check` says beyond its verdicts.

over-nothing = { $lab } builds on no earlier lab, so there is nothing to put the reference under: cargo xtask check { $number }
over-head = Over the reference's { $labs }: your own earlier labs are not used.
over-label-own = own
over-end = { $command } builds it over your own earlier labs, and only that counts
over-checks-changed = The checks of { $lab } have changed since it was last green.
