//! Any bytes are read or refused, in little memory.

use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*};
use unjank_protocol::cbor::{from_slice, to_vec};

use crate::{Everything, Mode, Rest, Tagged, Wrapped, bytes};

/// Bytes of memory that reading may take for each byte that is read, and besides.
const PER_BYTE: u64 = 512;
const BESIDES: u64 = 64 << 10;

/// Reads the bytes as many types, and watches the memory.
fn read(bytes: &[u8]) {
    let memory = allocation_counter::measure(|| {
        _ = from_slice::<Everything>(bytes);
        _ = from_slice::<Vec<Tagged>>(bytes);
        _ = from_slice::<BTreeMap<String, Vec<Mode>>>(bytes);
        _ = from_slice::<Vec<Vec<Vec<String>>>>(bytes);
        _ = from_slice::<Option<ciborium::Value>>(bytes);
        _ = from_slice::<(u8, Rest, Wrapped)>(bytes);
    });
    let allowed = BESIDES + PER_BYTE * bytes.len() as u64;
    assert!(memory.bytes_max <= allowed, "{} bytes for {}", memory.bytes_max, bytes.len());
}

fn seed() -> Vec<u8> {
    to_vec(&Everything {
        bool: true,
        small: 7,
        signed: -70_000,
        large: u64::MAX,
        short: 0.1,
        long: 1e200,
        text: "text".repeat(9),
        letter: 'x',
        list: vec![1, -1, 1000, i32::MIN],
        pair: (9, None),
        maybe: Some(2.5),
        nothing: (),
        by_name: BTreeMap::from([("a".into(), Mode::Plain), ("b".into(), Mode::Range(1, 2))]),
        by_number: BTreeMap::from([(-5, Tagged::Full { radius: 1.0, rounds: 3 })]),
        modes: vec![Mode::Curve { gamma: 1.0, steps: Some(3) }, Mode::Factor(2.0)],
        wrapped: Wrapped(vec![1, 2, 3]),
        rest: Rest { width: 4, scale: 0.5 },
    })
    .expect("what serializes")
}

#[test]
fn what_claims_to_be_long_takes_no_memory() {
    for hex in
        ["9bffffffffffffffff", "bbffffffffffffffff", "5bffffffffffffffff", "7bffffffffffffffff"]
    {
        read(&bytes(hex));
        read(&[&bytes("81818181")[..], &bytes(hex)].concat());
        read(&bytes(hex).repeat(100));
    }
}

#[test]
fn what_ends_too_early_is_refused() {
    let seed = seed();
    assert!(from_slice::<Everything>(&seed).is_ok());
    for length in 1..seed.len() {
        assert!(from_slice::<Everything>(&seed[..length]).is_err(), "{length}");
        read(&seed[..length]);
    }
}

#[test]
fn every_byte_may_be_any_other() {
    let mut damaged = seed();
    for at in 0..damaged.len() {
        let kept = damaged[at];
        for byte in [0x00, 0x18, 0x1b, 0x3f, 0x5f, 0x7f, 0x9b, 0x9f, 0xbf, 0xc0, 0xf6, 0xf9, 0xff] {
            damaged[at] = byte;
            read(&damaged);
        }
        damaged[at] = kept;
    }
}

/// Heads as they come, which are more often read than any bytes are.
fn heads() -> impl Strategy<Value = Vec<u8>> {
    let head =
        (0..8_u8, prop_oneof![0..6_u8, 20..32_u8]).prop_map(|(major, info)| major << 5 | info);
    vec(prop_oneof![4 => head, 1 => any::<u8>()], 0..200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in heads()) {
        read(&bytes);
    }

    #[test]
    fn any_damage_is_read_or_refused(
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
        more in heads(),
    ) {
        let mut bytes = seed();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        read(&bytes);
        let cut = cut.index(bytes.len());
        bytes.splice(cut..cut, more);
        read(&bytes);
    }
}
