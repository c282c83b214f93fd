//! Tells cargo what the program is made of beside Rust: migrations are embedded at build time.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
