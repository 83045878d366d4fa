# What `cargo xtask shell` says on entry, and when it can't be entered.

shell-where = You are root on a workbench, a copy of your machine. What you change on it, your own files included, is thrown away when you leave, with Ctrl-D.
shell-label-try = try
shell-unwritten = { $tasks ->
    [one] 1 task of this lab is
   *[other] { $tasks } tasks of this lab are
} still to do
shell-label-rootfs = rootfs
shell-rootfs = { $rootfs } is a root file system to practise on
shell-no-rootfs = there is none: { $reason }
shell-label-node = node
shell-node = this is { $node }; on another: workbench on { $other } ip addr
shell-label-edit = edit
shell-edit = in another terminal, with cargo xtask check { $number }; a shell opened later has the new program

shell-cargo =
    cargo runs outside: what it builds on a workbench is thrown away.
    In another terminal: cargo xtask check { $number }
shell-no-terminal = a shell needs a terminal; to run one command: cargo xtask shell -- COMMAND
