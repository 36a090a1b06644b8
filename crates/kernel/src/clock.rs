//! Time as an argument: nothing in Evenhand reads the machine's clock but [`SystemClock`].

use std::sync::atomic::{AtomicI64, Ordering};

/// Milliseconds since 1970, UTC.
pub type Millis = i64;

/// Where the floor takes the time from.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Millis;
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    fn now(&self) -> Millis {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that somebody sets: for tests, and for the demo while it plays its contest into the past.
pub struct SetClock(AtomicI64);

impl SetClock {
    /// A clock standing at `at`.
    pub fn new(at: Millis) -> Self {
        Self(AtomicI64::new(at))
    }

    /// Moves the hands. The record book never lets its own times fall, whatever is set here.
    pub fn set(&self, at: Millis) {
        self.0.store(at, Ordering::SeqCst);
    }

    /// Moves the hands forward by `by` milliseconds.
    pub fn forward(&self, by: Millis) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Millis {
        self.0.load(Ordering::SeqCst)
    }
}
