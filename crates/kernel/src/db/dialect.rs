//! The handful of words that differ between the engines, substituted once a text.
//!
//! | word | SQLite | PostgreSQL |
//! |---|---|---|
//! | `{int}` | INTEGER | BIGINT |
//! | `{ticket}` | INTEGER PRIMARY KEY | a key from a sequence |
//! | `{bytes}` | BLOB | BYTEA |
//! | `{strict}` | STRICT | |
//! | `{clustered}` | STRICT, WITHOUT ROWID | |
//! | `{for_share}`, `{for_update}` | | FOR SHARE, FOR UPDATE |
//! | `{each $n}` | the elements of a JSON list, as text | the same |
//! | `$n` | `?n` | `$n` |

use std::borrow::Cow;

/// Which database stands behind the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The text as this engine reads it.
    pub(crate) fn speak<'s>(self, sql: &'s str) -> Cow<'s, str> {
        let mut out = match sql.contains('{') {
            false => Cow::Borrowed(sql),
            true => Cow::Owned(self.words(sql)),
        };
        if self == Self::Sqlite && out.contains('$') {
            out = Cow::Owned(out.replace('$', "?"));
        }
        out
    }

    fn words(self, sql: &str) -> String {
        let mut out = String::with_capacity(sql.len() + 64);
        let mut rest = sql;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (word, after) = after.split_once('}').unwrap_or((after, ""));
            match word.strip_prefix("each ") {
                Some(parameter) => out.push_str(&self.each(parameter)),
                None => out.push_str(self.word(word)),
            }
            rest = after;
        }
        out + rest
    }

    fn each(self, parameter: &str) -> String {
        match self {
            Self::Sqlite => format!("(SELECT value FROM json_each({parameter}))"),
            Self::Postgres => {
                format!("(SELECT jsonb_array_elements_text(CAST(CAST({parameter} AS TEXT) AS jsonb)))")
            }
        }
    }

    fn word(self, word: &str) -> &'static str {
        match (self, word) {
            (Self::Sqlite, "int") => "INTEGER",
            (Self::Postgres, "int") => "BIGINT",
            (Self::Sqlite, "ticket") => "INTEGER PRIMARY KEY",
            (Self::Postgres, "ticket") => "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
            (Self::Sqlite, "bytes") => "BLOB",
            (Self::Postgres, "bytes") => "BYTEA",
            (Self::Sqlite, "strict") => "STRICT",
            (Self::Sqlite, "clustered") => "STRICT, WITHOUT ROWID",
            (Self::Postgres, "for_share") => "FOR SHARE",
            (Self::Postgres, "for_update") => "FOR UPDATE",
            _ => "",
        }
    }
}
