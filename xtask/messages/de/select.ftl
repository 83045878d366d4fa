# Warum ein Name nichts benennt. $typed ist, was getippt wurde.

select-outside = { $folder }: nicht im Repository des Workshops
select-withheld = die Referenz von { $lab } wird zurückgehalten: { $folder } ist nicht da
select-all-green = alle Labs sind grün: nenne ein Lab

select-no-lab-near = es gibt kein Lab `{ $typed }`: war `{ $near }` gemeint?
select-no-lab-number = es gibt kein Lab `{ $typed }`: es gibt { $labs }
select-no-lab = es gibt kein Lab `{ $typed }`: `cargo xtask list` zeigt alle
select-no-part = { $lab } hat keinen Teil `{ $part }`: es gibt { $parts }
select-no-task-near = { $lab } hat keine Aufgabe `{ $typed }`: war `{ $near }` gemeint?
select-no-task = { $lab } hat keine Aufgabe `{ $typed }`: es gibt { $names }
select-no-check-near = { $lab } hat keinen Check `{ $typed }`: war `{ $near }` gemeint?
select-no-check = { $lab } hat keinen Check `{ $typed }`: es gibt { $names }
select-no-case-near = { $lab } hat keinen Irrtum, keine Variante und keine Aufgabe `{ $typed }`: war `{ $near }` gemeint?
select-no-case = { $lab } hat keinen Irrtum, keine Variante und keine Aufgabe `{ $typed }`: es gibt { $names }

select-several = { $name } gibt es in mehreren Labs: nenne davor eines von { $labs }
select-no-lab-check = kein Lab hat einen Check `{ $name }`: `cargo xtask list` zeigt alle Labs
select-no-lab-check-near = kein Lab hat einen Check `{ $name }`: war `{ $near }` gemeint?
select-other-part = { $name } ist nicht in Teil { $part }, sondern in { $other }
