    sethostname(format!("{name}\n")).during("sethostname", name)
