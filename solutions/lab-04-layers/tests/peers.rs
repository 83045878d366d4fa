//! Other tools make the archives we import, and read what we commit; and the
//! program is killed while it imports.
//!
//! Each test is a script that runs on a workbench of its own with the program
//! as `$lab`; it prints what it saw.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use solution_04_layers::pack::pack;
use workbench::script::{Script, Scripts};

/// Words every script begins with. `tree DIR` prints everything that makes the
/// files below a directory what they are, and which of them are one file.
const PROLOGUE: &str = r#"
export CONTAINER_STORE=/tmp/store HOME=/tmp
cd /tmp
need() { command -v $1 >/dev/null || { echo "$1 (package $2) is not installed" >&2; exit 77; }; }
layer() { echo /tmp/store/layers/sha256/$1; }
newest() { ls -t /tmp/store/layers/sha256 | head -1; }
tree() {
    (cd $1 && find . -print0 | sort -z > /tmp/names
    xargs -0 -I{} find {} -maxdepth 0 -printf '%P %y %m %U:%G %T@ %l\n' < /tmp/names
    find . -type f -print0 | sort -z | xargs -0 sha256sum
    xargs -0 getfattr -h -d -m - -e hex < /tmp/names | grep -v -e trusted.overlay -e '^$'
    find . -type f -links +1 -printf '%i %P\n' | sort -k2 |
        awk '{ if (!($1 in first)) first[$1] = $2; print $2, "is", first[$1] }')
}
# Everything a file can be.
everything() {
    mkdir -p $1/bin $1/etc $1/deep/er $1/tmp; chmod 1777 $1/tmp; chmod 2750 $1/deep; chmod 500 $1/deep/er
    cp "$(command -v cat)" $1/bin/cat; chmod 4755 $1/bin/cat; ln -s cat $1/bin/also
    cp "$(command -v cat)" $1/bin/able; setcap cap_net_raw+ep $1/bin/able 2>/dev/null
    echo one > $1/etc/one; chown 1:2 $1/etc/one; chown 4000000:3000000 $1/deep/er
    setfattr -n user.text -v 'a=b' $1/etc/one; setfattr -n user.bytes -v 0x0a000aff $1/etc/one
    ln $1/etc/one $1/deep/one; ln $1/etc/one $1/etc/again
    mkfifo -m 600 $1/etc/pipe; chown 5:6 $1/etc/pipe; ln -s /etc/passwd $1/etc/out; chown -h 7:8 $1/etc/out
    long=$(printf 'x%.0s' $(seq 180)); mkdir -p $1/$long/$long
    echo long > $1/$long/$long/file; ln -s $long/$long/file $1/long; ln $1/$long/$long/file $1/$long/other
    printf 'line\nbreak' > "$1/etc/with
newline"; echo > "$1/etc/with space"; echo > $1/etc/$(printf 'm\303\274ll')
    truncate -s 3M $1/hole; printf data | dd of=$1/hole bs=1 seek=1500000 conv=notrunc 2>/dev/null
    touch -d '2001-02-03 04:05:06.123456789' $1/etc/one; touch -h -d '1999-01-01 00:00:00.5' $1/etc/out
    touch -d '1969-12-31 23:59:58.25 UTC' $1/etc/again; touch -d '2002-02-02 02:02:02.000000002' $1/deep/er $1/deep $1
}
# A layout of one layer made by tar, given the options for it.
by_tar() {
    directory=$1; shift
    rm -rf /tmp/lay; mkdir -p /tmp/lay/blobs/sha256
    tar -C $directory --sort=name "$@" -cf /tmp/layer.tar .
    put() { d=$(sha256sum < $1 | cut -d' ' -f1); s=$(stat -c %s $1); cp $1 /tmp/lay/blobs/sha256/$d; }
    put /tmp/layer.tar; diff=$d size=$s
    architecture=$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
    echo '{"architecture":"'$architecture'","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:'$diff'"]}}' > /tmp/doc
    put /tmp/doc
    echo '{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:'$d'","size":'$s'},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:'$diff'","size":'$size'}]}' > /tmp/doc
    put /tmp/doc
    echo '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:'$d'","size":'$s',"annotations":{"org.opencontainers.image.ref.name":"x"}}]}' > /tmp/lay/index.json
    echo '{"imageLayoutVersion":"1.0.0"}' > /tmp/lay/oci-layout
}
# An image of two layers, by umoci; the second deletes and replaces.
by_umoci() {
    umoci init --layout lay && umoci new --image lay:one && umoci unpack --image lay:one b1
    everything b1/rootfs; mkdir -p b1/rootfs/gone/below b1/rootfs/new/old; echo old > b1/rootfs/new/old/file
    umoci repack --image lay:one b1; umoci unpack --image lay:one b2
    rm -r b2/rootfs/gone b2/rootfs/etc/pipe b2/rootfs/new; mkdir b2/rootfs/new; echo new > b2/rootfs/new/file
    rm b2/rootfs/etc/again; echo changed >> b2/rootfs/etc/one; rm -r b2/rootfs/tmp; echo file > b2/rootfs/tmp
    umoci repack --image lay:one b2
} >/dev/null 2>&1
"#;

/// Name, script, and what it must print.
const SCRIPTS: &[Script] = &[
    (
        "everything-a-file-can-be-survives-import-in-every-form-of-tar",
        r#"
        need setfattr attr; everything from; tree from > want
        for form in --format=posix '--format=posix --sparse' --format=gnu '--format=gnu --sparse'; do
            case $form in *posix*) more='--xattrs --xattrs-include=*';; *) more=;; esac
            by_tar from $form $more
            $lab image import --name x lay >said 2>&1 || cat said
            tree $(layer $(newest)) > have
            case $form in
                *posix*) diff want have > differences && echo same || cat differences;;
                # It has neither attributes nor parts of a second.
                *) for side in want have; do
                       grep -v -e '^user' -e '^# file' -e '^security' $side | sed -E 's/\.[0-9]{10}/./' > $side.gnu
                   done
                   test $(wc -l < have.gnu) -gt 30 && diff want.gnu have.gnu && echo same;;
            esac
            $lab image remove x >/dev/null; ls /tmp/store/layers/sha256 /tmp/store/tmp | grep -v :
        done
        "#,
        "same\n\nsame\n\nsame\n\nsame\n\n",
    ),
    (
        "a-hole-stays-a-hole",
        r#"
        everything from; by_tar from --format=posix --sparse; $lab image import --name x lay >/dev/null
        hole=$(layer $(newest))/hole; test $(stat -c '%b' $hole) -lt 100 && stat -c %s $hole
        "#,
        "3145728\n",
    ),
    (
        "what-umoci-has-packed-is-merged-as-umoci-unpacks-it",
        r#"
        need umoci umoci; need setfattr attr; by_umoci
        umoci unpack --image lay:one whole >/dev/null 2>&1; tree whole/rootfs > want
        $lab image import lay >/dev/null
        # Mounted by hand: what overlayfs makes of the two directories.
        lower=; for hex in $(sed -n 's/.*"sha256:\([0-9a-f]*\)".*/\1/p' store/images/lay:one.json | tail -2); do
            lower=$(layer $hex):$lower
        done
        mkdir merged; mount -t overlay none -o lowerdir=${lower%:} merged; tree merged > have
        test $(wc -l < have) -gt 40 && diff want have && echo same
        test -e merged/gone -o -e merged/new/old -o -e merged/etc/pipe || echo deleted; cat merged/new/file merged/tmp
        "#,
        "same\ndeleted\nnew\nfile\n",
    ),
    (
        "every-way-of-bringing-the-same-image-gives-the-same",
        r#"
        need umoci umoci; need skopeo skopeo; by_umoci
        tar -C lay -cf lay.tar .; gzip -k lay.tar
        skopeo copy --quiet oci:lay:one docker-archive:docker.tar:class/image:1
        # The newer form of docker save: the layout, and what points to its blobs.
        mkdir both; cp -r lay/* both/; config=$(tar -xOf docker.tar manifest.json | sed 's/.*"Config":"\([0-9a-f]*\).*/\1/')
        sed -i 's,"org.opencontainers.image.ref.name":"one","io.containerd.image.name":"docker.io/library/image:2",' both/index.json
        echo '[{"Config":"blobs/sha256/'$config'","RepoTags":["image:2"],"Layers":[]}]' > both/manifest.json
        tar -C both -cf both.tar .
        for source in lay lay.tar lay.tar.gz docker.tar both.tar; do $lab image import $source | cut -d' ' -f1; done
        cat lay.tar | $lab image import --name pipe - | cut -d' ' -f1; $lab image import --name stdin:1 - < docker.tar >/dev/null
        gzip -c docker.tar | $lab image import --name zipped - >/dev/null
        $lab image list | tail -n +2 | awk '{ print $2, $5 }' | sort -u | wc -l
        ls store/layers/sha256 | wc -l; ls store/tmp
        "#,
        "lay:one\nlay:one\nlay:one\nclass/image:1\nimage:2\npipe:latest\n1\n2\n",
    ),
    (
        "what-is-committed-umoci-unpacks-to-the-same",
        r#"
        need umoci umoci; need setfattr attr; everything from; mkdir -p from/gone from/new; echo x > from/new/old
        by_tar from --format=posix --xattrs '--xattrs-include=*'; $lab image import --name base lay >/dev/null
        # A container's changes, made by hand with overlayfs.
        mkdir upper work merged; chmod 755 upper
        mount -t overlay none -o lowerdir=$(layer $(newest)),upperdir=upper,workdir=work merged
        rm -r merged/gone merged/etc/pipe merged/new; mkdir merged/new; echo new > merged/new/file
        echo changed >> merged/etc/one; setfattr -n user.more -v more merged/bin; mkfifo merged/second
        ln merged/new/file merged/new/other; touch -d '2003-03-03 03:03:03.000000003' merged/new/file
        tree merged > want; umount merged
        $own pack upper > second.tar; $own pack upper | cmp - second.tar
        umoci raw add-layer --image lay:x second.tar
        umoci unpack --image lay:x theirs >/dev/null 2>&1; tree theirs/rootfs > have
        test $(wc -l < have) -gt 40 && diff want have && echo same
        $lab image import --name both lay >/dev/null
        lower=; for hex in $(sed -n 's/.*"sha256:\([0-9a-f]*\)".*/\1/p' store/images/both:latest.json | tail -2); do
            lower=$(layer $hex):$lower
        done
        mount -t overlay none -o lowerdir=${lower%:} merged; tree merged > again; diff want again && echo again
        "#,
        "same\nagain\n",
    ),
    (
        "killed-at-any-moment-nothing-stays",
        r#"
        mkdir from small; i=0; while test $i -lt 300; do head -c 100000 /dev/urandom > from/$i; i=$((i + 1)); done
        by_tar from; i=0 images=0
        while test $i -lt 60; do
            $lab image import --name x lay >/dev/null 2>&1 & importer=$!
            sleep 0.$(printf %03d $((i * 4)))
            kill -9 $importer 2>/dev/null; wait $importer 2>/dev/null
            # Whole, or not there.
            if test -e store/images/x:latest.json; then
                images=$((images + 1))
                diff -r from $(layer $(newest)) || echo "half after kill $i"
                $lab image remove x >/dev/null
            fi
            # Any command that makes something sweeps; a removal also finds layers that
            # had their names, and no image yet.
            $lab image make y small >/dev/null; $lab image remove y >/dev/null
            ls store/tmp store/layers/sha256 store/images | grep -v -e : -e '^$'
            i=$((i + 1))
        done
        echo $i; test $images -gt 0 -a $images -lt 60 && echo 'some in time, some not'
        "#,
        "60\nsome in time, some not\n",
    ),
    (
        "interrupted-by-the-user-nothing-stays",
        r#"
        mkdir from; i=0; while test $i -lt 300; do head -c 100000 /dev/urandom > from/$i; i=$((i + 1)); done
        by_tar from; tar -C lay -cf lay.tar .
        (head -c 10000000 lay.tar; sleep 60) | $lab image import --name x - >/dev/null 2>&1 & importer=$!
        until ls store/tmp/* >/dev/null 2>&1; do sleep 0.05; done
        kill -INT $(pgrep -x -f "$lab image import --name x -"); pkill -x sleep; wait
        $lab image import --name y absent 2>/dev/null; ls store/tmp store/layers/sha256 store/images | grep -v -e : -e '^$'
        echo nothing
        "#,
        "nothing\n",
    ),
    (
        "two-at-a-time-do-each-other-no-harm",
        r#"
        mkdir from; i=0; while test $i -lt 200; do head -c 50000 /dev/urandom > from/$i; i=$((i + 1)); done
        by_tar from; for n in 1 2 3 4; do $lab image import --name x:$n lay >/dev/null & done; wait
        $lab image list | tail -n +2 | wc -l; diff -r from $(layer $(newest)) && ls store/layers/sha256 | wc -l
        for n in 1 2 3 4; do $lab image remove x:$n >/dev/null & $lab image import --name z:$n lay >/dev/null & done; wait
        diff -r from $(layer $(newest)) && $lab image list | grep -c '^z:'
        # Who wasn't alone has left it to the next one.
        $lab image import absent 2>/dev/null; ls store/tmp
        "#,
        "4\n1\n4\n",
    ),
    (
        "what-is-left-out-is-said",
        r#"
        mkdir -p from/dev; mknod from/dev/null c 1 3 2>/dev/null || mknod from/dev/null p; mkdir from/etc
        by_tar from; $lab image import --name x lay 2>&1 >/dev/null; ls $(layer $(newest))/dev
        "#,
        "left out: \"./dev/null\": a container has a /dev of its own\n",
    ),
    (
        "a-store-that-is-full-says-so-and-keeps-nothing",
        r#"
        mkdir from small; head -c 8000000 /dev/urandom > from/big; by_tar from
        mount -t tmpfs -o size=4m none small
        $lab image import --store small/store --name x lay 2>&1 | sed 's/.*: //'
        ls small/store/tmp small/store/layers/sha256 small/store/images | grep -v -e : -e '^$'; echo nothing
        "#,
        "No space left on device (os error 28)\nnothing\n",
    ),
    (
        "names-and-words",
        r#"
        mkdir from; by_tar from; mv lay busybox; tar -C busybox -cf BusyBox.tar .
        $lab image import busybox | cut -d' ' -f1; $lab image import ./BusyBox.tar | cut -d' ' -f1
        (cd busybox; $lab image import . | cut -d' ' -f1)
        $lab image import - < BusyBox.tar 2>&1 | sed 's/^[^:]*: //'
        $lab image import absent 2>&1 | sed 's/^[^:]*: //'; $lab image import /dev/null 2>&1 | sed 's/^[^:]*: //'
        $lab image import --name 'Bad Name' busybox >/dev/null 2>&1; echo $?
        $lab image import --max-size 12x busybox >/dev/null 2>&1; echo $?
        $lab image remove absent 2>&1 | sed 's/^[^:]*: //'
        "#,
        "busybox:x\nbusybox:x\nbusybox:x\n\
         import standard input: the image has no name; --name gives it one\n\
         import absent: No such file or directory (os error 2)\n\
         import /dev/null: it is no image: it has neither \"oci-layout\" and \"index.json\" nor \"manifest.json\"\n\
         2\n2\n\
         there is no image absent in /tmp/store; `image list` shows those there are\n",
    ),
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    if let [_, verb, upper] = words.as_slice() {
        if verb == "pack" {
            return match pack(Path::new(upper), std::io::stdout().lock()) {
                Ok(_) => ExitCode::SUCCESS,
                Err(error) => {
                    eprintln!("{error:#}");
                    ExitCode::FAILURE
                }
            };
        }
    }
    match std::env::current_exe() {
        Ok(own) => Scripts::new(
            env!("CARGO_BIN_EXE_solution-04-layers"),
            env!("CARGO_PKG_NAME"),
            PROLOGUE,
        )
        .shell("/bin/bash")
        .limit(Duration::from_secs(120))
        .program("own", own)
        .run(SCRIPTS),
        Err(error) => {
            eprintln!("find this program: {error}");
            ExitCode::FAILURE
        }
    }
}
