//! What holds of a plan, whatever numbers it is made from.

use unjank_protocol::{Chunk, Place, Plan, PlanError, Window};

/// The numbers of one plan, in as many bytes as there are: what is missing is zero.
#[derive(Debug, Clone, Copy)]
struct Numbers {
    length: u64,
    stride: u32,
    units: Option<u32>,
    halo: u32,
    index: u32,
}

impl Numbers {
    /// A length drawn alone is hardly ever a whole number of units, so a bit of the first byte says
    /// whether it counts bytes or units.
    fn read(bytes: &[u8]) -> Self {
        let number = |place: usize| {
            let at = |byte: usize| bytes.get(1 + place * 4 + byte).copied().unwrap_or(0);
            u32::from_le_bytes([at(0), at(1), at(2), at(3)])
        };
        let flags = bytes.first().copied().unwrap_or(0);
        let [length, stride, units, halo, index] = [0, 1, 2, 3, 4].map(number);
        let unit = if flags & 1 == 0 { stride } else { 1 };
        Self {
            length: u64::from(length) * u64::from(unit),
            stride,
            units: (flags & 2 == 0).then_some(units),
            halo,
            index,
        }
    }
}

/// Makes a plan from the bytes' numbers, and looks at one of its chunks and at those beside it.
///
/// # Panics
/// When a law does not hold.
pub(crate) fn check(bytes: &[u8]) -> Result<(), PlanError> {
    let numbers = Numbers::read(bytes);
    let Numbers { length, stride, units, halo, index } = numbers;
    // On 32 bits no buffer is that long.
    let Ok(length) = usize::try_from(length) else { return Err(PlanError::TooLong) };
    let plan =
        Plan::new(length, stride, units, halo).inspect_err(|error| refused(error, numbers))?;
    let chunks = plan.len().get();
    assert!(chunks <= Plan::MAX_CHUNKS, "{chunks} chunks");
    assert_eq!(plan.chunk(chunks), None);
    let at = index % chunks;
    let chunk = plan.chunk(at).expect("an index below their number");
    check_chunk(&chunk, numbers);
    check_piece(&chunk);
    assert_eq!(chunk.window.start == 0, at == 0);
    let end = chunk.window.start + chunk.window.core;
    match plan.chunk(at + 1) {
        Some(next) => assert_eq!(next.window.start, end),
        None => assert_eq!(end, chunk.window.total),
    }
    Ok(())
}

/// A refusal is true of the numbers.
fn refused(error: &PlanError, numbers: Numbers) {
    let Numbers { length, stride, units, .. } = numbers;
    let holds = match *error {
        PlanError::Zero => stride == 0 || units == Some(0),
        PlanError::Ragged { .. } => !length.is_multiple_of(u64::from(stride)),
        PlanError::TooLong => length > u64::from(u32::MAX),
        PlanError::TooMany => {
            let chunks =
                (length / u64::from(stride)).div_ceil(u64::from(units.unwrap_or(u32::MAX)));
            chunks > u64::from(Plan::MAX_CHUNKS)
        }
        PlanError::NoCore { .. } | PlanError::Outside { .. } | _ => false,
    };
    assert!(holds, "{error:?} from {numbers:?}");
}

/// The window and the bytes of a chunk are those of its place, computed without a bound.
fn check_chunk(chunk: &Chunk, numbers: Numbers) {
    let window = chunk.window;
    let [stride, start, before, core, after] =
        [window.stride, window.start, window.before, window.core, window.after].map(u128::from);
    let total = u128::from(numbers.length / u64::from(numbers.stride));
    assert_eq!((window.stride, u128::from(window.total)), (numbers.stride, total));
    assert!(core > 0 || total == 0, "{window:?}");
    assert!(numbers.units.is_none_or(|units| core <= u128::from(units)), "{window:?}");
    assert_eq!(before, u128::from(numbers.halo).min(start));
    assert_eq!(after, u128::from(numbers.halo).min(total - start - core));
    assert_eq!(chunk.input.start as u128, (start - before) * stride);
    assert_eq!(chunk.input.end as u128, (start + core + after) * stride);
    assert_eq!(window.input_len(), chunk.input.len() as u64);
    assert!(window.core_bytes().end <= chunk.input.len(), "{window:?}");
    assert!(window.has_halo(numbers.halo), "{window:?}");
}

/// A chunk is the piece that its window says.
fn check_piece(chunk: &Chunk) {
    let Window { stride, start, total, before, after, .. } = chunk.window;
    let place = Place { start, total, before, after };
    let piece = Plan::piece(chunk.input.len(), stride, place).expect("a chunk is a piece");
    assert_eq!(piece.chunk(0).map(|alone| alone.window), Some(chunk.window));
}
