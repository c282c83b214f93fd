//! Pictures: their names, how they look, and how they stand in the schema.

mod names;
mod rendering;
mod schema;
