//! Memory that the host writes params and inputs to.

/// What memory is counted in: its alignment is the one that inputs are promised.
pub(crate) type Word = u128;

const _: () = assert!(align_of::<Word>() >= unjank_protocol::abi::ALIGNMENT as usize);

/// Memory that holds until it is reserved again.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    words: Vec<Word>,
}

impl Slot {
    pub(crate) const fn new() -> Self {
        Self { words: Vec::new() }
    }

    /// Makes room for so many bytes; `false` when there is no memory for them.
    pub(crate) fn reserve(&mut self, length: usize) -> bool {
        let words = length.div_ceil(size_of::<Word>());
        if words > self.words.len() {
            // Given back before more is taken, so that memory never holds both.
            self.words = Vec::new();
            match room(words) {
                Some(words) => self.words = words,
                None => return false,
            }
        }
        true
    }

    /// The first bytes; `None` when there is no room for so many.
    pub(crate) fn bytes(&self, length: usize) -> Option<&[u8]> {
        bytemuck::cast_slice(&self.words).get(..length)
    }

    /// The first bytes; `None` when there is no room for so many.
    pub(crate) fn bytes_mut(&mut self, length: usize) -> Option<&mut [u8]> {
        bytemuck::cast_slice_mut(&mut self.words).get_mut(..length)
    }

    pub(crate) fn address(&mut self) -> u32 {
        address(self.words.as_mut_ptr())
    }
}

/// Where something is for the host, who may write there from now on. Memory has 32-bit addresses.
pub(crate) fn address<T>(pointer: *mut T) -> u32 {
    pointer.expose_provenance() as u32
}

#[cfg(target_family = "wasm")]
use crate::wasm::room;

/// So many words; `None` when there is no memory for them.
#[cfg(not(target_family = "wasm"))]
fn room(words: usize) -> Option<Vec<Word>> {
    let mut room = Vec::new();
    room.try_reserve_exact(words).ok()?;
    room.resize(words, 0);
    Some(room)
}
