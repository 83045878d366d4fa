//! Containers that live on: used by many at once, killed at any moment, and
//! left by their runtime.
//!
//! Each test is a script that runs on a workbench of its own with the program
//! as `$lab` and an image named `box`; it prints what it saw.

use std::process::ExitCode;
use std::time::Duration;

use workbench::script::{Script, Scripts};

/// Words every script begins with. `busybox` is a static one.
const PROLOGUE: &str = r#"
busybox=$(command -v busybox) || { echo 'no busybox (package busybox-static)' >&2; exit 77; }
export CONTAINER_STORE=/tmp/store
mkdir -p /tmp/rootfs/bin /tmp/rootfs/etc /tmp/rootfs/data /tmp/rootfs/tmp
cp "$busybox" /tmp/rootfs/bin/busybox
for name in sh cat ls sleep true echo touch test; do ln -s busybox /tmp/rootfs/bin/$name; done
seq 200 > /tmp/rootfs/data/numbers
$lab image make box /tmp/rootfs >/dev/null || exit 9
# As many groups and processes as there were.
left() {
    pgrep -x sleep >/dev/null && echo 'processes left'
    find /sys/fs/cgroup -name "$1" -type d 2>/dev/null | grep -q . && echo 'cgroups left'
    test -e /run/*/"$1" 2>/dev/null && echo 'an entry left'
    test -e /tmp/store/containers/"$1" && echo 'files left'
    echo "nothing left of $1"
}
"#;

/// Name, script, and what it must print.
const SCRIPTS: &[Script] = &[
    (
        "a-name-belongs-to-one-and-its-beginning-names-it",
        r#"
        $lab run -d --name web-1 box sleep 60; $lab run -d --name web-2 box sleep 60
        $lab run -d --name web-1 box sleep 60 2>&1 | sed 's/.*: //'
        $lab stop --time 0 web 2>&1; $lab rm -f web 2>&1
        $lab kill web-1; $lab exec web-2 true && echo entered; $lab rm -f web-1 web-2 absent
        "#,
        "web-1\nweb-2\ncontainer web-1 exists already\nNAME: web is the beginning of several names: web-1, web-2\n\
         NAME: web is the beginning of several names: web-1, web-2\n\
         web-1\nentered\nweb-1\nweb-2\n",
    ),
    (
        "two-commands-at-once-on-one-container",
        r#"
        i=0
        while test $i -lt 15; do
            $lab run -d --name one box sleep 60 >/dev/null || { echo "start $i"; break; }
            for verb in 'stop --time 0' 'kill' 'restart --time 0' 'rm -f' 'exec' 'pause' 'rm -f'; do
                case $verb in
                    exec) $lab exec one true ;;
                    *) $lab $verb one ;;
                esac >/dev/null 2>&1 &
            done
            wait
            $lab rm -f one >/dev/null || { echo "rm $i"; break; }
            i=$((i + 1))
        done
        echo $i; left one
        "#,
        "15\nnothing left of one\n",
    ),
    (
        "two-that-start-it-at-once-start-it-once",
        r#"
        $lab run -d --name one box sleep 60; i=0
        while test $i -lt 15; do
            $lab kill one >/dev/null
            for n in 1 2 3; do $lab start one >/tmp/started.$n 2>/dev/null & done; wait
            test "$(cat /tmp/started.*)" = one || { echo "twice: $(cat /tmp/started.*)"; break; }
            test $(pgrep -x sleep | wc -l) = 1 || { echo "$(pgrep -x sleep | wc -l) run"; break; }
            i=$((i + 1))
        done
        echo $i; $lab rm -f one; left one
        "#,
        "one\n15\none\nnothing left of one\n",
    ),
    (
        "killed-at-any-moment-it-is-told-and-removed",
        r#"
        i=0
        while test $i -lt 40; do
            $lab run -d --name one -v notes:/data box sleep 60 >/dev/null 2>&1 & runtime=$!
            sleep 0.0$((i / 10))$((i % 10))
            # Its creator, and whoever started that.
            pkill -9 -P $runtime; kill -9 $runtime 2>/dev/null; wait $runtime 2>/dev/null
            for creator in $(pgrep -f "creator$"); do kill -9 $creator; done
            $lab ps --all >/dev/null || { echo "ps after $i"; break; }
            $lab rm -f one >/dev/null || { echo "rm after $i"; break; }
            i=$((i + 1))
        done
        echo $i; left one
        $lab run --rm -v notes:/data box cat /data/numbers | tail -1
        "#,
        "40\nnothing left of one\n200\n",
    ),
    (
        "the-image-says-by-which-signal-it-is-stopped",
        r#"
        traps='for s in USR1 INT TERM; do trap "echo asked by $s; exit 4" $s; done; echo ready'
        with() {
            sed -i '/"StopSignal"/d; s/^ *"Cmd": /"StopSignal": "'"$1"'",\n&/' /tmp/store/images/box*.json
            $lab run -d --name one box sh -c "$traps; while :; do sleep 0.05; done" >/dev/null
            until $lab logs one | grep -q ready; do sleep 0.02; done
            $lab stop --time 5 one 2>&1; $lab logs one | tail -1; $lab wait one
            $lab start one >/dev/null; until test $($lab logs one | grep -c ready) = 2; do sleep 0.02; done
            $lab restart --time 5 one >/dev/null 2>&1; $lab logs one | grep -c asked; $lab rm -f one >/dev/null
        }
        with SIGUSR1; with int; with 10; with SIGNONE
        $lab run -d --name two box sleep 60; $lab stop --time 0 two 2>&1; $lab rm two; left two
        "#,
        "one\nasked by USR1\n4\n2\none\nasked by INT\n4\n2\none\nasked by USR1\n4\n2\n\
         NAME: the image's signal \"SIGNONE\": there is none of this name; it is SIGTERM instead\none\nasked by TERM\n4\n2\n\
         two\nNAME: the image's signal \"SIGNONE\": there is none of this name; it is SIGTERM instead\n\
         NAME: container two didn't end within 0 s, and was killed\ntwo\ntwo\nnothing left of two\n",
    ),
    (
        "a-command-finds-its-signals-and-its-streams-as-without-a-runtime",
        r#"
        # SIGPIPE, 13, is ignored by a Rust program.
        ignored='while read key value; do
            case $key in SigIgn:) echo $(( 0x$value >> 12 & 1 ));; esac
        done < /proc/self/status'
        $lab run -d --name one -u 1000 box sh -c "$ignored; echo told > /dev/stdout; sleep 60" >/dev/null
        until $lab logs one 2>&1 | grep -q -e told -e denied; do sleep 0.02; done; $lab logs one
        $lab exec one sh -c "$ignored"; $lab run --rm box sh -c "$ignored"; $lab exec -u 1000 one sh -c 'echo x > /dev/stdout' | cat
        $lab rm -f one; left one
        "#,
        "0\ntold\n0\n0\nx\none\nnothing left of one\n",
    ),
    (
        "a-command-inside-ends-with-the-container-and-its-code-is-passed-on",
        r#"
        $lab run -d --name one box sleep 60
        for code in 0 1 42 255; do $lab exec one sh -c "exit $code"; echo $?; done
        $lab exec one sh -c 'kill -15 $$'; echo $?
        $lab exec one /absent 2>/dev/null; echo $?; $lab exec one /data/numbers 2>/dev/null; echo $?
        $lab exec one sleep 50 & sleep 0.3; $lab kill one; wait $!; echo $?
        $lab exec one true 2>&1; echo $?; $lab rm one; left one
        "#,
        "one\n0\n1\n42\n255\n143\n127\n126\none\n137\n\
         NAME: exec one: the container is exited, and must be running; start it first\n125\n\
         one\nnothing left of one\n",
    ),
    (
        "what-exec-is-given",
        r#"
        $lab run -d --name one -e A=1 -w /data box sleep 60
        $lab exec one sh -c 'echo $A; pwd'; $lab exec -e A=2 -w /tmp -u 5:6 one sh -c 'echo $A; pwd'
        $lab exec -u 5:6 one sh -c 'busybox id -u; busybox id -g'
        echo typed | $lab exec -i one cat; echo typed | $lab exec one cat
        $lab exec -d one sh -c 'sleep 0.2; echo done > /tmp/done'; $lab exec one ls /tmp; sleep 0.6
        $lab exec one cat /tmp/done; $lab exec -w /nowhere one true 2>&1; echo $?; $lab rm -f one
        "#,
        "one\n1\n/data\n2\n/tmp\n5\n6\ntyped\ndone\n\
         NAME: enter /nowhere: No such file or directory\n125\none\n",
    ),
    (
        "a-log-is-followed-to-the-end",
        r#"
        $lab run -d --name one box sh -c 'for i in 1 2 3; do echo line $i; sleep 0.2; done; echo last >&2; exit 3'
        $lab logs -f one 2>/tmp/err; cat /tmp/err; $lab wait one; $lab logs -n 1 one
        $lab start one; $lab wait one; $lab logs one 2>/dev/null | wc -l; $lab rm one; left one
        $lab run -d --rm --name two box sh -c 'echo short; sleep 0.3'; $lab logs -f two; sleep 0.3; left two
        "#,
        "one\nline 1\nline 2\nline 3\nlast\n3\none\n3\n6\none\nnothing left of one\n\
         two\nshort\nnothing left of two\n",
    ),
    (
        "a-volume-used-for-the-first-time-by-many",
        r#"
        for n in 1 2 3 4 5 6; do
            $lab run --rm -v notes:/data box sh -c 'test -s /data/numbers && echo whole' >/tmp/said.$n 2>&1 &
        done; wait
        cat /tmp/said.* | sort | uniq -c | sed 's/^ *//'
        $lab run -d --name one -v notes:/data box sleep 60; $lab volume remove notes 2>&1
        $lab rm -f one; $lab volume list --quiet; $lab volume remove notes; $lab volume list --quiet
        "#,
        "6 whole\none\nNAME: volume notes belongs to one; remove that first\none\nnotes\nnotes\n",
    ),
    (
        "what-a-volume-can-t-be",
        r#"
        $lab run --rm -v /absent:/x box true 2>&1; $lab run --rm -v /tmp:/ box true 2>&1
        $lab run -v /tmp:/x -- true 2>&1; $lab run --rm -v /tmp:/x -v notes:/x box true 2>&1
        ls /tmp/store/containers
        "#,
        "NAME: volume /absent: No such file or directory (os error 2)\n\
         NAME: volume \"/tmp:/\": / is the root itself; see --rootfs\n\
         NAME: volume \"/tmp:/x\": the container has the host's root; give an image, or --rootfs\n\
         NAME: volume \"notes:/x\": /x has one already\n",
    ),
];

fn main() -> ExitCode {
    Scripts::new(
        env!("CARGO_BIN_EXE_solution-05-enter"),
        env!("CARGO_PKG_NAME"),
        PROLOGUE,
    )
    .limit(Duration::from_secs(120))
    .run(SCRIPTS)
}
