//! The real program, started, used over HTTP, and stopped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected fails, and says where"
)]

mod command;
mod demo;
mod mail;
mod program;
mod session;
