    let parts: Vec<&str> = text.split(':').collect();
    let (source, target, read_only) = match parts[..] {
        [source, target] | [source, target, "rw"] => (source, target, false),
        [source, target, "ro"] => (source, target, true),
        _ => bail!("volume {text:?}: what is that?"),
    };
    let source = if source.contains('/') {
        Source::Path(source.into())
    } else {
        validate_id(source).with_context(|| format!("volume {text:?}"))?;
        Source::Named(source.to_string())
    };
    Ok(Volume { source, target: checked_target(text, target)?, read_only, shelf: None })
