//! What JavaScript has only one form for goes wherever it is meant for.

use std::{collections::BTreeMap, fmt::Debug};

use serde::{Deserialize, de::DeserializeOwned};
use unjank_protocol::cbor::from_slice;

use crate::{Mode, Tagged, bytes};

fn reads<T: DeserializeOwned + PartialEq + Debug>(hex: &str, expected: T) {
    assert_eq!(from_slice::<T>(&bytes(hex)), Ok(expected), "{hex}");
}

fn refuses<T: DeserializeOwned + Debug>(hex: &str, message: &str) {
    let error = from_slice::<T>(&bytes(hex)).expect_err(hex).to_string();
    assert_eq!(error, message, "{hex}");
}

#[derive(Debug, PartialEq, Deserialize)]
struct Blur {
    sigma: f32,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Count {
    rounds: u32,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Optional {
    edge: Option<u8>,
    name: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(default)]
struct Defaulted {
    gain: f32,
}

impl Default for Defaulted {
    fn default() -> Self {
        Self { gain: 1.0 }
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct Nothing {}

#[derive(Debug, PartialEq, Deserialize)]
struct Unit;

#[derive(Debug, PartialEq, Deserialize)]
struct Raw<'a>(&'a [u8]);

#[test]
fn a_number_goes_wherever_its_value_fits() {
    for hex in ["03", "f94200", "fa40400000", "fb4008000000000000"] {
        reads(hex, 3_u8);
        reads(hex, 3_i8);
        reads(hex, 3_u32);
        reads(hex, 3_i64);
        reads(hex, 3_u64);
        reads(hex, 3_i128);
        reads(hex, 3.0_f32);
        reads(hex, 3.0_f64);
    }
    reads("a1657369676d6101", Blur { sigma: 1.0 });
    reads("a1657369676d61fb3ff8000000000000", Blur { sigma: 1.5 });
    reads("a1657369676d61fb3fb999999999999a", Blur { sigma: 0.1 });
    reads("a166726f756e6473fb4008000000000000", Count { rounds: 3 });
    reads("f98000", 0_u32);
    reads("fbc1e0000000000000", i32::MIN);
    reads("fbc3e0000000000000", i64::MIN);
    reads("fb43efffffffffffff", 18_446_744_073_709_549_568_u64);
}

#[test]
fn a_number_that_does_not_fit_is_never_cut() {
    for hex in ["190100", "20", "fb4070000000000000", "f9bc00", "f97c00", "f97e00"] {
        refuses::<u8>(hex, "the number is out of range");
    }
    refuses::<i8>("1880", "the number is out of range");
    refuses::<i8>("3880", "the number is out of range");
    refuses::<i32>("1a80000000", "the number is out of range");
    refuses::<u64>("fb43f0000000000000", "the number is out of range");
    refuses::<i64>("1b8000000000000000", "the number is out of range");
    refuses::<i64>("3b8000000000000000", "the number is out of range");
    refuses::<i64>("fb43e0000000000000", "the number is out of range");
    refuses::<i64>("fbc3e0000000000001", "the number is out of range");
    for hex in ["f93e00", "f9be00", "fb3fb999999999999a", "f90001"] {
        refuses::<i32>(hex, "a whole number is expected");
    }
    refuses::<f32>("fb7e37e43c8800759c", "the number is out of range");
    reads("fb7ff0000000000000", f32::INFINITY);
}

#[test]
fn what_is_left_out_is_none() {
    let none = || Optional { edge: None, name: None };
    for hex in ["", "f6", "f7", "a0", "80", "bfff", "9fff", "a16465646765f6", "a16465646765f7"] {
        reads(hex, none());
    }
    reads("a1646564676505", Optional { edge: Some(5), name: None });
    for hex in ["", "f6", "f7"] {
        reads(hex, None::<Blur>);
    }
    reads("f6", None::<()>);
    refuses::<Blur>("", "sigma: it is missing");
    refuses::<Blur>("f7", "sigma: it is missing");
}

#[test]
fn nothing_has_many_forms() {
    for hex in ["", "f6", "f7", "a0", "80", "bfff", "9fff"] {
        reads(hex, ());
        reads(hex, Unit);
        reads(hex, Nothing {});
        reads(hex, Defaulted { gain: 1.0 });
        reads(hex, BTreeMap::<String, u8>::new());
    }
    reads("a1646761696ef94000", Defaulted { gain: 2.0 });
    // Fields that nobody knows.
    reads("a261788201026179617a", Nothing {});
    refuses::<()>("00", "nothing is expected, or null");
    refuses::<()>("a1616100", "nothing is expected, or null");
}

#[test]
fn bytes_are_a_sequence_of_bytes_and_the_reverse() {
    for hex in ["43010203", "83010203", "5f4101420203ff", "9f010203ff", "8301f9400003"] {
        reads(hex, vec![1_u8, 2, 3]);
        reads(hex, [1_u8, 2, 3]);
    }
    assert_eq!(from_slice::<Raw<'_>>(&bytes("43010203")), Ok(Raw(&[1, 2, 3])));
    refuses::<[u8; 2]>("43010203", "there are too many items");
    // A view of larger numbers would be misread.
    refuses::<Vec<u16>>("4401000200", "an array of numbers is expected, not bytes");
    refuses::<Vec<f32>>("440000803f", "an array of numbers is expected, not bytes");
}

#[test]
fn enums_are_names_or_objects_of_one_entry() {
    reads("65506c61696e", Mode::Plain);
    for value in ["f6", "f7", "a0", "80"] {
        reads(&format!("a165506c61696e{value}"), Mode::Plain);
    }
    reads("a166466163746f7202", Mode::Factor(2.0));
    reads("bf66466163746f7202ff", Mode::Factor(2.0));
    reads("a16552616e6765820120", Mode::Range(1, -1));
    reads("a1654375727665a16567616d6d6101", Mode::Curve { gamma: 1.0, steps: None });
    // The tag may stand anywhere.
    reads(
        "a3646b696e646446756c6c66726f756e6473036672616469757302",
        Tagged::Full { radius: 2.0, rounds: 3 },
    );
    reads(
        "bf66726164697573f93e0066726f756e647303646b696e646446756c6cff",
        Tagged::Full { radius: 1.5, rounds: 3 },
    );
    reads("a1646b696e6465456d707479", Tagged::Empty);
}

#[test]
fn maps_may_have_numbers_for_keys() {
    reads("a201022003", BTreeMap::from([(1_i8, 2_u8), (-1, 3)]));
    reads("a1f94200f5", BTreeMap::from([(3_u32, true)]));
}
