# The screen of `cargo xtask check`.

check-all-finished = Every lab is green. `cargo xtask list` shows them.

# The first line: the lab's name (and part) and its title.
check-head = { $lab }: { $title }
# The same when the workshop's own solution is checked instead of the learner's.
check-head-reference = { $lab } (reference): { $title }

# One check's line. $says is the check's own sentence.
check-line-to-do-task = { $says } (to do: { $task })
check-line-to-do = { $says } (to do)
check-line-not-run = { $says } (not run)

# $earlier and $lab are names of labs.
check-earlier-changed = { $earlier } changed since it was last green, so it is checked first.
check-earlier-first = { $lab } builds on { $earlier } and is checked when that is green.

# $place is a folder.
check-does-not-compile = { $place } does not compile. The compiler's words stand above.

# The counts below the lines, put one after the other: "2 green, 1 red".
check-count-green = { $number } green
check-count-red = { $number } red
check-count-to-do = { $number } to do
check-count-not-run = { $number } not run
# The check binary misbehaved, so that no green of this run is worth anything.
# $counts is the list of counts.
check-counts-doubtful = { $counts }, and the green do not count

check-machine = Your machine
check-machine-lacks = It lacks what this lab needs, so nothing was built.
check-machine-no-workbench = The workbench could not be made, so nothing of yours was run. This says nothing about your code.
# Labels, as in words.ftl: the step at which the workbench failed, and why.
check-step = step
check-reason = reason

check-earlier-to-do = { $lab } builds on tasks of an earlier lab that are still to do:
check-earlier-task = { $lab }, task { $task }

check-nothing-yet = This is expected at first: nothing is written yet, so { $checks ->
    [one] its one check is to do
   *[other] all { $checks } checks are to do
}, and the exit status is 1 until the last is green.
check-begin = Begin with task { $task }
check-next = Next is task { $task }

check-green-check = Check { $check } is green.
check-green-task = Task { $task } is green.
# $what is a lab or a part.
check-green = { $what } is green.
# Labels, as in words.ftl: the next command, and the one that shows the reference.
check-label-next = next
check-label-compare = compare
