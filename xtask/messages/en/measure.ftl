# The screen of `cargo xtask measure`.

measure-begins = measuring { $name }: { $says }
measure-machine = { $cpu }, { $processors ->
    [one] 1 processor
   *[other] { $processors } processors
}, Linux { $kernel }, load { $load } at the start
measure-busy = The machine was busy, so a goal that isn't met is left open.
measure-figure = medians
measure-ours = ours
measure-peer = peer
measure-ratio = ratio
measure-spread = middle half
measure-goal = goal
measure-skipped = skipped
measure-unusable = { $what }: skipped, it can't be measured on this machine
measure-missing = { $what }: skipped, its peer isn't installed (package { $package })
measure-beside = { $what }: beside { $peer }, { $turns ->
    [one] 1 turn
   *[other] { $turns } turns
}
measure-alone = { $what }: { $runs ->
    [one] 1 run
   *[other] { $runs } runs
}
measure-wide = open: with 95 % the median lies in { $interval }, and so does the goal
measure-inside = --inside is how `measure` starts itself on a workbench; ask for the family without it

# What it writes into the book. A translation of the book translates these too.

measure-written = Drawn from { $family }.json by `cargo xtask measure { $family } --book`; nothing here is typed.
measure-caption = Each dot is one run, each line a median: { $what }
measure-plot = Times as dots along a line, with these medians: { $medians }.
measure-table = what; beside what | ours | peer | ratio | middle half | goal
measure-met = met
measure-missed = missed
measure-open = open
measure-taken = Measured on { $day }: { $cpu }, { $processors ->
    [one] 1 processor
   *[other] { $processors } processors
}, Linux { $kernel }, load { $load } at the start, { $runs ->
    [one] one run
   *[other] up to { $runs } turns
}.
measure-every-run = Every single time
measure-busy-then = The machine was busy, so a goal that wasn't met is left open.
measure-no-family = no family { $family } is measured: remove it, or see `cargo xtask measure --help`
measure-stale = is not what { $family }.json says: cargo xtask measure --draw

# $provider makes virtual machines: qemu or vagrant.
measure-vm-memory = One machine of { $provider } held at most { $mebibytes } MiB of this machine's memory.

# Mebibytes of a layer of 10,000 files and of one of 1,000.
measure-import-memory = The import of 300 MB held at most { $large } MiB of memory, that of 30 MB { $small } MiB.
