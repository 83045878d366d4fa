//! Prints a limit.

fn main() {
    println!("limit={}", limit());
}

fn limit() -> u32 {
    // ANCHOR: limit
    64
    // ANCHOR_END: limit
}
