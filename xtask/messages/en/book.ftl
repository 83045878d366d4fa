# The screens of `cargo xtask book`.

book-served =
    The book is at { $url }
    It is built again when a source changes. Ctrl-C ends it.
book-already =
    The book of this checkout is already at { $url }
    Process { $pid } serves it.
book-again = built again: { $file }
book-not-again = not built, so the pages stay as they were: { $file }
book-installs =
    There is no mdBook of this series here, so { $version } is installed below the target folder, once and for this checkout only.
    It needs the network, Rust 1.88 or newer, and about a minute on two processors. Ctrl-C is fine: the next time it goes on from there. Meanwhile the pages can be read in book/src.
book-waits = Another cargo xtask is installing mdBook here; waiting for it.
book-not-installed = install mdBook { $version }: cargo could not ({ $status }) and said why above; the pages can be read as they are, in book/src
book-installation-held = the installation of mdBook did not end within { $minutes } minutes; the pages can be read as they are, in book/src
book-build-held = another build of this book did not end within { $seconds } s
book-starting = another cargo xtask book is just starting in this checkout; it says the URL when it is ready
book-no-port = no port from { $first } to { $last } is free on 127.0.0.1
book-no-browser = There is no xdg-open to open a browser with (package xdg-utils); open the URL yourself.
book-clean = the book is clean
book-faults = { $faults ->
    [one] 1 fault
   *[other] { $faults } faults
}
book-happen = { $transcripts ->
    [one] 1 transcript happens as shown
   *[other] { $transcripts } transcripts happen as shown
}
book-skipped = skipped: { $reason }
book-withheld = transcripts are run with the references, and that of { $lab } is withheld
book-no-page = { $part }: no page with a transcript has this in its path
