# Was mit den Marken einer Aufgabe in einer Quelle nicht stimmt: den Zeilen
# `// ANCHOR: name` und `// ANCHOR_END: name`.

marks-missing = die Zeilen `// ANCHOR: { $name }` und `// ANCHOR_END: { $name }` fehlen
marks-unclosed = Anker { $name } beginnt hier, und kein `// ANCHOR_END: { $name }` folgt
marks-unopened = Anker { $name } endet hier und hat nicht begonnen
marks-twice = Anker { $name } beginnt ein zweites Mal
marks-crossed = Anker { $name } endet hier vor einem, der in ihm begann
marks-holds = der Bereich der Aufgabe { $name } enthält einen weiteren Anker, der beim Ersetzen verloren ginge
marks-malformed = ein Anker steht allein auf einer Zeile: `// ANCHOR: name`

marks-task = Aufgabe { $task }: { $fault } in { $file }
marks-no-file = Aufgabe { $task }: es gibt kein { $file }
