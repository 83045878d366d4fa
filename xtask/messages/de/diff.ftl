# Was `cargo xtask diff` zeigt, und warum es nichts zeigt.

diff-none-green = noch ist keine Aufgabe grün, also gibt es nichts zu vergleichen: nenne ein Lab; mit --anyway wird es schon vorher gezeigt
diff-lab-not-green = noch ist keine Aufgabe von { $lab } grün: `cargo xtask diff { $number } --anyway` zeigt die Referenz trotzdem
diff-task-not-green = Aufgabe { $task } ist noch nicht grün: `cargo xtask diff { $number } { $task } --anyway` zeigt die Referenz trotzdem
diff-head = { $lab }, Aufgabe { $task }
diff-label-file = Datei
diff-sides = - deine, + die Referenz
diff-same = Deine Fassung ist die der Referenz.
diff-unwritten = (noch nicht begonnen)
diff-left-out = Nicht gezeigt, weil noch nicht grün: { $tasks }. Dafür braucht es --anyway.
diff-why = Warum sie so aussieht: solutions/{ $lab }
