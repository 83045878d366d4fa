# The screens of `hint`, `reset` and `solve`.

# $lab is a lab's name, $task a task's.
regions-hint-head = { $lab }, task { $task }
# Labels, as in words.ftl: the command for the next hint, and what there is when
# no hint is left.
regions-more = more
regions-no-more = no more
# $command is `cargo xtask solve …`.
regions-no-more-solve = { $command } puts the reference's version in
regions-no-more-hints = these are all hints of this task

# $place is a file and a line.
regions-reset = { $place }: task { $task } is to do again
regions-reset-already = { $place }: task { $task } is a starter's already
regions-solved = { $place }: task { $task } holds the reference's version
regions-solved-already = { $place }: task { $task } is the reference's already
# The files' names stand on the next lines.
regions-kept = { $files ->
    [one] Your version is kept in
   *[other] Your versions of these files are kept in
}
# $folder holds the reference and its README.
regions-why = Why it is written so: { $folder }

# Why nothing was changed. $command is `cargo xtask reset LAB TASK`, or solve.
regions-name-both = name a lab and a task: { $command }
regions-name-task = name a task of { $lab }, or --all: { $tasks }
# $at is the task the learner is at.
regions-name-task-at = name a task of { $lab }, or --all: { $tasks }; you are at { $at }
# A source's marks are damaged; $fault says how.
regions-fault = { $file }: task { $task }: { $fault }
regions-reference-fault = { $file }: { $fault }
