//! Lanes as WebAssembly has them; what each operation does is said in the plain ones.

use core::arch::wasm32::{
    i8x16_shuffle, i16x8, i16x8_add, i16x8_extend_high_u8x16, i16x8_extend_low_u8x16, i16x8_mul,
    i16x8_narrow_i32x4, i16x8_shuffle, i32x4_add, i32x4_dot_i16x8, i32x4_shr, i32x4_splat,
    i64x2_shuffle, u8x16_narrow_i16x8, u16x8, u16x8_extract_lane, u16x8_shr, u16x8_splat, u64x2,
    u64x2_extract_lane, v128,
};

#[derive(Debug, Clone, Copy)]
pub(in crate::kernels) struct Pairs(v128);

impl Pairs {
    pub(in crate::kernels) const fn splat(first: i16, second: i16) -> Self {
        Self(i16x8(first, second, first, second, first, second, first, second))
    }

    #[inline(always)]
    pub(in crate::kernels) fn of_bytes(first: &[u8; 16], second: &[u8; 16]) -> [Self; 4] {
        let (first, second) = (load(first), load(second));
        let low =
            i8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(first, second);
        let high = i8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(
            first, second,
        );
        [
            Self(i16x8_extend_low_u8x16(low)),
            Self(i16x8_extend_high_u8x16(low)),
            Self(i16x8_extend_low_u8x16(high)),
            Self(i16x8_extend_high_u8x16(high)),
        ]
    }
}

#[inline(always)]
fn load(bytes: &[u8; 16]) -> v128 {
    let bits = u128::from_le_bytes(*bytes);
    u64x2(bits as u64, (bits >> 64) as u64)
}

#[inline(always)]
fn store(lanes: v128) -> [u8; 16] {
    let high = u128::from(u64x2_extract_lane::<1>(lanes));
    (u128::from(u64x2_extract_lane::<0>(lanes)) | high << 64).to_le_bytes()
}

#[derive(Debug, Clone, Copy)]
pub(in crate::kernels) struct TwoPixels(v128);

impl TwoPixels {
    #[inline(always)]
    pub(in crate::kernels) fn load(pixels: &[[u16; 4]; 2]) -> Self {
        let [[a, b, c, d], [e, f, g, h]] = *pixels;
        Self(u16x8(a, b, c, d, e, f, g, h))
    }

    #[inline(always)]
    pub(in crate::kernels) fn store(self) -> [[u16; 4]; 2] {
        [
            [
                u16x8_extract_lane::<0>(self.0),
                u16x8_extract_lane::<1>(self.0),
                u16x8_extract_lane::<2>(self.0),
                u16x8_extract_lane::<3>(self.0),
            ],
            [
                u16x8_extract_lane::<4>(self.0),
                u16x8_extract_lane::<5>(self.0),
                u16x8_extract_lane::<6>(self.0),
                u16x8_extract_lane::<7>(self.0),
            ],
        ]
    }

    #[inline(always)]
    pub(in crate::kernels) fn above(self, below: Self) -> [Pairs; 2] {
        [
            Pairs(i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(self.0, below.0)),
            Pairs(i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(self.0, below.0)),
        ]
    }

    #[inline(always)]
    pub(in crate::kernels) fn firsts(self, next: Self) -> Self {
        Self(i64x2_shuffle::<0, 2>(self.0, next.0))
    }

    #[inline(always)]
    pub(in crate::kernels) fn seconds(self, next: Self) -> Self {
        Self(i64x2_shuffle::<1, 3>(self.0, next.0))
    }

    #[inline(always)]
    pub(in crate::kernels) fn plus(self, other: Self) -> Self {
        Self(i16x8_add(self.0, other.0))
    }

    #[inline(always)]
    pub(in crate::kernels) fn times(self, factor: u16) -> Self {
        Self(i16x8_mul(self.0, u16x8_splat(factor)))
    }

    #[inline(always)]
    pub(in crate::kernels) fn rounded<const BITS: u32>(self) -> Self {
        Self(u16x8_shr(i16x8_add(self.0, u16x8_splat(1 << BITS >> 1)), BITS))
    }

    #[inline(always)]
    pub(in crate::kernels) fn bytes(self, next: Self) -> [[u8; 4]; 4] {
        let bytes = store(u8x16_narrow_i16x8(self.0, next.0));
        *bytes.as_chunks().0.first_chunk().expect("sixteen bytes")
    }
}

#[derive(Debug, Clone, Copy)]
pub(in crate::kernels) struct Sums(v128);

impl Sums {
    pub(in crate::kernels) const fn zero() -> Self {
        Self(u64x2(0, 0))
    }

    #[inline(always)]
    pub(in crate::kernels) fn add_products(&mut self, pairs: Pairs, weights: Pairs) {
        self.0 = i32x4_add(self.0, i32x4_dot_i16x8(pairs.0, weights.0));
    }

    #[inline(always)]
    pub(in crate::kernels) fn round<const BITS: u32>(sums: [Self; 2]) -> TwoPixels {
        let half = i32x4_splat(1 << (BITS - 1));
        let [low, high] = sums.map(|sum| i32x4_shr(i32x4_add(sum.0, half), BITS));
        TwoPixels(i16x8_narrow_i32x4(low, high))
    }

    #[inline(always)]
    pub(in crate::kernels) fn round_to_bytes<const BITS: u32>(
        [a, b, c, d]: [Self; 4],
    ) -> [[u8; 4]; 4] {
        Self::round::<BITS>([a, b]).bytes(Self::round::<BITS>([c, d]))
    }
}
