# What a machine lacks: what was found, why it matters, what to do. A text that
# ends in -do stands behind the word "do"; commands stand at its end.

machine-kernel = Linux { $release } is older than 5.12
machine-kernel-why = The workbench needs system calls and overlays that came with Linux 5.12.
machine-kernel-do = { $family ->
    [debian] update to Debian 12 or Ubuntu 22.04, or newer, and boot its kernel
    [fedora] update to Fedora 35, RHEL 9, or newer, and boot its kernel
   *[arch] update and boot again, as root: pacman -Syu
}
machine-not-root = you are not root
machine-not-root-why = What these checks look at belongs to root.
machine-not-root-do = { $family ->
    [debian] let sudo give you root's rights, as root: apt-get install sudo && adduser YOU sudo
    [fedora] let sudo give you root's rights, as root: dnf install sudo && usermod -aG wheel YOU
   *[arch] let sudo give you root's rights, as root: pacman -S sudo, and a line for you by visudo
}
machine-setting = { $name } is { $value }: ordinary users can't make user namespaces
machine-setting-do = open it until the next boot, as root: sysctl -w { $name }={ $wanted }
machine-namespaces-why = Checks run on a workbench, and a workbench is made of new namespaces.
machine-trial-namespaces = making new namespaces
machine-trial-mounts = mounting in new namespaces
machine-trial-feature = using { $name } in new namespaces
machine-refused = { $trial } was tried and refused: { $reason }
machine-refused-device = { $device } can't be opened: { $reason }
machine-refused-device-do = let everybody open it, as most distributions do, as root: chmod 666 { $device }
machine-refused-limit-do = all user namespaces that user.max_user_namespaces allows are in use, here or around a container you are in; end what holds them
machine-refused-container-do = start the container with --privileged: its seccomp or AppArmor profile may be what refuses
machine-refused-do = no setting says why: a seccomp filter, AppArmor or SELinux may; ask whoever runs this machine
machine-hung = { $trial } was tried and did not end within 10 s
machine-capabilities = you are root without { $names }
machine-capabilities-why = Root makes a workbench of mounts, devices and cgroups, each with one of these.
machine-capabilities-do = start the container with --privileged, or with { $options }
machine-cgroups-why = Limits are set by these controllers, in groups that the checks make.
machine-cgroups-vital-why = Root's workbench is never made without limits on its memory and its processes.
machine-cgroups-not-mounted = no cgroup hierarchy with { $names } is mounted
machine-cgroups-not-mounted-do = mount version 2, as root: mount -t cgroup2 none /sys/fs/cgroup
machine-cgroups-not-in-kernel = the kernel has no cgroup controller { $names }
machine-cgroups-not-in-kernel-do = boot a kernel of your distribution: they have all of them
machine-cgroups-disabled = the cgroup controller { $names } is disabled at boot
machine-cgroups-disabled-do = take { $options } from the kernel's command line, or overrule it with cgroup_enable, and boot again
machine-cgroups-not-handed-on = { $path } does not hand on { $names }
machine-cgroups-systemd-do = let systemd hand them on and log in again, as root: mkdir -p /etc/systemd/system/user@.service.d && printf '[Service]\nDelegate=cpu cpuset io memory pids\n' > /etc/systemd/system/user@.service.d/delegate.conf && systemctl daemon-reload
machine-cgroups-hand-on-do = hand them on, as root: echo { $plus } > { $file }
machine-cgroups-not-delegated = no cgroup is delegated to you for { $names }: you stand in { $path }
machine-cgroups-delegate-do = let systemd delegate one: systemd-run --user --scope -p Delegate=yes cargo xtask check
machine-cgroups-bound-to-v1 = { $names } are bound to cgroup version 1, which delegates nothing
machine-cgroups-bound-to-v1-do = boot with systemd.unified_cgroup_hierarchy=1 on the kernel's command line
machine-cgroups-on-read-only = { $names } can't be used: { $mount } is mounted read-only
machine-cgroups-read-only = { $mount } is mounted read-only
machine-cgroups-read-only-do = make it writable, as root: mount -o remount,bind,rw { $mount }
machine-cgroups-read-only-container-do = start the container with --privileged and --cgroupns=private
machine-cgroups-occupied = { $path } holds processes itself, so it can't hand on { $names }
machine-cgroups-occupied-do = move them one down, as root: bash .devcontainer/leave-cgroup-root.sh
machine-subordinate-why = A user namespace with many users in it needs many ids from outside.
machine-subordinate-ranges = { $user } has no line in /etc/subuid and in /etc/subgid
machine-subordinate-ranges-do = add them, as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 { $user }
machine-subordinate-programs = newuidmap and newgidmap are not installed
machine-subordinate-programs-do = { $family ->
    [debian] as root: apt-get install uidmap
    [fedora] as root: dnf install shadow-utils
   *[arch] as root: pacman -S shadow
}
machine-feature = this kernel neither has nor can load { $name }
machine-feature-why = The lab's own program uses it.
machine-feature-container-do = let the machine around the container load it, as root there: modprobe { $module }
machine-feature-do = { $family ->
    [debian] boot a kernel that has it: linux-image-amd64; on Ubuntu, as root: apt-get install linux-modules-extra-{ $release }
    [fedora] install the rest of the modules, as root: dnf install kernel-modules-extra
   *[arch] boot again: an update may have taken away the running kernel's modules
}
machine-device = { $device } is not there
machine-device-do = load what makes it, as root: modprobe { $module }
machine-device-container-do = start the container with --device { $device }
machine-rust-missing = rustc or cargo can't be run
machine-rust-old = rustc { $found } is older than { $wanted }
machine-rust-why = Every lab is built with it.
machine-rust-do = rustup update, or install it from https://rustup.rs
machine-linker = cc, which links what rustc compiles, is not there or doesn't run
machine-linker-why = Every program is linked with it.
machine-linker-do = { $family ->
    [debian] as root: apt-get install build-essential
    [fedora] as root: dnf install gcc
   *[arch] as root: pacman -S gcc
}
machine-disk = { $free } MiB are free for { $path }, and a build may write { $needed }
machine-disk-why = A disk that is full in the middle of a build shows as errors of the linker.
machine-disk-do = make room (cargo clean empties target), or build elsewhere with CARGO_TARGET_DIR
machine-clock = the clock is { $hours ->
    [one] 1 hour
   *[other] { $hours } hours
} before the last change here: { $before }
machine-clock-why = Certificates seem not yet valid, so crates can't be fetched, and cargo can't tell what is newer.
machine-clock-do = set it, as root: timedatectl set-ntp true
machine-cargo-as-root = cargo runs as root, through sudo, in the repository of { $user }
machine-cargo-as-root-why = What it builds becomes root's, and the next build as yourself fails.
machine-cargo-as-root-do = run it without sudo: it asks where root is needed
machine-virtual-machines-do = work in the virtual machines: cargo xtask vm up
machine-on-debian = Debian, Ubuntu: { $text }
machine-on-fedora = Fedora, RHEL: { $text }
machine-on-arch = Arch: { $text }
