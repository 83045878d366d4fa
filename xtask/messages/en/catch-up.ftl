# The screen of `cargo xtask catch-up`, and why it refuses.

catch-up-which = you have begun no lab yet: name the one to begin with, as in `cargo xtask catch-up 02`
catch-up-nothing-before = Nothing comes before { $lab }.
catch-up-nothing = Every task before { $lab } is written, so nothing was changed.
catch-up-put = { $place }: task { $task } holds the reference's version
catch-up-begun = { $place }: task { $task } holds the reference's version; you had begun it
catch-up-stay = { $count ->
    [one] 1 task you had written stays yours.
   *[other] { $count } tasks you had written stay yours.
}
catch-up-kept = Your versions are kept in { $folder }:
catch-up-label-check = check
catch-up-label-next = next
