    // As runc does: the old root is named by a descriptor, not by its place.
    use nix::fcntl::{OFlag, open};
    let flags = OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let old = open("/", flags, nix::sys::stat::Mode::empty()).during("open", "/")?;
    chdir(root).during("chdir", root.display())?;
    pivot_root(".", ".").during("pivot_root", root.display())?;
    nix::unistd::fchdir(&old).during("chdir", "the old root")
