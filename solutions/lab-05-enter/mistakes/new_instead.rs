    let _ = door;
    sys::clone3(CloneFlags::CLONE_NEWPID, None).during("clone3", "")
