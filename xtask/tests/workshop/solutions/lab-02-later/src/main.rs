//! Prints a limit, and whose it is.

fn main() {
    println!("limit={}", limit());
    for (key, value) in own::name() {
        println!("{key}={value}");
    }
}

fn limit() -> u32 {
    // ANCHOR: limit
    64
    // ANCHOR_END: limit
}
