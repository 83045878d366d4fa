# Why a command stopped: the word before the reason, and what to do.

failure-usage = error
failure-code = your code
failure-machine = your machine
failure-marks = The marks say where a task is. Put them back, or the file: git checkout FILE
# A program the runner started.
failure-limit = { $program } did not end within { $seconds } s and was killed
failure-check-source = { $file }, which holds the lab's checks, can't be read: { $reason }. Bring it back: git checkout -- { $file }
