# Die Zeile, die steht, solange etwas länger als eine Sekunde dauert.

waiting-line = { $what }, { $seconds } s
waiting-line-steps = { $what }: { $done } von { $all }, { $seconds } s
waiting-build = baut
waiting-checks = prüft { $lab }
waiting-cases = probiert die Irrtümer von { $lab }
waiting-transcript = führt { $place } aus
waiting-clean = entfernt, was Läufe hinterlassen haben
waiting-sync = liest die Referenzen
