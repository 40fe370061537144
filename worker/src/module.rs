//! What an instance of a module does for its host, call by call. Without any address it is as good
//! natively as in a browser.

use std::num::NonZeroU32;

use unjank_protocol::{
    Context, Grain, KernelError, KernelId, Output, Role, Window,
    abi::{self, host, plan, result, status, table},
};

use crate::{
    call::{self as calls, Call},
    registry::{Entry, Registry},
    slot::{Slot, address},
};

/// Words that a result record has room for.
const RESULT_WORDS: usize = result::WORDS + abi::MAX_PORTS * result::ENTRY_WORDS;

/// Words that a plan record has room for.
const PLAN_WORDS: usize = plan::WORDS + abi::MAX_PORTS;

/// The state of an instance: the records of the interface and what they speak of.
#[derive(Debug)]
pub struct Module {
    registry: Registry,
    /// Params, and behind them each input.
    slots: [Slot; 1 + abi::MAX_PORTS],
    /// The main input of a call, if the host wants to keep its own.
    scratch: Slot,
    /// What the main input of the last call is, and how long.
    main: Main,
    table: [u32; table::WORDS],
    call: [u32; calls::WORDS],
    result: [u32; RESULT_WORDS],
    plan: [u32; PLAN_WORDS],
    host: [u32; host::WORDS],
    /// What the last call made.
    output: Output,
    /// What the last call said.
    text: String,
}

/// Where the main input of a call is.
#[derive(Debug, Clone, Copy)]
enum Main {
    InSlot(usize),
    InScratch(usize),
}

/// Where a record of others is, for the table: its address, and the bytes there is room for.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// In linear memory.
    pub address: u32,
    /// In bytes.
    pub length: u32,
}

impl Place {
    pub(crate) fn of<T>(items: &mut [T]) -> Self {
        Self { address: address(items.as_mut_ptr()), length: size_of_val(items) as u32 }
    }
}

impl Module {
    /// An instance of a module of these kernels, which was not asked for anything.
    #[must_use]
    pub const fn new(registry: Registry) -> Self {
        Self {
            registry,
            slots: [const { Slot::new() }; 1 + abi::MAX_PORTS],
            scratch: Slot::new(),
            main: Main::InSlot(0),
            table: [0; table::WORDS],
            call: [0; calls::WORDS],
            result: [0; RESULT_WORDS],
            plan: [0; PLAN_WORDS],
            host: [0; host::WORDS],
            output: Output::new(),
            text: String::new(),
        }
    }

    /// Fills the table and says where it is. The module must stay where it is from then on.
    pub fn table(&mut self, description: Place, panic: Place) -> u32 {
        self.table[table::SIZE] = 4 * table::WORDS as u32;
        self.table[table::MINOR] = abi::MINOR;
        for (at, place) in [
            (table::DESCRIBE, description),
            (table::CALL, Place::of(&mut self.call)),
            (table::RESULT, Place::of(&mut self.result)),
            (table::PLAN, Place::of(&mut self.plan)),
            (table::PANIC, panic),
            (table::HOST, Place::of(&mut self.host)),
        ] {
            self.table[at] = place.address;
            self.table[at + 1] = place.length;
        }
        address(self.table.as_mut_ptr())
    }

    /// Makes room in a slot, and says where; 0 when there is none.
    pub fn reserve(&mut self, slot: u32, length: u32) -> u32 {
        let slot = self.slots.get_mut(slot as usize);
        let room = slot.and_then(|slot| slot.reserve(length as usize).then(|| slot.address()));
        room.unwrap_or(0)
    }

    /// The words of the call record, which the host writes.
    pub const fn call_mut(&mut self) -> &mut [u32] {
        &mut self.call
    }

    /// So many bytes of a slot, which the host writes; `None` when they were not reserved.
    pub fn slot_mut(&mut self, slot: usize, length: usize) -> Option<&mut [u8]> {
        self.slots.get_mut(slot)?.bytes_mut(length)
    }

    /// Runs a kernel as the call record says, fills the result record and returns a status.
    pub fn run(&mut self) -> u32 {
        self.output.clear();
        self.text.clear();
        self.result = [0; RESULT_WORDS];
        self.result[result::SIZE] = 4 * RESULT_WORDS as u32;
        self.result[result::OUTPUTS_AT] = 4 * result::WORDS as u32;
        self.result[result::OUTPUT_BYTES] = 4 * result::ENTRY_WORDS as u32;
        match self.compute() {
            Ok(()) => status::DONE,
            Err(fault) => self.say(fault),
        }
    }

    /// Says what the call in the call record needs, and returns a status.
    pub fn plan(&mut self) -> u32 {
        self.text.clear();
        self.plan = [0; PLAN_WORDS];
        match self.foresee() {
            Ok(()) => status::DONE,
            Err(fault) => self.say(fault),
        }
    }

    /// Drops what kernels kept for an identity; for all of them if it is 0.
    pub fn forget(&mut self, identity: u32) {
        for entry in self.registry.entries() {
            entry.forget(NonZeroU32::new(identity));
        }
    }

    /// The words of the result record.
    #[must_use]
    pub const fn result(&self) -> &[u32] {
        &self.result
    }

    /// The words of the plan record.
    #[must_use]
    pub const fn planned(&self) -> &[u32] {
        &self.plan
    }

    /// What the last call made, by the index of the output; `None` when the kernel said that it was a
    /// part of its input that is not there.
    #[must_use]
    pub fn output(&self, index: usize) -> Option<&[u8]> {
        let input = match self.main {
            Main::InSlot(length) => self.slots[1].bytes(length),
            Main::InScratch(length) => self.scratch.bytes(length),
        };
        self.output.nth_result(index, input.unwrap_or_default())
    }

    /// What the last call said.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn compute(&mut self) -> Result<(), Fault> {
        let call = Call::read(&self.call).ok_or(Fault::NoCall)?;
        let entry = entry(&self.registry, call)?;
        let [params, main, further @ ..] = &mut self.slots;
        let params = params.bytes(call.params).ok_or(Fault::NoCall)?;
        let (input, place) = main_input(call, main, &mut self.scratch)?;
        self.main = place;
        let is_windowed = entry.inputs.first().is_some_and(|port| port.role == Role::Window);
        if is_windowed && call.window.input_len() != input.len() as u64 {
            return Err(other_length(input.len(), call.window));
        }
        let mut inputs = [&[][..]; abi::MAX_PORTS - 1];
        let inputs = further_inputs(entry, call, further, &mut inputs)?;
        let cx = Context::new(call.window)
            .with_inputs(inputs)
            .with_identities(&call.identities[..call.inputs])
            .with_host(entry.host);
        entry.run(params, input, &mut self.output, &cx)?;
        let outputs = entry.outputs.len();
        self.tell_outputs(outputs, call.lengths[0])
    }

    fn tell_outputs(&mut self, outputs: usize, input: usize) -> Result<(), Fault> {
        self.result[result::OUTPUTS] = outputs as u32;
        for index in 0..outputs {
            let bytes = self.output(index).ok_or_else(|| kept_too_much(input))?;
            let entry = [address(bytes.as_ptr().cast_mut()), bytes.len() as u32];
            let at = result::WORDS + index * result::ENTRY_WORDS;
            self.result[at..at + 2].copy_from_slice(&entry);
        }
        Ok(())
    }

    fn foresee(&mut self) -> Result<(), Fault> {
        let call = Call::read(&self.call).ok_or(Fault::NoCall)?;
        let entry = entry(&self.registry, call)?;
        let params = self.slots[0].bytes(call.params).ok_or(Fault::NoCall)?;
        let halo = entry.halo(params)?;
        let outputs = entry.outputs.len();
        self.plan[plan::SIZE] = 4 * PLAN_WORDS as u32;
        self.plan[plan::BEFORE] = halo;
        self.plan[plan::AFTER] = halo;
        self.plan[plan::OUTPUTS] = outputs as u32;
        self.plan[plan::OUTPUTS_AT] = 4 * plan::WORDS as u32;
        self.plan[plan::OUTPUT_BYTES] = 4;
        for (length, index) in self.plan[plan::WORDS..].iter_mut().zip(0..outputs) {
            *length = output_length(entry, call.window, index).unwrap_or(plan::UNKNOWN);
        }
        Ok(())
    }

    fn say(&mut self, fault: Fault) -> u32 {
        let (status, code, text) = fault.told();
        self.text = text;
        self.result[result::SIZE] = 4 * RESULT_WORDS as u32;
        self.result[result::OUTPUTS] = 0;
        self.result[result::CODE] = code;
        self.result[result::TEXT] = address(self.text.as_mut_ptr());
        self.result[result::TEXT + 1] = self.text.len() as u32;
        status
    }
}

fn entry(registry: &Registry, call: Call) -> Result<&Entry, Fault> {
    let id = u16::try_from(call.kernel).ok().map(KernelId);
    id.and_then(|id| registry.entry(id)).ok_or(Fault::NoKernel(call.kernel))
}

/// The main input: a copy if it has an identity, because kernels may write to it.
fn main_input<'a>(
    call: Call,
    main: &'a mut Slot,
    scratch: &'a mut Slot,
) -> Result<(&'a mut [u8], Main), Fault> {
    let length = call.lengths[0];
    if call.identities[0] == 0 {
        let input = main.bytes_mut(length).ok_or(Fault::NoCall)?;
        return Ok((input, Main::InSlot(length)));
    }
    let original = main.bytes(length).ok_or(Fault::NoCall)?;
    if !scratch.reserve(length) {
        return Err(Fault::NoMemory);
    }
    let copy = scratch.bytes_mut(length).ok_or(Fault::NoMemory)?;
    copy.copy_from_slice(original);
    Ok((copy, Main::InScratch(length)))
}

/// The inputs behind the main one.
fn further_inputs<'a, 'b>(
    entry: &Entry,
    call: Call,
    slots: &'a [Slot],
    inputs: &'b mut [&'a [u8]],
) -> Result<&'b [&'a [u8]], Fault> {
    let is_missing = |index: &usize| !entry.inputs[*index].optional;
    if let Some(missing) = (call.inputs..entry.inputs.len()).find(is_missing) {
        return Err(KernelError::no_input(missing).into());
    }
    let count = call.inputs.saturating_sub(1);
    let lengths = call.lengths[1..].iter().take(count);
    for ((input, slot), length) in inputs.iter_mut().zip(slots).zip(lengths) {
        *input = slot.bytes(*length).ok_or(Fault::NoCall)?;
    }
    Ok(&inputs[..count])
}

/// How many bytes an output will have, as far as that is known before.
fn output_length(entry: &Entry, window: Window, index: usize) -> Option<u32> {
    match (entry.grain, index) {
        (Grain::Bytes(_), 0) => window.core.checked_mul(window.stride),
        _ => match entry.outputs[index].unit {
            0 => None,
            unit => window.core.checked_mul(unit),
        },
    }
}

#[cold]
fn other_length(length: usize, window: Window) -> Fault {
    let expected = window.input_len();
    KernelError::input(format!("input 0 has {length} bytes where its window has {expected}")).into()
}

#[cold]
fn kept_too_much(length: usize) -> Fault {
    KernelError::from(format!("the kernel kept more than its input of {length} bytes")).into()
}

/// Why a call has no result.
enum Fault {
    /// The record is no call, or says of slots what was not reserved.
    NoCall,
    NoKernel(u32),
    NoMemory,
    Kernel(KernelError),
}

impl From<KernelError> for Fault {
    fn from(error: KernelError) -> Self {
        Self::Kernel(error)
    }
}

impl Fault {
    /// Status, own code and text.
    fn told(self) -> (u32, u32, String) {
        match self {
            Self::NoCall => (status::UNSUPPORTED, 0, "the call record makes no sense".into()),
            Self::NoKernel(index) => {
                (status::UNSUPPORTED, 0, format!("there is no kernel {index}"))
            }
            Self::NoMemory => (status::NO_MEMORY, 0, String::new()),
            Self::Kernel(KernelError::Params { message }) => (status::PARAMS, 0, message),
            Self::Kernel(KernelError::Input { message }) => (status::INPUT, 0, message),
            Self::Kernel(KernelError::Cancelled) => (status::CANCELLED, 0, String::new()),
            Self::Kernel(KernelError::Failed { code, message }) => (status::FAILED, code, message),
            Self::Kernel(error) => (status::FAILED, 0, error.to_string()),
        }
    }
}
