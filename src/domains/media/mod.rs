//! Pictures: originals that never change, and smaller ones made of them when somebody asks.
//!
//! A file is an original below the media folder, with a row that says what it is. A placement (a picture of a product)
//! names a file and says what it shows. Of each file there is a bounded set of renditions, each with an address of its
//! own; an address outside the set is not served, so nobody can have the machine make pictures without end. Other rooms
//! use [`Picture`] and [`graphql::Image`]; the edge serves what [`MediaService`] gives it.

pub mod graphql;
mod model;
mod render;
mod renditions;
mod service;
mod store;
#[cfg(test)]
mod tests;

pub use model::Picture;
pub use render::{RenderError, render};
pub use renditions::{Format, Region, Rendition, Size, Wish};
pub use service::{MediaError, MediaService, Served};
