//! Random bytes from a seed: the same as the workers' shell has.

/// splitmix32: a state that counts, and is mixed.
#[derive(Debug, Clone)]
pub(super) struct Random(u32);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self((seed ^ seed >> 32) as u32)
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_add(0x9e37_79b9);
        let mixed = (self.0 ^ self.0 >> 16).wrapping_mul(0x21f0_aaad);
        let mixed = (mixed ^ mixed >> 15).wrapping_mul(0x735a_2d97);
        (mixed >> 24) as u8
    }
}
