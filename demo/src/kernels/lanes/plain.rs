//! Lanes as arrays.

/// Four pairs of numbers.
#[derive(Debug, Clone, Copy)]
pub(in crate::kernels) struct Pairs([i16; 8]);

impl Pairs {
    /// The same pair four times.
    pub(in crate::kernels) const fn splat(first: i16, second: i16) -> Self {
        Self([first, second, first, second, first, second, first, second])
    }

    /// Each byte of `first` with the one of `second` below it, four at a time.
    #[inline(always)]
    pub(in crate::kernels) fn of_bytes(first: &[u8; 16], second: &[u8; 16]) -> [Self; 4] {
        core::array::from_fn(|quarter| {
            Self(core::array::from_fn(|lane| {
                let side = if lane % 2 == 0 { first } else { second };
                i16::from(side[quarter * 4 + lane / 2])
            }))
        })
    }
}

/// The channels of two pixels, each a number of at most 15 bits.
#[derive(Debug, Clone, Copy)]
pub(in crate::kernels) struct TwoPixels([i16; 8]);

impl TwoPixels {
    /// Two pixels as they are in memory.
    #[inline(always)]
    pub(in crate::kernels) const fn load(pixels: &[[u16; 4]; 2]) -> Self {
        let [[a, b, c, d], [e, f, g, h]] = *pixels;
        Self([a as i16, b as i16, c as i16, d as i16, e as i16, f as i16, g as i16, h as i16])
    }

    /// The pixels as they were loaded.
    #[inline(always)]
    pub(in crate::kernels) fn store(self) -> [[u16; 4]; 2] {
        let [a, b, c, d, e, f, g, h] = self.0.map(i16::cast_unsigned);
        [[a, b, c, d], [e, f, g, h]]
    }

    /// Each number with the one of `below` at its place, four at a time.
    #[inline(always)]
    pub(in crate::kernels) fn above(self, below: Self) -> [Pairs; 2] {
        core::array::from_fn(|half| {
            Pairs(core::array::from_fn(|lane| {
                let side = if lane % 2 == 0 { self.0 } else { below.0 };
                side[half * 4 + lane / 2]
            }))
        })
    }

    /// The first pixel of each.
    #[inline(always)]
    pub(in crate::kernels) const fn firsts(self, next: Self) -> Self {
        let [a, b, c, d, ..] = self.0;
        let [e, f, g, h, ..] = next.0;
        Self([a, b, c, d, e, f, g, h])
    }

    /// The second pixel of each.
    #[inline(always)]
    pub(in crate::kernels) const fn seconds(self, next: Self) -> Self {
        let [.., a, b, c, d] = self.0;
        let [.., e, f, g, h] = next.0;
        Self([a, b, c, d, e, f, g, h])
    }

    /// The sums of numbers that fit 16 bits.
    #[inline(always)]
    pub(in crate::kernels) fn plus(self, other: Self) -> Self {
        Self(core::array::from_fn(|lane| self.0[lane].wrapping_add(other.0[lane])))
    }

    /// Each number `factor` times. The products must fit 16 bits.
    #[inline(always)]
    pub(in crate::kernels) fn times(self, factor: u16) -> Self {
        Self(self.0.map(|number| number.wrapping_mul(factor.cast_signed())))
    }

    /// Each number, of 16 bits here, without its last `BITS` bits, rounded half up.
    #[inline(always)]
    pub(in crate::kernels) fn rounded<const BITS: u32>(self) -> Self {
        let round = |number: u16| number.wrapping_add(1 << BITS >> 1) >> BITS;
        Self(self.0.map(|number| round(number.cast_unsigned()).cast_signed()))
    }

    /// The pixels of both as bytes, which they must fit.
    #[inline(always)]
    pub(in crate::kernels) fn bytes(self, next: Self) -> [[u8; 4]; 4] {
        let ([a, b], [c, d]) = (self.store(), next.store());
        [a, b, c, d].map(|pixel| pixel.map(|number| number as u8))
    }
}

/// Four sums of products, 32 bits each.
#[derive(Debug, Clone, Copy)]
pub(in crate::kernels) struct Sums([i32; 4]);

impl Sums {
    /// Sums of nothing.
    pub(in crate::kernels) const fn zero() -> Self {
        Self([0; 4])
    }

    /// Adds to each sum both numbers of a pair, each times its weight.
    #[inline(always)]
    pub(in crate::kernels) fn add_products(&mut self, pairs: Pairs, weights: Pairs) {
        let products: [i32; 8] =
            core::array::from_fn(|lane| i32::from(pairs.0[lane]) * i32::from(weights.0[lane]));
        for (sum, [first, second]) in self.0.iter_mut().zip(products.as_chunks::<2>().0) {
            *sum += first + second;
        }
    }

    /// Eight sums without their last `BITS` bits, rounded half up. They must fit 15 bits then.
    #[inline(always)]
    pub(in crate::kernels) fn round<const BITS: u32>([low, high]: [Self; 2]) -> TwoPixels {
        TwoPixels(core::array::from_fn(|lane| {
            let sum = if lane < 4 { low.0[lane] } else { high.0[lane - 4] };
            ((sum + (1 << (BITS - 1))) >> BITS) as i16
        }))
    }

    /// Sixteen sums without their last `BITS` bits, rounded half up. They must fit a byte then.
    #[inline(always)]
    pub(in crate::kernels) fn round_to_bytes<const BITS: u32>(
        [a, b, c, d]: [Self; 4],
    ) -> [[u8; 4]; 4] {
        Self::round::<BITS>([a, b]).bytes(Self::round::<BITS>([c, d]))
    }
}
