#!/bin/bash
# Builds a Vagrant box for libvirt with everything in it: Debian, the packages,
# the Rust toolchain and the crates of whoever builds it. For a room without a
# network, and for trying the Vagrantfile where no box can be downloaded.
#
#   sudo vm/box.sh [SUITE]        target/vm/workshop.box
#   vagrant box add --name workshop target/vm/workshop.box
#   WORKSHOP_BOX=workshop cargo xtask vm up
#
# Needs debootstrap, mke2fs and qemu-img (packages debootstrap, e2fsprogs,
# qemu-utils), root, 4 GB of disk, and Debian's archive.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$PWD/target/vm
mirror=$(awk '/^URIs:/ { print $2; exit } /^deb / { print $2; exit }' \
    /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null || true)
sysroot=$(rustc --print sysroot)
cargo_home=${CARGO_HOME:-$HOME/.cargo}
[ "$(id -u)" = 0 ] || { echo "box: run this as root" >&2; exit 2; }
# In mounts of its own: what debootstrap mounts is gone with this script, however
# it ends, and is never in the way of the clean-up below.
[ "${1-}" = --inside ] || exec unshare --mount --propagation private bash "$PWD/vm/box.sh" --inside "$@"
shift
suite=${1:-$(. /etc/os-release && echo "$VERSION_CODENAME")}
mkdir -p "$out"
work=$(mktemp -d "$out/box.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root

debootstrap --variant=minbase --include=\
systemd-sysv,udev,dbus,openssh-server,sudo,rsync,linux-image-cloud-amd64,\
build-essential,ca-certificates,curl,iproute2,iputils-ping,procps,tcpdump \
    "$suite" "$root" "$mirror"

# What every box has: the user vagrant, Vagrant's public key until it puts in
# its own, sudo without a password.
chroot "$root" useradd -m -s /bin/bash vagrant
install -d -m 700 -o 1000 -g 1000 "$root/home/vagrant/.ssh"
install -m 600 -o 1000 -g 1000 "$(find / -path '*/keys/vagrant.pub' -not -path '/proc/*' -print -quit)" \
    "$root/home/vagrant/.ssh/authorized_keys"
echo 'vagrant ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/vagrant"
printf '[Match]\nName=eth0\n[Network]\nDHCP=yes\n' >"$root/etc/systemd/network/20-eth0.network"
chroot "$root" systemctl enable -q systemd-networkd ssh
# Two machines of one box are two: the identity, by which they ask for an
# address, is made at the first start. D-Bus keeps a copy that would come back.
: >"$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id"
echo '/dev/vda / ext4 defaults 0 1' >"$root/etc/fstab"
echo 'GSSAPIAuthentication no
UseDNS no' >"$root/etc/ssh/sshd_config.d/vagrant.conf"

# The toolchain without its manuals, and the crates.
install -d "$root/opt/rust"
tar -C "$sysroot" --exclude=./share -c . | tar -C "$root/opt/rust" -x
for program in cargo rustc rustdoc cargo-clippy clippy-driver cargo-fmt rustfmt; do
    [ ! -e "$root/opt/rust/bin/$program" ] || ln -s "/opt/rust/bin/$program" "$root/usr/local/bin/"
done
cargo fetch --locked --target "$(rustc -vV | sed -n 's/^host: //p')"
install -d "$root/home/vagrant/.cargo"
cp -r "$cargo_home/registry" "$root/home/vagrant/.cargo/"
chroot "$root" chown -R vagrant: /home/vagrant
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/home/vagrant/.cargo/registry/src

# A disk without a boot loader: the kernel is beside it in the box.
cp "$root"/boot/vmlinuz-* "$work/vmlinuz"
cp "$root"/boot/initrd.img-* "$work/initrd"
truncate -s 8G "$work/disk"
mke2fs -q -t ext4 -d "$root" "$work/disk"
qemu-img convert -O qcow2 "$work/disk" "$work/box.img"
echo '{"provider": "libvirt", "format": "qcow2", "virtual_size": 8}' >"$work/metadata.json"
cat >"$work/Vagrantfile" <<'EOF'
Vagrant.configure("2") do |config|
  config.vm.provider "libvirt" do |libvirt|
    libvirt.kernel = File.expand_path("vmlinuz", __dir__)
    libvirt.initrd = File.expand_path("initrd", __dir__)
    # Emulated on a busy host, the kernel's test of its timer would fail.
    libvirt.cmd_line = "root=/dev/vda rw net.ifnames=0 console=ttyS0 no_timer_check"
    # qemu, where /dev/kvm isn't usable: slower, and steadier with one processor.
    libvirt.driver = ENV.fetch("WORKSHOP_DRIVER", "kvm")
    libvirt.cpus = 1 if libvirt.driver == "qemu"
  end
  config.vm.boot_timeout = 900 if ENV["WORKSHOP_DRIVER"] == "qemu"
end
EOF
tar -C "$work" -czf "$out/workshop.box" metadata.json Vagrantfile box.img vmlinuz initrd
echo "box: $out/workshop.box, $(du -h "$out/workshop.box" | cut -f1)"
