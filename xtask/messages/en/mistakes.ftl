# The screen of `cargo xtask mistakes`: one line for each wrong or right answer
# that was tried. Maintainers read it.

# The kind of a line, in a column of ten letters.
mistakes-reference = reference
mistakes-mistake = mistake
mistakes-variant = variant
mistakes-left-out = left out
mistakes-no-op = no-op

# What came of it: red checks, diagnoses that were shown.
mistakes-all-green = all green
mistakes-red = red: { $checks }
mistakes-red-shows = red: { $checks }; shows: { $diagnoses }
# Above what a check saw.
mistakes-saw = check { $check } saw

# What is not as declared in lab.yaml.
mistakes-no-compile = does not compile
mistakes-machine = your machine: { $step }: { $reason }
mistakes-unanswered = the check binary did not answer every check
mistakes-is-red = check { $check } is red
mistakes-stayed-green = check { $check } stayed green
mistakes-all-stayed-green = every check stayed green
mistakes-unnamed = check { $check } is red without task { $task }, which it doesn't name in lab.yaml
mistakes-not-shown = diagnosis { $diagnosis } is not shown
mistakes-wrongly-shown = diagnosis { $diagnosis } is shown by check { $check } and is wrong here
mistakes-hidden = check { $check } is red before the one that shows the diagnosis, so a learner doesn't see it

# $seconds is a number with a decimal.
mistakes-as-declared = All { $rows } as declared ({ $seconds } s)
mistakes-off = { $off } of { $rows } not as declared ({ $seconds } s)

# Why nothing was tried.
mistakes-reference-broken = { $place } does not compile: nothing can be told from it
mistakes-fault = { $file }: task { $task }: { $fault }
mistakes-not-there = { $file }: declared and not there
mistakes-undeclared = { $file }: not declared in lab.yaml
