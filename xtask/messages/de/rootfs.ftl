# Was `cargo xtask rootfs` zeigt. Größen in MiB.

rootfs-busybox = { $dir }: ein busybox mit { $programs } Programmen, { $size } MiB
rootfs-host = { $dir }: { $programs } Programme dieses Rechners mit ihren Bibliotheken, { $size } MiB
rootfs-left-out = ohne { $program }: { $reason }
rootfs-there = { $dir } ist schon da und bleibt, wie es ist.
rootfs-label-replace = ersetzen
rootfs-label-remove = löschen
