//! The examples of RFC 8949, appendix A.

use std::{collections::BTreeMap, fmt::Debug};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use unjank_protocol::cbor::{from_slice, to_vec};

use crate::bytes;

/// Reads as this value.
fn reads<T: DeserializeOwned + PartialEq + Debug>(hex: &str, expected: T) {
    assert_eq!(from_slice::<T>(&bytes(hex)), Ok(expected), "{hex}");
}

/// Reads as this value, and is what is written for it.
fn is<T: Serialize + DeserializeOwned + PartialEq + Debug>(hex: &str, value: T) {
    assert_eq!(to_vec(&value), Ok(bytes(hex)), "{hex}");
    reads(hex, value);
}

#[test]
fn whole_numbers() {
    for (hex, value) in [
        ("00", 0_u64),
        ("01", 1),
        ("0a", 10),
        ("17", 23),
        ("1818", 24),
        ("1819", 25),
        ("1864", 100),
        ("1903e8", 1000),
        ("1a000f4240", 1_000_000),
        ("1b000000e8d4a51000", 1_000_000_000_000),
        ("1bffffffffffffffff", 18_446_744_073_709_551_615),
    ] {
        is(hex, value);
        is(hex, u128::from(value));
        reads(hex, value as f64);
    }
    for (hex, value) in [("20", -1_i64), ("29", -10), ("3863", -100), ("3903e7", -1000)] {
        is(hex, value);
        is(hex, i128::from(value));
        reads(hex, value as f64);
    }
    is("3b7fffffffffffffff", i64::MIN);
    is("1b7fffffffffffffff", i64::MAX);
    reads("3bffffffffffffffff", -18_446_744_073_709_551_616.0_f64);
    assert_eq!(to_vec(&-18_446_744_073_709_551_616_i128), Ok(bytes("3bffffffffffffffff")));
}

#[test]
fn floats() {
    for (hex, value) in [
        ("f90000", 0.0_f64),
        ("f98000", -0.0),
        ("f93c00", 1.0),
        ("fb3ff199999999999a", 1.1),
        ("f93e00", 1.5),
        ("f97bff", 65504.0),
        ("fa47c35000", 100_000.0),
        ("fa7f7fffff", 3.402_823_466_385_288_6e38),
        ("fb7e37e43c8800759c", 1.0e300),
        ("f90001", 5.960_464_477_539_063e-8),
        ("f90400", 0.000_061_035_156_25),
        ("f9c400", -4.0),
        ("fbc010666666666666", -4.1),
        ("f97c00", f64::INFINITY),
        ("f9fc00", f64::NEG_INFINITY),
    ] {
        is(hex, value);
        assert_eq!(from_slice::<f64>(&bytes(hex)).unwrap().to_bits(), value.to_bits(), "{hex}");
        if f64::from(value as f32) == value {
            is(hex, value as f32);
        }
    }
    for (hex, value) in [
        ("fa7f800000", f32::INFINITY),
        ("faff800000", f32::NEG_INFINITY),
        ("fb7ff0000000000000", f32::INFINITY),
        ("fbfff0000000000000", f32::NEG_INFINITY),
    ] {
        reads(hex, value);
    }
    for hex in ["f97e00", "fa7fc00000", "fb7ff8000000000000"] {
        assert!(from_slice::<f32>(&bytes(hex)).unwrap().is_nan(), "{hex}");
        assert!(from_slice::<f64>(&bytes(hex)).unwrap().is_nan(), "{hex}");
    }
    assert_eq!(to_vec(&f64::NAN), Ok(bytes("f97e00")));
}

#[test]
fn simple_values() {
    is("f4", false);
    is("f5", true);
    is("f6", ());
    is("f6", None::<u8>);
    reads("f7", ());
    reads("f7", None::<u8>);
    // Not assigned: well-formed, and no value that could be asked for.
    for hex in ["f0", "f8ff"] {
        assert!(from_slice::<Option<u8>>(&bytes(hex)).is_err(), "{hex}");
        let skipped = [&bytes("a16178")[..], &bytes(hex)].concat();
        assert_eq!(from_slice::<NoFields>(&skipped), Ok(NoFields {}), "{hex}");
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct NoFields {}

#[test]
fn tags_are_passed_over() {
    let time = "2013-03-21T20:04:00Z".to_string();
    reads("c074323031332d30332d32315432303a30343a30305a", time);
    reads("c11a514b67b0", 1_363_896_240_u32);
    reads("c1fb41d452d9ec200000", 1_363_896_240.5_f64);
    reads("d74401020304", vec![1_u8, 2, 3, 4]);
    reads("d818456449455446", b"dIETF".to_vec());
    let link = "http://www.example.com".to_string();
    reads("d82076687474703a2f2f7777772e6578616d706c652e636f6d", link);
    reads("c249010000000000000000", vec![1_u8, 0, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn strings() {
    reads("40", Vec::<u8>::new());
    reads("4401020304", vec![1_u8, 2, 3, 4]);
    for (hex, text) in [
        ("60", ""),
        ("6161", "a"),
        ("6449455446", "IETF"),
        ("62225c", "\"\\"),
        ("62c3bc", "\u{fc}"),
        ("63e6b0b4", "\u{6c34}"),
        ("64f0908591", "\u{10151}"),
    ] {
        is(hex, text.to_string());
        assert_eq!(from_slice::<&str>(&bytes(hex)), Ok(text), "borrowed: {hex}");
    }
}

#[test]
fn arrays_and_maps() {
    is("80", Vec::<u8>::new());
    is("83010203", vec![1_u8, 2, 3]);
    is("8301820203820405", (1_u8, [2_u8, 3], (4_u8, 5_u8)));
    let long: Vec<u8> = (1..=25).collect();
    is("98190102030405060708090a0b0c0d0e0f101112131415161718181819", long);
    is("a0", BTreeMap::<String, u8>::new());
    is("a201020304", BTreeMap::from([(1, 2), (3, 4)]));
    is("a26161016162820203", Two { a: 1, b: vec![2, 3] });
    is(
        "826161a161626163",
        (
            "a".to_string(),
            [("b".to_string(), "c".to_string())].into_iter().collect::<BTreeMap<_, _>>(),
        ),
    );
    let letters = ["a", "b", "c", "d", "e"].map(|it| (it.to_string(), it.to_uppercase()));
    is("a56161614161626142616361436164614461656145", BTreeMap::from(letters));
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Two {
    a: u8,
    b: Vec<u8>,
}

#[test]
fn what_has_no_length_ends_with_a_break() {
    reads("5f42010243030405ff", vec![1_u8, 2, 3, 4, 5]);
    reads("7f657374726561646d696e67ff", "streaming".to_string());
    reads("9fff", Vec::<u8>::new());
    let nested = (1_u8, vec![2_u8, 3], vec![4_u8, 5]);
    for hex in
        ["9f018202039f0405ffff", "9f01820203820405ff", "83018202039f0405ff", "83019f0203ff820405"]
    {
        reads(hex, nested.clone());
    }
    let long: Vec<u8> = (1..=25).collect();
    reads("9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff", long);
    reads("bf61610161629f0203ffff", Two { a: 1, b: vec![2, 3] });
    reads(
        "826161bf61626163ff",
        ("a".to_string(), BTreeMap::from([("b".to_string(), "c".to_string())])),
    );
    reads(
        "bf6346756ef563416d7421ff",
        BTreeMap::from([
            ("Fun".to_string(), Any::Bool(true)),
            ("Amt".to_string(), Any::Number(-2)),
        ]),
    );
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Any {
    Bool(bool),
    Number(i32),
}
