# Der Teil von `check`, der einen roten Check erklärt.

red-head = { $check }: { $says }

red-read = lesen

red-killed = Dein Programm wurde durch Signal { $signal } beendet
red-ended = Dein Programm endete mit Exitstatus { $status }
red-no-end = Dein Programm kam nicht zu seinem Ende
red-because = { $what }: { $why }
red-timed-out = Dein Programm war nach { $seconds } s nicht zu Ende und wurde abgebrochen. Meist wartet etwas auf das, was nie kommt, oder eine Schleife endet nie.
red-too-much = Dein Programm hat mehr als { $bytes } Bytes geschrieben und wurde abgebrochen.
red-no-observation = Der Check hat keine Beobachtung geliefert, also gibt es nichts zu beurteilen.

red-expected = erwartet
red-seen = gesehen
red-no-field = (kein solches Feld)
red-missing = fehlt
red-too-many = zu viel
red-more = und { $number } weitere

red-troubles = Die Checks liefen nicht bis zum Ende
red-trouble-ended = Das Check-Programm endete (Exitstatus: { $status }), bevor es alles beantwortet hatte. { $missing ->
    [one] Ein Check hat keine Antwort und zählt als rot.
   *[other] { $missing } Checks haben keine Antwort und zählen als rot.
} Ruft etwas in deiner Bibliothek exit oder abort auf?
red-trouble-killed = Das Check-Programm endete (Signal: { $signal }), bevor es alles beantwortet hatte. { $missing ->
    [one] Ein Check hat keine Antwort und zählt als rot.
   *[other] { $missing } Checks haben keine Antwort und zählen als rot.
} Ruft etwas in deiner Bibliothek exit oder abort auf?
red-trouble-closed = Das Check-Programm schloss seine Ausgabe, bevor es alles beantwortet hatte. { $missing ->
    [one] Ein Check hat keine Antwort und zählt als rot.
   *[other] { $missing } Checks haben keine Antwort und zählen als rot.
} Schließt etwas in deiner Bibliothek die Standardausgabe?
red-trouble-silent = Das Check-Programm gab { $seconds } s lang keine Antwort und wurde abgebrochen. { $missing ->
    [one] Ein Check hat keine Antwort und zählt als rot.
   *[other] { $missing } Checks haben keine Antwort und zählen als rot.
}
red-trouble-no-answer = Das Check-Programm schrieb eine Zeile, die keine Antwort ist. Deshalb zählt der ganze Lauf nicht: { $line }
red-trouble-twice = Check { $check } wurde zweimal beantwortet. Eine der Antworten kommt nicht vom Check. Deshalb zählt der ganze Lauf nicht.
red-trouble-not-asked = Das Check-Programm hat `{ $check }` beantwortet, wonach nicht gefragt war. Deshalb zählt der ganze Lauf nicht.
red-trouble-too-much = Das Check-Programm hat mehr als { $mebibytes } MiB geschrieben und wurde abgebrochen. Seine Ausgabe wird nicht aufgehoben.
