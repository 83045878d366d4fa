# What is wrong with the marks of a task in a source: the lines
# `// ANCHOR: name` and `// ANCHOR_END: name`. The file and the line stand before
# it. $name is the task's name.

marks-missing = the lines `// ANCHOR: { $name }` and `// ANCHOR_END: { $name }` are missing
marks-unclosed = anchor { $name } begins here and no `// ANCHOR_END: { $name }` follows
marks-unopened = anchor { $name } ends here and has not begun
marks-twice = anchor { $name } begins a second time
marks-crossed = anchor { $name } ends here before one that began inside it
marks-holds = the region of task { $name } holds another anchor, which replacing it would lose
marks-malformed = an anchor is a line of its own: `// ANCHOR: name`

# $fault is one of the above.
marks-task = task { $task }: { $fault } in { $file }
marks-no-file = task { $task }: there is no { $file }
