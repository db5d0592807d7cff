//! The light of a clock: computed when it is looked at, never stored as truth.

use super::ids::Instant;
use chrono::TimeDelta;

vocabulary! {
    /// What a clock shows.
    pub enum Light {
        /// In time.
        Green = "green",
        /// Little time is left.
        Yellow = "yellow",
        /// Past due.
        Red = "red",
        /// The company contests that it was stopped rightly.
        Hollow = "hollow",
    }
}

impl Light {
    /// The light at `as_of` of an open clock that warns at `warn_at` and is due at `due_at`: red at once after the
    /// due instant, which itself is still in time.
    pub fn of(warn_at: Instant, due_at: Instant, as_of: Instant) -> Self {
        if as_of > due_at {
            Self::Red
        } else if as_of >= warn_at {
            Self::Yellow
        } else {
            Self::Green
        }
    }

    /// The first instant at which a clock that is due at `due_at` is red.
    pub fn red_from(due_at: Instant) -> Instant {
        due_at.plus(TimeDelta::microseconds(1))
    }
}
