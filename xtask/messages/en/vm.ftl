# The screens of `cargo xtask vm`.

vm-fetching = Fetching a kernel and tools from the distribution's packages (about 50 MB), this once.
vm-started = up after { $seconds } s: Linux { $kernel }
vm-runs = Linux { $kernel }, for { $uptime } s, { $memory } MiB
vm-silent = runs and doesn't answer, { $memory } MiB
vm-none = No machines run here. `cargo xtask vm up` starts them.
vm-ended = Ended { $names }.
vm-shell = The shell of { $node }. Ctrl-] leaves it.
vm-place = Observed in { $node }, Linux { $kernel } with cgroup v2 only; judged here.
vm-kvm = Under KVM: computing takes { $factor } times as long as here.
vm-tcg = Emulated, KVM is not usable here: computing takes about { $factor } times as long as here.
vm-v2 = cgroup v2 only: { $controllers }
vm-v1 = { $number ->
    [one] One hierarchy
   *[other] { $number } hierarchies
} of cgroup v1 are mounted, where there should be none
vm-claim-cgroups = two kernels, each with cgroup v2 only: cpu, cpuset, io, memory, pids
vm-claim-reach = node-1 and node-2 reach each other
vm-claim-apart = a pod doesn't reach the other node's before both have a VXLAN
vm-claim-crosses = over the VXLAN a word crosses, in packets of 1,450 bytes and no more
vm-claim-entries = without its forwarding entry, neighbour entry or route nothing crosses
vm-vagrant = Vagrant makes the machines; its words follow. `cargo xtask vm up --with qemu` does without it.
vm-place-vagrant = Observed in { $node } of Vagrant ({ $provider }), Linux { $kernel }; judged here.
vm-other-runs = QEMU's machines run here: `cargo xtask vm down` ends them, then `vm up --with vagrant`
vm-unknown = there is no machine `{ $node }`: there are { $nodes }
vm-ssh-none = no machines run here: `cargo xtask vm up` starts them
vm-no-terminal = a shell needs a terminal: name a command after `--`
vm-bring-vagrant = --bring is for machines without a toolchain: in one of Vagrant's the repository is in /workshop
