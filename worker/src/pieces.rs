//! Cutting one task where it is computed.

use unjank_protocol::{Bytes, Chunk, Grain, Task, Window};

/// About how many bytes a piece has: with what the kernel needs besides, it stays in a core's
/// second cache, and calling the kernel costs nothing beside it.
const PIECE_BYTES: u32 = 256 << 10;

/// The pieces of a task whose input is the buffer `index`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pieces {
    pub(crate) index: u16,
    pub(crate) length: u32,
    window: Window,
    /// Bytes of a piece; the last may have fewer.
    each: u32,
}

impl Pieces {
    /// How to cut a task of a kernel with that grain, whose length is that of its window; `None` when
    /// it is to be computed whole.
    pub(crate) fn of(task: &Task<'_>, grain: Grain) -> Option<Self> {
        let Grain::Bytes(grain) = grain else { return None };
        let Bytes::Buffer { index, length } = task.input else { return None };
        let window @ Window { stride, before: 0, after: 0, .. } = task.window else { return None };
        let unit = common_multiple(stride, grain.get())?;
        let each = (PIECE_BYTES / unit).max(1) * unit;
        (length > each).then_some(Self { index, length, window, each })
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Chunk> {
        let Self { length, window, each, .. } = self;
        (0..length.div_ceil(each)).map(move |index| {
            let first = index * each;
            let bytes = each.min(length - first);
            let start = window.start.saturating_add(first / window.stride);
            let core = bytes / window.stride;
            let input = first as usize..(first + bytes) as usize;
            Chunk { input, window: Window { start, core, ..window } }
        })
    }
}

/// The longer of the two lengths, if it is a whole number of the other: nobody cuts rows of pixels
/// by anything else.
fn common_multiple(stride: u32, grain: u32) -> Option<u32> {
    let (short, long) = (stride.min(grain), stride.max(grain));
    (short > 0 && long.is_multiple_of(short)).then_some(long)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use unjank_protocol::{JobId, KernelId, Params, TaskId};

    use super::*;

    const MIB: u32 = 1 << 20;

    fn pieces(window: Window, grain: u32) -> Option<Vec<Chunk>> {
        let length = u32::try_from(window.input_len()).expect("below 4 GiB");
        let task = Task {
            id: TaskId { job: JobId::FIRST, index: 0 },
            kernel: KernelId(0),
            params: Params::Encoded(&[]),
            input: Bytes::Buffer { index: 0, length },
            window,
        };
        let grain = NonZeroU32::new(grain).map_or(Grain::Window, Grain::Bytes);
        Pieces::of(&task, grain).map(|pieces| pieces.iter().collect())
    }

    #[test]
    fn pieces_follow_each_other_and_know_where_they_are() {
        let window = Window { start: 50, total: 9000, core: 700, ..Window::whole(4000, 0) };
        let pieces = pieces(window, 4).expect("pieces");
        let (mut byte, mut unit) = (0, 50);
        for Chunk { input, window } in pieces {
            assert_eq!((input.start, window.start), (byte, unit));
            assert_eq!((window.before, window.after, window.total), (0, 0, 9000));
            assert_eq!(input.len() as u64, window.input_len());
            assert!(input.len() <= PIECE_BYTES as usize);
            (byte, unit) = (input.end, unit + window.core);
        }
        assert_eq!((byte, unit), (700 * 4000, 750));
    }

    #[test]
    fn no_grain_and_no_unit_is_cut() {
        // (stride, grain) and what each piece but the last has a whole number of.
        for (stride, grain, whole) in [(1, 12, 12), (12, 4, 12), (1, 1, 1), (MIB, 4, MIB)] {
            let window = Window::whole(stride, 12 * MIB / stride);
            let pieces = pieces(window, grain).expect("pieces");
            let lengths: Vec<_> = pieces.iter().map(|piece| piece.input.len() as u32).collect();
            assert!(lengths.iter().all(|length| length.is_multiple_of(whole)), "{lengths:?}");
            assert_eq!(lengths.iter().sum::<u32>(), 12 * MIB);
        }
    }

    #[test]
    fn what_cannot_be_cut_is_left_whole() {
        let rows = Window::whole(4, 1 << 20);
        assert_eq!(pieces(rows, 0), None, "no grain");
        assert_eq!(pieces(rows, 3), None, "a grain across units");
        assert_eq!(pieces(Window { before: 1, ..rows }, 4), None, "a halo");
        assert_eq!(pieces(Window::whole(4, 1000), 4), None, "short");
        assert_eq!(pieces(Window::whole(MIB, 1), 4), None, "one unit");
    }
}
