//! What a host writes for a call.

use unjank_protocol::{Window, abi};

use super::{Input, table};

/// A call of a kernel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) kernel: usize,
    pub(super) params: &'a [u8],
    pub(super) inputs: &'a [Input<'a>],
    pub(super) window: Window,
}

impl Call<'_> {
    /// The same call has the same random bytes, and another part of the whole has others.
    pub(super) const fn seed(&self) -> u64 {
        self.window.start as u64
    }

    /// The call record.
    pub(super) fn record(&self) -> Vec<u32> {
        let Window { stride, total, start, before, core, after } = self.window;
        let inputs = self.inputs.len() as u32;
        let entry_bytes = abi::call::ENTRY_WORDS as u32 * 4;
        let mut words = vec![0; abi::call::WORDS];
        words[abi::call::SIZE] = table::call_bytes(inputs);
        words[abi::call::KERNEL] = self.kernel as u32;
        words[abi::call::PARAMS] = length(self.params);
        words[abi::call::WINDOW..abi::call::SEED]
            .copy_from_slice(&[stride, total, start, before, core, after]);
        words[abi::call::SEED] = self.seed() as u32;
        words[abi::call::SEED + 1] = (self.seed() >> 32) as u32;
        words[abi::call::INPUTS] = inputs;
        words[abi::call::INPUTS_AT] = abi::call::WORDS as u32 * 4;
        words[abi::call::INPUT_BYTES] = entry_bytes;
        for input in self.inputs {
            words.extend([length(input.bytes), input.identity, 0, 0]);
        }
        words
    }

    /// What each slot holds, and by what it is known again.
    pub(super) fn slots(&self) -> impl Iterator<Item = Input<'_>> {
        [Input::bytes(self.params)].into_iter().chain(self.inputs.iter().copied())
    }
}

pub(super) fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("less than 4 GiB")
}
