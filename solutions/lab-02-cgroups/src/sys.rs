//! The system call that no library wraps. All `unsafe` of this lab is here.

use std::ffi::{CStr, CString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Whether a file has an extended attribute of this name with the value `1`
/// (getxattr(2)). A name that may not be read counts as absent.
pub fn is_marked(path: &Path, name: &CStr) -> bool {
    let Ok(path) = CString::new(path.as_os_str().as_bytes()) else {
        return false;
    };
    let mut value = [0u8; 2];
    // SAFETY: both names end in NUL and live through the call; the kernel
    // writes at most as many bytes as it is told there are.
    let length = unsafe {
        libc::getxattr(
            path.as_ptr(),
            name.as_ptr(),
            value.as_mut_ptr().cast(),
            value.len(),
        )
    };
    length == 1 && value[0] == b'1'
}
