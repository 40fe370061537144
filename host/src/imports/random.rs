//! Random bytes from a seed: the same as the workers' shell has.

/// sfc32, seeded with two words.
#[derive(Debug, Clone)]
pub(super) struct Random {
    a: u32,
    b: u32,
    c: u32,
    counter: u32,
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Self { a: seed as u32, b: (seed >> 32) as u32, c: 0, counter: 1 };
        // Until a small seed has reached every bit.
        for _ in 0..12 {
            random.byte();
        }
        random
    }

    pub(super) fn byte(&mut self) -> u8 {
        let sum = self.a.wrapping_add(self.b).wrapping_add(self.counter);
        self.counter = self.counter.wrapping_add(1);
        self.a = self.b ^ (self.b >> 9);
        self.b = self.c.wrapping_add(self.c << 3);
        self.c = self.c.rotate_left(21).wrapping_add(sum);
        (sum >> 24) as u8
    }
}
