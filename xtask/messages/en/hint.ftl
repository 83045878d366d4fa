# Why `cargo xtask hint` has nothing to show.

hint-all-written = every task of { $lab } is written: name one of { $tasks }
