//! Lilium: the GraphQL backend of a multi-vendor marketplace.
//!
//! Three floors, and stairs that only go down: [`edge`] is what the world touches, [`domains`] what the marketplace is,
//! [`platform`] what any server needs. [`schema`] merges the GraphQL of the domains; [`graphql`] is the vocabulary they share.
//! `docs/ARCHITECTURE.md` draws the house.

pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domains;
pub mod edge;
pub mod graphql;
pub mod housekeeping;
pub mod platform;
pub mod schema;
pub mod services;
