    use nix::errno::Errno;
    let place = place::existing(root, target)?.ok_or(Errno::ENOENT).during("protect", target.display())?;
    let top = std::fs::read_link(place.path()).during("read", target.display())?;
    let text = std::fs::read_to_string("/proc/self/mountinfo").during("read", "mountinfo")?;
    for line in text.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let point = Path::new(fields[4]);
        if point.starts_with(&top) {
            let mut flags = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY;
            for option in fields[5].split(',') {
                flags |= match option {
                    "nosuid" => MsFlags::MS_NOSUID,
                    "nodev" => MsFlags::MS_NODEV,
                    "noexec" => MsFlags::MS_NOEXEC,
                    _ => MsFlags::empty(),
                };
            }
            mount(None::<&str>, point, None::<&str>, flags, None::<&str>).during("remount", point.display())?;
        }
    }
    Ok(())
