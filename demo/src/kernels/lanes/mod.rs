//! 16-bit numbers side by side, and the steps the blur is made of: above all, multiply pairs by
//! weights and add both products.
//!
//! `pmaddwd` on x86-64 and `i32x4.dot_i16x8_s` on WebAssembly do four of these at once. LLVM 22
//! finds neither in a loop of plain Rust, and a blur of sigma 5 then takes over ten times as long,
//! so both are named here, and nowhere else. `plain` is for other targets, and for comparison.

#[cfg(target_arch = "x86_64")]
mod x86_64;
#[cfg(target_arch = "x86_64")]
pub(super) use self::x86_64::{Pairs, Sums, TwoPixels};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm32;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(super) use self::wasm32::{Pairs, Sums, TwoPixels};

#[cfg(any(
    test,
    not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128")))
))]
mod plain;
#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
pub(super) use self::plain::{Pairs, Sums, TwoPixels};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    /// Every operation of one implementation, as bytes that can be compared.
    macro_rules! all_operations {
        ($($lanes:ident)::+, $first:expr, $second:expr, $weights:expr) => {{
            use $($lanes)::+::{Pairs, Sums, TwoPixels};
            let weights = Pairs::splat($weights[0], $weights[1]);
            let weigh = |pairs: [Pairs; 4]| pairs.map(|pairs| {
                let mut sums = Sums::zero();
                sums.add_products(pairs, weights);
                sums.add_products(pairs, weights);
                sums
            });
            let [a, b, c, d] = weigh(Pairs::of_bytes(&$first, &$second));
            let (here, next) = (Sums::round::<9>([a, b]), Sums::round::<9>([c, d]));
            let ([a_row, b_row], [c_row, d_row]) = (here.above(next), next.above(here));
            let rows = [a_row, b_row, c_row, d_row];
            // Of 15 bits here; five times of 12, and six times, fit 16.
            let small = |pixels: TwoPixels| pixels.rounded::<3>();
            let sum = small(here).times(5).plus(small(next).times(6));
            let moved = [here.firsts(next), here.seconds(next), sum.rounded::<0>()];
            (
                [
                    Sums::round_to_bytes::<16>([a, b, c, d]),
                    Sums::round_to_bytes::<23>(weigh(rows)),
                    sum.rounded::<8>().bytes(small(here).rounded::<4>()),
                ],
                moved.map(|pixels| TwoPixels::load(&pixels.store()).store()),
            )
        }};
    }

    proptest! {
        #[test]
        fn the_machine_counts_as_plain_rust_does(
            first: [u8; 16],
            second: [u8; 16],
            weights in [0..=16_383_i16, 0..=16_384_i16],
        ) {
            let plain = all_operations!(crate::kernels::lanes::plain, first, second, weights);
            let machine = all_operations!(crate::kernels::lanes, first, second, weights);
            prop_assert_eq!(plain, machine);
        }
    }
}
