# Around the checks of `cargo xtask watch`.

watch-no-terminal = watch needs a terminal for its keys and its screen: `{ $command }` checks once
watch-begins = Watching { $lab }.
watch-again = Checking { $lab } again.
watch-changed = { $others ->
    [0] { $file } changed
    [one] { $file } and 1 other file changed
   *[other] { $file } and { $others } other files changed
}
watch-first = { $what }; first { $tasks }.
watch-keys = watching { $lab }   h hint  l list  n next  c check  q quit
watch-keys-short = h hint l list n next c check q quit
watch-next = Next is task { $task }
