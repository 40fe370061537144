//! What the host writes for a call.

use unjank_protocol::{Window, abi, abi::call};

/// Words that a call record has room for: all inputs that there can be.
pub(crate) const WORDS: usize = call::WORDS + abi::MAX_PORTS * call::ENTRY_WORDS;

/// A call as it stands in its record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    pub(crate) kernel: u32,
    /// Bytes of params.
    pub(crate) params: usize,
    pub(crate) window: Window,
    /// How many inputs there are.
    pub(crate) inputs: usize,
    pub(crate) lengths: [usize; abi::MAX_PORTS],
    pub(crate) identities: [u32; abi::MAX_PORTS],
}

impl Call {
    /// Reads the record; `None` when it is none.
    #[inline(never)]
    pub(crate) fn read(words: &[u32; WORDS]) -> Option<Self> {
        let size = words[call::SIZE] as usize / 4;
        let words = words.get(..size).filter(|words| words.len() >= call::WORDS)?;
        let [stride, total, start, before, core, after] = *words[call::WINDOW..].first_chunk()?;
        let window = Window { stride, total, start, before, core, after };
        let inputs = words[call::INPUTS] as usize;
        let mut read = Self {
            kernel: words[call::KERNEL],
            params: words[call::PARAMS] as usize,
            window,
            inputs,
            lengths: [0; abi::MAX_PORTS],
            identities: [0; abi::MAX_PORTS],
        };
        let (first, step) = (words[call::INPUTS_AT] / 4, words[call::INPUT_BYTES] / 4);
        let places = read.lengths.get_mut(..inputs)?.iter_mut().zip(&mut read.identities);
        for (index, (length, identity)) in (0..).zip(places) {
            let at = step.checked_mul(index)?.checked_add(first)?;
            let entry = words.get(at as usize..)?.first_chunk::<2>()?;
            *length = entry[0] as usize;
            *identity = entry[1];
        }
        Some(read)
    }
}
