//! Placeholder.
pub mod guard;
pub mod seal;
