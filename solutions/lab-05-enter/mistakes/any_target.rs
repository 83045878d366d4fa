    let words: Vec<&str> = text.split(':').collect();
    let (source, target, option) = match words.as_slice() {
        [source, target] => (*source, *target, "rw"),
        [source, target, option] => (*source, *target, *option),
        _ => bail!("volume {text:?}: must be SOURCE:TARGET or SOURCE:TARGET:ro"),
    };
    let source = if source.starts_with('/') {
        Source::Path(source.into())
    } else {
        validate_id(source).with_context(|| format!("volume {text:?}"))?;
        Source::Named(source.into())
    };
    let read_only = match option {
        "ro" => true,
        "rw" => false,
        _ => bail!("volume {text:?}: the option {option:?} is neither ro nor rw"),
    };
    Ok(Volume {
        source,
        target: target.into(),
        read_only,
        shelf: None,
    })
