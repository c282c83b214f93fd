//! Tells cargo what the program is made of beside Rust (migrations are embedded at build time), and the program what it is made of: what
//! one build keeps for others in Redis is read by the same build only.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=src");
    let mut hash = DefaultHasher::new();
    sources(Path::new("src"), &mut hash)?;
    println!("cargo:rustc-env=LILIUM_SOURCES={:016x}", hash.finish());
    Ok(())
}

/// Everything below a folder, in the order of its names.
fn sources(folder: &Path, hash: &mut DefaultHasher) -> io::Result<()> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<PathBuf>>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            sources(&path, hash)?;
        } else {
            path.hash(hash);
            fs::read(&path)?.hash(hash);
        }
    }
    Ok(())
}
