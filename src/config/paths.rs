//! Lists of files.

use super::value::Value;
use std::path::PathBuf;

/// Some files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths(pub Vec<PathBuf>);

impl Value for Paths {
    const MAY_BE: &'static str = "a list of paths joined by commas";

    fn read(text: &str) -> Option<Self> {
        let paths: Option<Vec<_>> = text.split(',').map(|it| PathBuf::read(it.trim())).collect();
        paths.map(Self)
    }
}
