//! Lets the linker find `memory.x`.

use std::env;

fn main() {
    if let Ok(folder) = env::var("CARGO_MANIFEST_DIR") {
        println!("cargo:rustc-link-search={folder}");
    }
    println!("cargo:rerun-if-changed=memory.x");
}
