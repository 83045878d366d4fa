# Was `cargo xtask shell` am Anfang sagt, und warum es nicht geht.

shell-where = Du bist root auf einer Workbench, einer Kopie deines Rechners. Was du darauf änderst, auch an deinen eigenen Dateien, wird weggeworfen, wenn du gehst: mit Strg-D.
shell-label-try = probier
shell-unwritten = { $tasks ->
    [one] 1 Aufgabe dieses Labs ist
   *[other] { $tasks } Aufgaben dieses Labs sind
} noch offen
shell-label-rootfs = rootfs
shell-rootfs = { $rootfs } ist ein Wurzeldateisystem zum Üben
shell-no-rootfs = es gibt keines: { $reason }
shell-label-node = Node
shell-node = das ist { $node }; auf einem anderen: workbench on { $other } ip addr
shell-label-edit = ändern
shell-edit = in einem anderen Terminal, mit cargo xtask check { $number }; eine später geöffnete Shell hat das neue Programm

shell-cargo =
    cargo läuft draußen: Was es auf einer Workbench baut, wird weggeworfen.
    In einem anderen Terminal: cargo xtask check { $number }
shell-no-terminal = eine Shell braucht ein Terminal; für einen einzelnen Befehl: cargo xtask shell -- COMMAND
