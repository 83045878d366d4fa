//! Prints the fields that are asked for.

use solution_01_own::{Fields, name, pid};

fn main() {
    let fields: Fields = match std::env::args().nth(1).as_deref() {
        Some("name") => name(),
        _ => pid(),
    };
    for (key, value) in fields {
        println!("{key}={value}");
    }
}
