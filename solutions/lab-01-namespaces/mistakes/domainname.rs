    let set = unsafe { nix::libc::setdomainname(name.as_ptr().cast(), name.len()) };
    Errno::result(set).map(drop).during("setdomainname", name)
