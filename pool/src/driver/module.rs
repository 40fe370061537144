//! What is known of the kernel module.

use unjank_protocol::{Description, Expected, Fault, KernelDescription, KernelId, Role, Window};

use crate::SpawnError;

/// A kernel module, as it describes itself.
#[derive(Debug)]
pub(super) struct Module {
    description: Vec<u8>,
    /// A [`KernelId`] is an index.
    kernels: Vec<KernelDescription>,
}

/// About how many bytes a piece has: with what the kernel needs besides, it stays in a core's second
/// cache, and calling the kernel costs nothing beside it.
const PIECE_BYTES: u32 = 256 << 10;

impl Module {
    /// # Errors
    /// [`SpawnError::BadKernels`] when this describes no module, [`SpawnError::VersionMismatch`] when it is
    /// one for another version of the interface: whatever worker is asked, it says the same.
    pub(super) fn read(description: &[u8]) -> Result<Self, SpawnError> {
        let read = Description::decode(description).map_err(|error| {
            let message = error.to_string();
            if matches!(error.fault, Fault::Version { .. }) {
                return SpawnError::VersionMismatch { message };
            }
            SpawnError::BadKernels { message }
        })?;
        Ok(Self { description: description.to_vec(), kernels: read.kernels })
    }

    pub(super) fn is_described_by(&self, description: &[u8]) -> bool {
        self.description == description
    }

    pub(super) fn find(&self, name: &str) -> Option<KernelId> {
        let index = self.kernels.iter().position(|known| known.name == name)?;
        u16::try_from(index).ok().map(KernelId)
    }

    pub(super) fn name(&self, kernel: KernelId) -> Option<&str> {
        self.kernel(kernel).map(|known| known.name.as_str())
    }

    fn kernel(&self, kernel: KernelId) -> Option<&KernelDescription> {
        self.kernels.get(usize::from(kernel.0))
    }

    /// What the outputs of a call have to be.
    pub(super) fn expected(&self, kernel: KernelId, window: Window) -> Vec<Expected> {
        let Some(KernelDescription { grain, outputs, .. }) = self.kernel(kernel) else {
            return Vec::new();
        };
        let input = u32::try_from(window.input_len()).ok();
        let expected = outputs.iter().map(|output| Expected {
            length: match (grain, output.role, output.unit) {
                (1.., ..) => input,
                (0, Role::Whole, _) | (0, _, 0) => None,
                (0, Role::Window, unit) => window.core.checked_mul(unit),
            },
            in_place: output.in_place.and_then(|index| u8::try_from(index).ok()),
        });
        expected.collect()
    }

    /// Into pieces of how many bytes the input of a call may be cut, so that no unit and no grain is; 0:
    /// it may not be.
    pub(super) fn piece(&self, kernel: KernelId, window: Window) -> u32 {
        let Some(KernelDescription { grain, pure: true, outputs, .. }) = self.kernel(kernel) else {
            return 0;
        };
        let Window { stride, before, after, .. } = window;
        let has_context = before > 0 || after > 0;
        if *grain == 0 || stride == 0 || outputs.len() != 1 || has_context {
            return 0;
        }
        let unit = (stride / common(stride, *grain)).checked_mul(*grain);
        unit.map_or(0, |unit| (PIECE_BYTES / unit).max(1) * unit)
    }
}

/// The greatest number that divides both.
const fn common(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { common(b, a % b) }
}

#[cfg(test)]
mod tests {
    use unjank_protocol::OutputDescription;

    use super::*;

    const K: KernelId = KernelId(0);

    fn module(change: impl FnOnce(&mut KernelDescription)) -> Module {
        let mut kernel = KernelDescription::new("k");
        change(&mut kernel);
        Module { description: Vec::new(), kernels: vec![kernel] }
    }

    fn lengths(module: &Module, window: Window) -> Vec<Option<u32>> {
        module.expected(K, window).iter().map(|expected| expected.length).collect()
    }

    #[test]
    fn a_piece_cuts_no_grain_and_no_unit() {
        for stride in [1, 3, 4, 12, 4000, 12_288, 1 << 20] {
            for grain in [1, 3, 4, 16, 1000] {
                let piece = module(|k| k.grain = grain).piece(K, Window::whole(stride, 9));
                assert_eq!((piece % stride, piece % grain), (0, 0));
                assert!(piece > 0 && piece <= PIECE_BYTES.max(stride * grain), "{piece}");
            }
        }
    }

    #[test]
    fn what_cannot_be_cut_is_left_whole() {
        let whole = Window::whole(4, 9);
        assert_eq!(module(|_| ()).piece(K, whole), 0, "no grain");
        let grained = module(|k| k.grain = 4);
        assert_eq!(grained.piece(K, Window { before: 1, ..whole }), 0, "context in front");
        assert_eq!(grained.piece(K, Window { after: 1, ..whole }), 0, "context behind");
        assert_eq!(grained.piece(K, Window { stride: u32::MAX, ..whole }), 0, "too long");
        assert_eq!(grained.piece(KernelId(1), whole), 0, "no such kernel");
        let impure = module(|k| (k.grain, k.pure) = (4, false));
        assert_eq!(impure.piece(K, whole), 0, "other calls have other results");
        let two = module(|k| {
            k.grain = 4;
            k.outputs.push(OutputDescription::default());
        });
        assert_eq!(two.piece(K, whole), 0, "there is one place and two results");
    }

    #[test]
    fn an_output_is_as_long_as_its_kernel_promises() {
        let window = Window { stride: 2, total: 20, start: 5, before: 1, core: 7, after: 2 };
        assert_eq!(lengths(&module(|_| ()), window), [None]);
        assert_eq!(lengths(&module(|k| k.grain = 4), window), [Some(20)]);
        assert_eq!(lengths(&module(|k| k.outputs[0].unit = 3), window), [Some(21)]);
        let whole = module(|k| {
            k.outputs[0].unit = 3;
            k.outputs[0].role = Role::Whole;
        });
        assert_eq!(lengths(&whole, window), [None]);
        assert_eq!(lengths(&module(|k| k.outputs.clear()), window), []);
    }
}
