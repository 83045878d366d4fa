# The screen of `cargo xtask sync`, which writes starters from references.

sync-clean = Every file of { $labs ->
    [one] 1 lab
   *[other] { $labs } labs
} is as generated.
sync-would-change = sync would change { $files ->
    [one] 1 file
   *[other] { $files } files
}:
sync-gone = { $file }: the reference has it no more
sync-edit-reference = Edit the reference in solutions/, then run: cargo xtask sync

sync-refused = Nothing was written. These files hold edits:
sync-written = { $file }: task { $task } is written
sync-edited = { $file }: it was edited since the last commit and the last sync
sync-undo = Commit or undo an edit outside of tasks; reset a written task with `cargo xtask reset`. With --force they are overwritten and kept in .lab/kept.

sync-wrote = wrote { $file }
sync-removed = removed { $file }
# The file's name stands on the next line.
sync-kept = the old one is kept in

# Why a reference is no source of a starter. $place is a folder, $fault says what
# is wrong with the marks of a file.
sync-unwritten = { $place }: task { $task } is unwritten in the reference
sync-fault = { $file }: { $fault }
sync-rustfmt = start rustfmt, which sync needs: rustup component add rustfmt
