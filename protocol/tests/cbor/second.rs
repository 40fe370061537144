//! ciborium reads what we write, and we read what it writes.

use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*};
use unjank_protocol::cbor::{from_slice, to_vec};

use crate::{Everything, Mode, Rest, Tagged, Wrapped};

fn modes() -> impl Strategy<Value = Mode> {
    let number = || any::<f32>().prop_filter("equal to itself", |it| !it.is_nan());
    prop_oneof![
        Just(Mode::Plain),
        number().prop_map(Mode::Factor),
        any::<(i32, i32)>().prop_map(|(low, high)| Mode::Range(low, high)),
        (number(), any::<Option<u8>>()).prop_map(|(gamma, steps)| Mode::Curve { gamma, steps }),
    ]
}

fn tagged() -> impl Strategy<Value = Tagged> {
    prop_oneof![
        Just(Tagged::Empty),
        (-1e9..1e9_f32, any::<u32>()).prop_map(|(radius, rounds)| Tagged::Full { radius, rounds }),
    ]
}

fn everything() -> impl Strategy<Value = Everything> {
    let numbers = (any::<bool>(), any::<u8>(), any::<i64>(), any::<u64>());
    let floats = (-1e30..1e30_f32, -1e300..1e300_f64, any::<Option<i16>>(), any::<u32>());
    let texts = (".*", any::<char>(), vec(any::<i32>(), 0..40), any::<(u16, Option<bool>)>());
    let maps = (
        prop::collection::btree_map(".{0,4}", modes(), 0..4),
        prop::collection::btree_map(any::<i32>(), tagged(), 0..4),
        vec(modes(), 0..5),
        vec(any::<u8>(), 0..300),
    );
    (numbers, floats, texts, maps).prop_map(|(numbers, floats, texts, maps)| Everything {
        bool: numbers.0,
        small: numbers.1,
        signed: numbers.2,
        large: numbers.3,
        short: floats.0,
        long: floats.1,
        text: texts.0,
        letter: texts.1,
        list: texts.2,
        pair: texts.3,
        maybe: floats.2.map(f32::from),
        nothing: (),
        by_name: maps.0,
        by_number: maps.1,
        modes: maps.2,
        wrapped: Wrapped(maps.3),
        rest: Rest { width: floats.3, scale: floats.1 },
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(value in everything()) {
        let bytes = to_vec(&value).unwrap();
        prop_assert_eq!(from_slice::<Everything>(&bytes).unwrap(), value);
    }

    #[test]
    fn ciborium_reads_what_we_write(value in everything()) {
        let bytes = to_vec(&value).unwrap();
        prop_assert_eq!(ciborium::from_reader::<Everything, _>(&*bytes).unwrap(), value);
    }

    #[test]
    fn we_read_what_ciborium_writes(value in everything()) {
        let mut bytes = Vec::new();
        ciborium::into_writer(&value, &mut bytes).unwrap();
        prop_assert_eq!(from_slice::<Everything>(&bytes).unwrap(), value);
    }

    #[test]
    fn any_float_keeps_its_value(bits: u64) {
        let long = f64::from_bits(bits);
        let short = f32::from_bits(bits as u32);
        let read = from_slice::<f64>(&to_vec(&long).unwrap()).unwrap();
        prop_assert!(read.to_bits() == bits || long.is_nan() && read.is_nan());
        let read = from_slice::<f32>(&to_vec(&short).unwrap()).unwrap();
        prop_assert!(read.to_bits() == bits as u32 || short.is_nan() && read.is_nan());
    }

    /// No shorter form has the same value, by a second implementation's account of forms.
    #[test]
    fn floats_are_as_short_as_ciboriums(value in prop_oneof![
        any::<f64>(), any::<f32>().prop_map(f64::from), any::<i16>().prop_map(f64::from),
    ]) {
        let mut theirs = Vec::new();
        ciborium::into_writer(&value, &mut theirs).unwrap();
        prop_assert_eq!(to_vec(&value).unwrap().len(), theirs.len());
    }
}

#[test]
fn every_half_is_what_ciborium_reads() {
    for bits in 0..=u16::MAX {
        let bytes = [&[0xf9][..], &bits.to_be_bytes()].concat();
        let theirs: f32 = ciborium::from_reader(&*bytes).unwrap();
        let ours: f32 = from_slice(&bytes).unwrap();
        assert!(ours.to_bits() == theirs.to_bits() || ours.is_nan() && theirs.is_nan(), "{bits:x}");
        if !ours.is_nan() {
            assert_eq!(to_vec(&ours), Ok(bytes));
        }
    }
}

#[test]
fn any_value_can_be_told_without_a_type() {
    let value = BTreeMap::from([("a", vec![Some(1.5), None]), ("b", vec![])]);
    let bytes = to_vec(&value).unwrap();
    let ours: ciborium::Value = from_slice(&bytes).unwrap();
    let theirs: ciborium::Value = ciborium::from_reader(&*bytes).unwrap();
    assert_eq!(ours, theirs);
}
