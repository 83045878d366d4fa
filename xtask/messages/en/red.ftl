# The part of the screen of `check` that explains a red check.

# $check is its name, $says its sentence.
red-head = { $check }: { $says }

# Label, as in words.ftl: the heading in the book that explains it.
red-read = read

# How the learner's program ended.
red-killed = Your program was killed by signal { $signal }
red-ended = Your program ended with exit status { $status }
red-no-end = Your program did not come to its end
# One of the three above, and why: what the program said about it.
red-because = { $what }: { $why }
red-timed-out = Your program did not end within { $seconds } s and was killed. Most often something waits for what never comes, or a loop never ends.
red-too-much = Your program wrote more than { $bytes } bytes and was killed.
red-no-observation = The check gave no observation, so there is nothing to judge.

# Labels of a field that differs.
red-expected = expected
red-seen = seen
# In the place of what was seen.
red-no-field = (no such field)
# Labels of two long lists: what only the expected one has, what only the seen
# one has.
red-missing = missing
red-too-many = too many
# Further fields that differ and are not shown.
red-more = and { $number } more

# What the check binary did instead of answering. It runs the learner's library.
red-troubles = The checks did not run to their end
red-trouble-ended = The check binary ended (exit status: { $status }) before it had answered. { $missing ->
    [one] One check has no answer and counts as red.
   *[other] { $missing } checks have no answer and count as red.
} Does something in your library call exit or abort?
# $signal is a number and a name: "6 (SIGABRT)".
red-trouble-killed = The check binary ended (signal: { $signal }) before it had answered. { $missing ->
    [one] One check has no answer and counts as red.
   *[other] { $missing } checks have no answer and count as red.
} Does something in your library call exit or abort?
red-trouble-closed = The check binary closed its output before it had answered. { $missing ->
    [one] One check has no answer and counts as red.
   *[other] { $missing } checks have no answer and count as red.
} Does something in your library close standard output?
red-trouble-silent = The check binary gave no answer for { $seconds } s and was killed. { $missing ->
    [one] One check has no answer and counts as red.
   *[other] { $missing } checks have no answer and count as red.
}
red-trouble-no-answer = The check binary wrote a line that is no answer, so the whole run does not count: { $line }
red-trouble-twice = Check { $check } was answered twice. One of the answers is not the check's, so the whole run does not count.
red-trouble-not-asked = The check binary answered `{ $check }`, which was not asked for, so the whole run does not count.
red-trouble-too-much = The check binary wrote more than { $mebibytes } MiB and was killed. Its output is not kept.
