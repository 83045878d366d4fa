//! What may be wrong with a layer: its members, and the tar they are in.

use tar::EntryType;

use crate::archive::{Files, Tar};
use crate::{Case, at, layer};

pub const CASES: &[Case] = &[
    (
        "a-name-that-begins-with-a-slash",
        || layer(Tar::new().file("/tmp/outside/new", b"")),
        r#"member "/tmp/outside/new": its name begins with /"#,
    ),
    (
        "a-name-with-two-dots",
        || layer(Tar::new().file("a/../../outside/new", b"")),
        r#"member "a/../../outside/new": its name has a .. in it"#,
    ),
    (
        "a-name-that-is-two-dots",
        || layer(Tar::new().directory("..")),
        r#"member "..": its name has a .. in it"#,
    ),
    (
        "no-name",
        || layer(Tar::new().file("", b"")),
        r#"member "": it has no name"#,
    ),
    (
        "a-name-with-a-nul",
        || layer(Tar::new().records(&[("path", b"a\0b")]).file("a", b"")),
        r#"member "a\0b": its name has a NUL in it"#,
    ),
    (
        "the-root-is-a-file",
        || layer(Tar::new().file(".", b"")),
        "the root of a layer is a directory",
    ),
    (
        "a-file-through-a-link",
        || layer(Tar::new().link("out", "/tmp/outside").file("out/new", b"")),
        r#"member "out/new": the way to it, "out", goes by a link"#,
    ),
    (
        "a-file-through-a-link-upwards",
        || {
            layer(
                Tar::new()
                    .link("out", "../../../../../../outside")
                    .file("out/new", b""),
            )
        },
        r#"member "out/new": the way to it, "out", goes by a link"#,
    ),
    (
        "a-directory-through-a-link-that-stays-inside",
        || {
            layer(
                Tar::new()
                    .directory("in")
                    .link("out", "in")
                    .directory("out/new"),
            )
        },
        r#"member "out/new": the way to it, "out", goes by a link"#,
    ),
    (
        "a-file-where-a-link-is",
        || {
            layer(
                Tar::new()
                    .link("out", "/tmp/outside/secret")
                    .file("out", b"changed"),
            )
        },
        r#"member "out": the path is in the layer already"#,
    ),
    (
        "a-link-where-a-directory-is",
        || {
            layer(
                Tar::new()
                    .directory("d")
                    .link("d", "/tmp/outside")
                    .file("d/new", b""),
            )
        },
        r#"member "d": the path is in the layer already"#,
    ),
    (
        "a-directory-where-a-link-is",
        || layer(Tar::new().link("d", "/tmp/outside").directory("d")),
        r#"member "d": the path is in the layer already"#,
    ),
    (
        "a-file-twice",
        || layer(Tar::new().file("a", b"one").file("./a", b"two")),
        r#"member "./a": the path is in the layer already"#,
    ),
    (
        "a-file-in-a-file",
        || layer(Tar::new().file("a", b"").file("a/b", b"")),
        r#"member "a/b": the way to it, "a", is not a directory"#,
    ),
    (
        "a-hard-link-to-outside",
        || layer(Tar::new().hard_link("own", "/tmp/outside/secret")),
        r#"hard link to "/tmp/outside/secret": its name begins with /"#,
    ),
    (
        "a-hard-link-upwards",
        || layer(Tar::new().hard_link("own", "../../../outside/secret")),
        r#"hard link to "../../../outside/secret": its name has a .. in it"#,
    ),
    (
        "a-hard-link-through-a-link",
        || {
            layer(
                Tar::new()
                    .link("out", "/tmp/outside")
                    .hard_link("own", "out/secret"),
            )
        },
        r#"hard link to "out/secret": the way to it, "out", goes by a link"#,
    ),
    (
        "a-hard-link-to-what-is-not-there",
        || layer(Tar::new().hard_link("own", "absent")),
        r#"hard link to "absent": it is not in this layer"#,
    ),
    (
        "a-hard-link-to-a-whiteout",
        || layer(Tar::new().file(".wh.a", b"").hard_link("b", "a")),
        r#"hard link to "a": that is a whiteout"#,
    ),
    (
        "a-device",
        || layer(Tar::new().raw(b"lib/x", EntryType::Block, b"", 0, b"")),
        r#"member "lib/x": a device, 1:3: outside of dev/ a layer may have none"#,
    ),
    (
        "a-whiteout-in-the-form-of-overlayfs",
        || layer(Tar::new().raw(b"a", EntryType::Char, b"", 0, b"")),
        "outside of dev/ a layer may have none",
    ),
    (
        "an-attribute-of-overlayfs",
        || {
            layer(
                Tar::new()
                    .records(&[("SCHILY.xattr.trusted.overlay.redirect", b"/x")])
                    .directory("d"),
            )
        },
        r#"member "d": the attribute "trusted.overlay.redirect" is overlayfs's own"#,
    ),
    (
        "a-whiteout-of-nothing",
        || layer(Tar::new().file("d/.wh.", b"")),
        r#"no name can be gone that is called """#,
    ),
    (
        "a-whiteout-of-the-directory-above",
        || layer(Tar::new().file("d/.wh...", b"")),
        r#"no name can be gone that is called "..""#,
    ),
    (
        "a-whiteout-of-a-whiteout",
        || layer(Tar::new().file(".wh..wh.plnk", b"")),
        r#"no name can be gone that is called ".wh.plnk""#,
    ),
    (
        "a-whiteout-that-is-a-directory",
        || layer(Tar::new().directory(".wh.d").file(".wh.d/a", b"")),
        "a whiteout is an empty file",
    ),
    (
        "something-in-a-whiteout",
        || layer(Tar::new().file(".wh.d/a", b"")),
        "a whiteout has nothing in it",
    ),
    (
        "an-opaque-root",
        || layer(Tar::new().file(".wh..wh..opq", b"")),
        "the root of a layer can't be opaque",
    ),
    (
        "a-size-that-isn't-there",
        || layer(Tar::new().raw(b"big", EntryType::Regular, b"", 1 << 30, b"little")),
        r#"member "big": the archive ends within a member"#,
    ),
    (
        "a-size-beyond-all-limits",
        || layer(Tar::new().raw(b"big", EntryType::Regular, b"", 1 << 62, b"little")),
        r#"member "big": the layers have more than 17179869184 bytes with it; --max-size allows"#,
    ),
    (
        "a-hole-beyond-all-limits",
        || {
            let hole = [
                ("GNU.sparse.major", b"1".as_slice()),
                ("GNU.sparse.realsize", b"4611686018427387904"),
            ];
            let map = [b"0\n".as_slice(), &[0; 510]].concat();
            layer(Tar::new().records(&hole).file("big", &map))
        },
        r#"member "big": the layers have more than"#,
    ),
    (
        "an-extended-header-without-end",
        || layer(Tar::new().raw(b"x", EntryType::XHeader, b"", 1 << 30, b"")),
        "an extended header of 1073741824 bytes; 1048576 are the most",
    ),
    (
        "a-type-nobody-knows",
        || layer(Tar::new().raw(b"v", EntryType::new(b'V'), b"", 0, b"")),
        r#""v": a member of type 'V'"#,
    ),
    (
        "no-tar",
        || Ok(Files::image(&[vec![b'x'; 2048]])),
        "at byte 0: this is no header of a tar archive",
    ),
    (
        "a-bomb",
        || {
            let mut files = Files::layout();
            let layer = files.packed(&Tar::new().file("zeros", &vec![0; 64 << 20]).end())?;
            at(&mut files, &layer);
            Ok(files)
        },
        // With --max-size 32Mi.
        r#"member "zeros": the layers have more than 33554432 bytes with it"#,
    ),
];
