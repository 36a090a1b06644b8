//! Plays the contest up to its final ballot, as its people would: every step is an act of somebody who may do it.

mod contest;
mod release;
mod theatre;
mod times;
mod undertaking;

use kernel::{Floor, Millis};

use super::{Demo, clock::DemoClock};
use crate::stop::Stop;
pub use theatre::{Theatre, session};
pub use times::Times;

const DAY: Millis = 24 * 3_600_000;

/// Plays the contest on a new floor, from the first officer to an open ballot and a release that waits for approval.
pub fn play(floor: &Floor, clock: &DemoClock, times: &Times, demo: &Demo) -> Result<(), Stop> {
    let mut theatre = Theatre::new(floor, clock);
    theatre.enrol()?;
    theatre.import(demo)?;
    contest::announce(&mut theatre, times)?;
    theatre.wait(DAY);
    contest::take_on(&mut theatre)?;
    theatre.wait(DAY);
    undertaking::bring_into_force(&mut theatre, times)?;
    contest::play_to_the_ballot(&mut theatre, times)?;
    release::open(&mut theatre, &demo.data, &super::keys_of(&demo.data))
}
