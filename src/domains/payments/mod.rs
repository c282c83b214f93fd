//! What is owed and what was paid.
