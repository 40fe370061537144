//! What is known of the kernels, as far as it decides how they are called.

use alloc::vec::Vec;

use unjank_protocol::{Expected, KernelId, Window};

/// What a kernel promises of its calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KernelShape {
    /// Units of how many bytes it computes one by one; 0: it does not.
    pub grain: u32,
    /// Whether a call depends on nothing but its input.
    pub pure: bool,
    /// Its outputs.
    pub outputs: Vec<OutputShape>,
}

/// What a kernel promises of an output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutputShape {
    /// Bytes for each unit of the core; 0: nobody knows.
    pub unit: u32,
    /// The input that it may lie in, by its index.
    pub in_place: Option<u8>,
}

/// The kernels of a pool. A [`KernelId`] is an index.
#[derive(Debug, Default)]
pub(super) struct Kernels(pub(super) Vec<KernelShape>);

/// About how many bytes a piece has: with what the kernel needs besides, it stays in a core's second
/// cache, and calling the kernel costs nothing beside it.
const PIECE_BYTES: u32 = 256 << 10;

impl Kernels {
    fn get(&self, kernel: KernelId) -> Option<&KernelShape> {
        self.0.get(usize::from(kernel.0))
    }

    /// What the outputs of a call have to be.
    pub(super) fn expected(
        &self,
        kernel: KernelId,
        window: Window,
    ) -> impl Iterator<Item = Expected> {
        let input = u32::try_from(window.input_len()).ok();
        self.get(kernel).into_iter().flat_map(move |shape| {
            shape.outputs.iter().map(move |&OutputShape { unit, in_place }| {
                let length = match (shape.grain, unit) {
                    (1.., _) => input,
                    (0, 0) => None,
                    (0, unit) => window.core.checked_mul(unit),
                };
                Expected { length, in_place }
            })
        })
    }

    /// Bytes of all outputs of a call, if that is known.
    pub(super) fn result(&self, kernel: KernelId, window: Window) -> Option<u64> {
        self.expected(kernel, window).map(|expected| expected.length.map(u64::from)).sum()
    }

    /// Into pieces of how many bytes the input of a call may be cut, so that no unit and no grain is; 0:
    /// it may not be.
    pub(super) fn piece(&self, kernel: KernelId, window: Window) -> u32 {
        let Some(KernelShape { grain, pure: true, outputs }) = self.get(kernel) else {
            return 0;
        };
        let Window { stride, before, after, .. } = window;
        let has_context = before > 0 || after > 0;
        if *grain == 0 || stride == 0 || outputs.len() != 1 || has_context {
            return 0;
        }
        // It is at least 1; said here, nothing can panic.
        let unit = (stride / common(stride, *grain).max(1)).checked_mul(*grain);
        unit.map_or(0, |unit| (PIECE_BYTES / unit).max(1) * unit)
    }
}

/// The greatest number that divides both.
const fn common(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { common(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const K: KernelId = KernelId(0);

    fn kernels(change: impl FnOnce(&mut KernelShape)) -> Kernels {
        let outputs = vec![OutputShape::default()];
        let mut kernel = KernelShape { grain: 0, pure: true, outputs };
        change(&mut kernel);
        Kernels(vec![kernel])
    }

    fn lengths(kernels: &Kernels, window: Window) -> Vec<Option<u32>> {
        kernels.expected(K, window).map(|expected| expected.length).collect()
    }

    #[test]
    fn a_piece_cuts_no_grain_and_no_unit() {
        for stride in [1, 3, 4, 12, 4000, 12_288, 1 << 20] {
            for grain in [1, 3, 4, 16, 1000] {
                let piece = kernels(|k| k.grain = grain).piece(K, Window::whole(stride, 9));
                assert_eq!((piece % stride, piece % grain), (0, 0));
                assert!(piece > 0 && piece <= PIECE_BYTES.max(stride * grain), "{piece}");
            }
        }
    }

    #[test]
    fn what_cannot_be_cut_is_left_whole() {
        let whole = Window::whole(4, 9);
        assert_eq!(kernels(|_| ()).piece(K, whole), 0, "no grain");
        let grained = kernels(|k| k.grain = 4);
        assert_eq!(grained.piece(K, Window { before: 1, ..whole }), 0, "context in front");
        assert_eq!(grained.piece(K, Window { after: 1, ..whole }), 0, "context behind");
        assert_eq!(grained.piece(K, Window { stride: u32::MAX, ..whole }), 0, "too long");
        assert_eq!(grained.piece(KernelId(1), whole), 0, "no such kernel");
        let impure = kernels(|k| (k.grain, k.pure) = (4, false));
        assert_eq!(impure.piece(K, whole), 0, "other calls have other results");
        let two = kernels(|k| {
            k.grain = 4;
            k.outputs.push(OutputShape::default());
        });
        assert_eq!(two.piece(K, whole), 0, "there is one place and two results");
    }

    #[test]
    fn an_output_is_as_long_as_its_kernel_promises() {
        let window = Window { stride: 2, total: 20, start: 5, before: 1, core: 7, after: 2 };
        assert_eq!(lengths(&kernels(|_| ()), window), [None]);
        assert_eq!(lengths(&kernels(|k| k.grain = 4), window), [Some(20)]);
        assert_eq!(lengths(&kernels(|k| k.outputs[0].unit = 3), window), [Some(21)]);
        assert_eq!(lengths(&kernels(|k| k.outputs.clear()), window), []);
        assert_eq!(kernels(|_| ()).expected(KernelId(1), window).count(), 0);
    }
}
