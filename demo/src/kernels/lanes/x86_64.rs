//! Lanes as SSE2 has them; what each operation does is said in the plain ones.
//!
//! # Safety
//! The intrinsics are unsafe to call because a processor might lack SSE2. It is a part of x86-64.
#![expect(unsafe_code, reason = "the blur takes over ten times as long without `pmaddwd`")]

use core::arch::x86_64::{
    __m128i, _mm_add_epi16, _mm_add_epi32, _mm_cvtsi32_si128, _mm_cvtsi128_si64, _mm_loadu_si128,
    _mm_madd_epi16, _mm_mullo_epi16, _mm_packs_epi32, _mm_packus_epi16, _mm_set_epi64x,
    _mm_set1_epi16, _mm_set1_epi32, _mm_setzero_si128, _mm_sra_epi32, _mm_srl_epi16,
    _mm_storeu_si128, _mm_unpackhi_epi8, _mm_unpackhi_epi16, _mm_unpackhi_epi64, _mm_unpacklo_epi8,
    _mm_unpacklo_epi16, _mm_unpacklo_epi64,
};

#[derive(Debug, Clone, Copy)]
pub(in crate::kernels) struct Pairs(__m128i);

impl Pairs {
    pub(in crate::kernels) fn splat(first: i16, second: i16) -> Self {
        let both = i32::from(second) << 16 | i32::from(first.cast_unsigned());
        // SAFETY: SSE2 is a part of x86-64.
        Self(unsafe { _mm_set1_epi32(both) })
    }

    #[inline(always)]
    pub(in crate::kernels) fn of_bytes(first: &[u8; 16], second: &[u8; 16]) -> [Self; 4] {
        let (first, second) = (load(first), load(second));
        // SAFETY: SSE2 is a part of x86-64.
        unsafe {
            let zero = _mm_setzero_si128();
            let low = _mm_unpacklo_epi8(first, second);
            let high = _mm_unpackhi_epi8(first, second);
            [
                Self(_mm_unpacklo_epi8(low, zero)),
                Self(_mm_unpackhi_epi8(low, zero)),
                Self(_mm_unpacklo_epi8(high, zero)),
                Self(_mm_unpackhi_epi8(high, zero)),
            ]
        }
    }
}

#[inline(always)]
fn load(bytes: &[u8; 16]) -> __m128i {
    let bits = i128::from_le_bytes(*bytes);
    // SAFETY: SSE2 is a part of x86-64.
    unsafe { _mm_set_epi64x((bits >> 64) as i64, bits as i64) }
}

#[inline(always)]
fn store(lanes: __m128i) -> [u8; 16] {
    // SAFETY: SSE2 is a part of x86-64.
    let (low, high) =
        unsafe { (_mm_cvtsi128_si64(lanes), _mm_cvtsi128_si64(_mm_unpackhi_epi64(lanes, lanes))) };
    (u128::from(low.cast_unsigned()) | u128::from(high.cast_unsigned()) << 64).to_le_bytes()
}

#[derive(Debug, Clone, Copy)]
pub(in crate::kernels) struct TwoPixels(__m128i);

impl TwoPixels {
    #[inline(always)]
    pub(in crate::kernels) fn load(pixels: &[[u16; 4]; 2]) -> Self {
        // SAFETY: SSE2 is a part of x86-64, and sixteen bytes are there to be read.
        Self(unsafe { _mm_loadu_si128(pixels.as_ptr().cast()) })
    }

    #[inline(always)]
    pub(in crate::kernels) fn store(self) -> [[u16; 4]; 2] {
        let mut pixels = [[0; 4]; 2];
        // SAFETY: SSE2 is a part of x86-64, and there is room for sixteen bytes.
        unsafe { _mm_storeu_si128(pixels.as_mut_ptr().cast(), self.0) };
        pixels
    }

    #[inline(always)]
    pub(in crate::kernels) fn above(self, below: Self) -> [Pairs; 2] {
        // SAFETY: SSE2 is a part of x86-64.
        unsafe {
            let (low, high) =
                (_mm_unpacklo_epi16(self.0, below.0), _mm_unpackhi_epi16(self.0, below.0));
            [Pairs(low), Pairs(high)]
        }
    }

    #[inline(always)]
    pub(in crate::kernels) fn firsts(self, next: Self) -> Self {
        // SAFETY: SSE2 is a part of x86-64.
        Self(unsafe { _mm_unpacklo_epi64(self.0, next.0) })
    }

    #[inline(always)]
    pub(in crate::kernels) fn seconds(self, next: Self) -> Self {
        // SAFETY: SSE2 is a part of x86-64.
        Self(unsafe { _mm_unpackhi_epi64(self.0, next.0) })
    }

    #[inline(always)]
    pub(in crate::kernels) fn plus(self, other: Self) -> Self {
        // SAFETY: SSE2 is a part of x86-64.
        Self(unsafe { _mm_add_epi16(self.0, other.0) })
    }

    #[inline(always)]
    pub(in crate::kernels) fn times(self, factor: u16) -> Self {
        // SAFETY: SSE2 is a part of x86-64.
        Self(unsafe { _mm_mullo_epi16(self.0, _mm_set1_epi16(factor.cast_signed())) })
    }

    #[inline(always)]
    pub(in crate::kernels) fn rounded<const BITS: u32>(self) -> Self {
        // SAFETY: SSE2 is a part of x86-64.
        unsafe {
            let half = _mm_set1_epi16(1 << BITS >> 1);
            let bits = _mm_cvtsi32_si128(BITS.cast_signed());
            Self(_mm_srl_epi16(_mm_add_epi16(self.0, half), bits))
        }
    }

    #[inline(always)]
    pub(in crate::kernels) fn bytes(self, next: Self) -> [[u8; 4]; 4] {
        // SAFETY: SSE2 is a part of x86-64.
        let bytes = store(unsafe { _mm_packus_epi16(self.0, next.0) });
        *bytes.as_chunks().0.first_chunk().expect("sixteen bytes")
    }
}

#[derive(Debug, Clone, Copy)]
pub(in crate::kernels) struct Sums(__m128i);

impl Sums {
    pub(in crate::kernels) fn zero() -> Self {
        // SAFETY: SSE2 is a part of x86-64.
        Self(unsafe { _mm_setzero_si128() })
    }

    #[inline(always)]
    pub(in crate::kernels) fn add_products(&mut self, pairs: Pairs, weights: Pairs) {
        // SAFETY: SSE2 is a part of x86-64.
        self.0 = unsafe { _mm_add_epi32(self.0, _mm_madd_epi16(pairs.0, weights.0)) };
    }

    #[inline(always)]
    pub(in crate::kernels) fn round<const BITS: u32>(sums: [Self; 2]) -> TwoPixels {
        // SAFETY: SSE2 is a part of x86-64.
        unsafe {
            let half = _mm_set1_epi32(1 << (BITS - 1));
            let bits = _mm_cvtsi32_si128(BITS.cast_signed());
            let [low, high] = sums.map(|sum| _mm_sra_epi32(_mm_add_epi32(sum.0, half), bits));
            TwoPixels(_mm_packs_epi32(low, high))
        }
    }

    #[inline(always)]
    pub(in crate::kernels) fn round_to_bytes<const BITS: u32>(
        [a, b, c, d]: [Self; 4],
    ) -> [[u8; 4]; 4] {
        Self::round::<BITS>([a, b]).bytes(Self::round::<BITS>([c, d]))
    }
}
