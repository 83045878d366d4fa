        name == whiteout::opaque_attribute() || name.as_bytes().starts_with(b"user.")
