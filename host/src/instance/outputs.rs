//! What a module leaves for its host.

use unjank_protocol::{KernelDescription, OutputDescription, Role, abi};

use super::{
    Plan,
    call::{self, Call},
    memory::{Memory, Record},
    slots::{Slots, overlap},
};

type Result<T> = core::result::Result<T, String>;

const ENTRY_BYTES: u32 = abi::result::ENTRY_WORDS as u32 * 4;

/// The outputs of a call that is done.
pub(super) fn read(
    memory: Memory<'_>,
    record: Record,
    slots: &Slots,
    kernel: &KernelDescription,
    call: &Call<'_>,
) -> Result<Vec<Vec<u8>>> {
    let entries = entries(memory, record, kernel.outputs.len() as u32)?;
    let mut places: Vec<(u32, u32)> = Vec::new();
    let mut outputs = Vec::new();
    for (index, (described, entry)) in kernel.outputs.iter().zip(entries).enumerate() {
        let place = (word(memory, entry, 0)?, word(memory, entry, 1)?);
        let (address, length) = place;
        let Some(bytes) = memory.bytes(address, length) else {
            return Err(format!("output {index} lies outside memory: {length} bytes at {address}"));
        };
        if let Some(expected) = expected_length(kernel, described, call)
            && expected != u64::from(length)
        {
            return Err(format!("output {index} has {length} bytes, not {expected}"));
        }
        if let Some(slot) = slots.touched(address, length, described.in_place) {
            return Err(format!("output {index} lies in slot {slot}, which is not its own"));
        }
        if places.iter().any(|other| overlap(*other, place)) {
            return Err(format!("output {index} overlaps one before it"));
        }
        places.push(place);
        outputs.push(bytes.to_vec());
    }
    Ok(outputs)
}

/// How long an output must be, if that is described.
fn expected_length(
    kernel: &KernelDescription,
    output: &OutputDescription,
    call: &Call<'_>,
) -> Option<u64> {
    match (kernel.grain, output.role) {
        (1.., _) => call.inputs.first().map(|input| u64::from(call::length(input.bytes))),
        (0, Role::Window) if output.unit > 0 => {
            Some(u64::from(output.unit) * u64::from(call.window.core))
        }
        (0, Role::Window | Role::Whole) => None,
    }
}

/// Where the entries of the result record are.
fn entries(
    memory: Memory<'_>,
    record: Record,
    described: u32,
) -> Result<impl Iterator<Item = Record>> {
    let head = |index| word(memory, record, index);
    let (size, count) = (head(abi::result::SIZE)?, head(abi::result::OUTPUTS)?);
    let (first, step) = (head(abi::result::OUTPUTS_AT)?, head(abi::result::OUTPUT_BYTES)?);
    if count != described {
        return Err(format!("it has {count} outputs, and describes {described}"));
    }
    let end = u64::from(first) + u64::from(count) * u64::from(step);
    // A later version may have longer entries; what this one knows of them is the front.
    let fits = end <= u64::from(size) && size <= record.room;
    let is_whole = step >= ENTRY_BYTES && first.is_multiple_of(4) && step.is_multiple_of(4);
    if count > 0 && !(fits && is_whole) {
        return Err("the entries of its outputs are not in its result record".to_owned());
    }
    Ok((0..count)
        .map(move |index| Record { address: record.address + first + index * step, room: step }))
}

/// The kernel's own code, and its text.
pub(super) fn failure(memory: Memory<'_>, record: Record) -> Result<(u32, String)> {
    if word(memory, record, abi::result::SIZE)? < abi::result::WORDS as u32 * 4 {
        return Ok((0, String::new()));
    }
    let address = word(memory, record, abi::result::TEXT)?;
    let length = word(memory, record, abi::result::TEXT + 1)?;
    let text = memory.text(address, length).ok_or_else(|| {
        format!("the text of its error lies outside memory: {length} bytes at {address}")
    })?;
    Ok((word(memory, record, abi::result::CODE)?, text))
}

/// What the module plans.
pub(super) fn read_plan(memory: Memory<'_>, record: Record, outputs: usize) -> Result<Plan> {
    let head = |index| word(memory, record, index);
    let known = |index| head(index).map(|number| (number > 0).then_some(number));
    let (first, step) = (head(abi::plan::OUTPUTS_AT)?, head(abi::plan::OUTPUT_BYTES)?);
    let count = head(abi::plan::OUTPUTS)? as usize;
    let mut lengths = Vec::new();
    for index in 0..count.min(outputs) {
        let at = u64::from(first) + index as u64 * u64::from(step);
        let length = word(memory, record, usize::try_from(at / 4).unwrap_or(usize::MAX / 4))?;
        lengths.push((length != abi::plan::UNKNOWN).then_some(length));
    }
    lengths.resize(outputs, None);
    Ok(Plan {
        halo: [head(abi::plan::BEFORE)?, head(abi::plan::AFTER)?],
        peak: known(abi::plan::PEAK)?,
        fewest: known(abi::plan::FEWEST)?,
        outputs: lengths,
    })
}

fn word(memory: Memory<'_>, record: Record, index: usize) -> Result<u32> {
    record.word(memory, index).ok_or_else(|| "a record ends before its words do".to_owned())
}
