//! The hash of a daily head, fed one chain's end after another.

use crate::domain::hexadecimal;
use crate::domain::ids::Id;
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

/// SHA-256 over the hash of the head before it, the head's number and day, and, for each chain in the order of their
/// ids, the subject's id, the sequence and the hash of its last entry; a line each, fields parted by a blank.
pub(super) struct Seal(Sha256);

impl Seal {
    pub(super) fn begin(previous: &str, number: i32, day: NaiveDate) -> Self {
        Self(Sha256::new().chain_update(format!("{previous}\n{number} {day}\n")))
    }

    pub(super) fn end_of(&mut self, subject: Id, seq: i32, hash: &str) {
        self.0.update(format!("{subject} {seq} {hash}\n"));
    }

    /// The hash, in hexadecimal.
    pub(super) fn close(self) -> String {
        hexadecimal(&self.0.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::Seal;
    use crate::domain::ids::Id;
    use chrono::NaiveDate;

    #[test]
    fn a_head_is_what_anybody_computes_from_its_lines() {
        let day = NaiveDate::from_ymd_opt(2026, 9, 24).unwrap();
        let mut seal = Seal::begin("ab", 7, day);
        seal.end_of(Id::parse("0199a1b2-0000-7000-8000-000000000001").unwrap(), 3, "cd");
        // printf 'ab\n7 2026-09-24\n0199a1b2-0000-7000-8000-000000000001 3 cd\n' | sha256sum
        assert_eq!(seal.close(), "3d1436991eeebe96ef15dccb5194baa0349d430547f861dd15f8b34e3d30c223");
    }
}
