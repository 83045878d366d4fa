#!/usr/bin/env bash
# On cgroup v2 a group that holds processes can give its children no
# controllers, and a container's own processes sit in the root of what it sees.
# Move them to a child, so that workbenches can be given limits.
set -euo pipefail
cd /sys/fs/cgroup
[ -f cgroup.controllers ] || exit 0
mkdir -p init
for pid in $(cat cgroup.procs); do
  echo "$pid" >init/cgroup.procs 2>/dev/null || true # ended meanwhile
done
for controller in $(cat cgroup.controllers); do
  echo "+$controller" >cgroup.subtree_control
done
