//! The demo's clock: set while the contest is played into the past, then the machine's own.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use kernel::{Clock, Millis, SystemClock};

use super::ZONE;
use crate::stop::Stop;

const FOLLOWS: i64 = i64::MIN;

/// Stands where it was set until it follows the machine.
pub struct DemoClock(AtomicI64);

impl Default for DemoClock {
    fn default() -> Self {
        Self(AtomicI64::new(FOLLOWS))
    }
}

impl DemoClock {
    /// Moves the hands, and stops them there.
    pub fn set(&self, at: Millis) {
        self.0.store(at, Ordering::SeqCst);
    }

    /// Moves the hands forward by `by` milliseconds; a clock that follows the machine is left alone.
    pub fn forward(&self, by: Millis) {
        // A clock that follows holds no hands to move.
        let _follows =
            self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |at| (at != FOLLOWS).then_some(at + by));
    }

    /// From now on the machine's time.
    pub fn follow_the_machine(&self) {
        self.0.store(FOLLOWS, Ordering::SeqCst);
    }

    /// The present local time at the party's seat.
    pub fn today(&self) -> Result<DateTime, Stop> {
        let zone = TimeZone::get(ZONE).map_err(|e| Stop::new(format!("{ZONE} cannot be read: {e}.")))?;
        let now = Timestamp::from_millisecond(SystemClock.now()).map_err(|e| Stop::new(e.to_string()))?;
        Ok(zone.to_datetime(now))
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Millis {
        match self.0.load(Ordering::SeqCst) {
            FOLLOWS => SystemClock.now(),
            set => set,
        }
    }
}
