# Was `cargo xtask measure` zeigt.

measure-begins = { $name } wird gemessen: { $says }
measure-machine = { $cpu }, { $processors ->
    [one] 1 Prozessor
   *[other] { $processors } Prozessoren
}, Linux { $kernel }, Last { $load } am Anfang
measure-busy = Der Rechner war beschäftigt. Ein verfehltes Ziel gilt deshalb als offen.
measure-figure = Mediane
measure-ours = unser
measure-peer = Vergl.
measure-ratio = Faktor
measure-spread = mittl. Hälfte
measure-goal = Ziel
measure-skipped = fehlt
measure-missing = { $what }: übersprungen, der Vergleich ist nicht installiert (Paket { $package })
measure-beside = { $what }: neben { $peer }, { $turns ->
    [one] 1 Runde
   *[other] { $turns } Runden
}
measure-alone = { $what }: { $runs ->
    [one] 1 Lauf
   *[other] { $runs } Läufe
}
measure-wide = offen: mit 95 % liegt der Median in { $interval }, und das Ziel auch
measure-inside = mit --inside startet sich `measure` selbst auf einer Workbench; frag ohne das nach der Familie

measure-written = Gezeichnet aus { $family }.json von `cargo xtask measure { $family } --book`; nichts hier ist getippt.
measure-caption = Jeder Punkt ist ein Lauf, jeder Strich ein Median: { $what }
measure-plot = Zeiten als Punkte auf einer Linie, mit diesen Medianen: { $medians }.
measure-table = was; neben was | unser | Vergleich | Faktor | mittlere Hälfte | Ziel
measure-met = erreicht
measure-missed = verfehlt
measure-open = offen
measure-taken = Gemessen am { $day }: { $cpu }, { $processors ->
    [one] 1 Prozessor
   *[other] { $processors } Prozessoren
}, Linux { $kernel }, Last { $load } am Anfang, { $runs ->
    [one] ein Lauf
   *[other] bis zu { $runs } Runden
}.
measure-every-run = Jede einzelne Zeit
measure-busy-then = Der Rechner war beschäftigt. Ein verfehltes Ziel gilt deshalb als offen.
measure-no-family = keine Familie { $family } wird gemessen: entferne sie, oder siehe `cargo xtask measure --help`
measure-stale = ist nicht, was { $family }.json sagt: cargo xtask measure --draw

# $provider macht virtuelle Maschinen: qemu oder vagrant.
measure-vm-memory = Eine Maschine von { $provider } hielt höchstens { $mebibytes } MiB vom Speicher dieses Rechners.
measure-unusable = { $what }: ausgelassen, auf diesem Rechner nicht messbar

measure-import-memory = Der Import von 300 MB hielt höchstens { $large } MiB Speicher, der von 30 MB { $small } MiB.
