# Warum nichts gebaut wurde oder nichts herauskam, das laufen kann.

build-ended-early = { $command } endete, bevor es etwas gebaut hat; oben steht, was es dazu sagt
build-no-check = cargo hat keinen Test `check` von { $package } gebaut
build-no-program = cargo hat kein Programm { $program } gebaut
