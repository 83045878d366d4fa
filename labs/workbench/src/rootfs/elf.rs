//! What the header of a program says: whether the kernel would run it here, and
//! which loader it names.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use elf::ElfBytes;
use elf::abi::{ET_DYN, ET_EXEC, PT_INTERP};
use elf::endian::AnyEndian;

/// How a program finds its libraries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Linking {
    /// It has none: the kernel starts it and that is all.
    Static,
    /// The kernel starts this loader, which finds them: `PT_INTERP`, elf(5).
    Dynamic { loader: PathBuf },
}

/// Bytes at the beginning of a program in which its program headers and the
/// loader's name stand. Every linker puts them first.
const HEAD: usize = 64 * 1024;

/// Reads a program's header.
///
/// # Errors
///
/// It can't be read, is no ELF file, is for another kind of machine than this
/// process, or is damaged.
pub fn linking(program: &Path) -> Result<Linking> {
    let head = head(program).with_context(|| format!("read {}", program.display()))?;
    if !head.starts_with(b"\x7fELF") {
        bail!("{}: not an ELF program", program.display());
    }
    let file = ElfBytes::<AnyEndian>::minimal_parse(&head);
    let file = file.with_context(|| format!("{}: damaged ELF header", program.display()))?;
    let kind = file.ehdr.e_type;
    if kind != ET_EXEC && kind != ET_DYN {
        bail!("{}: ELF, but not a program", program.display());
    }
    if (file.ehdr.class as u8, file.ehdr.e_machine) != own_machine()? {
        bail!("{}: for another kind of machine", program.display());
    }
    let headers = file.segments();
    let headers = headers.with_context(|| format!("{}: no program headers", program.display()))?;
    let Some(interpreter) = headers.iter().find(|header| header.p_type == PT_INTERP) else {
        return Ok(Linking::Static);
    };
    let name = file.segment_data(&interpreter);
    let name = name.with_context(|| format!("{}: the loader's name", program.display()))?;
    let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
    Ok(Linking::Dynamic {
        loader: Path::new(OsStr::from_bytes(name)).to_owned(),
    })
}

/// Class and machine of this very process, which the kernel does run.
fn own_machine() -> Result<(u8, u16)> {
    let head = head(Path::new("/proc/self/exe")).context("read /proc/self/exe")?;
    let own = ElfBytes::<AnyEndian>::minimal_parse(&head).context("read /proc/self/exe")?;
    Ok((own.ehdr.class as u8, own.ehdr.e_machine))
}

/// The section headers stand at the end of the file, beyond what is read, and
/// are not wanted: their place is blanked, or the parser would look there.
fn head(program: &Path) -> std::io::Result<Vec<u8>> {
    let file = File::open(program)?;
    let mut bytes = vec![0; HEAD];
    let mut length = 0;
    loop {
        match file.read_at(&mut bytes[length..], length as u64)? {
            0 => break,
            count => length += count,
        }
    }
    bytes.truncate(length);
    // e_shoff, e_shnum and e_shstrndx of elf(5), for 64 and for 32 bits.
    let fields: &[(usize, usize)] = match bytes.get(4) {
        Some(2) => &[(0x28, 8), (0x3c, 4)],
        _ => &[(0x20, 4), (0x30, 4)],
    };
    for &(at, size) in fields {
        if let Some(field) = bytes.get_mut(at..at + size) {
            field.fill(0);
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> String {
        let file = std::env::temp_dir().join(format!("elf-{}-{}", std::process::id(), bytes.len()));
        std::fs::write(&file, bytes).expect("written");
        let error = linking(&file).expect_err("refused");
        std::fs::remove_file(&file).expect("removed");
        format!("{error:#}")
    }

    #[test]
    fn this_program_is_read() {
        let linking = linking(Path::new("/proc/self/exe")).expect("read");
        if let Linking::Dynamic { loader } = linking {
            assert!(loader.is_absolute() && loader.exists(), "{loader:?}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        assert!(refused(b"#!/bin/sh\n").contains("not an ELF program"));
        assert!(refused(b"").contains("not an ELF program"));
        assert!(refused(b"\x7fELF").contains("damaged"));
        let mut own = head(Path::new("/proc/self/exe")).expect("read");
        for length in [5, 20, 63, 65, 100, 300] {
            // Cut anywhere: a reason, never a panic.
            refused(&own[..length]);
        }
        own[0x12] ^= 0x55;
        assert!(refused(&own).contains("another kind of machine"));
    }
}
