#!/bin/bash
# Runs the Vagrantfile for real where there is neither VirtualBox nor a libvirt
# that is set up: a libvirt of its own in namespaces of its own, emulated
# machines, the box of vm/box.sh. Ends with both machines gone.
#
#   sudo vm/try-vagrant.sh [COMMAND]...   a command in the shell of the repository
#
# Without a command: up, the first check inside, down. Needs Debian's packages
# vagrant, vagrant-libvirt, libvirt-daemon-system, libvirt-clients, dnsmasq-base,
# iptables, qemu-system-x86, qemu-utils, rsync and tini (or another first process
# that reaps: Vagrant and libvirt leave orphans behind and wait for their end).
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "try-vagrant: run this as root" >&2; exit 2; }
[ -f target/vm/workshop.box ] || vm/box.sh

if [ "${1-}" != --inside ]; then
    # Nothing of it reaches the host: its own processes, network and mounts.
    exec unshare --mount --net --pid --fork --kill-child --mount-proc --propagation private \
        tini -s -- bash "$PWD/vm/try-vagrant.sh" --inside "$@"
fi
shift
state=$PWD/target/vm/vagrant
# Of an earlier run only the box stays.
rm -rf "$state"/{etc,lib,dotfile}
mkdir -p "$state"/{home,lib}
cp -a /etc/libvirt "$state/etc"
mount --bind "$state/etc" /etc/libvirt
mount --bind "$state/lib" /var/lib/libvirt
mount -t tmpfs tmpfs /run
mkdir -p /run/libvirt /run/lock /var/lib/libvirt/{images,qemu,dnsmasq,boot}
ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward # this network namespace's

# QEMU as root, without the security drivers that want the host's set-up.
printf '%s\n' 'user = "root"' 'group = "root"' 'security_driver = "none"' \
    'cgroup_controllers = []' 'namespaces = []' 'remember_owner = 0' >/etc/libvirt/qemu.conf
virtlogd -d
LIBVIRT_LOG_OUTPUTS="3:file:$state/libvirtd.log" libvirtd -d
for _ in $(seq 100); do
    virsh -c qemu:///system version >/dev/null 2>&1 && break
    sleep 0.2
done
virsh -c qemu:///system pool-info default >/dev/null 2>&1 || {
    virsh -c qemu:///system pool-define-as default dir --target /var/lib/libvirt/images >/dev/null
    virsh -c qemu:///system pool-start default >/dev/null
}

export HOME=$state/home VAGRANT_HOME=$state/home/.vagrant.d
export CARGO_HOME=${CARGO_HOME:-/root/.cargo} RUSTUP_HOME=${RUSTUP_HOME:-/root/.rustup}
export VAGRANT_DOTFILE_PATH=$state/dotfile
export WORKSHOP_BOX=workshop WORKSHOP_DRIVER=qemu VAGRANT_DEFAULT_PROVIDER=libvirt
vagrant box list 2>/dev/null | grep -q '^workshop ' ||
    vagrant box add --name workshop target/vm/workshop.box
gone() { (cd vm && vagrant destroy -f >/dev/null 2>&1) || true; }
trap gone EXIT
if [ $# -gt 0 ]; then
    bash -c "$*"
else
    time cargo xtask vm up
    time cargo xtask vm check lab-01 --solution
    cargo xtask vm down
fi
