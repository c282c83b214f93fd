//! How much of what there is, and what of it is promised.
