# Was `cargo xtask update` zeigt, und warum es nichts tut.

update-no-clone = dieser Ordner ist kein Klon des Workshops mit git, und ohne die Geschichte kann update deine Arbeit nicht von der des Workshops unterscheiden: klone den Workshop daneben und kopiere deine Aufgaben hinüber
update-in-progress = ein { $what } ist im Gang: bring es zu Ende oder brich es mit `{ $end }` ab, dann update
update-unmerged = { $path } hat einen ungelösten Konflikt: löse ihn und gib `git add { $path }` ein, dann update
update-locked = ein anderer git-Befehl hält den Index: warte auf ihn, oder lösche { $lock }, wenn keiner läuft; dann weiter
update-no-commit = dieses Repository hat noch keinen Commit: es gibt nichts auf den neuen Stand zu bringen
update-detached = du bist auf keinem Branch, sondern auf Commit { $head }: `git switch -c my-work` behält alles, dann update
update-no-remote = es ist kein Remote eingerichtet, also gibt es keine Quelle: cargo xtask update --from ADDRESS
update-which-remote = welches der Remotes { $remotes } das des Workshops ist, ist nicht bekannt: cargo xtask update --from REMOTE
update-unreachable = { $remote } ist nicht erreichbar; es wurde nichts geändert
update-shallow = dieser Klon ist flach, und die gemeinsame Geschichte fehlt: `git fetch --unshallow`, dann update
update-unrelated = dieses Repository und der Workshop haben keine gemeinsame Geschichte: ist das die Adresse des Workshops?
update-blocked-by-folder = { $path } ist hier ein Ordner und upstream eine Datei: verschiebe ihn, dann update; es wurde nichts geändert
update-blocked-by-file = { $path } ist hier eine Datei und upstream ein Ordner: verschiebe sie, dann update; es wurde nichts geändert
update-goes-on = update blieb auf halbem Weg stehen; der nächste Befehl mit `cargo xtask` macht damit weiter
update-journal = { $file }: { $reason }: lösche die Datei, um mit allem weiterzumachen, wie es ist; oder sichere mit einem Commit, was du hast, und `git restore --source=refs/lab/before labs` bringt labs/ zurück, wie es vor dem update war
update-nothing-to-undo = es gibt kein update, das sich zurücknehmen ließe
update-moved-on = { $branch } ist seit dem update weitergegangen: `git log { $before }` zeigt, was vorher war; sichere mit einem Commit, was du hast, dann bringt `git restore --source=refs/lab/before labs` ganz labs/ zurück, wie es vor dem update war

update-asking = Frage bei { $origin } an …
update-nothing = Nichts Neues in { $origin }.
update-head = { $commits ->
    [one] 1 neuer Commit
   *[other] { $commits } neue Commits
} in { $origin }.
update-lab-new = { $lab }: { $title } (neu)
update-lab = { $lab }: { $title }
update-lab-gone = { $lab } ist weg.
update-lab-renamed = { $lab }: { $title } (vorher { $old })
update-lab-unreadable = Sein lab.yaml ist neuer als dieser Runner. Nach dem Update: cargo xtask list
update-label-new = neu
update-label-changed = geändert
update-label-renamed = umben.
update-label-gone = weg
update-label-checks = Checks
update-label-others = auch
update-label-next = weiter
update-label-back = zurück
update-label-do = tun
update-task = Aufgabe { $task }: { $says }
update-task-renamed = Aufgabe { $old } heißt jetzt { $task }: { $says }
update-task-written = { $line } Deine Fassung bleibt.
update-task-to-do = { $line } Sie ist offen.
update-task-function = { $line } Ihre Funktion ist jetzt: { $function }
update-checks = { $files } geändert; was grün war, muss noch einmal geprüft werden
update-checks-many = { $files } und { $count } weitere geändert; was grün war, muss noch einmal geprüft werden
update-others = { $count ->
    [one] 1 weitere Datei
   *[other] { $count } weitere Dateien
} rund um die Aufgaben
update-rest = Ebenfalls geändert: { $list }.
update-rest-pages = { $count ->
    [one] 1 Datei des Buchs
   *[other] { $count } Dateien des Buchs
}
update-rest-references = { $count ->
    [one] 1 Datei der Referenzen
   *[other] { $count } Dateien der Referenzen
}
update-rest-runner = { $count ->
    [one] 1 Datei des Runners und der Workbench
   *[other] { $count } Dateien des Runners und der Workbench
}
update-rest-others = { $count ->
    [one] 1 weitere Datei
   *[other] { $count } weitere Dateien
}

update-conflict = { $place }: du und upstream habt dieselben Zeilen geändert
update-conflict-task = { $place }, bei Aufgabe { $task }: du und upstream habt dieselben Zeilen geändert
update-conflict-new = Von upstream, jetzt in der Datei:
update-conflict-would = Von upstream, dann in der Datei:
update-conflict-mine = Deine:
update-conflict-nothing = (nichts)
update-conflict-more = { $count ->
    [one] und 1 weitere Zeile
   *[other] und { $count } weitere Zeilen
}
update-homeless = { $path }: Aufgabe { $task } gibt es nicht mehr, also hat deine Fassung keinen Platz
update-replaced = { $path }: upstream hat jetzt eine Datei dieses Namens; sie steht an der Stelle deiner
update-removed = { $path }: upstream hat diese Datei nicht mehr, und du hattest sie geändert
update-left = { $path }: das Lab, in dem sie stand, ist weg, also ist sie nicht mehr dort
update-brought-back = { $path } ist wieder da: ohne die Datei lassen sich die Labs nicht bauen.
update-moved = { $from } ist mit umgezogen nach { $to }.
update-do = Sieh dir { $count ->
    [one] die Stelle oben
   *[other] die { $count } Stellen oben
} an und setze von Hand wieder ein, was du noch willst.
update-kept = Deine Fassungen, wie sie waren, sind in { $folder } aufgehoben:
update-unstaged = Was du von diesen Dateien vorgemerkt hattest (git add), steht darin und ist nicht mehr vorgemerkt.
update-would-keep = Deine Fassungen dieser Dateien werden in .lab/kept aufgehoben:
update-would = Es wurde nichts geändert. So holst du es: cargo xtask update
update-done = { $branch } ist auf dem neuen Stand: aus { $from } wurde { $to }.
update-resumed = Ein Update war unterbrochen worden. Jetzt ist es fertig.
update-resumed-kept = Was du seitdem geändert hattest, ist in { $file } aufgehoben.
update-set-aside = Ein Update von { $branch } war unterbrochen worden und wird nicht fertiggestellt: seitdem hast du Commits gemacht oder den Branch gewechselt. Sichere mit einem Commit, was du hast. Dann bringt `git restore --source=refs/lab/before labs` ganz labs/ zurück, wie es vor dem update war, und `cargo xtask update` holt, was fehlt.
update-undone = { $branch } ist wieder bei { $before }. Was du seit dem Update geschrieben hast, ist noch da.
update-undone-kept = Auch diese Dateien wurden dadurch geändert; ihre Fassungen sind in { $folder } aufgehoben:
