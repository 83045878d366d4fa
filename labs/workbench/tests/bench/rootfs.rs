//! Root file systems that programs really run in, and everything that may be in
//! their way. Each is made on a workbench.

use libtest_mimic::{Failed, Trial};

use crate::host::Host;
use crate::runner::{Who, nonce, programs, run, text};

pub fn trials(who: Who) -> Vec<Trial> {
    let scripts = [
        ("of-the-hosts-programs", HOST),
        ("of-busybox", BUSYBOX),
        ("library-in-an-unusual-place", UNUSUAL),
        ("refused", REFUSED),
        ("nothing-half-there", NOTHING_HALF_THERE),
        ("killed-at-any-moment", KILLED),
        ("mounted-in", MOUNTED),
        ("with-a-program", WITH),
    ];
    let trial = |(name, script): (&'static str, &'static str)| {
        Trial::test(format!("{who}::rootfs::{name}"), move || {
            on_workbench(who, name, script)
        })
    };
    scripts.into_iter().map(trial).collect()
}

/// Runs a script that says `ok` at its end; 77 means that this machine can't
/// try it.
fn on_workbench(who: Who, name: &str, script: &str) -> Result<(), Failed> {
    let (host, nonce) = (Host::watch(), nonce());
    let folder = programs().display().to_string();
    let script = format!(
        "set -eu\nworkbench={folder}/workbench\nmkdir /tmp/work; cd /tmp/work\n{script}\necho ok\n"
    );
    let options = ["--env", &nonce, "--show", &folder];
    let output = run(who, &options, &["/bin/sh", "-c", &script]);
    let (said, complained) = (text(&output.stdout), text(&output.stderr));
    match output.status.code() {
        Some(77) => eprintln!("SKIPPED: {who}::rootfs::{name}: {}", complained.trim()),
        Some(0) if said.ends_with("ok\n") => {}
        _ => return Err(format!("{:?}\n{said}{complained}", output.status).into()),
    }
    Ok(host.unchanged(&nonce)?)
}

/// Every program that was taken over starts: its loader finds its libraries.
const HOST: &str = r#"
$workbench rootfs --from host root
test "$(chroot root /bin/sh -c 'ls / >/dev/null && echo works')" = works
test "$(chroot root /bin/sh -c 'id -un; uname -n; cat /etc/os-release' | head -1)" = root
for loader in $(find root -name 'ld-linux*.so.*' -o -name 'ld-musl-*'); do
  inside=${loader#root}
  test ! -L $loader || continue
  for program in root/bin/* root/usr/bin/* root/sbin/* root/usr/sbin/*; do
    test -f $program -a ! -L $program || continue
    listed=$(chroot root $inside --list ${program#root} 2>&1) || { echo "$program: $listed"; exit 1; }
    case $listed in *"not found"*) echo "$program: $listed"; exit 1;; esac
  done
done
test -z "$(find root -perm /6000 -not -type d)"
test "$(stat -c %a root root/tmp root/proc root/etc | tr '\n' ' ')" = '755 1777 555 755 '
test "$(ls -A | grep -c room)" = 0"#;

const BUSYBOX: &str = r#"
$workbench rootfs --from busybox root 2>said || {
  grep -q 'no statically linked busybox' said
  echo 'no static busybox (package busybox-static)' >&2; exit 77; }
test "$(chroot root /bin/sh -c 'ls / >/dev/null && echo works')" = works
test "$(chroot root /bin/sh -c 'id -un')" = root
test ! -e root/lib64
test "$(readlink root/bin/ls)" = busybox
# A dynamic one is no busybox of ours, whatever it is called.
mkdir bin; cp /bin/ls bin/busybox
if PATH=/tmp/work/bin $workbench rootfs --from busybox other 2>said; then
  cmp other/bin/busybox root/bin/busybox
fi"#;

/// What the loader finds by its cache only is found inside by the same.
const UNUSUAL: &str = r#"
library=$(ldd /bin/ls | sed -n 's/.*=> \(\/.*libselinux[^ ]*\) .*/\1/p')
test -n "$library" || { echo 'ls has no library that could be moved' >&2; exit 77; }
mkdir -p /tmp/work/odd
cp "$library" /tmp/work/odd/
mount --bind /tmp/work/odd /opt
mkdir /tmp/work/etc; mount -t tmpfs none /tmp/work/etc
cp -r /etc/ld.so.c* /tmp/work/etc/; mkdir -p /tmp/work/etc/ld.so.conf.d; echo /opt >/tmp/work/etc/ld.so.conf.d/0.conf
test -f /tmp/work/etc/ld.so.conf || echo 'include /etc/ld.so.conf.d/*.conf' >/tmp/work/etc/ld.so.conf
mount --bind /tmp/work/etc /etc
empty=$(dirname "$(readlink -f "$library")")/$(basename "$library")
/sbin/ldconfig || { echo 'no ldconfig' >&2; exit 77; }
ldd /bin/ls | grep -q '=> /opt/' || { echo 'the cache does not come first here' >&2; exit 77; }
$workbench rootfs --from host root
test -f root/opt/${library##*/}
test -n "$(chroot root /bin/ls /)"
# And what is gone is told by its name.
mount -t tmpfs none /opt; mv root gone
mount --bind /dev/null "$(readlink -f "$library")"
! $workbench rootfs --from host --with /bin/ls root 2>said
test ! -e root"#;

const REFUSED: &str = r#"
refused() { # WORDS ARGUMENT...
  words=$1; shift
  status=0; $workbench rootfs --from host "$@" >out 2>&1 || status=$?
  test $status = 2 || { echo "$*: $status: $(cat out)"; exit 1; }
  grep -q "$words" out || { echo "$*: $(cat out)"; exit 1; }
}
mkdir mine; echo precious >mine/file; ln -s nowhere link; echo x >file; mkdir empty
refused 'not a root file system' mine
refused 'not a root file system' --force mine
refused 'symbolic link' link
refused 'symbolic link' --force link
refused 'not a directory' file
refused 'no folder' a/b
refused "can't be made" /
refused "can't be made" mine/..
refused 'a path that begins with /' --with bin/ls root
refused 'no such program' --with no-such-program root
test "$(cat mine/file)" = precious
test "$(ls -A | tr '\n' ' ')" = 'empty file link mine out '
$workbench rootfs --from host empty
refused 'already' empty
echo changed >empty/etc/hostname
$workbench rootfs --from host --force empty
test "$(cat empty/etc/hostname)" = practice
# Without its marker it is nobody's.
rm empty/.practice-rootfs
refused 'not a root file system' --force empty"#;

/// A full and a read-only file system, and programs that can't be taken.
const NOTHING_HALF_THERE: &str = r#"
fails() { # WORDS ARGUMENT...
  words=$1; shift
  status=0; $workbench rootfs --from host "$@" >out 2>&1 || status=$?
  test $status = 3 || { echo "$*: $status: $(cat out)"; exit 1; }
  grep -qi "$words" out || { echo "$*: $(cat out)"; exit 1; }
}
mkdir full readonly
mount -t tmpfs -o size=1m none full
fails 'no space left' full/root
test -z "$(ls -A full)"
mount -t tmpfs -o ro none readonly
fails 'read-only' readonly/root
echo 'not a program' >script; ln -s gone dangling; ln -s loop loop
for program in script dangling loop . /dev/null; do
  case $program in /*) ;; *) program=/tmp/work/$program;; esac
  fails "$program" --with $program root
done
head -c 3000 /bin/ls >cut; chmod +x cut
fails 'cut' --with /tmp/work/cut root
# A program may name any file as its loader; it is not started.
printf '#!/bin/sh\ntouch /tmp/work/ran\n' >/tmp/work/lib64-ld; chmod +x /tmp/work/lib64-ld
loader=$(tr '\0' '\n' </bin/ls | grep -a -m1 -o '^/lib[^ ]*/ld-[^ ]*')
if [ "$loader" = /lib64/ld-linux-x86-64.so.2 ]; then
  sed 's|/lib64/ld-linux-x86-64.so.2|/tmp/work/././././lib64-ld|' /bin/ls >evil; chmod +x evil
  $workbench rootfs --from host --with /tmp/work/evil root >out 2>&1 && exit 1
  rm -rf root
fi
test ! -e root
test "$(ls -A | grep -c room)" = 0"#;

const KILLED: &str = r#"
for pause in 0.001 0.004 0.008 0.015 0.03 0.06; do
  $workbench rootfs --from host --force root >/dev/null 2>&1 & maker=$!
  sleep $pause; kill -9 $maker 2>/dev/null || true; wait $maker 2>/dev/null || true
  test ! -e root || chroot root /bin/sh -c 'ls / >/dev/null'
done
# One that is being filled is not taken for one that was left.
mkdir .root.1.new.rootfs-room .root.2.new.rootfs-room
(flock -n 9 && touch locked && sleep 20) 9<.root.2.new.rootfs-room & holder=$!
until test -e locked; do sleep 0.01; done
$workbench rootfs --from host --force root >/dev/null
test "$(ls -A | grep room)" = .root.2.new.rootfs-room
kill $holder
chroot root /bin/sh -c 'ls / >/dev/null'"#;

/// What is mounted in an old one is never removed with it.
const MOUNTED: &str = r#"
$workbench rootfs --from host root
mkdir precious; echo mine >precious/file
mount --bind precious root/var
! $workbench rootfs --from host --force root 2>said
grep -q 'umount /tmp/work/root/var' said
test "$(cat precious/file)" = mine
umount root/var
$workbench rootfs --from host --force root"#;

/// A program of the host's beside busybox's applets, at another name's cost.
const WITH: &str = r#"
$workbench rootfs --with ls root
test -f root/bin/ls -o -f root/usr/bin/ls
test "$(chroot root /bin/sh -c '/bin/ls -d /tmp')" = /tmp
mkdir opt; cp /bin/ls opt/my-ls
$workbench rootfs --with /tmp/work/opt/my-ls other
test "$(chroot other /bin/sh -c 'my-ls -d /tmp/work/opt/my-ls')" = /tmp/work/opt/my-ls
test -L other/bin/my-ls -o -L other/usr/bin/my-ls"#;
