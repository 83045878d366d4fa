        name == whiteout::opaque_attribute() || !name.to_string_lossy().contains("overlay")
