//! The program on workbenches of different kinds: with one version of cgroups
//! only, in an inner node, beside crun, and killed at any moment.
//!
//! Each test is a script that runs on a workbench of its own with the program
//! as `$lab`; it prints what it saw.

use std::process::ExitCode;

use workbench::script::{Script, Scripts};

/// Words every script begins with. `groups` lists the containers' groups.
const PROLOGUE: &str = r#"
groups() { find /sys/fs/cgroup -type d -name 'container-*'; }
none() { test -z "$(groups)" && echo none || groups; }
until_runs() { until $lab stats "$1" >/dev/null 2>&1; do sleep 0.01; done; }
"#;

/// Name, script, and what it must print.
const SCRIPTS: &[Script] = &[
    (
        "v2-alone-is-enough",
        // The controllers stay with v1; freezing, killing and birth need none.
        r#"
        umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup || exit 77
        $lab hierarchies | head -1
        $lab run --name box -- sleep 60 & runtime=$!
        until_runs box
        child=$(pgrep -x sleep)
        grep -c '^0::/container-box-' /proc/$child/cgroup
        $lab pause box; cat $(groups)/cgroup.freeze; grep frozen $(groups)/cgroup.events
        kill -9 $runtime; wait $runtime 2>/dev/null
        $lab clean; none
        $lab run -- sh -c 'exit 7'; echo $?; none
        $lab run --memory 64Mi -- true; echo $?; none
        "#,
        "v2\n1\n1\nfrozen 1\nremoved box\nnone\n7\nnone\n125\nnone\n",
    ),
    (
        "v1-alone-is-enough",
        r#"
        if test -d /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; else exit 77; fi
        $lab hierarchies | head -1
        $lab run --name box --memory 64Mi --pids 9 -- sleep 60 & runtime=$!
        until_runs box
        cat /sys/fs/cgroup/memory/init/container-box-*/memory.limit_in_bytes
        $lab pause box; cat /sys/fs/cgroup/freezer/init/container-box-*/freezer.state
        $lab unpause box
        kill -TERM $runtime; kill -9 $(pgrep -x sleep); wait $runtime; echo $?
        none
        "#,
        "v1\n67108864\nFROZEN\n137\nnone\n",
    ),
    (
        "an-inner-node-is-cleared",
        // As in an engine's container: the root of the namespace has processes.
        r#"
        top=/sys/fs/cgroup/unified; test -d $top || top=/sys/fs/cgroup
        mkdir $top/inner && echo $$ > $top/inner/cgroup.procs || exit 77
        unshare --cgroup --mount sh -c '
            umount '$top' && mount -t cgroup2 none '$top'
            sleep 60 & stays=$!
            '"$lab"' run --name box -- cat /proc/self/cgroup | grep "^0::" | sed "s/-[0-9a-f]*\$//"
            grep ^0:: /proc/self/cgroup /proc/$stays/cgroup | cut -d: -f2-
            kill $stays'
        "#,
        "0::/container-box\n0::/init\n0::/init\n",
    ),
    (
        "a-parent-of-ones-own",
        r#"
        top=/sys/fs/cgroup/unified; test -d $top || top=/sys/fs/cgroup
        mkdir $top/pods
        $lab run --name box --cgroup-parent /pods -- grep ^0:: /proc/self/cgroup \
            | sed 's/-[0-9a-f]*$//'
        $lab run --cgroup-parent /absent -- true 2>&1 | grep -c 'make it first'
        $lab run --cgroup-parent /pods/../.. -- true 2>&1 | grep -c 'without ..'
        none
        "#,
        "0::/pods/container-box\n1\n1\nnone\n",
    ),
    (
        "two-stores-do-not-disturb-each-other",
        r#"
        $lab --root /tmp/one run --name box -- sleep 60 & one=$!
        until $lab --root /tmp/one stats box >/dev/null 2>&1; do sleep 0.01; done
        $lab --root /tmp/two run --name box -- true; echo $?
        $lab --root /tmp/two clean
        $lab --root /tmp/one stats box | head -2
        kill -9 $one; wait $one 2>/dev/null; $lab --root /tmp/one clean; none
        "#,
        "0\nname       box\nstate      running\nremoved box\nnone\n",
    ),
    (
        "verbs-say-what-is-wrong",
        r#"
        $lab pause absent 2>&1; echo $?
        $lab run --memory 64MB -- true >/dev/null 2>&1; echo $?
        $lab run --cpus 1m -- true 2>&1 | grep -c 'less than 10m'
        $lab run --cpuset-cpus 4000 -- true 2>&1 | grep -c 'write "4000" to /'
        $lab run --cgroup-conf cgroup.procs=1 -- true 2>&1 | grep -c 'belongs to the runtime'
        none
        "#,
        "NAME: there is no container absent\n125\n2\n1\n1\n1\nnone\n",
    ),
    (
        "frozen-groups-below-are-removed-too",
        // What a container made below its own group goes with it.
        r#"
        $lab run --name box --pid host -- sleep 60 & runtime=$!
        until_runs box
        for group in $(groups); do mkdir -p $group/inner/most; done
        sleep 60 & inner=$!
        for group in $(find /sys/fs/cgroup -type d -name most); do echo $inner > $group/cgroup.procs; done
        for file in $(find /sys/fs/cgroup -path '*most/freezer.state'); do echo FROZEN > $file; done
        kill -9 $runtime; wait $runtime 2>/dev/null
        $lab clean; none
        "#,
        "removed box\nnone\n",
    ),
    (
        "crun-writes-the-same-values",
        // crun takes no hybrid machine, so version 1 alone where it is there. Its
        // weight depends on its release, and is left out.
        r#"
        command -v crun >/dev/null || { echo 'crun (package crun) is not installed' >&2; exit 77; }
        umount /sys/fs/cgroup/unified 2>/dev/null
        below=/; test -d /sys/fs/cgroup/memory && below=/init/
        mkdir -p /tmp/bundle/rootfs && mount --rbind / /tmp/bundle/rootfs
        cat >/tmp/bundle/config.json <<END
        {"ociVersion": "1.0.0", "root": {"path": "rootfs"},
         "process": {"user": {"uid": 0, "gid": 0}, "cwd": "/", "args": ["sleep", "60"],
                     "env": ["PATH=/usr/bin:/bin"]},
         "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
         "linux": {"cgroupsPath": "${below}crun-box",
                   "namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "uts"}, {"type": "ipc"}],
                   "resources": {"cpu": {"quota": 50000, "period": 100000, "shares": 512},
                                 "memory": {"limit": 67108864, "swap": 67108864},
                                 "pids": {"limit": 9}}}}
END
        crun --cgroup-manager=cgroupfs --root /tmp/crun run --bundle /tmp/bundle --detach crun-box \
            </dev/null >/tmp/crun.words 2>&1 || { cat /tmp/crun.words; exit 1; }
        $lab run --name box --cpus 0.5 --cpu-shares 512 --memory 64Mi --pids-limit 9 -- sleep 60 &
        until_runs box
        compared=0
        for file in cpu.cfs_quota_us cpu.cfs_period_us cpu.shares memory.limit_in_bytes \
            memory.memsw.limit_in_bytes pids.max cpu.max memory.max memory.swap.max; do
            theirs=$(cat $(find /sys/fs/cgroup -path "*/crun-box/$file") /dev/null)
            ours=$(cat $(find /sys/fs/cgroup -path "*/container-box-*/$file") /dev/null)
            test "$theirs" = "$ours" || echo "$file: crun writes $theirs, ours $ours"
            test -z "$theirs" || compared=$((compared + 1))
        done
        test $compared -ge 4 && echo 'the same'
        crun --cgroup-manager=cgroupfs --root /tmp/crun delete --force crun-box
        "#,
        "the same\n",
    ),
    (
        "killed-at-any-moment-the-next-run-goes-well",
        r#"
        i=0; while test $i -lt 50; do
            $lab run --name box --memory 64Mi --cpus 0.5 --pids 20 -- sleep 60 2>/dev/null & runtime=$!
            sleep 0.00$((i / 5))$((i % 10))
            kill -9 $runtime; wait $runtime 2>/dev/null
            $lab run --name box --memory 64Mi -- true || { echo "after kill $i"; break; }
            i=$((i + 1))
        done
        echo $i; none; pgrep -x sleep || echo 'no process'
        "#,
        "50\nnone\nno process\n",
    ),
    (
        "killed-at-any-moment-clean-removes-the-group",
        r#"
        i=0; while test $i -lt 50; do
            $lab run --name box --memory 64Mi -- sleep 60 2>/dev/null & runtime=$!
            sleep 0.00$((i / 5))$((i % 10))
            if test $((i % 3)) = 0; then $lab pause box 2>/dev/null; fi
            kill -9 $runtime; wait $runtime 2>/dev/null
            until $lab clean >/tmp/cleaned && test -z "$(ls /run/* 2>/dev/null | grep box)"; do :; done
            test -z "$(groups)" || { echo "after kill $i"; groups; break; }
            i=$((i + 1))
        done
        echo $i; none; pgrep -x sleep || echo 'no process'
        "#,
        "50\nnone\nno process\n",
    ),
];

fn main() -> ExitCode {
    Scripts::new(
        env!("CARGO_BIN_EXE_solution-02-cgroups"),
        env!("CARGO_PKG_NAME"),
        PROLOGUE,
    )
    .run(SCRIPTS)
}
