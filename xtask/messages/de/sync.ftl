# Was `cargo xtask sync` zeigt, das die Vorlagen aus den Referenzen schreibt.

sync-clean = Jede Datei von { $labs ->
    [one] 1 Lab
   *[other] { $labs } Labs
} ist, wie sie erzeugt wird.
sync-would-change = sync würde { $files ->
    [one] 1 Datei
   *[other] { $files } Dateien
} ändern:
sync-gone = { $file }: die Referenz hat sie nicht mehr
sync-edit-reference = Ändere die Referenz in solutions/, dann: cargo xtask sync

sync-refused = Es wurde nichts geschrieben. Diese Dateien sind bearbeitet:
sync-written = { $file }: Aufgabe { $task } ist geschrieben
sync-edited = { $file }: bearbeitet seit dem letzten Commit und dem letzten sync
sync-undo = Committe eine Änderung außerhalb von Aufgaben oder nimm sie zurück; setze eine geschriebene Aufgabe mit `cargo xtask reset` zurück. Mit --force werden sie überschrieben und in .lab/kept aufgehoben.

sync-wrote = { $file } geschrieben
sync-removed = { $file } gelöscht
sync-kept = die alte ist aufgehoben in

sync-unwritten = { $place }: Aufgabe { $task } ist in der Referenz nicht geschrieben
sync-fault = { $file }: { $fault }
sync-rustfmt = rustfmt starten, das sync braucht: rustup component add rustfmt
