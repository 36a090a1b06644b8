//! The desk: acts and permits, sealed personal data, the guard, the database, the ledger writer.
//!
//! A subject of the domain writes an [`Act`]; the [`Floor`] runs it in one transaction. Only the floor opens
//! what an act returns, and only after the entries that name it are durable in the record book.

pub mod act;
pub mod actor;
mod book;
pub mod chance;
pub mod clock;
pub mod db;
pub mod desk;
mod erasures;
mod fields;
pub mod floor;
pub mod fsck;
pub mod guard;
mod hall;
pub mod no;
pub mod pour;
pub mod seal;
mod sets;
pub mod warrant;
#[cfg(feature = "world")]
pub mod world;

pub use act::{Act, Answer, Card, Field, FieldSet, Fields, Plain, Sealed, SealedRow, Shown, View};
pub use actor::{Actor, PersonId, RequestId, Session};
pub use book::{EntryId, Line, Receipt};
pub use clock::{Clock, Millis, SetClock, SystemClock};
pub use db::{Migration, Row, Value};
pub use desk::{Ask, Desk, Draft, HOUSE, Look, Permit};
pub use floor::{Backup, Database, Declaration, Floor, FloorConfig, Fork, Restored};
pub use guard::Part;
pub use ledger::{ScopeKind, Verb};
pub use no::No;
pub use sets::{LabelSet, SetFacts};
pub use warrant::{Vouched, Warrant};
