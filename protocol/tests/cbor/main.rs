//! Params in CBOR: the examples of RFC 8949, a second implementation, every leniency, and any bytes.
#![cfg(not(target_arch = "wasm32"))]

mod appendix;
mod damaged;
mod lenient;
mod refused;
mod second;

use serde::{Deserialize, Serialize};

/// What a kernel might be told, with everything that serde's derives can make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Everything {
    bool: bool,
    small: u8,
    signed: i64,
    large: u64,
    short: f32,
    long: f64,
    text: String,
    letter: char,
    list: Vec<i32>,
    pair: (u16, Option<bool>),
    maybe: Option<f32>,
    nothing: (),
    by_name: std::collections::BTreeMap<String, Mode>,
    by_number: std::collections::BTreeMap<i32, Tagged>,
    modes: Vec<Mode>,
    wrapped: Wrapped,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Rest {
    width: u32,
    scale: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Wrapped(Vec<u8>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Mode {
    Plain,
    Factor(f32),
    Range(i32, i32),
    Curve { gamma: f32, steps: Option<u8> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Empty,
    Full { radius: f32, rounds: u32 },
}

/// The bytes of hexadecimal digits.
fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().as_chunks::<2>().0;
    let digit = |digit: u8| char::from(digit).to_digit(16).expect("a digit") as u8;
    digits.iter().map(|[high, low]| digit(*high) << 4 | digit(*low)).collect()
}
