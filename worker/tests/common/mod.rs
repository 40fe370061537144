//! A host in Rust, and kernels that show what they were given.
#![allow(dead_code, reason = "each test uses some of it")]

use std::{cell::RefCell, collections::BTreeMap, num::NonZeroU32};

use unjank_protocol::abi::{call, result, status};
use unjank_worker::{
    Context, Element, InputPort, Kernel, KernelError, Merge, Module, Output, OutputPort, Registry,
    Window, cbor, elements, kernel,
};

pub(crate) type Done = Result<(), KernelError>;

/// Adds its parameter to every byte of the core, in place.
pub(crate) struct Add;

impl Kernel for Add {
    const NAME: &'static str = "add";
    type Params = u8;

    fn halo(params: &u8) -> u32 {
        u32::from(*params)
    }

    fn run(params: &u8, input: &mut [u8], output: &mut Output, cx: &Context) -> Done {
        let core = cx.window().core_bytes();
        input[core.clone()].iter_mut().for_each(|byte| *byte = byte.wrapping_add(*params));
        output.keep_input(core);
        Ok(())
    }
}

/// Flips every bit.
#[kernel(grain = 1)]
pub(crate) fn invert(bytes: &mut [u8]) {
    bytes.iter_mut().for_each(|byte| *byte = !*byte);
}

/// Writes as many bytes as its parameter says.
#[kernel]
pub(crate) fn make(_input: &[u8], length: u32) -> Vec<u8> {
    vec![7; length as usize]
}

/// Claims more of the input than there is.
pub(crate) struct Overreach;

impl Kernel for Overreach {
    const NAME: &'static str = "overreach";
    type Params = ();

    fn run((): &(), input: &mut [u8], output: &mut Output, _: &Context) -> Done {
        output.keep_input(0..input.len() + 1);
        Ok(())
    }
}

/// Fails as its parameter says.
#[kernel]
pub(crate) fn fail(_bytes: &mut [u8], how: &String) -> Result<(), KernelError> {
    Err(match how.as_str() {
        "params" => KernelError::params("not these"),
        "input" => KernelError::input("not this"),
        "cancelled" => KernelError::Cancelled,
        _ => KernelError::failed(42, "as it was told to"),
    })
}

/// Looks values up in the second input, and counts in a second output what it found.
pub(crate) struct Lookup;

impl Kernel for Lookup {
    const NAME: &'static str = "lookup";
    const REVISION: u32 = 3;
    const HALO: Option<u32> = Some(0);
    const INPUTS: &'static [InputPort] = &[
        InputPort::window("indices", Element::U8),
        InputPort::whole("table", Element::U16),
        InputPort::whole("offset", Element::U16).optional(),
    ];
    const OUTPUTS: &'static [OutputPort] = &[
        OutputPort { unit: 2, ..OutputPort::window("values", Element::U16) },
        OutputPort::whole("count", Element::U64, Merge::Sum),
        OutputPort::whole("nothing", Element::U8, Merge::Kernel("add")),
    ];
    type Params = ();

    fn run((): &(), input: &mut [u8], output: &mut Output, cx: &Context) -> Done {
        let table = cx.input_as::<u16>(1)?;
        let offset = cx.input(2).map(|_| cx.input_as::<u16>(2)).transpose()?;
        let offset = offset.and_then(<[u16]>::first).copied().unwrap_or(0);
        let values = output.fill_as::<u16>(input.len());
        for (value, index) in values.iter_mut().zip(elements::<u8>(input)?) {
            *value = table[usize::from(*index)] + offset;
        }
        output.nth(1).fill_as::<u64>(1)[0] = input.len() as u64;
        Ok(())
    }
}

thread_local! {
    /// How often a sum was made of what has an identity.
    static SUMS: RefCell<BTreeMap<NonZeroU32, u8>> = const { RefCell::new(BTreeMap::new()) };
}

/// The sum of its input, which is kept by identity, and scribbles on it.
pub(crate) struct Keep;

impl Kernel for Keep {
    const NAME: &'static str = "keep";
    const PURE: bool = false;
    const INPUTS: &'static [InputPort] = &[InputPort::whole("", Element::U8)];
    type Params = ();

    fn forget(identity: Option<NonZeroU32>) {
        SUMS.with_borrow_mut(|sums| match identity {
            Some(identity) => drop(sums.remove(&identity)),
            None => sums.clear(),
        });
    }

    fn run((): &(), input: &mut [u8], output: &mut Output, cx: &Context) -> Done {
        let sum = || input.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte));
        let sum = match cx.identity(0) {
            Some(identity) => {
                SUMS.with_borrow_mut(|sums| *sums.entry(identity).or_insert_with(sum))
            }
            None => sum(),
        };
        input.fill(255);
        output.grow().push(sum);
        Ok(())
    }
}

pub(crate) fn registry() -> Registry {
    Registry::new()
        .with::<Add>()
        .with::<invert>()
        .with::<make>()
        .with::<Overreach>()
        .with::<fail>()
        .with::<Lookup>()
        .with::<Keep>()
}

/// Why a call has no outputs: status, own code and text.
pub(crate) type Refused = (u32, u32, String);

/// Writes records and reads them, as a host does.
pub(crate) struct Host {
    pub(crate) module: Module,
}

impl Host {
    pub(crate) fn new() -> Self {
        Self { module: Module::new(registry()) }
    }

    pub(crate) fn id(&self, name: &str) -> u32 {
        registry().find(name).expect("a kernel").0.into()
    }

    /// Writes everything that a call has.
    pub(crate) fn write(
        &mut self,
        name: &str,
        params: &[u8],
        window: Window,
        inputs: &[(&[u8], u32)],
    ) {
        let slots = std::iter::once(params).chain(inputs.iter().map(|(bytes, _)| *bytes));
        for (slot, bytes) in slots.enumerate() {
            assert_ne!(self.module.reserve(slot as u32, bytes.len() as u32), 0);
            self.module.slot_mut(slot, bytes.len()).expect("room").copy_from_slice(bytes);
        }
        let kernel = self.id(name);
        let Window { stride, total, start, before, core, after } = window;
        let words = self.module.call_mut();
        words[call::SIZE] = 4 * (call::WORDS + inputs.len() * call::ENTRY_WORDS) as u32;
        words[call::KERNEL] = kernel;
        words[call::PARAMS] = params.len() as u32;
        words[call::WINDOW..][..6].copy_from_slice(&[stride, total, start, before, core, after]);
        words[call::INPUTS] = inputs.len() as u32;
        words[call::INPUTS_AT] = 4 * call::WORDS as u32;
        words[call::INPUT_BYTES] = 4 * call::ENTRY_WORDS as u32;
        for (index, (bytes, identity)) in inputs.iter().enumerate() {
            let entry = [bytes.len() as u32, *identity, 0, 0];
            words[call::WORDS + index * call::ENTRY_WORDS..][..4].copy_from_slice(&entry);
        }
    }

    /// Runs what was written.
    pub(crate) fn run(&mut self) -> Result<Vec<Vec<u8>>, Refused> {
        let status = self.module.run();
        let words = self.module.result();
        assert_eq!(words[result::OUTPUTS_AT] as usize, 4 * result::WORDS);
        if status != status::DONE {
            let text = self.module.text().to_string();
            assert_eq!(words[result::TEXT + 1] as usize, text.len());
            assert_eq!(words[result::OUTPUTS], 0, "what failed has no outputs");
            return Err((status, words[result::CODE], text));
        }
        let output = |index: usize| {
            let bytes = self.module.output(index).expect("an output");
            let length = words[result::WORDS + index * result::ENTRY_WORDS + 1];
            assert_eq!(length as usize, bytes.len());
            bytes.to_vec()
        };
        Ok((0..words[result::OUTPUTS] as usize).map(output).collect())
    }

    /// Runs a kernel on a whole input of units of one byte.
    pub(crate) fn whole(
        &mut self,
        name: &str,
        params: impl serde::Serialize,
        input: &[u8],
    ) -> Result<Vec<Vec<u8>>, Refused> {
        let params = cbor::to_vec(&params).expect("params");
        self.write(name, &params, Window::whole(1, input.len() as u32), &[(input, 0)]);
        self.run()
    }
}
