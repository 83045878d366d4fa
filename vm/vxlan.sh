#!/bin/sh
# A VXLAN between the two nodes with plain ip and bridge, as lab 10 builds it by
# netlink: a VTEP, and for the other node one route, one neighbour entry and one
# forwarding entry. Behind it a pod: a network namespace on a bridge.
#
#   node-1  pod 10.244.1.2 - br0 10.244.1.1 - vxlan1 ... vxlan1 - br0 - pod 10.244.2.2  node-2
#
# vxlan up: set it up on this node. vxlan down: take it away.
set -eu

case $(hostname) in
node-1) own=1 other=2 ;;
node-2) own=2 other=1 ;;
*) echo "vxlan: this is neither node-1 nor node-2" >&2; exit 2 ;;
esac
mac() { echo "02:42:0a:f4:00:0$1"; }

down() {
    ip netns delete pod 2>/dev/null || true
    ip link delete pod0 2>/dev/null || true
    ip link delete br0 2>/dev/null || true
    ip link delete vxlan1 2>/dev/null || true
}

up() {
    down
    # The VTEP: VNI 1, port 8472. Its entries are written, not learned, and its
    # packets need 50 bytes more than those they carry.
    ip link add vxlan1 address "$(mac $own)" mtu 1450 type vxlan id 1 \
        local 192.168.56.1$own dstport 8472 nolearning
    ip address add 10.244.$own.0/32 dev vxlan1
    ip link set vxlan1 up
    # The pod and its bridge.
    ip link add br0 mtu 1450 type bridge
    ip address add 10.244.$own.1/24 dev br0
    ip link set br0 up
    ip netns add pod
    ip link add pod0 mtu 1450 type veth peer name eth0 mtu 1450 netns pod
    ip link set pod0 master br0 up
    ip -n pod link set lo up
    ip -n pod link set eth0 up
    ip -n pod address add 10.244.$own.2/24 dev eth0
    ip -n pod route add default via 10.244.$own.1
    echo 1 >/proc/sys/net/ipv4/ip_forward
    # The other node: where its pods are, who answers for them, and at which
    # node that is.
    ip route add 10.244.$other.0/24 via 10.244.$other.0 dev vxlan1 onlink
    ip neighbour replace 10.244.$other.0 lladdr "$(mac $other)" dev vxlan1 nud permanent
    bridge fdb append "$(mac $other)" dev vxlan1 dst 192.168.56.1$other self permanent
}

case ${1-} in
up) up ;;
down) down ;;
*) echo "usage: vxlan up|down" >&2; exit 2 ;;
esac
