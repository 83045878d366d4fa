# Was `cargo xtask clean` zeigt.

clean-nothing = Es ist nichts gebaut, also kann auch nichts liegen geblieben sein.
clean-forgot = Vergessen: { $things }.
clean-results = Ergebnisse
clean-hints = gegebene Hinweise
clean-generated = was sync geschrieben hat
clean-consent = die Erlaubnis, Checks als root zu starten
clean-kept = Aufgehobene Fassungen deiner Dateien bleiben in .lab/kept.
