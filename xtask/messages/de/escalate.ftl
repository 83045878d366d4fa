# Root für die Checks: die Frage, und warum es nicht geht.

escalate-title = Es braucht root
escalate-needed = Ohne root können die Checks von { $lab } hier nicht laufen.
escalate-because = weil
escalate-starts = startet
escalate-nothing-else = Sonst läuft nichts als root: cargo hat unter deinem Namen gebaut, und jeder Check läuft auf einer Workbench, die weggeworfen wird. Die Antwort wird für dieses Repository behalten; cargo xtask clean --all vergisst sie.
escalate-question = Mit { $tool } starten? [j/N]
# Was für ja getippt werden kann; alles andere ist nein.
escalate-yes = j ja y yes
escalate-no-tool = es braucht root, und weder sudo noch doas noch run0 ist da
escalate-no-tool-do = cargo xtask doctor sagt, was stattdessen reicht
escalate-no-terminal = es braucht root, und du kannst hier nicht gefragt werden: Eingabe oder Ausgabe ist kein Terminal
escalate-no-terminal-do = starte `cargo xtask check` einmal in einem Terminal; cargo xtask doctor sagt, was stattdessen reicht
escalate-declined = es braucht root, und du hast es nicht erlaubt
escalate-declined-do = starte es noch einmal und erlaube es; cargo xtask doctor sagt, was stattdessen reicht
escalate-not-allowed = es braucht root, und { $tool } hat es verweigert
escalate-not-allowed-do = bitte die, die diesen Rechner verwalten, dir { $tool } zu erlauben; cargo xtask doctor sagt, was stattdessen reicht
escalate-not-asked-do = wenn es dein Passwort will, gib in diesem Terminal `sudo -v` ein und starte noch einmal; sonst bitte den, der diesen Rechner verwaltet, dir sudo zu erlauben; cargo xtask doctor sagt, was stattdessen ginge
escalate-step = die Checks als root starten
escalate-cargo-as-root = cargo wurde mit sudo als root gestartet, im Repository von { $user }: was es schreibt, würde root gehören, und dein nächster Bau würde scheitern. Starte es ohne sudo; es fragt, wo root nötig ist
escalate-cargo-as-root-repair = es hat schon gebaut; so holst du dir die Dateien zurück: sudo chown -R { $user } .
