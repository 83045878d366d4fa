# Was `cargo xtask check` neben seinen Urteilen sagt.

over-nothing = { $lab } baut auf keinem früheren Lab auf, also lässt sich keine Referenz darunterlegen: cargo xtask check { $number }
over-head = Über { $labs } der Referenz: Deine eigenen früheren Labs werden nicht benutzt.
over-label-own = eigene
over-end = { $command } baut es über deine eigenen früheren Labs, und nur das zählt
over-checks-changed = Die Checks von { $lab } haben sich geändert, seit es zuletzt grün war.
