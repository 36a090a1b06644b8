//! What goes into and comes out of a database: four kinds of value, the same on both engines.

use std::sync::Arc;

use super::DbError;

/// A value bound to a statement or read from a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// INTEGER in SQLite, BIGINT in PostgreSQL.
    Int(i64),
    /// Text without NUL.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(v: i64) -> Self {
        Self::Int(v)
    }
}
impl From<bool> for Value {
    fn from(v: bool) -> Self {
        Self::Int(v.into())
    }
}
impl From<&str> for Value {
    fn from(v: &str) -> Self {
        Self::Text(v.to_owned())
    }
}
impl From<&String> for Value {
    fn from(v: &String) -> Self {
        Self::Text(v.clone())
    }
}
impl From<String> for Value {
    fn from(v: String) -> Self {
        Self::Text(v)
    }
}
impl From<Vec<u8>> for Value {
    fn from(v: Vec<u8>) -> Self {
        Self::Bytes(v)
    }
}
impl From<&[u8]> for Value {
    fn from(v: &[u8]) -> Self {
        Self::Bytes(v.to_vec())
    }
}
impl<const N: usize> From<[u8; N]> for Value {
    fn from(v: [u8; N]) -> Self {
        Self::Bytes(v.to_vec())
    }
}
impl<const N: usize> From<&[u8; N]> for Value {
    fn from(v: &[u8; N]) -> Self {
        Self::Bytes(v.to_vec())
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Self {
        v.map_or(Self::Null, Into::into)
    }
}

/// One row of an answer; columns by name.
#[derive(Debug, Clone)]
pub struct Row {
    pub(super) names: Arc<[String]>,
    pub(super) values: Vec<Value>,
}

impl Row {
    fn get(&self, name: &str) -> Result<&Value, DbError> {
        let at = self.names.iter().position(|n| n == name);
        at.and_then(|i| self.values.get(i)).ok_or_else(|| DbError::Column(name.to_owned()))
    }

    /// A whole number.
    pub fn int(&self, name: &str) -> Result<i64, DbError> {
        self.opt_int(name)?.ok_or_else(|| DbError::Column(name.to_owned()))
    }

    /// A whole number or nothing.
    pub fn opt_int(&self, name: &str) -> Result<Option<i64>, DbError> {
        match self.get(name)? {
            Value::Null => Ok(None),
            Value::Int(v) => Ok(Some(*v)),
            _ => Err(DbError::Column(name.to_owned())),
        }
    }

    /// Text.
    pub fn text(&self, name: &str) -> Result<&str, DbError> {
        self.opt_text(name)?.ok_or_else(|| DbError::Column(name.to_owned()))
    }

    /// Text or nothing.
    pub fn opt_text(&self, name: &str) -> Result<Option<&str>, DbError> {
        match self.get(name)? {
            Value::Null => Ok(None),
            Value::Text(v) => Ok(Some(v)),
            _ => Err(DbError::Column(name.to_owned())),
        }
    }

    /// Bytes.
    pub fn bytes(&self, name: &str) -> Result<&[u8], DbError> {
        self.opt_bytes(name)?.ok_or_else(|| DbError::Column(name.to_owned()))
    }

    /// Bytes or nothing.
    pub fn opt_bytes(&self, name: &str) -> Result<Option<&[u8]>, DbError> {
        match self.get(name)? {
            Value::Null => Ok(None),
            Value::Bytes(v) => Ok(Some(v)),
            _ => Err(DbError::Column(name.to_owned())),
        }
    }

    /// Bytes of a known length.
    pub fn array<const N: usize>(&self, name: &str) -> Result<[u8; N], DbError> {
        self.bytes(name)?.try_into().map_err(|_| DbError::Column(name.to_owned()))
    }

    /// True unless nought.
    pub fn flag(&self, name: &str) -> Result<bool, DbError> {
        Ok(self.int(name)? != 0)
    }

    /// The value of the column at `at`.
    pub(crate) fn at(&self, at: usize) -> &Value {
        self.values.get(at).unwrap_or(&Value::Null)
    }

    /// The value of the column at `at`, taken out: for long runs of rows.
    pub fn take(&mut self, at: usize) -> Value {
        self.values.get_mut(at).map_or(Value::Null, |v| std::mem::replace(v, Value::Null))
    }
}
