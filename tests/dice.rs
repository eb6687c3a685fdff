//! Randomness that a seed brings back.

use uuid::Uuid;

/// Dice of one seed.
#[derive(Debug, Clone)]
pub struct Dice(fastrand::Rng);

impl Dice {
    /// Takes the dice of a seed. Neighbouring seeds have nothing in common.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut rng =
            fastrand::Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D);
        rng.u64(..);
        Self(rng)
    }

    /// Makes dice of their own for one part of a run: what the others throw does not change them.
    #[must_use]
    pub fn part(&mut self) -> Self {
        Self(self.0.fork())
    }

    /// Returns a number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0.usize(..end)
    }

    /// Returns a number of milliseconds up to `most`.
    pub fn millis(&mut self, most: u64) -> u64 {
        self.0.u64(..=most)
    }

    /// Says yes so many times of so many.
    pub fn chance(&mut self, times: usize, of: usize) -> bool {
        self.below(of) < times
    }

    /// Picks one, if there is one.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.below(of.len())) }
    }

    /// Picks one by its weight. At least one weight is not 0.
    pub fn weighted<T: Copy>(&mut self, of: &[(T, usize)]) -> T {
        let mut left = self.below(of.iter().map(|(_, weight)| weight).sum());
        for (it, weight) in of {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *it,
            }
        }
        panic!("all weights are 0")
    }

    /// Makes an id.
    pub fn id(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.0.u128(..).to_be_bytes()).into_uuid()
    }
}
