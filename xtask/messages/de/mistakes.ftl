# Was `cargo xtask mistakes` zeigt: eine Zeile für jede falsche oder richtige
# Antwort, die ausprobiert wurde. Die Art einer Zeile hat zehn Spalten.

mistakes-reference = Referenz
mistakes-mistake = Irrtum
mistakes-variant = Variante
mistakes-left-out = fehlt
mistakes-no-op = untätig

mistakes-all-green = alle grün
mistakes-red = rot: { $checks }
mistakes-red-shows = rot: { $checks }; zeigt: { $diagnoses }
mistakes-saw = Check { $check } sah

mistakes-no-compile = kompiliert nicht
mistakes-machine = dein Rechner: { $step }: { $reason }
mistakes-unanswered = das Check-Programm hat nicht jeden Check beantwortet
mistakes-is-red = Check { $check } ist rot
mistakes-stayed-green = Check { $check } blieb grün
mistakes-all-stayed-green = jeder Check blieb grün
mistakes-unnamed = Check { $check } ist rot ohne Aufgabe { $task }, die er in lab.yaml nicht nennt
mistakes-not-shown = Diagnose { $diagnosis } wird nicht gezeigt
mistakes-wrongly-shown = Check { $check } zeigt Diagnose { $diagnosis }, und hier ist sie falsch
mistakes-hidden = Check { $check } ist vor dem rot, der die Diagnose zeigt; wer das Lab löst, sieht sie also nicht

mistakes-as-declared = { $rows ->
    [one] Die eine Zeile ist wie erklärt ({ $seconds } s)
   *[other] Alle { $rows } wie erklärt ({ $seconds } s)
}
mistakes-off = { $off } von { $rows } nicht wie erklärt ({ $seconds } s)

mistakes-reference-broken = { $place } kompiliert nicht: daraus lässt sich nichts schließen
mistakes-fault = { $file }: Aufgabe { $task }: { $fault }
mistakes-not-there = { $file }: erklärt, aber nicht da
mistakes-undeclared = { $file }: nicht in lab.yaml erklärt
