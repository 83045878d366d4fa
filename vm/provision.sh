#!/bin/sh
# Makes a fresh Debian or Ubuntu a machine of this workshop: packages, a Rust
# toolchain, the crates. Every provider runs it, and so can you, as root, on a
# machine of your own with the repository at /workshop:
#
#   sh vm/provision.sh [USER]
#
# What is there already is left alone, so a second run, and one on a box that
# vm/box.sh has filled, needs no network.
set -eu

user=${1:-$(stat -c %U /workshop)}
[ "$user" != root ] || user=vagrant
id "$user" >/dev/null 2>&1 || { echo "provision: there is no user $user: name one" >&2; exit 2; }
home=$(getent passwd "$user" | cut -d: -f6)

say() { echo "provision: $*"; }
as_user() { su - "$user" -c "$1"; }

if [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ]; then
    echo "provision: this machine has no cgroup v2 on /sys/fs/cgroup: take a current box" >&2
    exit 3
fi

# The C linker; what the chapters look with; what the labs are compared with.
missing=
for package in build-essential ca-certificates curl iproute2 iputils-ping procps tcpdump; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
        missing="$missing $package"
done
if [ "$missing" ]; then
    say "packages:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086 # names of packages
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

# Programs are built on the machine's own disk: a shared folder is slow, and
# holds neither sockets nor hard links.
cat >/etc/profile.d/workshop.sh <<'EOF'
export CARGO_TARGET_DIR=$HOME/target
export PATH=$HOME/.cargo/bin:$PATH
EOF

if ! as_user 'cargo --version' >/dev/null 2>&1; then
    say "Rust, with rustup"
    as_user 'curl --proto =https --tlsv1.2 -sSf https://sh.rustup.rs |
        sh -s -- -y --quiet --profile minimal --no-modify-path'
fi

# Ubuntu withholds user namespaces from ordinary users; this machine is for them.
restriction=kernel.apparmor_restrict_unprivileged_userns
if [ -e "/proc/sys/$(echo $restriction | tr . /)" ]; then
    echo "$restriction = 0" >/etc/sysctl.d/60-workshop.conf
    sysctl -q -p /etc/sysctl.d/60-workshop.conf
fi

# Each finds the other by its name, and its own at the private address.
sed -i '/ node-[12]$/d; /^127\.0\.[0-9.]*[[:space:]].*node-[12]/d' /etc/hosts
printf '%s node-%s\n' 192.168.56.11 1 192.168.56.12 2 >>/etc/hosts
install -m 755 /workshop/vm/vxlan.sh /usr/local/bin/vxlan

say "crates, so that the first check needs no network"
as_user 'cd /workshop &&
    target=$(rustc -vV | sed -n "s/^host: //p") &&
    { cargo fetch --locked --offline --quiet --target "$target" 2>/dev/null ||
        cargo fetch --locked --target "$target"; }'
say "done: $(as_user 'cargo --version'), Linux $(uname -r)"
