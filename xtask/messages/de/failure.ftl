# Warum ein Befehl aufhörte: das Wort vor dem Grund, und was zu tun ist.

failure-usage = Fehler
failure-code = dein Code
failure-machine = dein Rechner
failure-marks = Die Marken sagen, wo eine Aufgabe steht. Stelle sie wieder her, oder die Datei: git checkout FILE
failure-limit = { $program } war nach { $seconds } s nicht fertig und wurde beendet
failure-check-source = { $file } mit den Checks des Labs lässt sich nicht lesen: { $reason }. Hol die Datei zurück: git checkout -- { $file }
