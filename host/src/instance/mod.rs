//! An instance of a kernel module, and calls of its kernels.

use std::sync::Arc;

use unjank_protocol::{Description, KernelDescription, Window, abi};

mod call;
mod guest;
mod memory;
mod outputs;
mod slots;
mod table;

use self::{call::Call, slots::Slots};
pub(crate) use self::{guest::Guest, table::Table};
use crate::{HostError, imports::Part};

/// What a kernel is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// By what the bytes are known again, 0 for nothing: the same bytes have the same identity in
    /// every call until it is [forgotten](Instance::forget).
    pub identity: u32,
}

impl<'a> Input<'a> {
    /// Bytes without an identity.
    #[must_use]
    pub const fn bytes(bytes: &'a [u8]) -> Self {
        Self { bytes, identity: 0 }
    }
}

/// What a call needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Units of context in front and behind.
    pub halo: [u32; 2],
    /// The most memory that the call takes, in bytes.
    pub peak: Option<u32>,
    /// Fewer units are not worth a call.
    pub fewest: Option<u32>,
    /// Bytes of each output, where they are known.
    pub outputs: Vec<Option<u32>>,
}

/// An instance of a kernel module, with a memory of its own.
///
/// A call that ends in a [fatal](HostError::is_fatal) error is the last one: make another instance.
pub struct Instance {
    guest: Guest,
    table: Table,
    description: Arc<Description>,
    slots: Slots,
}

impl Instance {
    pub(crate) fn new(guest: Guest, table: Table, description: Arc<Description>) -> Self {
        Self { guest, table, description, slots: Slots::default() }
    }

    /// Runs a kernel, by its place in the description.
    ///
    /// # Errors
    /// What the kernel answers, or how it failed to.
    ///
    /// # Panics
    /// When there is no such kernel, or an input has 4 GiB or more.
    pub fn run(
        &mut self,
        kernel: usize,
        params: &[u8],
        inputs: &[Input<'_>],
        window: Window,
    ) -> Result<Vec<Vec<u8>>, HostError> {
        let call = Call { kernel, params, inputs, window };
        self.begin(&call)?;
        let status = self.guest.run()?;
        self.conclude(status)?;
        let description = Arc::clone(&self.description);
        let outputs = outputs::read(
            self.guest.memory(),
            self.table.result,
            &self.slots,
            &description.kernels[kernel],
            &call,
        );
        outputs.map_err(|message| self.broken(message))
    }

    /// Asks what a call would need; the inputs' bytes are not looked at, only their lengths.
    /// Without `unjank_plan` it is what the description says.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    ///
    /// # Panics
    /// As [`run`](Self::run).
    pub fn plan(
        &mut self,
        kernel: usize,
        params: &[u8],
        inputs: &[Input<'_>],
        window: Window,
    ) -> Result<Plan, HostError> {
        if !self.guest.plans() {
            return Ok(self.described_plan(kernel));
        }
        self.begin(&Call { kernel, params, inputs, window })?;
        let status = self.guest.plan().ok_or(HostError::Lost)??;
        self.conclude(status)?;
        let outputs = self.kernel(kernel).outputs.len();
        let plan = outputs::read_plan(self.guest.memory(), self.table.plan, outputs);
        plan.map_err(|message| self.broken(message))
    }

    /// Units of context that a kernel needs in front and behind, whatever its input.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    ///
    /// # Panics
    /// When there is no such kernel.
    pub fn halo(&mut self, kernel: usize, params: &[u8]) -> Result<[u32; 2], HostError> {
        match self.kernel(kernel).halo {
            Some(halo) => Ok(halo),
            None => Ok(self.plan(kernel, params, &[], Window::whole(1, 1))?.halo),
        }
    }

    /// Has the module drop what it keeps for an identity; 0: for all.
    ///
    /// # Errors
    /// When it traps.
    pub fn forget(&mut self, identity: u32) -> Result<(), HostError> {
        self.slots.forget(identity);
        self.guest.forget(identity)
    }

    /// Bytes of linear memory.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.guest.memory().0.len()
    }

    /// What the last call gave out before its end.
    #[must_use]
    pub fn take_parts(&mut self) -> Vec<Part> {
        std::mem::take(&mut self.guest.hooks().parts)
    }

    /// Tells calls from now on to stop when they have given out so many parts; `None`: never.
    pub fn cancel_at(&mut self, parts: Option<usize>) {
        self.guest.hooks().cancel_at = parts;
    }

    fn kernel(&self, kernel: usize) -> &KernelDescription {
        &self.description.kernels[kernel]
    }

    fn described_plan(&self, kernel: usize) -> Plan {
        let described = self.kernel(kernel);
        let outputs = vec![None; described.outputs.len()];
        Plan { halo: described.halo.unwrap_or([0, 0]), peak: None, fewest: None, outputs }
    }

    /// Writes a call down.
    fn begin(&mut self, call: &Call<'_>) -> Result<(), HostError> {
        if self.guest.is_lost() {
            return Err(HostError::Lost);
        }
        let room = self.slots.reserve(&mut self.guest, call);
        if !self.settle(room)? {
            return Err(HostError::NoMemory);
        }
        let written = self.slots.fill(&mut self.guest, call);
        written.map_err(|message| self.broken(message))?;
        self.guest.write_words(self.table.call.address, &call.record());
        self.guest.hooks().begin(call.seed());
        Ok(())
    }

    /// What a status other than done means.
    fn conclude(&mut self, status: u32) -> Result<(), HostError> {
        if status == abi::status::DONE {
            return Ok(());
        }
        let failure = outputs::failure(self.guest.memory(), self.table.result);
        let (code, message) = failure.map_err(|message| self.broken(message))?;
        Err(match status {
            abi::status::PARAMS => HostError::Params { message },
            abi::status::INPUT => HostError::Input { message },
            abi::status::FAILED => HostError::Failed { code, message },
            abi::status::CANCELLED => HostError::Cancelled,
            abi::status::NO_MEMORY => HostError::NoMemory,
            abi::status::UNSUPPORTED => HostError::Unsupported { message },
            ..=abi::status::LAST_RESERVED => {
                HostError::Failed { code: if code == 0 { status } else { code }, message }
            }
            _ => self.broken(format!("there is no status {status}")),
        })
    }

    /// Nothing is called any more after what must not be.
    fn settle<T>(&mut self, result: Result<T, HostError>) -> Result<T, HostError> {
        if result.as_ref().is_err_and(HostError::is_fatal) {
            self.guest.lose();
        }
        result
    }

    fn broken(&mut self, message: String) -> HostError {
        self.guest.lose();
        HostError::Broken { message }
    }
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Instance").field("table", &self.table).finish_non_exhaustive()
    }
}
