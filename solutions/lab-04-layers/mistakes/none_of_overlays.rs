        !whiteout::is_overlays(name.as_bytes())
