# The line that stands while something takes longer than a second.

waiting-line = { $what }, { $seconds } s
waiting-line-steps = { $what }: { $done } of { $all }, { $seconds } s
waiting-build = building
waiting-checks = checking { $lab }
waiting-cases = trying the mistakes of { $lab }
waiting-transcript = running { $place }
waiting-clean = removing what runs left
waiting-sync = reading the references
