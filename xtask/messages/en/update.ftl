# The screens of `cargo xtask update`, and why it refuses.

update-no-clone = this folder is not a git clone of the workshop, and without its history update can't tell your work from the workshop's: clone the workshop beside it and copy the bodies of your tasks over
update-in-progress = a { $what } is in progress: finish it, or end it with `{ $end }`, then update
update-unmerged = { $path } has an unresolved conflict: resolve it and run `git add { $path }`, then update
update-locked = another git command holds the index: wait for it, or remove { $lock } if there is none, then go on
update-no-commit = this repository has no commit yet: there is nothing to bring up to date
update-detached = you are on no branch but on commit { $head }: run `git switch -c my-work`, which keeps everything, then update
update-no-remote = no remote is configured, so there is nowhere to update from: cargo xtask update --from ADDRESS
update-which-remote = which of the remotes { $remotes } is the workshop's is not known: cargo xtask update --from REMOTE
update-unreachable = { $remote } can't be reached, and nothing was changed
update-shallow = this clone is shallow and the common history is not here: run `git fetch --unshallow`, then update
update-unrelated = this repository and the workshop have no common history: is it the workshop's address?
update-blocked-by-folder = { $path } is a folder here and a file upstream: move it away, then update; nothing was changed
update-blocked-by-file = { $path } is a file here and a folder upstream: move it away, then update; nothing was changed
update-goes-on = the update stopped half-way, and the next `cargo xtask` command goes on with it
update-journal = { $file }: { $reason }: remove it to go on with the files as they are; or commit what you have, and `git restore --source=refs/lab/before labs` brings labs/ back as it was before the update
update-nothing-to-undo = there is no update to take back
update-moved-on = { $branch } has moved on since the update: `git log { $before }` is what was before; commit what you have, then `git restore --source=refs/lab/before labs` brings all of labs/ back as it was before the update

update-asking = Asking { $origin } …
update-nothing = Nothing is new in { $origin }.
update-head = { $commits ->
    [one] 1 new commit
   *[other] { $commits } new commits
} in { $origin }.
update-lab-new = { $lab }: { $title } (new)
update-lab = { $lab }: { $title }
update-lab-gone = { $lab } is gone.
update-lab-renamed = { $lab }: { $title } (was { $old })
update-lab-unreadable = Its lab.yaml is newer than this runner. After the update: cargo xtask list
update-label-new = new
update-label-changed = changed
update-label-renamed = renamed
update-label-gone = gone
update-label-checks = checks
update-label-others = also
update-label-next = next
update-label-back = back
update-label-do = do
update-task = task { $task }: { $says }
update-task-renamed = task { $old } is called { $task } now: { $says }
update-task-written = { $line } Yours stays.
update-task-to-do = { $line } It is to do.
update-task-function = { $line } Its function is now: { $function }
update-checks = { $files } changed, so what was green has to be checked again
update-checks-many = { $files } and { $count } more changed, so what was green has to be checked again
update-others = { $count ->
    [one] 1 other file
   *[other] { $count } other files
} around the tasks
update-rest = Also changed: { $list }.
update-rest-pages = { $count ->
    [one] 1 file of the book
   *[other] { $count } files of the book
}
update-rest-references = { $count ->
    [one] 1 file of the references
   *[other] { $count } files of the references
}
update-rest-runner = { $count ->
    [one] 1 file of the runner and the workbench
   *[other] { $count } files of the runner and the workbench
}
update-rest-others = { $count ->
    [one] 1 other file
   *[other] { $count } other files
}

update-conflict = { $place }: you and upstream changed the same lines
update-conflict-task = { $place }, by task { $task }: you and upstream changed the same lines
update-conflict-new = Upstream's, which the file has now:
update-conflict-would = Upstream's, which the file will have:
update-conflict-mine = Yours:
update-conflict-nothing = (nothing)
update-conflict-more = { $count ->
    [one] and 1 more line
   *[other] and { $count } more lines
}
update-homeless = { $path }: task { $task } is no task any more, so your version of it has no place
update-replaced = { $path }: upstream has a file of this name now, and it stands in the place of yours
update-removed = { $path }: upstream has this file no more, and you had changed it
update-left = { $path }: the lab it stood in is gone, so it is no longer there
update-brought-back = { $path } is back: the labs don't build without it.
update-moved = { $from } went along to { $to }.
update-do = Look at { $count ->
    [one] the place above
   *[other] the { $count } places above
} and put back by hand what you still want.
update-kept = Your versions as they were are kept in { $folder }:
update-unstaged = What you had staged of these files is in them and no longer staged.
update-would-keep = Your versions of these files will be kept in .lab/kept:
update-would = Nothing was changed. Bring it in: cargo xtask update
update-done = { $branch } is up to date: { $from } is now { $to }.
update-resumed = An update had been interrupted. It is finished now.
update-resumed-kept = What you had edited since is kept in { $file }.
update-set-aside = An update of { $branch } had been interrupted, and it is not finished: since then you made commits, or went to another branch. Commit what you have. Then `git restore --source=refs/lab/before labs` brings all of labs/ back as it was before the update, and `cargo xtask update` brings in what is missing.
update-undone = { $branch } is back at { $before }. What you wrote since the update is still there.
update-undone-kept = These files were changed by it as well; their versions are kept in { $folder }:
