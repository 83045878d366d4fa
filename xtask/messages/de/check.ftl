# Was `cargo xtask check` zeigt.

check-all-finished = Alle Labs sind grün. `cargo xtask list` zeigt sie.

check-head = { $lab }: { $title }
check-head-reference = { $lab } (Referenz): { $title }

check-line-to-do-task = { $says } (offen: { $task })
check-line-to-do = { $says } (offen)
check-line-not-run = { $says } (nicht gelaufen)

check-earlier-changed = { $earlier } hat sich geändert, seit es zuletzt grün war. Deshalb wird es zuerst geprüft.
check-earlier-first = { $lab } baut auf { $earlier } auf und wird geprüft, sobald das grün ist.

check-does-not-compile = { $place } kompiliert nicht. Was der Compiler sagt, steht oben.

check-count-green = { $number } grün
check-count-red = { $number } rot
check-count-to-do = { $number } offen
check-count-not-run = { $number } nicht gelaufen
check-counts-doubtful = { $counts }, und die grünen zählen nicht

check-machine = Dein Rechner
check-machine-lacks = Ihm fehlt, was dieses Lab braucht. Deshalb wurde nichts gebaut.
check-machine-no-workbench = Die Workbench ließ sich nicht herstellen. Deshalb lief nichts von dir. Über deinen Code sagt das nichts.
check-step = Schritt
check-reason = Grund

check-earlier-to-do = { $lab } baut auf Aufgaben eines früheren Labs auf, die noch offen sind:
check-earlier-task = { $lab }, Aufgabe { $task }

check-nothing-yet = Am Anfang ist das so: Noch ist nichts geschrieben, deshalb { $checks ->
    [one] ist der eine Check offen
   *[other] sind alle { $checks } Checks offen
}, und der Exitstatus ist 1, bis der letzte grün ist.
check-begin = Beginne mit Aufgabe { $task }
check-next = Weiter mit Aufgabe { $task }

check-green-check = Check { $check } ist grün.
check-green-task = Aufgabe { $task } ist grün.
check-green = { $what } ist grün.
check-label-next = weiter
check-label-compare = Referenz
