//! What the program says about itself.

/// Fields and their values.
pub type Fields = Vec<(&'static str, &'static str)>;

/// Sets the name and says what came of it.
pub fn name() -> Fields {
    // ANCHOR: name
    vec![("name", "asked"), ("host", "kept")]
    // ANCHOR_END: name
}

/// Becomes PID 1.
pub fn pid() -> Fields {
    // ANCHOR: pid
    vec![("pid", "1")]
    // ANCHOR_END: pid
}
