//! How buffers are cut: whatever the numbers, the pieces make up the whole.

use proptest::prelude::*;
use unjank_protocol::{Place, Plan, PlanError, Window};

/// A plan that can be made, and what it was made from.
fn plans() -> impl Strategy<Value = (Plan, u32, u32)> {
    let total = prop_oneof![0..2000_u32, 100_000..1_000_000_u32];
    let parts = (1..200_u32, total, prop::option::of(1..3000_u32), 0..5000_u32);
    parts.prop_filter_map("few chunks", |(stride, total, units, halo)| {
        let length = stride as usize * total as usize;
        Some((Plan::new(length, stride, units, halo).ok()?, stride, halo))
    })
}

/// Numbers at both ends of 32 bits.
fn edges() -> impl Strategy<Value = u32> {
    prop_oneof![0..4_u32, (u32::MAX - 4)..=u32::MAX, (1 << 31) - 2..(1_u32 << 31) + 2, any::<u32>()]
}

proptest! {
    /// A range is cut as a buffer of as many bytes is, and has none.
    #[test]
    fn a_range_is_cut_as_bytes_are(total in 0..1_000_000_u32, units in 1..3000_u32) {
        let (Ok(range), Ok(bytes)) = (Plan::range(total, Some(units)), Plan::new(total as usize, 1, Some(units), 0))
        else { return Err(TestCaseError::reject("too many")) };
        prop_assert!(range.chunks().all(|chunk| chunk.input.is_empty()));
        let windows = |plan: Plan| plan.chunks().map(|chunk| chunk.window).collect::<Vec<_>>();
        prop_assert_eq!(windows(range), windows(bytes));
        prop_assert_eq!((range.bound(), range.reach()), (0, 0));
        let usual = Plan::range(total, None).map(|plan| plan.len().get());
        prop_assert!(usual.is_ok_and(|chunks| (1..=Plan::RANGE_CHUNKS).contains(&chunks)));
    }

    /// The cores stand one behind the other, from the first unit to the last, and none is empty
    /// unless the whole is.
    #[test]
    fn cores_tile_the_buffer((plan, stride, _) in plans()) {
        let mut next = 0;
        for (index, chunk) in (0..).zip(plan.chunks()) {
            let window = chunk.window;
            prop_assert_eq!(plan.chunk(index), Some(chunk.clone()));
            prop_assert_eq!((window.start, window.stride), (next, stride));
            prop_assert!(window.core > 0 || window.total == 0);
            next += window.core;
            prop_assert!(next <= window.total);
            prop_assert_eq!(next == window.total, index + 1 == plan.len().get());
        }
        prop_assert_eq!(plan.chunks().count(), plan.len().get() as usize);
        prop_assert_eq!(plan.chunk(plan.len().get()), None);
        prop_assert_eq!(plan.chunk(u32::MAX), None);
    }

    /// Core and halo are where the window says; the halo is short at the ends alone.
    #[test]
    fn inputs_are_cores_with_their_halos((plan, stride, halo) in plans()) {
        for chunk in plan.chunks() {
            let Window { total, start, before, core, after, .. } = chunk.window;
            prop_assert_eq!(before, halo.min(start));
            prop_assert_eq!(after, halo.min(total - start - core));
            prop_assert_eq!(chunk.window.input_len(), chunk.input.len() as u64);
            prop_assert!(chunk.input.end <= total as usize * stride as usize);
            let core_bytes = chunk.window.core_bytes();
            let first = start as usize * stride as usize;
            prop_assert_eq!(chunk.input.start + core_bytes.start, first);
            prop_assert_eq!(core_bytes.len(), core as usize * stride as usize);
            prop_assert!(core_bytes.end <= chunk.input.len());
            prop_assert!(chunk.window.has_halo(halo));
        }
        let longest = plan.chunks().map(|chunk| chunk.input.len()).max();
        prop_assert!(longest.is_some_and(|longest| longest <= plan.bound()));
        let most = plan.chunks().map(|chunk| chunk.window.core).max().unwrap_or_default();
        let widest = u64::from(most) + 2 * u64::from(halo);
        prop_assert!(plan.bound() as u64 <= widest.saturating_mul(u64::from(stride)));
        prop_assert!(halo > 0 || longest == Some(plan.bound()));
    }

    /// A kernel that looks `reach` units to either side finds them, or the end of the buffer.
    #[test]
    fn a_halo_is_there_when_every_unit_in_reach_is(
        (plan, _, _) in plans(),
        reach in 0..6000_u32,
    ) {
        for Window { total, start, before, core, after, stride } in plan.chunks().map(|c| c.window) {
            let seen = start - before..start + core + after;
            let sees_all = seen.start <= start.saturating_sub(reach)
                && seen.end >= (start + core).saturating_add(reach).min(total);
            let window = Window { total, start, before, core, after, stride };
            prop_assert_eq!(window.has_halo(reach), sees_all);
        }
    }

    /// Near 2^32 as elsewhere: a plan is refused, or its first and last chunk are sound.
    #[test]
    fn no_number_overflows(
        units_of_buffer in edges(),
        stride in edges(),
        units in prop::option::of(edges()),
        halo in edges(),
    ) {
        let length = u64::from(units_of_buffer) * u64::from(stride);
        let Ok(length) = usize::try_from(length) else { return Ok(()) };
        let Ok(plan) = Plan::new(length, stride, units, halo) else { return Ok(()) };
        prop_assert!(plan.len().get() <= Plan::MAX_CHUNKS);
        let last = plan.chunk(plan.len().get() - 1).expect("there is a last chunk");
        let end = last.window.start + last.window.core;
        prop_assert_eq!(end, last.window.total);
        prop_assert_eq!(last.input.end, length);
        let first = plan.chunk(0).expect("there is a first chunk");
        prop_assert_eq!(first.input.start, 0);
        prop_assert_eq!(first.window.input_len(), first.input.len() as u64);
    }

    /// Cut elsewhere or here, a chunk has the same window.
    #[test]
    fn a_piece_that_says_where_it_stands_is_the_chunk_cut_here((plan, stride, _) in plans()) {
        for chunk in plan.chunks() {
            let Window { start, total, before, after, .. } = chunk.window;
            let place = Place { start, total, before, after };
            let piece = Plan::piece(chunk.input.len(), stride, place).expect("a chunk is a piece");
            prop_assert_eq!(piece.len().get(), 1);
            let alone = piece.chunk(0).expect("there is one chunk");
            prop_assert_eq!((alone.input, alone.window), (0..chunk.input.len(), chunk.window));
            prop_assert_eq!(piece.chunk(1), None);
        }
    }

    /// Near 2^32 as elsewhere: a piece is refused for a reason that is true, or lies in its whole.
    #[test]
    fn a_piece_lies_in_its_whole_or_is_refused(
        units in edges(),
        stride in edges(),
        parts in [edges(), edges(), edges(), edges()],
    ) {
        let Ok(length) = usize::try_from(u64::from(units) * u64::from(stride)) else { return Ok(()) };
        let [start, total, before, after] = parts;
        let place = Place { start, total, before, after };
        let [has, start, total, before, after] = [units, start, total, before, after].map(i128::from);
        let core = has - before - after;
        match Plan::piece(length, stride, place) {
            Ok(plan) => {
                let window = plan.chunk(0).expect("there is one chunk").window;
                prop_assert_eq!(window.input_len(), length as u64);
                prop_assert_eq!(i128::from(window.core), core);
                prop_assert!(core > 0 || total == 0);
                prop_assert!(before <= start && start + core + after <= total);
            }
            Err(PlanError::Zero) => prop_assert_eq!(stride, 0),
            Err(PlanError::TooLong) => prop_assert!(length > u32::MAX as usize),
            Err(PlanError::NoCore { .. }) => prop_assert!(core < 0 || core == 0 && total > 0),
            Err(PlanError::Outside { .. }) => {
                prop_assert!(before > start || start + core + after > total);
            }
            Err(other) => prop_assert!(false, "{other:?} is not true of a piece"),
        }
    }

    /// Windows come from outside too: whatever they say, they can be asked.
    #[test]
    fn any_window_can_be_asked(parts in [edges(), edges(), edges(), edges(), edges(), edges()], reach in edges()) {
        let [stride, total, start, before, core, after] = parts;
        let window = Window { stride, total, start, before, core, after };
        let units = u128::from(before) + u128::from(core) + u128::from(after);
        let bytes = units * u128::from(stride);
        prop_assert_eq!(window.input_len(), u64::try_from(bytes).unwrap_or(u64::MAX));
        prop_assert!(window.has_halo(0));
        prop_assert!(!window.has_halo(reach) || window.has_halo(reach / 2));
    }
}

#[test]
fn an_empty_buffer_is_one_empty_chunk() {
    let plan = Plan::new(0, 4, None, 3).expect("nothing can be cut");
    assert_eq!(plan.len().get(), 1);
    let chunk = plan.chunk(0).expect("one chunk");
    assert_eq!((chunk.input, chunk.window), (0..0, Window::whole(4, 0)));
}

#[test]
fn what_cannot_be_cut_is_refused() {
    assert_eq!(Plan::new(8, 0, None, 0), Err(PlanError::Zero));
    assert_eq!(Plan::new(8, 4, Some(0), 0), Err(PlanError::Zero));
    assert_eq!(Plan::new(9, 4, None, 0), Err(PlanError::Ragged { length: 9, stride: 4 }));
    let most = u32::MAX as usize;
    assert_eq!(Plan::new(most + 1, 1, None, 0), Err(PlanError::TooLong));
    assert!(Plan::new(most, 1, None, 0).is_ok());
}

#[test]
fn a_piece_that_cannot_be_one_is_refused() {
    let ends = Place { start: 4, total: 10, before: 2, after: 3 };
    assert!(Plan::piece(8, 1, ends).is_ok(), "units 2 to 9");
    assert_eq!(Plan::piece(8, 0, ends), Err(PlanError::Zero));
    assert_eq!(Plan::piece(9, 2, ends), Err(PlanError::Ragged { length: 9, stride: 2 }));
    assert_eq!(Plan::piece(5, 1, ends), Err(PlanError::NoCore { units: 5, place: ends }));
    assert_eq!(Plan::piece(4, 1, ends), Err(PlanError::NoCore { units: 4, place: ends }));
    assert_eq!(Plan::piece(9, 1, ends), Err(PlanError::Outside { units: 9, place: ends }));
    let early = Place { start: 1, ..ends };
    assert_eq!(Plan::piece(8, 1, early), Err(PlanError::Outside { units: 8, place: early }));
    let nothing = Place { start: 0, total: 0, before: 0, after: 0 };
    let empty = Plan::piece(0, 4, nothing).expect("all of nothing");
    assert_eq!(empty.chunk(0).map(|chunk| chunk.window), Some(Window::whole(4, 0)));
}

#[test]
fn the_number_of_chunks_is_bounded() {
    let most = Plan::MAX_CHUNKS as usize;
    assert_eq!(Plan::new(most, 1, Some(1), 0).map(|plan| plan.len().get()), Ok(Plan::MAX_CHUNKS));
    assert_eq!(Plan::new(most + 1, 1, Some(1), 0), Err(PlanError::TooMany));
    assert_eq!(Plan::range(Plan::MAX_CHUNKS + 1, Some(1)), Err(PlanError::TooMany));
    assert_eq!(Plan::range(7, Some(0)), Err(PlanError::Zero));
}

/// Without a wish a chunk is about a mebibyte, and up to two where a wide halo would cost more.
#[test]
fn the_default_chunk_fits_a_cache() {
    let core = |stride, halo| {
        let whole = 64 << 20;
        let plan = Plan::new(whole, stride, None, halo).expect("64 MiB can be cut");
        plan.chunk(0).expect("a first chunk").window.core
    };
    assert_eq!(core(4096, 0), 256);
    assert_eq!(core(4096, 128), 256);
    assert_eq!(core(4096, 200), 400);
    assert_eq!(core(4096, 5000), 2048);
    assert_eq!(core(1 << 22, 0), 1, "a unit is never cut");
}

#[test]
fn every_refusal_says_what_to_do() {
    let place = Place { start: 3, total: 8, before: 2, after: 5 };
    let refusals = [
        (PlanError::Zero, "at least 1"),
        (PlanError::Ragged { length: 9, stride: 4 }, "9 bytes"),
        (PlanError::TooLong, "4 GiB"),
        (PlanError::TooMany, "1048576 chunks"),
        (PlanError::NoCore { units: 7, place }, "2 units before and 5 after"),
        (PlanError::Outside { units: 9, place }, "a whole of 8"),
    ];
    for (refusal, told) in refusals {
        assert!(refusal.to_string().contains(told), "{refusal}");
    }
}
