//! Why a command stopped: what happened, to what, and what to do next.

use std::path::Path;

use kernel::No;

/// A reason in words, for the person at the terminal.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Stop(String);

impl Stop {
    /// In these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// A file or folder that cannot be used.
    pub fn file(path: &Path, e: &std::io::Error) -> Self {
        Self(format!("{}: {e}.", path.display()))
    }
}

impl From<No> for Stop {
    fn from(no: No) -> Self {
        let text = no.to_string();
        let mut letters = text.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        let end = if text.ends_with(['.', ')']) { "" } else { "." };
        Self(format!("{first}{}{end}", letters.as_str()))
    }
}
