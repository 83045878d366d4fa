# The screen of `cargo xtask plan`.

plan-half-day = Half a day: a session of { $length } minutes
plan-two-days = Two days: { $number } sessions of { $length } minutes, mornings and afternoons
plan-semester = A semester: { $number } weekly sessions of { $length } minutes
plan-session = Session { $number }
plan-first = opening: everybody runs the first check; predictions
plan-opening = opening: what was red last time; predictions
plan-break = break
plan-part = { $part } { $title }
plan-part-on = { $part } { $title }; builds on { $earlier }
plan-closing = exit question; results collected
plan-all = Every part that there is has its place.
plan-left = No time for { $names }: { $minutes } minutes more.
