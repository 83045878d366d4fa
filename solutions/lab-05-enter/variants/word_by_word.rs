    let mut words = text.split(':');
    let (Some(source), Some(target)) = (words.next(), words.next()) else {
        bail!("volume {text:?}: SOURCE:TARGET is missing a part");
    };
    let read_only = match words.next() {
        None | Some("rw") => false,
        Some("ro") => true,
        Some(other) => bail!("volume {text:?}: there is no option {other:?}"),
    };
    ensure!(words.next().is_none(), "volume {text:?}: too many words");
    let source = match Path::new(source).is_absolute() {
        true => Source::Path(source.into()),
        false => {
            validate_id(source)?;
            Source::Named(source.into())
        }
    };
    Ok(Volume {
        source,
        target: checked_target(text, target)?,
        read_only,
        shelf: None,
    })
