    let _ = door;
    sys::clone3(CloneFlags::empty(), None).during("clone", "the command")
