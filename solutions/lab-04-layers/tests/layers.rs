//! The program on images of different kinds: many layers, strange names, hostile
//! ones; refused, and killed at any moment.
//!
//! Each test is a script that runs on a workbench of its own with the program
//! as `$lab`, and prints what it saw.

use std::process::ExitCode;

use workbench::script::{Script, Scripts};

/// Words every script begins with. `busybox` is a static one.
const PROLOGUE: &str = r#"
busybox=$(command -v busybox) || { echo 'no busybox (package busybox-static)' >&2; exit 77; }
store=$CONTAINER_STORE
rootfs() {
    mkdir -p "$1/bin" "$1/etc" "$1/tmp" "$1/root"; cp "$busybox" "$1/bin/busybox"
    for name in sh cat ls mkdir rm id stat grep sleep true touch echo pwd env mv ln truncate head tail readlink; do
        ln -s busybox "$1/bin/$name"
    done
    echo 'root:x:0:0:root:/root:/bin/sh
alice:x:1000:1001::/home/alice:/bin/sh' > "$1/etc/passwd"
    echo 'alice:x:1001:
audio:x:29:alice' > "$1/etc/group"
}
rootfs /tmp/rootfs
$lab image make practice /tmp/rootfs >/dev/null
mounts() { wc -l < /proc/self/mountinfo; }
files() { ls $store/containers $store/tmp; }
"#;

/// Name, script, and what it must print.
const SCRIPTS: &[Script] = &[
    (
        "a-hundred-and-fifty-layers-are-one-mount",
        // By their digests they would be more than twice the page that mount(2) takes.
        r#"
        layers=; i=0
        while test $i -lt 150; do
            mkdir -p /tmp/l/$i; echo $i > /tmp/l/$i/number; echo $i > /tmp/l/$i/only-$i
            layers="$layers /tmp/l/$i"; i=$((i + 1))
        done
        $lab image make many /tmp/rootfs $layers >/dev/null
        $lab run --rm many sh -c 'cat /number; ls / | grep -c only-'
        "#,
        "149\n150\n",
    ),
    (
        "a-layer-that-comes-again-hides-what-lies-between",
        r#"
        mkdir /tmp/a /tmp/b; echo a > /tmp/a/file; echo a > /tmp/a/mine; echo b > /tmp/b/file; echo b > /tmp/b/yours
        $lab image make again /tmp/rootfs /tmp/a /tmp/b /tmp/a >/dev/null; ls $store/layers/sha256 | wc -l
        $lab run --name box again sh -c 'cat /file /mine /yours; rm /mine'; $lab diff box
        $lab commit box next >/dev/null; $lab rm box
        $lab run --rm next sh -c 'cat /file; ls /mine' 2>&1
        "#,
        "3\na\na\nb\nD /mine\nbox\na\nls: /mine: No such file or directory\n",
    ),
    (
        "a-store-may-be-called-what-it-likes",
        r#"
        $lab image make --store '/tmp/a:b,c\d e=f' odd /tmp/rootfs | grep -o '^odd:latest'
        $lab run --rm --store '/tmp/a:b,c\d e=f' odd sh -c 'echo x > /file; cat /file'
        ls '/tmp/a:b,c\d e=f/containers'
        "#,
        "odd:latest\nx\n",
    ),
    (
        "a-store-on-an-overlay-is-refused",
        r#"
        $lab image make --store /var/lib/here practice /tmp/rootfs >/dev/null
        $lab run --store /var/lib/here practice true 2>&1; echo $?
        ls /var/lib/here/containers /var/lib/here/tmp
        "#,
        "NAME: layers: the store /var/lib/here lies on an overlay, which can't hold another's \
         writable layer; choose a place with --store or CONTAINER_STORE\n125\n\
         /var/lib/here/containers:\n\n/var/lib/here/tmp:\n",
    ),
    (
        "the-image-says-what-runs-and-the-user-has-the-last-word",
        r#"
        $lab image make app /tmp/rootfs --cmd echo --cmd from --cmd image >/dev/null
        $lab run --rm app; $lab run --rm app echo mine
        $lab run --rm --entrypoint echo app one two
        $lab run --rm -w /made/here practice pwd
        $lab run --rm -u alice practice id
        $lab run --rm -u 7:audio practice id
        $lab run --rm -e A=1 -e HOME=/x practice sh -c 'echo $A $HOME $PATH'
        SECRET=s TOLD=t $lab run --rm -e TOLD practice sh -c 'echo $SECRET $TOLD'
        $lab run --rm practice --version 2>&1; echo $?
        "#,
        "from image\nmine\none two\n/made/here\n\
         uid=1000(alice) gid=1001(alice) groups=29(audio)\n\
         uid=7 gid=29(audio)\n\
         1 /x /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n\
         t\n\
         NAME: exec --version: No such file or directory\n127\n",
    ),
    (
        "what-came-before-goes-on",
        r#"
        $lab run -- echo plain
        $lab run --rootfs /tmp/rootfs -- sh -c 'ls /bin | grep -c busybox'
        $lab run --rootfs /tmp/rootfs sh -c 'echo the same without dashes'
        $lab run -w /tmp -e A=1 -- sh -c 'pwd; echo $A'
        files
        "#,
        "plain\n1\nthe same without dashes\n/tmp\n1\nSTORE/containers:\n\nSTORE/tmp:\n",
    ),
    (
        "bad-words-are-refused-with-the-reason",
        r#"
        for words in 'nosuch' '-w etc practice' '-u bob practice' '-e =x practice' \
            '--entrypoint sh --rootfs /tmp/rootfs -- true' '--read-only -- true' 'Practice'; do
            $lab run $words 2>&1; echo $?
        done
        $lab diff box 2>&1; $lab commit box x 2>&1; $lab rm box 2>&1
        $lab image make practice /absent 2>&1; $lab image make 'a b' /tmp 2>&1 | head -1
        $lab run --rm practice sh -c 'exit 7'; echo $?
        files
        "#,
        "NAME: there is no image nosuch in STORE; `image list` shows those there are\n125\n\
         NAME: directory etc: it must begin with /\n125\n\
         NAME: process: user \"bob\": /etc/passwd of the image has no bob\n125\n\
         NAME: --env \"=x\": a variable has a name\n125\n\
         NAME: --entrypoint: there is no image; give its name before the command, without --\n125\n\
         NAME: --read-only: the root is this machine's own; give another\n125\n\
         NAME: there is no image Practice in STORE; `image list` shows those there are\n125\n\
         NAME: there is no container box\nNAME: there is no container box\n\
         NAME: there is no container box\n\
         NAME: layer /absent: No such file or directory (os error 2)\n\
         error: invalid value 'a b' for '<NAME>': image \"a b\": a name is of small letters, digits, and . _ - between them; / separates its parts\n\
         7\nSTORE/containers:\n\nSTORE/tmp:\n",
    ),
    (
        "an-image-is-found-by-its-id",
        r#"
        id=$($lab image list | grep -o ' [0-9a-f]\{12\} ')
        $lab run --rm $id echo by id
        $lab run --rm sha256:$(echo $id | cut -c1-6) echo by its first digits
        $lab run abcdefabcdef true 2>&1 | cut -d' ' -f2-6
        "#,
        "by id\nby its first digits\nthere is no image abcdefabcdef\n",
    ),
    (
        "one-name-one-container-also-in-two-runtimes",
        r#"
        $lab run --name box practice sh -c 'echo first > /file'
        $lab run --name box practice true 2>&1; echo $?
        $lab --root /tmp/other run --name box practice true 2>&1; echo $?
        cat $store/containers/box/upper/file
        $lab --root /tmp/other run --rm --name box practice true >/dev/null 2>&1
        $lab --root /tmp/other rm -f box; cat $store/containers/box/upper/file
        $lab rm box; files
        "#,
        "NAME: container box exists already, it has ended; remove it first\n125\n\
         NAME: layers: the store has files of another container of this name: STORE/containers/box\n\
         125\nfirst\nfirst\nbox\nSTORE/containers:\n\nSTORE/tmp:\n",
    ),
    (
        "the-beginning-of-a-name-is-enough-for-every-verb",
        r#"
        for name in web-1 web-2 web other; do $lab run --name $name practice sh -c 'echo x > /file'; done
        for verb in 'diff web-' 'commit web- new' 'rm web-' 'rm -f web-' 'pause web-'; do $lab $verb 2>&1; echo $?; done
        for verb in 'diff none' 'commit none new' 'rm none' 'rm -f none' 'pause none'; do $lab $verb 2>&1; echo $?; done
        $lab diff web; $lab diff ot; $lab commit oth new | cut -d' ' -f1; $lab rm web o
        $lab rm web 2>&1; $lab rm web-1 web-2; files
        "#,
        "NAME: web- is the beginning of several names: web-1, web-2\n125\n\
         NAME: web- is the beginning of several names: web-1, web-2\n125\n\
         NAME: web- is the beginning of several names: web-1, web-2\n125\n\
         NAME: web- is the beginning of several names: web-1, web-2\n125\n\
         NAME: web- is the beginning of several names: web-1, web-2\n125\n\
         NAME: there is no container none\n125\nNAME: there is no container none\n125\n\
         NAME: there is no container none\n125\n0\nNAME: there is no container none\n125\n\
         A /file\nA /file\nnew:latest\nweb\nother\n\
         NAME: web is the beginning of several names: web-1, web-2\nweb-1\nweb-2\n\
         STORE/containers:\n\nSTORE/tmp:\n",
    ),
    (
        "a-running-container-is-not-removed-by-accident",
        r#"
        $lab run --name box practice sleep 60 & until pgrep -x sleep >/dev/null; do sleep 0.05; done
        $lab rm box 2>&1; $lab rm --force box; wait 2>/dev/null; files
        pgrep -x sleep || echo gone
        "#,
        "NAME: container box runs; --force ends it first\nbox\nSTORE/containers:\n\nSTORE/tmp:\ngone\n",
    ),
    (
        "a-commit-pauses-what-runs-and-lets-it-go-on",
        // It writes the same number to two files: in between they differ.
        r#"
        $lab run --name box practice sh -c '
            i=0; while true; do i=$((i + 1))
                echo $i > /1; mv /1 /one; echo $i > /2; mv /2 /two; done' &
        until test -s $store/containers/box/upper/two; do sleep 0.05; done
        i=0; while test $i -lt 10; do
            $lab commit box shot:$i >/dev/null
            test -s $store/containers/box/upper/two || sleep 0.01
            i=$((i + 1))
        done
        before=$(cat $store/containers/box/upper/one); sleep 0.3
        test $before != $(cat $store/containers/box/upper/one) && echo 'it goes on'
        $lab rm -f box; wait 2>/dev/null
        $lab image list | grep -c shot
        for i in 0 1 2 3 4 5 6 7 8 9; do
            $lab run --rm shot:$i sh -c 'a=$(cat /one); b=$(cat /two); echo $((a - b))'
        done | grep -c -x -e 0 -e 1
        "#,
        "it goes on\nbox\n10\n10\n",
    ),
    (
        "a-file-of-holes-takes-no-room",
        r#"
        $lab run --name box practice sh -c 'echo begin > /big; truncate -s 300M /big; echo end >> /big'
        $lab commit box big >/dev/null
        test $(du -k $store/layers/sha256/*/big | cut -f1) -lt 100 && echo 'little room'
        $lab run --rm big sh -c 'stat -c %s /big; head -c 5 /big; tail -c 4 /big'
        "#,
        "little room\n314572804\nbeginend\n",
    ),
    (
        "etc-as-a-link-is-left-alone",
        r#"
        mv /tmp/rootfs/etc /tmp/rootfs/real; ln -s /tmp/precious /tmp/rootfs/etc
        mkdir /tmp/precious; echo data > /tmp/precious/hosts
        $lab image make linked /tmp/rootfs >/dev/null
        $lab run --rm linked readlink /etc; cat /tmp/precious/hosts; ls /tmp/precious
        "#,
        "/tmp/precious\ndata\nhosts\n",
    ),
    (
        "a-hostile-command-line-does-nothing-to-a-terminal",
        r#"
        $lab run --name box practice sh -c "$(printf 'echo \033[31m; echo > "/\033[2Jx"')" >/dev/null
        $lab diff box; $lab commit box x >/dev/null; $lab image history x | grep -c "$(printf '\033')"
        "#,
        "A /\\u{1b}[2Jx\n0\n",
    ),
    (
        "in-a-user-namespace-attributes-have-another-name",
        r#"
        unshare --user --map-root-user --mount sh -c '
            mkdir /tmp/mine; mount -t tmpfs none /tmp/mine; export CONTAINER_STORE=/tmp/mine/store
            '"$lab"' image make practice /tmp/rootfs >/dev/null
            '"$lab"' run --name box practice sh -c "rm -r /etc; mkdir /etc; rm /bin/id; echo x > /etc/x"
            '"$lab"' diff box | grep -v "D /etc/"
            '"$lab"' commit box two >/dev/null
            '"$lab"' run --rm two sh -c "ls /etc; ls /bin/id"' 2>&1
        "#,
        "C /bin\nD /bin/id\nC /etc\nA /etc/x\n\
         hostname\nhosts\nresolv.conf\nx\nls: /bin/id: No such file or directory\n",
    ),
    (
        "what-nobody-knows-any-more-is-cleaned",
        r#"
        $lab run --name box practice sh -c 'echo x > /file'
        $lab clean; ls $store/containers
        # As after a restart: the runtime's data was in memory.
        rm -r /run/$lab_name/box; $lab clean; files
        "#,
        "box\nremoved the files of box\nSTORE/containers:\n\nSTORE/tmp:\n",
    ),
    (
        "a-layer-that-got-no-image-goes-with-the-next-image-or-by-clean",
        r#"
        layers() { ls $store/layers/sha256 | wc -l; }
        mkdir /tmp/more; echo x > /tmp/more/x; $lab image make two /tmp/more >/dev/null
        # As if its maker had been killed between the layer's name and the image's.
        rm $store/images/two:latest.json; layers
        $lab run --rm practice true; $lab image make three /tmp/rootfs >/dev/null; layers
        $lab image make four /tmp/more >/dev/null; layers; rm $store/images/four:latest.json
        $lab image remove three; layers
        $lab image make four /tmp/more >/dev/null; rm $store/images/four:latest.json; layers
        $lab clean; layers; files
        "#,
        "2\n2\n2\nthree:latest\n1\n2\n1\nSTORE/containers:\n\nSTORE/tmp:\n",
    ),
    (
        "killed-at-any-moment-a-container-leaves-nothing",
        r#"
        before=$(mounts); i=0
        while test $i -lt 60; do
            $lab run --rm --name box practice sh -c 'echo x > /file; exec sleep 60' 2>/dev/null & runtime=$!
            sleep 0.0$((i / 10))$((i % 10))
            kill -9 $runtime; wait $runtime 2>/dev/null
            $lab run --rm --name box practice true 2>&1 || { echo "after kill $i"; break; }
            i=$((i + 1))
        done
        echo $i; test $before = $(mounts) && echo 'as before'; files
        pgrep -x sleep || echo 'no process'
        "#,
        "60\nas before\nSTORE/containers:\n\nSTORE/tmp:\nno process\n",
    ),
    (
        "a-commit-killed-at-any-moment-is-whole-or-not-there",
        r#"
        $lab run --name box practice sh -c 'i=0; while test $i -lt 300; do echo $i > /file-$i; i=$((i + 1)); done'
        i=0; whole=0; absent=0
        while test $i -lt 40; do
            $lab commit box shot:$i >/dev/null 2>&1 & commit=$!
            sleep 0.00$((i / 4))$((i % 4 * 2)); kill -9 $commit 2>/dev/null; wait $commit 2>/dev/null
            if $lab image list | grep -q "shot:$i "; then
                test "$($lab run --rm shot:$i sh -c 'ls / | grep -c file-')" = 300 && whole=$((whole + 1))
            else
                absent=$((absent + 1))
            fi
            i=$((i + 1))
        done
        echo $((whole + absent)); $lab rm box; files
        "#,
        "40\nbox\nSTORE/containers:\n\nSTORE/tmp:\n",
    ),
];

fn main() -> ExitCode {
    Scripts::new(
        env!("CARGO_BIN_EXE_solution-04-layers"),
        env!("CARGO_PKG_NAME"),
        PROLOGUE,
    )
    .word("/tmp/store", "STORE")
    .run(SCRIPTS)
}
