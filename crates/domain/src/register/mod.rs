//! The register: members, registered and affiliated supporters, and the files they come from.
//!
//! A membership office keeps its register in another system and sends a file. [`reading`] turns the bytes of such a
//! file into rows, each judged by itself: taken, held for a person to decide, or rejected, always with a reason in
//! plain words that quotes no value. [`report`] is what the office gets back, and [`generate`] makes a fictional
//! register to try things on. None of these touches the database: storing is the import's own act.

pub mod generate;
pub mod reading;
pub mod report;
