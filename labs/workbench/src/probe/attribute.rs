//! Extended attributes (xattr(7)) of a file itself, and not of what it links to.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Gives a file an attribute.
pub fn set(path: &Path, name: &str, value: &[u8]) -> io::Result<()> {
    let (path, name) = (text(path.as_os_str().as_bytes())?, text(name.as_bytes())?);
    // SAFETY: both texts end in NUL and live until the call returns, and the
    // value is as long as is said.
    let done = unsafe {
        libc::lsetxattr(
            path.as_ptr(),
            name.as_ptr(),
            value.as_ptr().cast(),
            value.len(),
            0,
        )
    };
    match done {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// All attributes of a file that its reader may see, the values in hexadecimal.
pub fn all(path: &Path) -> io::Result<BTreeMap<String, String>> {
    let path = text(path.as_os_str().as_bytes())?;
    // SAFETY: the path ends in NUL; the room is as long as is said.
    let names = read(|room, size| unsafe { libc::llistxattr(path.as_ptr(), room.cast(), size) });
    let names = match names {
        Err(error) if error.raw_os_error() == Some(libc::ENOTSUP) => Vec::new(),
        names => names?,
    };
    let mut all = BTreeMap::new();
    for name in names
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
    {
        let pointer = text(name)?;
        // SAFETY: both texts end in NUL; the room is as long as is said.
        let value = read(|room, size| unsafe {
            libc::lgetxattr(path.as_ptr(), pointer.as_ptr(), room.cast(), size)
        })?;
        let value = value.iter().map(|byte| format!("{byte:02x}")).collect();
        all.insert(String::from_utf8_lossy(name).into_owned(), value);
    }
    Ok(all)
}

/// The most an attribute, or the list of their names, may be long (xattr(7)).
const MOST: usize = 65536;

fn read(call: impl Fn(*mut u8, usize) -> isize) -> io::Result<Vec<u8>> {
    let mut room = vec![0u8; MOST];
    match usize::try_from(call(room.as_mut_ptr(), room.len())) {
        Ok(length) => {
            room.truncate(length);
            Ok(room)
        }
        Err(_) => Err(io::Error::last_os_error()),
    }
}

fn text(bytes: &[u8]) -> io::Result<CString> {
    CString::new(bytes).map_err(|_| io::ErrorKind::InvalidInput.into())
}
