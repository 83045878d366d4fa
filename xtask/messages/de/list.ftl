# Was `cargo xtask list` zeigt.

list-no-labs = In labs/ gibt es noch keine Labs.
list-part = { $part } { $title }, { $minutes } min: { $state }
list-part-green = grün
list-part-open = { $written } von { $tasks ->
    [one] 1 Aufgabe
   *[other] { $tasks } Aufgaben
} geschrieben, { $green } von { $checks ->
    [one] 1 Check
   *[other] { $checks } Checks
} grün
list-part-green-before = { $state } (grün, bevor sich seine Checks änderten)
list-next = Weiter: cargo xtask check { $lab }
list-all-green = Alle Labs sind grün.
