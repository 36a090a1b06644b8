//! The kernel's promises, attacked on the engine that `WORLD_DB` names.

mod desk;
mod forgery;
mod notes;
