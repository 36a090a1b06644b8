//! Why an act did not happen, in words for whoever asked. Never holds personal data.

use crate::{book::Receipt, db::DbError, guard::RuleRef};

/// A refusal, an absence, a mistake in the input, or a fault of ours.
#[derive(Debug, thiserror::Error)]
pub enum No {
    /// The rules say no. Recorded in the record book.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// There is no such thing, or whoever asked may not know that there is.
    #[error("there is nothing here, or nothing that you may see")]
    Absent,
    /// The input cannot be taken: what is wrong and what to do.
    #[error("{0}")]
    Invalid(String),
    /// The state of things does not allow it now: what stands in the way and what to do.
    #[error("{0}")]
    NotNow(String),
    /// This very request was carried out before; its receipt is the same.
    #[error("this was already done, as line {} of the record book", .0.first_line())]
    Already(Box<Receipt>),
    /// Nobody is signed in, or the session has ended.
    #[error("you are not signed in, or your session has ended; sign in and try again")]
    SignedOut,
    /// Lost a race; the floor tries the act again.
    #[error("somebody else was faster; try again")]
    Again,
    /// What is stored does not fit the record book. May be a glance between two commits: the floor looks again, and
    /// only what stays so becomes a [`No::Fault`] and an alarm.
    #[error("{0}")]
    Tampered(String),
    /// A fault of ours; the text is for the log.
    #[error("something failed on our side; nothing was shown or changed ({0})")]
    Fault(String),
}

/// What the guard said, with all that its entry needs.
#[derive(Debug)]
pub struct Refusal {
    /// The rules that refused; empty when no rule permits.
    pub rules: Vec<RuleRef>,
    pub(crate) facts_hash: [u8; 32],
    pub(crate) facts: serde_json::Value,
    pub(crate) log: String,
    pub(crate) campaign: Option<String>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Refused. ")?;
        if self.rules.is_empty() {
            return f.write_str("No rule permits this. Nothing was shown or changed.");
        }
        for rule in &self.rules {
            write!(f, "{} (rule {}). ", rule.text, rule.name)?;
        }
        f.write_str("Nothing was shown or changed.")
    }
}

impl No {
    /// What looked tampered with still does: says it aloud, and is a fault from here on.
    pub(crate) fn alarm(self) -> Self {
        match self {
            Self::Tampered(how) => {
                tracing::error!(%how, "the database was changed outside Evenhand");
                Self::Fault(how)
            }
            other => other,
        }
    }

    /// A fault of ours, from anything that can say what it is without personal data.
    pub fn fault(why: impl std::fmt::Display) -> Self {
        Self::Fault(why.to_string())
    }
}

impl From<DbError> for No {
    fn from(e: DbError) -> Self {
        match e {
            DbError::Again => Self::Again,
            other => Self::Fault(other.to_string()),
        }
    }
}
impl From<crate::seal::keys::KeyError> for No {
    fn from(e: crate::seal::keys::KeyError) -> Self {
        Self::Fault(e.to_string())
    }
}
impl From<crate::seal::SealError> for No {
    fn from(e: crate::seal::SealError) -> Self {
        Self::Fault(e.to_string())
    }
}
impl From<serde_json::Error> for No {
    fn from(e: serde_json::Error) -> Self {
        Self::Fault(format!("stored structure cannot be read: line {}, column {}", e.line(), e.column()))
    }
}
