# Why a name names nothing. $typed is what was typed.

select-outside = { $folder }: not inside the workshop's repository
select-withheld = the reference of { $lab } is withheld: there is no { $folder } here
select-all-green = every lab is green: name a lab

# $near is the name that may have been meant, $names and $labs are those there are.
select-no-lab-near = there is no lab `{ $typed }`: did you mean `{ $near }`?
select-no-lab-number = there is no lab `{ $typed }`: there are { $labs }
select-no-lab = there is no lab `{ $typed }`: `cargo xtask list` shows them
select-no-part = { $lab } has no part `{ $part }`: its parts are { $parts }
select-no-task-near = { $lab } has no task `{ $typed }`: did you mean `{ $near }`?
select-no-task = { $lab } has no task `{ $typed }`: there are { $names }
select-no-check-near = { $lab } has no check `{ $typed }`: did you mean `{ $near }`?
select-no-check = { $lab } has no check `{ $typed }`: there are { $names }
# The matrix of `cargo xtask mistakes` has rows of these three kinds.
select-no-case-near = { $lab } has no mistake, variant or task `{ $typed }`: did you mean `{ $near }`?
select-no-case = { $lab } has no mistake, variant or task `{ $typed }`: there are { $names }

select-several = { $name } is in several labs: name one of { $labs } before it
select-no-lab-check = no lab has a check `{ $name }`: `cargo xtask list` shows the labs
select-no-lab-check-near = no lab has a check `{ $name }`: did you mean `{ $near }`?
select-other-part = { $name } is not in part { $part }: it is in { $other }
