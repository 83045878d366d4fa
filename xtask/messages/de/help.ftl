# Die Hilfe der Befehle: `cargo xtask --help`, `cargo xtask check --help` …
# Befehle, Optionen und Namen bleiben; `Usage:` und `Options:` sagt clap.

help = Der Runner des Workshops
help--end = Exitstatus: 0 grün, 1 dein Code, 2 Aufruf, 3 dein Rechner.

help-check = Baut ein Lab, prüft es auf einer Workbench, zeigt das Ergebnis
help-check--labs = Was geprüft wird; ohne Angabe das nächste unfertige Lab
help-check--all = Jedes Lab prüfen
help-check--solution = Die Referenz statt deines Codes prüfen
help-check--on_reference = Dein Lab über die früheren Labs der Referenz bauen
help-check--check = Nur den Check dieses Namens ausführen
help-check--first = Die Checks dieser Aufgabe vor den anderen ausführen
help-check--format = Ausgabe: text oder json
help-check--limit = Sekunden Stille, nach denen Schluss ist (60)
help-check--end =
    Beispiele:
      cargo xtask check                     das nächste unfertige Lab
      cargo xtask check 01                  auch 1, lab-01, namespaces
      cargo xtask check 04b                 ein Teil
      cargo xtask check 01 hostname         ein Check, oder die einer Aufgabe
      cargo xtask check 03 --on-reference   über Lab 01 und 02 der Referenz

    Exitstatus: 0 grün, 1 dein Code (auch offene Aufgaben), 2 Aufruf,
    3 dein Rechner.

help-watch = Prüft ein Lab jedes Mal, wenn du eine seiner Dateien speicherst
help-watch--lab = Ein Lab oder ein Teil; ohne Angabe das nächste unfertige Lab
help-watch--end =
    Beispiele:
      cargo xtask watch             das nächste unfertige Lab
      cargo xtask watch 01b

    Die Checks der Aufgabe, an der du schreibst, kommen zuerst. Eine Änderung
    während eines Checks beginnt einen neuen. Tasten: h Hinweis, l Liste,
    n nächste Aufgabe oder nächstes Lab, c Check, q Ende.

help-list = Zeigt die Labs, ihre Teile und wie weit du bist
help-list--end =
    Beispiel:
      cargo xtask list

help-hint = Zeigt einen Hinweis zu einer Aufgabe, jedes Mal einen mehr
help-hint--lab = Ein Lab, oder der Name einer Aufgabe
help-hint--task = Der Name einer Aufgabe
help-hint--end =
    Beispiele:
      cargo xtask hint              die Aufgabe, bei der du bist
      cargo xtask hint 01 hostname

help-reset = Setzt eine Aufgabe auf den Anfang und hebt deine Fassung auf
help-reset--lab = Ein Lab, oder der Name einer Aufgabe
help-reset--task = Der Name einer Aufgabe
help-reset--all = Jede Aufgabe des Labs
help-reset--end =
    Beispiele:
      cargo xtask reset 01 hostname
      cargo xtask reset 01 --all

help-solve = Setzt die Fassung der Referenz ein und hebt deine auf
help-solve--lab = Ein Lab, oder der Name einer Aufgabe
help-solve--task = Der Name einer Aufgabe
help-solve--all = Jede Aufgabe des Labs
help-solve--end =
    Beispiele:
      cargo xtask solve 01 hostname
      cargo xtask solve 01 --all

help-catch-up = Steigt später ein: löst, was in den Labs davor noch offen ist
help-catch-up--lab = Das Lab oder der Teil zum Einsteigen; sonst das zuletzt begonnene
help-catch-up--end =
    Beispiele:
      cargo xtask catch-up 03       Lab 01 und 02
      cargo xtask catch-up 04b      auch Teil 04a

help-diff = Zeigt deine Fassung einer Aufgabe neben der der Referenz
help-diff--lab = Ein Lab, oder der Name einer Aufgabe
help-diff--task = Der Name einer Aufgabe
help-diff--anyway = Die Referenz auch zeigen, wo noch nicht alles grün ist
help-diff--end =
    Beispiele:
      cargo xtask diff 01           jede Aufgabe, die grün ist
      cargo xtask diff 01 hostname
      cargo xtask diff 01 hostname --anyway

help-update = Holt, was im Workshop neu ist, unter das, was du geschrieben hast
help-update--check = Sagen, was sich ändern würde, und nichts ändern
help-update--undo = Zurück auf den Stand vor dem letzten Update
help-update--from = Remote oder Adresse des Workshops, falls unüblich
help-update--end =
    Beispiele:
      cargo xtask update
      cargo xtask update --check    sagen, was sich ändern würde
      cargo xtask update --undo     zurück auf den Stand davor

    Was du geschrieben hast, bleibt, mit oder ohne Commit: Deine Fassung einer
    Aufgabe kommt in die neue Umgebung, und jede Datei, die sich ändert, wird
    vorher in .lab/kept aufgehoben. Lässt sich der Runner nach einer
    Unterbrechung selbst nicht bauen, starte target/debug/xtask list; das
    bringt das Update zu Ende.

    Exitstatus: 0 auf dem neuen Stand, 1 etwas von dir will angesehen werden,
    2 Aufruf, 3 dein Rechner.

help-doctor = Sagt, was diesem Rechner für die Labs fehlt, und was zu tun ist
help-doctor--lab = Ein Lab; ohne Angabe alle
help-doctor--format = Ausgabe: text oder json
help-doctor--end =
    Beispiele:
      cargo xtask doctor            alles, für jedes Lab
      cargo xtask doctor 02         was ein Lab angeht

    Exitstatus: 0 jedes Lab kann laufen, 2 Aufruf, 3 dein Rechner. Warnungen
    sind 0.

help-shell = Öffnet eine Shell auf einer Workbench, das Programm im PATH
help-shell--lab = Das Lab mit dem Programm im PATH; sonst das nächste unfertige
help-shell--node = Auf node-1, node-2 oder outside stehen, an einem Switch
help-shell--command = Einen Befehl ausführen statt einer Shell
help-shell--end =
    Beispiele:
      cargo xtask shell             das nächste unfertige Lab
      cargo xtask shell 01
      cargo xtask shell 01 --node node-1
      cargo xtask shell 01 -- sh -c 'chroot $ROOTFS ls /'

    Auf einer Workbench bist du root, und was du änderst, wird weggeworfen. Mit
    COMMAND gibt es keine Shell, und der Exitstatus ist der des Befehls; 3 ist
    dein Rechner.

help-rootfs = Legt ein Wurzeldateisystem zum Üben an, ohne Netz
help-rootfs--dir = Wo; der Ordner darüber muss da sein
help-rootfs--force = Ein früher angelegtes ersetzen, und nichts sonst
help-rootfs--from = Woher die Programme kommen: busybox oder host
help-rootfs--with = Ein Programm dieses Rechners dazu, mit Namen oder Pfad
help-rootfs--end =
    Beispiele:
      cargo xtask rootfs            in target/rootfs; `cargo clean` löscht es
      cargo xtask rootfs /tmp/root --with strace
      cargo xtask rootfs --force    ein neues an die Stelle des alten

    Es besteht aus einem statischen busybox, wenn es eines gibt, sonst aus
    Programmen dieses Rechners. `cargo xtask shell` hat ein eigenes, in $ROOTFS.

    Exitstatus: 0 es ist da, 2 etwas anderes ist da, 3 dein Rechner.

help-clean = Räumt weg, was unterbrochene Läufe hier hinterlassen haben
help-clean--all = Auch Ergebnisse und Hinweise vergessen; Aufgehobenes bleibt
help-clean--end =
    Beispiele:
      cargo xtask clean
      cargo xtask clean --all       auch Hinweise und Ergebnisse vergessen

    Was gebaut wurde, ist in target/, auch Kopien und Root-Dateisysteme: dafür
    ist `cargo clean` da.

help-completions = Lässt deine Shell ergänzen, was hinter `cargo xtask` steht
help-completions--shell = Die Shell, in der du tippst
help-completions--end =
    Beispiele, für diese Shell und alle späteren:
      cargo xtask completions bash > ~/.cargo-xtask.bash
      echo 'source ~/.cargo-xtask.bash' >> ~/.bashrc

      cargo xtask completions zsh > ~/.cargo-xtask.zsh
      echo 'source ~/.cargo-xtask.zsh' >> ~/.zshrc       nach compinit

      cargo xtask completions fish > ~/.config/fish/conf.d/cargo-xtask.fish

help-sync = Für Maintainer: schreibt die Vorlagen aus den Referenzlösungen
help-sync--labs = Labs; ohne Angabe alle
help-sync--check = Nichts ändern; sagen, was sich ändern würde, und mit 1 enden
help-sync--force = Auch Bearbeitetes überschreiben und in .lab/kept aufheben
help-sync--end =
    Beispiele:
      cargo xtask sync
      cargo xtask sync --check      nichts ändern; 1, wenn etwas anders würde

    Überschrieben wird nur eine Datei, in der nichts von Lernenden steht: Jede
    Aufgabe darin ist ein bloßes `todo!`, und sie ist so, wie der letzte Commit
    oder der letzte Lauf von `sync` sie hinterließ.

help-mistakes = Für Maintainer: probiert alle Irrtümer, Varianten und Lücken
help-mistakes--labs = Labs; ohne Angabe alle
help-mistakes--only = Nur Irrtum, Variante oder Aufgabe dieses Namens
help-mistakes--limit = Sekunden Stille, nach denen Schluss ist (60)
help-mistakes--end =
    Beispiele:
      cargo xtask mistakes 01
      cargo xtask mistakes 01 --only hostname_outside.rs

help-measure = Für Maintainer: misst, was versprochen ist, neben Vergleichen
help-measure--what = Was gemessen wird; ohne Angabe alles
help-measure--book = Das Gemessene für das Buch behalten, Tabellen und Bilder zeichnen
help-measure--draw = Die des Buchs aus dem Behaltenen neu zeichnen, nichts messen
help-measure--strict = Mit 1 enden, wenn ein Ziel verfehlt ist
help-measure--format = Ausgabe: text oder json
help-measure--end =
    Beispiele:
      cargo xtask measure
      cargo xtask measure run check
      cargo xtask measure run --book     auch die Bilder im Buch neu zeichnen

    Unseres und der Vergleich laufen abwechselnd. Beurteilt wird ein Ziel an dem
    Intervall, in dem mit 95 % der Median liegt: ✔ erreicht, ✘ verfehlt, ? es
    liegt darin, also weiß es niemand. Jede Zeit steht danach in
    target/measure/WHAT.json.

    Exitstatus: 0, auch wenn ein Ziel verfehlt ist: Eine Zahl hängt auch vom
    Rechner ab, und deiner läuft vielleicht mit Akku. Mit --strict, für
    Maintainer, 1.

help-book = Liefert das Buch mit seinen Bildern aus, oder prüft es
help-book--build = Nach book/build bauen und enden
help-book--open = Einen Browser öffnen, sobald es ausgeliefert wird
help-book--lint = Jede Seite lesen und sagen, was nicht stimmt
help-book--test = Die Mitschriften ausführen und vergleichen
help-book--page = Mit --test: nur Seiten, deren Pfad das enthält
help-book--end =
    Beispiele:
      cargo xtask book               ausliefern bis Strg-C; die URL sagt es
      cargo xtask book --open        und einen Browser öffnen
      cargo xtask book --build       nur bauen, nach book/build
      cargo xtask book --lint        Links, Überschriften, Anker, Bilder, Wörter
      cargo xtask book --test        jede Mitschrift auf einer Workbench ausführen
      cargo xtask book --test lab-01 nur auf Seiten, deren Name das enthält

    Nur dieser Rechner kann lesen, was ausgeliefert wird. Solange es läuft,
    verweisen die roten Seiten von `check` hinein.

    Exitstatus: 0 alles gut, 1 eine Seite stimmt nicht, 2 Aufruf, 3 dein Rechner.

help-plan = Lehrende: ein Stundenplan für die Zeit, die da ist
help-plan--course = half-day, two-days oder semester
help-plan--end =
    Beispiele:
      cargo xtask plan half-day
      cargo xtask plan two-days
      cargo xtask plan semester

    Aus lab.yaml gemacht: die Minuten jedes Teils, und was worauf aufbaut.

help-vm = Zwei virtuelle Maschinen: ein anderer Kernel, nur cgroup v2
help-vm--end =
    Beispiele:
      cargo xtask vm up               node-1 und node-2 starten
      cargo xtask vm check lab-01     die Checks eines Labs, Kernel mit cgroup v2
      cargo xtask vm check            die Maschinen: zwei Kernel und ein VXLAN
      cargo xtask vm ssh node-2 -- ip address
      cargo xtask vm down             beenden

    Vagrant wird benutzt, wo es brauchbar ist, sonst QEMU.
    Exitstatus: 0 grün, 1 dein Code, 2 Aufruf, 3 dein Rechner.

help-vm-up = Startet die beiden Maschinen
help-vm-up--with = vagrant oder qemu; sonst das erste, das brauchbar ist
help-vm-up--end =
    Beispiele:
      cargo xtask vm up
      cargo xtask vm up --with qemu

help-vm-status = Sagt, was läuft
help-vm-status--end =
    Beispiel:
      cargo xtask vm status

help-vm-ssh = Öffnet eine Shell in einer Maschine, oder führt einen Befehl aus
help-vm-ssh--node = node-1 oder node-2
help-vm-ssh--bring = Ein Programm samt Bibliotheken mitbringen, an dieselben Pfade
help-vm-ssh--command = Ein Befehl und seine Argumente; ohne einen, eine Shell
help-vm-ssh--end =
    Beispiele:
      cargo xtask vm ssh
      cargo xtask vm ssh node-2 -- bridge fdb
      cargo xtask vm ssh --bring target/debug/lab-01-namespaces

help-vm-check = Führt Checks in einer Maschine aus; ohne Lab: prüft die Maschinen
help-vm-check--lab = Ein Lab oder ein Teil
help-vm-check--solution = Die Referenz statt deines Codes prüfen
help-vm-check--check = Nur den Check dieses Namens ausführen
help-vm-check--on = Die Maschine: node-1 oder node-2 (node-1)
help-vm-check--format = Ausgabe: text oder json
help-vm-check--limit = Sekunden Stille, nach denen Schluss ist (120)
help-vm-check--end =
    Beispiele:
      cargo xtask vm check lab-01
      cargo xtask vm check 01 --solution
      cargo xtask vm check

    Maschinen, die nicht laufen, werden dafür gestartet und danach beendet.

help-vm-down = Beendet die Maschinen
help-vm-down--end =
    Beispiel:
      cargo xtask vm down
