//! Numbers, which go wherever their value fits.

use core::ops::Range;

use super::{
    CborError,
    head::{Bytes, Head, Major, simple},
};

/// A number as it stands in the bytes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number {
    Unsigned(u64),
    /// The number below zero by one more than this.
    Negative(u64),
    Float(f64),
}

impl Number {
    pub(super) fn read(bytes: &mut Bytes<'_>) -> Result<Self, CborError> {
        let head = bytes.head()?;
        Self::of(head).ok_or_else(|| CborError::unfit("a number is expected"))
    }

    fn of(head: Head) -> Option<Self> {
        match (head.major, head.info) {
            (Major::Unsigned, _) => Some(Self::Unsigned(head.number)),
            (Major::Negative, _) => Some(Self::Negative(head.number)),
            (Major::Simple, simple::HALF) => {
                Some(Self::Float(from_half(head.number as u16).into()))
            }
            (Major::Simple, simple::SINGLE) => {
                Some(Self::Float(f32::from_bits(head.number as u32).into()))
            }
            (Major::Simple, simple::DOUBLE) => Some(Self::Float(f64::from_bits(head.number))),
            _ => None,
        }
    }

    /// The nearest float.
    pub(super) const fn float(self) -> f64 {
        match self {
            Self::Unsigned(number) => number as f64,
            Self::Negative(number) => -1.0 - number as f64,
            Self::Float(number) => number,
        }
    }

    /// The nearest float of half the size, unless that would make infinity of a number.
    pub(super) fn short_float(self) -> Result<f32, CborError> {
        let long = self.float();
        let short = long as f32;
        if short.is_infinite() && long.is_finite() { Err(out_of_range()) } else { Ok(short) }
    }

    /// Its value in two's complement, if it is whole and between these, both included.
    pub(super) fn whole(self, least: i64, most: u64) -> Result<u64, CborError> {
        match self {
            Self::Float(float) => Self::of_float(float)?.whole(least, most),
            Self::Unsigned(number) if number <= most => Ok(number),
            // `!number` is -1 - number; what is compared is how far both are below zero.
            Self::Negative(number) if least < 0 && number <= !least as u64 => Ok(!number),
            Self::Unsigned(_) | Self::Negative(_) => Err(out_of_range()),
        }
    }

    fn of_float(float: f64) -> Result<Self, CborError> {
        /// From -2^63 up to 2^64.
        const RANGE: Range<f64> = -9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0;

        if !RANGE.contains(&float) {
            return Err(out_of_range());
        }
        let whole = if float < 0.0 {
            Self::Negative(!(float as i64) as u64)
        } else {
            Self::Unsigned(float as u64)
        };
        if whole.float() == float {
            Ok(whole)
        } else {
            Err(CborError::unfit("a whole number is expected"))
        }
    }
}

#[cold]
fn out_of_range() -> CborError {
    CborError::unfit("the number is out of range")
}

/// The float that these 16 bits are.
fn from_half(bits: u16) -> f32 {
    let sign = u32::from(bits >> 15) << 31;
    let (exponent, fraction) = (u32::from(bits >> 10) & 31, u32::from(bits) & 1023);
    let magnitude = match exponent {
        // 2^-24 is the least number there is, and the step between those without exponent.
        0 => (fraction as f32 / 16_777_216.0).to_bits(),
        31 => 0x7f80_0000 | fraction << 13,
        _ => (exponent + 112) << 23 | fraction << 13,
    };
    f32::from_bits(sign | magnitude)
}

/// The 16 bits of a float that needs no more.
pub(super) fn to_half(float: f32) -> Option<u16> {
    let bits = float.to_bits();
    let sign = (bits >> 16) as u16 & 0x8000;
    let magnitude = f32::from_bits(bits & 0x7fff_ffff);
    let steps = magnitude * 16_777_216.0;
    let half = if magnitude.is_nan() {
        0x7e00
    } else if magnitude.is_infinite() {
        0x7c00
    } else if steps < 1024.0 {
        steps as u16
    } else if magnitude <= 65_504.0 {
        ((magnitude.to_bits() - (112 << 23)) >> 13) as u16
    } else {
        return None;
    };
    let half = sign | half;
    (from_half(half).to_bits() == bits || magnitude.is_nan()).then_some(half)
}
