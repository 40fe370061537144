//! Makes damaged bytes from whole ones.

use std::ops::Range;

use super::random::Random;

/// Longer bytes are cut: what long frames do, short ones do sooner.
const LONGEST: usize = 4096;

/// The ends of the ranges that varints, lengths and kinds have.
const EXTREMES: [&[u8]; 11] = [
    &[0],
    &[1],
    &[0x7f],
    &[0xff],
    &[0x80, 0x01],
    &[0x80, 0x00],
    &[0xff, 0xff, 0x03],
    &[0xff, 0xff, 0xff, 0xff],
    &[0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x10],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];

/// One way to damage bytes.
#[derive(Debug, Clone, Copy)]
enum Change {
    FlipBit,
    /// To the next number: one more than a bound, or one less.
    Step,
    Overwrite,
    InsertExtreme,
    InsertNoise,
    Repeat,
    Remove,
    /// A part of another input takes the place of a part of this one.
    Splice,
}

impl Change {
    const ALL: [Self; 8] = [
        Self::FlipBit,
        Self::Step,
        Self::Overwrite,
        Self::InsertExtreme,
        Self::InsertNoise,
        Self::Repeat,
        Self::Remove,
        Self::Splice,
    ];

    fn make(self, bytes: &mut Vec<u8>, stock: &[Vec<u8>], random: &mut Random) {
        match self {
            Self::FlipBit => change_one(bytes, random, |byte, draw| byte ^ (1 << (draw % 8))),
            Self::Step => change_one(bytes, random, |byte, draw| match draw % 2 {
                0 => byte.wrapping_add(1),
                _ => byte.wrapping_sub(1),
            }),
            Self::Overwrite => overwrite(bytes, random),
            Self::InsertExtreme => {
                let extreme = *random.pick(&EXTREMES);
                insert(bytes, random, extreme);
            }
            Self::InsertNoise => {
                let noise = random.number().to_le_bytes();
                let length = 1 + random.below(noise.len());
                insert(bytes, random, &noise[..length]);
            }
            Self::Repeat => {
                let part = bytes[part(bytes, random)].to_vec();
                insert(bytes, random, &part);
            }
            Self::Remove => drop(bytes.drain(part(bytes, random))),
            Self::Splice => {
                let other = random.pick(stock);
                let more = &other[part(other, random)];
                bytes.splice(part(bytes, random), more.iter().copied());
            }
        }
    }
}

/// One of `stock` with one to four changes, in `bytes`. Most times the first `header` bytes
/// stay as they are, because damage there hides all other damage.
pub(crate) fn mutate(bytes: &mut Vec<u8>, stock: &[Vec<u8>], header: usize, random: &mut Random) {
    let whole = random.pick(stock);
    let kept = if random.below(8) == 0 { 0 } else { header.min(whole.len()) };
    bytes.clear();
    bytes.extend_from_slice(&whole[kept..]);
    for _ in 0..=random.below(4) {
        random.pick(&Change::ALL).make(bytes, stock, random);
    }
    if random.below(16) == 0 {
        bytes.truncate(random.below(bytes.len() + 1));
    }
    bytes.splice(0..0, whole[..kept].iter().copied());
    bytes.truncate(LONGEST);
}

fn change_one(bytes: &mut [u8], random: &mut Random, change: impl FnOnce(u8, u64) -> u8) {
    if !bytes.is_empty() {
        let byte = &mut bytes[random.below(bytes.len())];
        *byte = change(*byte, random.number());
    }
}

fn overwrite(bytes: &mut Vec<u8>, random: &mut Random) {
    let extreme = *random.pick(&EXTREMES);
    let at = random.below(bytes.len() + 1);
    let end = bytes.len().min(at + extreme.len());
    bytes.splice(at..end, extreme.iter().copied());
}

fn insert(bytes: &mut Vec<u8>, random: &mut Random, more: &[u8]) {
    let at = random.below(bytes.len() + 1);
    bytes.splice(at..at, more.iter().copied());
}

fn part(bytes: &[u8], random: &mut Random) -> Range<usize> {
    let start = random.below(bytes.len() + 1);
    start..start + random.below(bytes.len() - start + 1)
}
