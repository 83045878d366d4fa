# Was `cargo xtask book` zeigt.

book-served =
    Das Buch steht unter { $url }
    Es wird neu gebaut, sobald sich eine Quelle ändert. Strg-C beendet es.
book-already =
    Das Buch dieses Checkouts steht schon unter { $url }
    Prozess { $pid } liefert es aus.
book-again = neu gebaut: { $file }
book-not-again = nicht gebaut, die Seiten bleiben, wie sie waren: { $file }
book-installs =
    Hier ist kein mdBook dieser Reihe. Deshalb wird { $version } unterhalb des Ordners target installiert, einmal und nur für diesen Checkout.
    Das braucht das Netz, Rust 1.88 oder neuer und auf zwei Prozessoren etwa eine Minute. Strg-C schadet nicht: Beim nächsten Mal geht es dort weiter. Lesen kannst du die Seiten solange in book/src.
book-waits = Ein anderes cargo xtask installiert hier gerade mdBook. Es wird darauf gewartet.
book-not-installed = mdBook { $version } installieren: cargo konnte es nicht ({ $status }) und hat oben gesagt, warum; lesen kannst du die Seiten so, wie sie in book/src stehen
book-installation-held = die Installation von mdBook war nach { $minutes } Minuten nicht fertig; lesen kannst du die Seiten so, wie sie in book/src stehen
book-build-held = ein anderer Bau dieses Buchs war nach { $seconds } s nicht fertig
book-starting = in diesem Checkout startet gerade ein anderes cargo xtask book; es nennt die URL, sobald es so weit ist
book-no-port = auf 127.0.0.1 ist von { $first } bis { $last } kein Port frei
book-no-browser = Es gibt kein xdg-open, um einen Browser zu öffnen (Paket xdg-utils). Öffne die URL selbst.
book-clean = das Buch ist sauber
book-faults = { $faults ->
    [one] 1 Mangel
   *[other] { $faults } Mängel
}
book-happen = { $transcripts ->
    [one] 1 Mitschrift läuft ab wie gezeigt
   *[other] { $transcripts } Mitschriften laufen ab wie gezeigt
}
book-skipped = übersprungen: { $reason }
book-withheld = Mitschriften laufen mit den Referenzen, und die von { $lab } wird zurückgehalten
book-no-page = { $part }: keine Seite mit einer Mitschrift hat das in ihrem Pfad
