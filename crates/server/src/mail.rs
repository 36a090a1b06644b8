//! The ways of sending mail.

mod outbox;
mod smtp;

pub use outbox::Outbox;
pub use smtp::SmtpPost;
