//! Bytes seen as numbers.

use alloc::vec::Vec;

use bytemuck::{AnyBitPattern, NoUninit, PodCastError};

use super::KernelError;

/// Memory for elements of any type.
pub(super) type Word = u128;

/// The bytes of the main input as elements.
///
/// ```
/// use unjank_protocol::elements;
///
/// assert_eq!(elements::<u8>(&[1, 2])?, [1, 2]);
/// assert!(elements::<u16>(&[1, 2, 3]).is_err());
/// # Ok::<(), unjank_protocol::KernelError>(())
/// ```
///
/// # Errors
/// [`KernelError::Input`] when they are no whole number of elements, or do not begin where such an
/// element may; in a worker and in [`run_alone`](super::run_alone) they do.
pub fn elements<T: AnyBitPattern>(input: &[u8]) -> Result<&[T], KernelError> {
    nth_elements(0, input)
}

/// The bytes of the main input as elements that can be changed.
///
/// # Errors
/// As [`elements`].
pub fn elements_mut<T: AnyBitPattern + NoUninit>(
    input: &mut [u8],
) -> Result<&mut [T], KernelError> {
    let length = input.len();
    bytemuck::try_cast_slice_mut(input).map_err(|error| unfit(0, length, error))
}

pub(super) fn nth_elements<T: AnyBitPattern>(
    index: usize,
    input: &[u8],
) -> Result<&[T], KernelError> {
    bytemuck::try_cast_slice(input).map_err(|error| unfit(index, input.len(), error))
}

#[cold]
fn unfit(index: usize, length: usize, error: PodCastError) -> KernelError {
    if error == PodCastError::OutputSliceWouldHaveSlop {
        return KernelError::odd_input(index, length);
    }
    KernelError::misaligned_input(index)
}

/// A copy that is aligned as inputs are.
pub(super) fn aligned<'a>(words: &'a mut Vec<Word>, bytes: &[u8]) -> &'a mut [u8] {
    words.clear();
    words.resize(bytes.len().div_ceil(size_of::<Word>()), 0);
    let copy = &mut bytemuck::cast_slice_mut(words)[..bytes.len()];
    copy.copy_from_slice(bytes);
    copy
}
