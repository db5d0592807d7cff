//! Chance that can be thrown again: the same seed gives the same run.

/// A generator of 64-bit numbers by one multiplication and two shifts a throw (Steele, Lea and Flood, «Fast splittable
/// pseudorandom number generators», 2014).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.throw() % limit
    }

    /// Whether it fell on heads.
    pub(super) fn flips(&mut self) -> bool {
        self.below(2) == 0
    }

    /// One of `all`, which is not empty.
    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let many = u64::try_from(all.len()).expect("a list fits");
        &all[usize::try_from(self.below(many)).expect("a place in the list")]
    }

    /// One of `all`, or nothing where there is none.
    pub(super) fn any_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        (!all.is_empty()).then(|| self.one_of(all))
    }
}
