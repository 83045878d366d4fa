# The screen of `cargo xtask list`.

list-no-labs = There are no labs in labs/ yet.
list-part = { $part } { $title }, { $minutes } min: { $state }
list-part-green = green
list-part-open = { $written } of { $tasks ->
    [one] 1 task
   *[other] { $tasks } tasks
} written, { $green } of { $checks ->
    [one] 1 check
   *[other] { $checks } checks
} green
list-part-green-before = { $state } (green before its checks changed)
list-next = Next: cargo xtask check { $lab }
list-all-green = Every lab is green.
