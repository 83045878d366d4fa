# Was `cargo xtask catch-up` zeigt, und warum es nichts tut.

catch-up-which = du hast noch kein Lab begonnen: nenne das, mit dem du anfangen willst, etwa `cargo xtask catch-up 02`
catch-up-nothing-before = Vor { $lab } kommt nichts.
catch-up-nothing = Alle Aufgaben vor { $lab } sind geschrieben. Es wurde nichts geändert.
catch-up-put = { $place }: Aufgabe { $task } hat jetzt die Fassung der Referenz
catch-up-begun = { $place }: Aufgabe { $task } hat jetzt die Fassung der Referenz; du hattest sie begonnen
catch-up-stay = { $count ->
    [one] 1 Aufgabe, die du geschrieben hast, bleibt deine.
   *[other] { $count } Aufgaben, die du geschrieben hast, bleiben deine.
}
catch-up-kept = Deine Fassungen sind in { $folder } aufgehoben:
catch-up-label-check = prüfen
catch-up-label-next = weiter
