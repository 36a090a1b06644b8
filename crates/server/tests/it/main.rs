//! The real program, started, used over HTTP, and stopped.

mod command;
mod demo;
mod mail;
mod program;
mod session;
