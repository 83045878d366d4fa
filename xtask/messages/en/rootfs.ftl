# The screen of `cargo xtask rootfs`. Sizes are in MiB.

rootfs-busybox = { $dir }: a busybox with { $programs } programs, { $size } MiB
rootfs-host = { $dir }: { $programs } programs of this machine with their libraries, { $size } MiB
rootfs-left-out = without { $program }: { $reason }
rootfs-there = { $dir } is there already, and stays as it is.
rootfs-label-replace = replace
rootfs-label-remove = remove
