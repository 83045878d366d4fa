# Why a command stopped: the word before the reason, and what to do.

failure-usage = error
failure-code = your code
failure-machine = your machine
failure-marks = The marks say where a task is; in an open string or comment they don't count. Put them back: `git diff labs` shows what has changed.
# A program the runner started.
failure-limit = { $program } did not end within { $seconds } s and was killed
failure-check-source = { $file }, which holds the lab's checks, can't be read: { $reason }. Bring it back: git checkout -- { $file }
