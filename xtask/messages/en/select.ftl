# Names that were typed and mean nothing, or too much.

select-several = { $name } is in several labs: name one of { $labs } before it
select-no-check = no lab has a check `{ $name }`: `cargo xtask list` shows the labs
select-no-check-near = no lab has a check `{ $name }`: did you mean `{ $near }`?
select-at = { $reason }; you are at { $task }
select-other-part = { $name } is not in part { $part }: it is in { $other }
