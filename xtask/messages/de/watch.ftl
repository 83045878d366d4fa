# Rund um die Checks von `cargo xtask watch`.

watch-no-terminal = watch braucht ein Terminal für Tasten und Bildschirm: `{ $command }` prüft einmal
watch-begins = { $lab } wird beobachtet.
watch-again = { $lab } wird noch einmal geprüft.
watch-changed = { $others ->
    [0] { $file } geändert
    [one] { $file } und 1 weitere Datei geändert
   *[other] { $file } und { $others } weitere Dateien geändert
}
watch-first = { $what }; zuerst { $tasks }.
# Die Tasten bleiben, was sie sind.
watch-keys = beobachtet { $lab }   h Hinweis  l Liste  n weiter  c Check  q Ende
watch-keys-short = h Hinweis l Liste n weiter c Check q Ende
watch-next = Weiter mit Aufgabe { $task }
