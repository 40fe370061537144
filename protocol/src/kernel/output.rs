//! Where results are put.

use alloc::{boxed::Box, vec::Vec};
use core::{fmt, ops::Range};

use bytemuck::NoUninit;

use super::{Pod, elements::Word};

/// Where a kernel puts its result: in memory of its own, or in a part of the input.
#[derive(Default)]
pub struct Output {
    place: Place,
    /// What [`Output::fill`] gives out; kept, so that its memory is reused.
    words: Vec<Word>,
    /// What [`Output::grow`] gives out; kept, so that its memory is reused.
    grown: Vec<u8>,
    /// The second output and those behind it.
    further: Vec<Self>,
}

/// Where the result is.
#[derive(Default)]
enum Place {
    #[default]
    Grown,
    /// So many bytes at the beginning of the words.
    Filled(usize),
    Given(Box<dyn Elements>),
    Kept(Range<usize>),
}

/// A vector that can be seen as bytes.
trait Elements {
    fn bytes(&self) -> &[u8];
}

impl<T: NoUninit> Elements for Vec<T> {
    fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(self)
    }
}

impl Output {
    /// An empty output.
    #[must_use]
    pub const fn new() -> Self {
        Self { place: Place::Grown, words: Vec::new(), grown: Vec::new(), further: Vec::new() }
    }

    /// `length` zero bytes to be filled; replaces what was there. They begin at a multiple of 16.
    ///
    /// # Panics
    /// When there is no memory for them.
    pub fn fill(&mut self, length: usize) -> &mut [u8] {
        self.place = Place::Filled(length);
        let words = length.div_ceil(size_of::<Word>());
        if self.words.capacity() < words {
            // Given back before more is taken, and not copied.
            self.words = Vec::new();
            self.words = alloc::vec![0; words];
        } else {
            self.words.clear();
            self.words.resize(words, 0);
        }
        &mut bytemuck::cast_slice_mut(&mut self.words)[..length]
    }

    /// `count` zeros to be filled; replaces what was there.
    ///
    /// ```
    /// use unjank_protocol::Output;
    ///
    /// let mut output = Output::new();
    /// output.fill_as::<f32>(2)[1] = 1.0;
    /// assert_eq!(output.result(&[]), Some(&[0, 0, 0, 0, 0, 0, 128, 63][..]));
    /// ```
    ///
    /// # Panics
    /// When there is no memory for them.
    pub fn fill_as<T: Pod>(&mut self, count: usize) -> &mut [T] {
        const { assert!(align_of::<T>() <= align_of::<Word>(), "no type is aligned to more") };
        let length = count.checked_mul(size_of::<T>()).expect("no more than there is memory");
        bytemuck::cast_slice_mut(self.fill(length))
    }

    /// Bytes of unknown length, to be appended to; what was there is cleared.
    pub fn grow(&mut self) -> &mut Vec<u8> {
        self.place = Place::Grown;
        self.grown.clear();
        &mut self.grown
    }

    /// Takes elements for the result as they are; replaces what was there.
    pub fn give<T: NoUninit>(&mut self, elements: Vec<T>) {
        self.place = Place::Given(Box::new(elements));
    }

    /// Says that the result is this part of the main input, computed in place.
    pub fn keep_input(&mut self, range: Range<usize>) {
        self.place = Place::Kept(range);
    }

    /// Another output of the kernel, counted from 1; 0 is this one.
    pub fn nth(&mut self, index: usize) -> &mut Self {
        if index == 0 {
            return self;
        }
        if self.further.len() < index {
            self.further.resize_with(index, Self::new);
        }
        &mut self.further[index - 1]
    }

    /// Forgets all results; some of their memory is kept for the next ones.
    pub fn clear(&mut self) {
        self.grow();
        for further in &mut self.further {
            further.clear();
        }
    }

    /// The result, given the main input as the kernel left it; `None` when the kernel kept a range
    /// that the input does not have.
    #[must_use]
    pub fn result<'a>(&'a self, input: &'a [u8]) -> Option<&'a [u8]> {
        match &self.place {
            Place::Grown => Some(&self.grown),
            Place::Filled(length) => bytemuck::cast_slice(&self.words).get(..*length),
            Place::Given(elements) => Some(elements.bytes()),
            Place::Kept(range) => input.get(range.clone()),
        }
    }

    /// The result of another output, counted from 1, as [`Output::result`] has it for this one, which
    /// is 0. Empty where the kernel put nothing.
    #[must_use]
    pub fn nth_result<'a>(&'a self, index: usize, input: &'a [u8]) -> Option<&'a [u8]> {
        match index.checked_sub(1) {
            None => self.result(input),
            Some(further) => self.further.get(further).map_or(Some(&[]), |it| it.result(input)),
        }
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (place, length) = match &self.place {
            Place::Grown => ("grown", self.grown.len()),
            Place::Filled(length) => ("filled", *length),
            Place::Given(elements) => ("given", elements.bytes().len()),
            Place::Kept(range) => ("kept", range.len()),
        };
        f.debug_struct("Output")
            .field("place", &place)
            .field("length", &length)
            .field("further", &self.further)
            .finish_non_exhaustive()
    }
}
