# Was `hint`, `reset` und `solve` zeigen.

regions-hint-head = { $lab }, Aufgabe { $task }
regions-more = mehr
regions-no-more = danach
regions-no-more-solve = { $command } setzt die Fassung der Referenz ein
regions-no-more-hints = das waren alle Hinweise zu dieser Aufgabe

regions-reset = { $place }: Aufgabe { $task } ist wieder offen
regions-reset-already = { $place }: Aufgabe { $task } ist schon wie am Anfang
regions-solved = { $place }: Aufgabe { $task } hat jetzt die Fassung der Referenz
regions-solved-already = { $place }: Aufgabe { $task } hat schon die Fassung der Referenz
# Die Dateinamen stehen auf den nächsten Zeilen.
regions-kept = { $files ->
    [one] Deine Fassung steht in
   *[other] Deine Fassungen dieser Dateien stehen in
}
regions-why = Warum sie so aussieht: { $folder }

regions-name-both = nenne ein Lab und eine Aufgabe: { $command }
regions-name-task = nenne eine Aufgabe von { $lab }, oder --all: { $tasks }
regions-name-task-at = nenne eine Aufgabe von { $lab }, oder --all: { $tasks }; du bist bei { $at }
regions-fault = { $file }: Aufgabe { $task }: { $fault }
regions-reference-fault = { $file }: { $fault }
