//! Networks of comparisons.

/// Rows and columns that a median is taken of.
pub(super) const SIDE: usize = 5;

/// For each pair of places in turn: the lesser value to the first, the greater to the second.
macro_rules! exchange {
    ($values:ident: $($low:literal $high:literal),+) => {
        $(($values[$low], $values[$high]) = (
            $values[$low].min($values[$high]),
            $values[$low].max($values[$high]),
        );)+
    };
}

/// Sorts five values, in nine comparisons.
#[inline(always)]
pub(super) fn sort_column(column: &mut [u8; SIDE]) {
    exchange!(column: 0 3, 1 4, 0 2, 1 3, 0 1, 2 4, 1 2, 3 4, 2 3);
}

/// The thirteenth of twenty-five values, given as five ascending columns.
///
/// Seventy-eight minima and maxima, once the compiler has left out those that nobody reads. The
/// comparisons were found by simulated annealing, from sorted rows followed by a sort of the
/// thirteen places that can hold the median then. They have no order a reader could follow; that
/// they are right is shown by trying every input of zeros and ones, which for networks of minima
/// and maxima is proof for all values (Knuth, The Art of Computer Programming, 5.3.4).
#[inline(always)]
pub(super) fn median_of_sorted_columns(columns: [[u8; SIDE]; SIDE]) -> u8 {
    let [
        [a0, a1, a2, a3, a4],
        [b0, b1, b2, b3, b4],
        [c0, c1, c2, c3, c4],
        [d0, d1, d2, d3, d4],
        [e0, e1, e2, e3, e4],
    ] = columns;
    let mut values = [
        a0, a1, a2, a3, a4, b0, b1, b2, b3, b4, c0, c1, c2, c3, c4, d0, d1, d2, d3, d4, e0, e1, e2,
        e3, e4,
    ];
    exchange!(values:
        6 21, 8 23, 3 18, 2 22, 18 23, 1 16, 11 18, 3 8, 7 17, 17 22, 21 16, 15 5,
        2 7, 22 8, 19 9, 11 22, 24 19, 9 4, 15 20, 0 20, 9 24, 22 18, 5 20, 13 19,
        5 0, 11 21, 7 17, 16 22, 16 9, 7 10, 16 12, 12 17, 24 13, 21 3, 6 1, 20 24,
        2 21, 16 1, 10 12, 1 3, 20 10, 12 24, 9 14, 10 9, 10 21, 3 9, 0 21, 21 1,
        1 12, 12 3, 1 12
    );
    values[12]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A column of so many zeros, then ones.
    fn column(zeros: usize) -> [u8; SIDE] {
        core::array::from_fn(|place| u8::from(place >= zeros))
    }

    #[test]
    fn every_column_of_zeros_and_ones_is_sorted() {
        for bits in 0..1_u32 << SIDE {
            let mut values = core::array::from_fn(|place| u8::from(bits >> place & 1 == 1));
            sort_column(&mut values);
            assert_eq!(values, column(SIDE - bits.count_ones() as usize), "{bits:05b}");
        }
    }

    #[test]
    fn the_median_of_every_input_of_zeros_and_ones_is_found() {
        let states = SIDE + 1;
        for index in 0..states.pow(SIDE as u32) {
            let zeros: [usize; SIDE] =
                core::array::from_fn(|place| index / states.pow(place as u32) % states);
            let median = u8::from(zeros.iter().sum::<usize>() <= SIDE * SIDE / 2);
            assert_eq!(median_of_sorted_columns(zeros.map(column)), median, "{zeros:?}");
        }
    }
}
