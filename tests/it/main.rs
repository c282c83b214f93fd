//! x
mod embedded;
