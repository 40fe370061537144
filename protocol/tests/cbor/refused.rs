//! What does not fit is refused, with the way to it.

use std::{collections::BTreeMap, fmt::Debug};

use serde::{Deserialize, de::DeserializeOwned};
use unjank_protocol::cbor::{CborError, MAX_DEPTH, from_slice, to_vec};

use crate::{Mode, Rest, Tagged, bytes};

fn refused<T: DeserializeOwned + Debug>(bytes: &[u8]) -> CborError {
    from_slice::<T>(bytes).expect_err("it is refused")
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    #[expect(dead_code, reason = "it is only read")]
    points: Vec<Point>,
}

#[derive(Debug, Deserialize)]
struct Point {
    #[expect(dead_code, reason = "it is only read")]
    x: f32,
}

fn points(x: impl serde::Serialize) -> Vec<u8> {
    let good = BTreeMap::from([("x", 1)]);
    to_vec(&BTreeMap::from([("points", (good, BTreeMap::from([("x", x)])))]))
        .expect("what serializes")
}

#[test]
fn an_error_tells_the_way_to_what_does_not_fit() {
    let error = refused::<Shape>(&points("wide"));
    assert_eq!(error.to_string(), "points[1].x: a number is expected");
    assert_eq!(error.path(), "points[1].x");
    assert_eq!(error.offset(), None);
    assert!(from_slice::<Shape>(&points(2)).is_ok());

    let numbers = to_vec(&[1.5, 300.0]).unwrap();
    assert_eq!(refused::<Vec<u8>>(&numbers).to_string(), "[0]: a whole number is expected");
    let by_number = to_vec(&BTreeMap::from([(7, "x")])).unwrap();
    assert_eq!(refused::<BTreeMap<u8, u8>>(&by_number).path(), "[0]");
}

#[test]
fn an_error_names_what_is_expected() {
    let texts = [
        refused::<bool>(&bytes("00")),
        refused::<String>(&bytes("00")),
        refused::<char>(&bytes("626161")),
        refused::<Vec<u8>>(&bytes("00")),
        refused::<Point>(&bytes("00")),
        refused::<(u8, u8)>(&bytes("8101")),
        refused::<(u8, u8)>(&bytes("83010203")),
        refused::<Mode>(&bytes("01")),
        refused::<Mode>(&bytes("a0")),
        refused::<Mode>(&bytes("66466163746f72")),
        refused::<Mode>(&to_vec("Gamma").unwrap()),
        refused::<Shape>(&to_vec(&BTreeMap::from([("lines", 1)])).unwrap()),
        refused::<Point>(&bytes("a2617801617802")),
        refused::<Rest>(&bytes("a0")),
        refused::<Tagged>(&bytes("a0")),
    ]
    .map(|error| error.to_string());
    assert_eq!(
        texts,
        [
            "true or false is expected",
            "a text is expected",
            "a character is expected",
            "an array is expected",
            "an object is expected",
            "it has another length than a tuple of size 2",
            "there are too many items",
            "a variant is expected: its name, or { its name: its value }",
            "a variant is expected: its name, or { its name: its value }",
            "this variant is an object: { its name: its value }",
            "there is no `Gamma`: choose one of Plain, Factor, Range, Curve",
            "there is no `lines`: there is points",
            "x: it is there twice",
            "width: it is missing",
            "kind: it is missing",
        ]
    );
}

#[test]
fn what_is_no_cbor_is_refused_with_its_place() {
    for (hex, message) in [
        ("1c", "no CBOR at byte 0: nothing begins so"),
        ("ff", "no CBOR at byte 0: nothing begins so"),
        ("1f", "no CBOR at byte 0: nothing begins so"),
        ("f818", "no CBOR at byte 0: nothing begins so"),
        ("19", "no CBOR at byte 1: there is more"),
        ("8201", "no CBOR at byte 2: there is more"),
        ("0000", "no CBOR at byte 1: something follows the value"),
        ("81ff", "no CBOR at byte 1: nothing begins so"),
        ("6161", "a number is expected"),
    ] {
        let all: Vec<_> = [refused::<u8>(&bytes(hex)), refused::<Vec<u8>>(&bytes(hex))]
            .iter()
            .map(CborError::to_string)
            .collect();
        assert!(all.iter().any(|text| text == message), "{hex}: {all:?}");
    }
    assert_eq!(
        refused::<String>(&bytes("61ff")).to_string(),
        "no CBOR at byte 0: the text is no UTF-8"
    );
    let mixed = refused::<String>(&bytes("7f4161ff"));
    assert_eq!(mixed.to_string(), "no CBOR at byte 1: a string has pieces of its own kind");
    // A key without its value.
    assert!(from_slice::<Rest>(&bytes("bf6178ff")).is_err());
    assert!(from_slice::<()>(&bytes("bf6178ff")).is_err());
}

#[derive(Debug, PartialEq, Deserialize)]
struct Deep(Vec<Self>);

fn nested(depth: usize) -> Vec<u8> {
    let mut bytes = vec![0x81; depth - 1];
    bytes.push(0x80);
    bytes
}

#[test]
fn no_input_overflows_the_stack() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Nothing {}

    let unknown = |depth| [&bytes("a16178")[..], &nested(depth)].concat();
    assert!(from_slice::<Deep>(&nested(MAX_DEPTH)).is_ok());
    assert_eq!(from_slice::<Nothing>(&unknown(MAX_DEPTH - 1)), Ok(Nothing {}));
    for depth in [MAX_DEPTH + 1, 1000, 1_000_000] {
        for error in [refused::<Deep>(&nested(depth)), refused::<Nothing>(&unknown(depth))] {
            assert!(error.to_string().ends_with("it is nested too deeply"), "{error}");
        }
    }
    for first in [0x9f, 0xa1, 0xbf, 0xc1] {
        assert!(from_slice::<Nothing>(&vec![first; 1_000_000]).is_err());
        assert!(from_slice::<Deep>(&vec![first; 1_000_000]).is_err());
    }
}

#[test]
fn a_number_of_more_than_64_bits_is_not_written() {
    assert!(to_vec(&(1_u128 << 64)).is_err());
    assert!(to_vec(&(-1_i128 << 65)).is_err());
}
