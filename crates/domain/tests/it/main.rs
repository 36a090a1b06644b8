//! The domain's promises, on the engine that `WORLD_DB` names.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected fails, and says where"
)]

mod access;
mod contest;
mod disclosure;
mod door;
mod ending;
mod entitled;
mod evidence;
mod matrix;
mod pages;
mod play;
mod register;
mod release;
mod roll;
mod site;
mod terms;
mod undertaking;
mod watch;
mod world;
