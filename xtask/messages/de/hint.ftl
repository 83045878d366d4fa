# Warum `cargo xtask hint` nichts zu zeigen hat.

hint-all-written = alle Aufgaben von { $lab } sind geschrieben: nenne eine von { $tasks }
