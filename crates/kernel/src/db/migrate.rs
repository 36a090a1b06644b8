//! The schema grows by dated texts; each subject keeps its own beside its acts.

use super::{Conn, DbError, Value};

/// One dated step of the schema, in the order of `name`.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Date and subject, as in `2026-11-23-register`.
    pub name: &'static str,
    /// CREATE and ALTER … ADD COLUMN statements with dialect words.
    pub text: &'static str,
}

const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, text TEXT NOT NULL) {strict}";
const KNOWN: &str = "SELECT name, text FROM migration -- scan: a few dozen rows, read once at start";
const DONE: &str = "INSERT INTO migration (name, text) VALUES ($1, $2)";

impl Conn {
    /// Applies what is new. Refuses a database made by a later build, or by another history.
    pub(crate) fn migrate(&mut self, steps: &[Migration]) -> Result<(), DbError> {
        self.batch(TABLE)?;
        let known = self.query(KNOWN, &[])?;
        for row in &known {
            let (name, text) = (row.text("name")?, row.text("text")?);
            match steps.iter().find(|s| s.name == name) {
                Some(step) if step.text == text => {}
                Some(_) => return Err(DbError::Other(format!("the step `{name}` was changed after it ran"))),
                None => {
                    return Err(DbError::Other(format!(
                        "this database has the step `{name}`, which this build does not know; use a newer build"
                    )));
                }
            }
        }
        for step in steps {
            if known.iter().any(|row| row.text("name").is_ok_and(|n| n == step.name)) {
                continue;
            }
            self.batch("BEGIN")?;
            self.batch(step.text)?;
            self.execute(DONE, &[Value::from(step.name), Value::from(step.text)])?;
            self.batch("COMMIT")?;
        }
        Ok(())
    }
}
