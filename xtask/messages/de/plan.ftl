# Der Bildschirm von `cargo xtask plan`.

plan-half-day = Ein halber Tag: eine Sitzung von { $length } Minuten
plan-two-days = Zwei Tage: { $number } Sitzungen von { $length } Minuten, vormittags und nachmittags
plan-semester = Ein Semester: { $number } Sitzungen von { $length } Minuten, jede Woche eine
plan-session = Sitzung { $number }
plan-first = Beginn: alle führen den ersten Check aus; Vorhersagen
plan-opening = Beginn: was letztes Mal rot war; Vorhersagen
plan-break = Pause
plan-part = { $part } { $title }
plan-part-on = { $part } { $title }; baut auf { $earlier }
plan-closing = Abschlussfrage; Ergebnisse einsammeln
plan-all = Jeder Teil, den es gibt, hat seinen Platz.
plan-left = Keine Zeit für { $names }: { $minutes } Minuten mehr.
