    use nix::sys::memfd::{MFdFlags, memfd_create};
    let mut copy = File::from(memfd_create(c"program", MFdFlags::MFD_CLOEXEC)?);
    io::copy(&mut &program, &mut copy)?;
    Ok(copy.into())
