//! A call to attack with.

use unjank_protocol::{Element, InputDescription, KernelDescription, Role, Window};

use super::random::Random;
use crate::Input;

/// Units of a sample: more than any window that is tried, and no multiple of one.
pub(super) const UNITS: u32 = 40;

/// Params that a kernel without any takes.
pub(super) const EMPTY: [&[u8]; 3] = [&[0xa0], &[0xf6], &[]];

/// A call of a kernel with bytes that mean nothing.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) params: Vec<u8>,
    pub(super) stride: u32,
    /// Of each input: its bytes, and whether it is cut with the window.
    inputs: Vec<(Vec<u8>, Role)>,
}

impl Sample {
    /// A sample that fits what a kernel describes; optional inputs are left out.
    pub(super) fn of(
        kernel: &KernelDescription,
        params: &[u8],
        stride: u32,
        random: &mut Random,
    ) -> Self {
        let given = kernel.inputs.iter().take_while(|input| !input.optional);
        let length = (stride * UNITS) as usize;
        let inputs = given.map(|input| (elements(input, length, random), input.role)).collect();
        Self { params: params.to_vec(), stride, inputs }
    }

    pub(super) fn whole(&self) -> Window {
        Window::whole(self.stride, UNITS)
    }

    /// Every input as a window has it.
    pub(super) fn inputs(&self, window: Window) -> Vec<Input<'_>> {
        let unit = |unit: u32| (unit * self.stride) as usize;
        let first = unit(window.start - window.before);
        let end = unit(window.start + window.core + window.after);
        let inputs = self.inputs.iter().map(|(bytes, role)| match role {
            Role::Window => Input::bytes(&bytes[first..end]),
            Role::Whole => Input::bytes(bytes),
        });
        inputs.collect()
    }

    /// Windows of so many units each, with that much context.
    pub(super) fn windows(&self, units: u32, halo: [u32; 2]) -> impl Iterator<Item = Window> {
        let stride = self.stride;
        (0..UNITS).step_by(units as usize).map(move |start| {
            let core = units.min(UNITS - start);
            let before = halo[0].min(start);
            let after = halo[1].min(UNITS - start - core);
            Window { stride, total: UNITS, start, before, core, after }
        })
    }
}

/// Strides to try a kernel with, likely ones first.
pub(super) fn strides(kernel: &KernelDescription) -> [u32; 4] {
    let element = kernel.inputs.first().map_or(1, |input| width(input.element) as u32);
    let least = if kernel.grain == 0 { element } else { kernel.grain.min(1 << 16) };
    [least, least * 4, least * 16, least * 64]
}

/// Bytes of an element.
pub(super) const fn width(element: Element) -> usize {
    match element {
        Element::U8 | Element::I8 => 1,
        Element::U16 | Element::I16 => 2,
        Element::U32 | Element::I32 | Element::F32 => 4,
        Element::U64 | Element::I64 | Element::F64 => 8,
    }
}

/// Random bytes, which are small numbers where they are floats.
fn elements(input: &InputDescription, length: usize, random: &mut Random) -> Vec<u8> {
    let small = |random: &mut Random| (random.number() % 2048) as f32 / 8.0 - 128.0;
    let count = length.div_ceil(width(input.element));
    let mut bytes: Vec<u8> = if input.element == Element::F32 {
        (0..count).flat_map(|_| small(random).to_le_bytes()).collect()
    } else if input.element == Element::F64 {
        (0..count).flat_map(|_| f64::from(small(random)).to_le_bytes()).collect()
    } else {
        random.bytes(length)
    };
    bytes.truncate(length);
    bytes
}
