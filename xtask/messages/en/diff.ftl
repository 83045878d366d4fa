# The screen of `cargo xtask diff`, and why it refuses.

diff-none-green = no task is green yet, so there is nothing to compare: name a lab, and with --anyway it is shown before that
diff-lab-not-green = no task of { $lab } is green yet: `cargo xtask diff { $number } --anyway` shows the reference all the same
diff-task-not-green = task { $task } is not green yet: `cargo xtask diff { $number } { $task } --anyway` shows the reference all the same
diff-head = { $lab }, task { $task }
diff-label-file = file
diff-sides = - yours, + the reference
diff-same = Yours is the reference's.
diff-unwritten = (you have not begun it)
diff-left-out = Not shown, because not green yet: { $tasks }. They need --anyway.
diff-why = Why it is written so: solutions/{ $lab }
