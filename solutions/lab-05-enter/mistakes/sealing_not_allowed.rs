    use nix::sys::memfd::{MFdFlags, memfd_create};
    let mut copy = File::from(memfd_create(c"program", MFdFlags::MFD_CLOEXEC)?);
    io::copy(&mut &program, &mut copy)?;
    let seals = SealFlag::F_SEAL_WRITE
        | SealFlag::F_SEAL_SHRINK
        | SealFlag::F_SEAL_GROW
        | SealFlag::F_SEAL_SEAL;
    fcntl(&copy, FcntlArg::F_ADD_SEALS(seals))?;
    Ok(copy.into())
