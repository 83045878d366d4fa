# Warum ein Befehl aufhörte: das Wort vor dem Grund, und was zu tun ist.

failure-usage = Fehler
failure-code = dein Code
failure-machine = dein Rechner
failure-marks = Die Marken sagen, wo eine Aufgabe steht; in einem offenen String oder Kommentar zählen sie nicht. Setze sie wieder ein: `git diff labs` zeigt, was sich geändert hat.
failure-limit = { $program } war nach { $seconds } s nicht fertig und wurde beendet
failure-check-source = { $file } mit den Checks des Labs lässt sich nicht lesen: { $reason }. Hol die Datei zurück: git checkout -- { $file }
