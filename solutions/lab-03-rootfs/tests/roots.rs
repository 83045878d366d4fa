//! The program on images of different kinds: whole, half, hostile; refused, and
//! killed at any moment.
//!
//! Each test is a script that runs on a workbench of its own with the program
//! as `$lab` and an image in `/tmp/rootfs`; it prints what it saw.

use std::process::ExitCode;

use workbench::script::{Script, Scripts};

/// Words every script begins with. `busybox` is a static one.
const PROLOGUE: &str = r#"
busybox=$(command -v busybox) || { echo 'no busybox (package busybox-static)' >&2; exit 77; }
image() {
    mkdir -p "$1/bin" "$1/etc" "$1/tmp"; cp "$busybox" "$1/bin/busybox"
    for name in sh cat ls mount umount mkdir id stat test grep wc sleep true readlink; do
        ln -s busybox "$1/bin/$name"
    done
    echo image > "$1/etc/name"
}
image /tmp/rootfs
mounts() { wc -l < /proc/self/mountinfo; }
"#;

/// Name, script, and what it must print.
const SCRIPTS: &[Script] = &[
    (
        "an-image-without-directories-gets-them",
        r#"
        $lab run --rootfs /tmp/rootfs -- cat /etc/name
        $lab run --rootfs /tmp/rootfs -- sh -c 'ls / | grep -c -e dev -e proc -e sys'
        ls /tmp/rootfs/dev /tmp/rootfs/proc | grep -v :
        "#,
        "image\n3\n\n",
    ),
    (
        "what-it-stands-on-is-all-there-is",
        r#"
        echo secret > /tmp/secret
        for words in '' --bare; do
            $lab run $words --rootfs /tmp/rootfs -- cat /tmp/secret 2>/dev/null; echo $?
        done
        $lab run --rootfs /tmp/rootfs -- cat /../../tmp/secret /proc/1/root/tmp/secret 2>/dev/null; echo $?
        "#,
        "1\n1\n1\n",
    ),
    (
        "a-chroot-is-left-and-a-root-is-not",
        r#"
        mkdir /tmp/rootfs/lib64; cp $lab /tmp/rootfs/bin/lab
        for file in $(ldd $lab | grep -o '/[^ ]*'); do
            mkdir -p /tmp/rootfs${file%/*}; cp $file /tmp/rootfs$file
        done
        echo host > /tmp/who; echo container > /tmp/rootfs/tmp/who
        $lab run --rootfs /tmp/rootfs --chroot -- lab escape cat /tmp/who
        $lab run --rootfs /tmp/rootfs -- lab escape cat /tmp/who
        "#,
        "host\ncontainer\n",
    ),
    (
        "a-way-that-goes-up-is-found-beside-mounts",
        r#"
        mkdir -p /tmp/rootfs/x/y /tmp/other; up=; for i in $(seq 300); do up=x/y/../../$up; done
        ln -s ${up}x /tmp/rootfs/sys
        for i in 1 2; do
            (while :; do mount --bind /tmp/other /tmp/other; umount -l /tmp/other; done) 2>/dev/null &
        done
        for i in $(seq 100); do $lab run --rootfs /tmp/rootfs --unmask -- true 2>&1; done
        echo found
        "#,
        "found\n",
    ),
    (
        "a-link-to-nowhere-is-refused",
        r#"
        ln -s /absent/place /tmp/rootfs/proc
        $lab run --rootfs /tmp/rootfs -- true 2>&1; echo $?
        test -e /absent || echo 'nothing made'
        "#,
        "NAME: rootfs: make in the image /proc: File exists\n125\nnothing made\n",
    ),
    (
        "a-file-where-a-directory-belongs-is-refused",
        r#"
        echo > /tmp/rootfs/sys
        $lab run --rootfs /tmp/rootfs -- true 2>&1; echo $?; mounts >/tmp/after
        "#,
        "NAME: rootfs: mount /sys: Not a directory\n125\n",
    ),
    (
        "bad-words-are-refused-with-the-reason",
        r#"
        $lab run --rootfs /absent -- true 2>&1; echo $?
        $lab run --rootfs /etc/passwd -- true 2>&1; echo $?
        $lab run --rootfs / -- true 2>&1; echo $?
        $lab run --read-only -- true 2>&1; echo $?
        $lab run --rootfs /tmp/rootfs --chroot --read-only -- true >/dev/null 2>&1; echo $?
        "#,
        "NAME: root file system /absent: No such file or directory (os error 2)\n125\n\
         NAME: root file system /etc/passwd: it is not a directory\n125\n\
         NAME: root file system /: that is this machine's own root; leave --rootfs out\n125\n\
         NAME: --read-only: the root is this machine's own; give another\n125\n2\n",
    ),
    (
        "codes-are-those-of-the-field",
        r#"
        $lab run --rootfs /tmp/rootfs -- absent 2>/dev/null; echo $?
        $lab run --rootfs /tmp/rootfs -- /etc/name 2>/dev/null; echo $?
        $lab run --rootfs /tmp/rootfs -- sh -c 'exit 7'; echo $?
        $lab run --rootfs /tmp/rootfs -- sh -c 'kill -9 $$'; echo $?
        "#,
        "127\n126\n7\n0\n",
    ),
    (
        "limits-and-a-root-go-together",
        r#"
        $lab run --rootfs /tmp/rootfs --pids-limit 3 -- sh -c \
            'sleep 1 & sleep 1 & sleep 1 & wait' 2>&1 | grep -c 'limit of 3 processes'
        "#,
        "1\n",
    ),
    (
        "a-shared-parent-hears-nothing",
        r#"
        mkdir /tmp/shared; mount -t tmpfs none /tmp/shared; mount --make-shared /tmp/shared
        image /tmp/shared/rootfs; before=$(mounts)
        $lab run --rootfs /tmp/shared/rootfs -- true; echo $?
        test $before = $(mounts) && echo 'as before'
        "#,
        "0\nas before\n",
    ),
    (
        "root-of-a-user-namespace-is-shown-the-hosts",
        // It may make no device, and no /sys of a network that isn't its own.
        r#"
        unshare --user --map-root-user sh -c '
            '"$lab"' run --rootfs /tmp/rootfs --read-only -- sh -c "
                echo text > /dev/null && echo written
                grep -c \" /dev/null \" /proc/self/mountinfo
                grep \" / /sys \" /proc/self/mountinfo | grep -c \" ro,\"
                ls /proc/1/root/etc
                echo text > /file" 2>&1' | sed 's/.*Read-only/Read-only/'
        "#,
        "written\n1\n1\nname\nRead-only file system\n",
    ),
    (
        "crun-covers-and-closes-the-same",
        r#"
        command -v crun >/dev/null || { echo 'crun (package crun) is not installed' >&2; exit 77; }
        umount /sys/fs/cgroup/unified 2>/dev/null
        mkdir /tmp/bundle; cp -a /tmp/rootfs /tmp/bundle/rootfs; cd /tmp/bundle
        crun spec && sed -i 's/"terminal": true/"terminal": false/; s/"readonly": true/"readonly": false/' config.json
        cat > /tmp/look <<'END'
        for path in /proc/kcore /proc/keys /proc/timer_list /proc/scsi /proc/acpi /sys/firmware \
            /proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger /dev/null /dev/zero /dev/full \
            /dev/random /dev/urandom /dev/tty; do
            test -e $path || continue
            echo $path $(stat -c '%F %t:%T' $path) $(grep " $path " /proc/self/mountinfo | grep -o -w ' ro,\| rw,' | head -1)
        done
END
        cp /tmp/look /tmp/rootfs/look; cp /tmp/look /tmp/bundle/rootfs/look
        sed -i 's,"sh","sh"\, "/look",; s,"sh"$,"sh"\, "/look",' config.json
        crun --cgroup-manager=disabled --root /tmp/crun run box </dev/null >/tmp/theirs 2>/tmp/words || { cat /tmp/words; exit 1; }
        $lab run --rootfs /tmp/rootfs -- sh /look >/tmp/ours
        test $(wc -l < /tmp/ours) -ge 10 && echo compared
        diff /tmp/theirs /tmp/ours && echo 'the same'
        "#,
        "compared\nthe same\n",
    ),
    (
        "killed-at-any-moment-nothing-is-mounted",
        r#"
        before=$(mounts); i=0
        while test $i -lt 50; do
            $lab run --name box --rootfs /tmp/rootfs --read-only -- sleep 60 2>/dev/null & runtime=$!
            sleep 0.00$((i / 5))$((i % 10))
            kill -9 $runtime; wait $runtime 2>/dev/null
            $lab run --name box --rootfs /tmp/rootfs -- true || { echo "after kill $i"; break; }
            i=$((i + 1))
        done
        echo $i; test $before = $(mounts) && echo 'as before'
        ls /tmp/rootfs/dev; pgrep -x sleep || echo 'no process'
        "#,
        "50\nas before\nno process\n",
    ),
];

fn main() -> ExitCode {
    Scripts::new(
        env!("CARGO_BIN_EXE_solution-03-rootfs"),
        env!("CARGO_PKG_NAME"),
        PROLOGUE,
    )
    .run(SCRIPTS)
}
