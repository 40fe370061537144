//! States are told apart by 128 bits, so that two of a few million never share them by chance.

use std::hash::{Hash, Hasher};

/// An odd constant whose bits are spread evenly: the fractional part of the golden ratio.
const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// The fingerprint of a state.
pub(crate) fn fingerprint(state: &impl Hash) -> u128 {
    let mut mix = Mix(SPREAD);
    state.hash(&mut mix);
    mix.0
}

/// Multiplies upwards and folds downwards, so that each bit reaches every other within two words.
struct Mix(u128);

impl Mix {
    fn add(&mut self, word: u64) {
        self.0 = (self.0 ^ u128::from(word)).wrapping_mul(SPREAD);
        self.0 ^= self.0 >> 67;
    }
}

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.add(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, word: u8) {
        self.add(word.into());
    }

    fn write_u16(&mut self, word: u16) {
        self.add(word.into());
    }

    fn write_u32(&mut self, word: u32) {
        self.add(word.into());
    }

    fn write_u64(&mut self, word: u64) {
        self.add(word);
    }

    fn write_usize(&mut self, word: usize) {
        self.add(word as u64);
    }

    fn finish(&self) -> u64 {
        (self.0 >> 64) as u64
    }
}

#[test]
fn near_states_are_told_apart() {
    let near = (0..64).flat_map(|bit| [(1_u64 << bit, 0_u64), (0, 1 << bit)]);
    let mut seen: Vec<u128> = near.map(|state| fingerprint(&state)).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 128);
    let apart = seen.iter().zip(&seen[1..]).all(|(one, other)| (one ^ other).count_ones() > 20);
    assert!(apart, "every bit of a state counts");
}
