# Why nothing was built, or nothing to run came of it.

# $command is cargo's command; what cargo itself said stands above.
build-ended-early = { $command } ended before it built anything; its words stand above
build-no-check = cargo built no test `check` of { $package }
build-no-program = cargo built no program { $program }
