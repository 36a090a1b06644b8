//! The kernel's promises, attacked on the engine that `WORLD_DB` names.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected fails, and says where"
)]

mod desk;
mod erasure;
mod forgery;
mod fsck;
mod notes;
mod pour;
mod restore;
mod smuggling;
