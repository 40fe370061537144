//! A module that runs: its store, and calls of its exports.

use unjank_protocol::{Description, abi};
use wasmtime::{
    InstancePre, Memory as LinearMemory, Store, Trap, TypedFunc, WasmParams, WasmResults,
};

use super::{
    memory::{Memory, Record},
    table::Table,
};
use crate::{HostError, Limits, ModuleError, Trapped, imports::Hooks};

/// A module that runs. Whatever ends a call otherwise than by returning ends it for good.
pub(crate) struct Guest {
    store: Store<Hooks>,
    memory: LinearMemory,
    exports: Exports,
    limits: Limits,
    panic: Record,
    is_lost: bool,
}

struct Exports {
    reserve: TypedFunc<(u32, u32), u32>,
    run: TypedFunc<(), u32>,
    plan: Option<TypedFunc<(), u32>>,
    forget: Option<TypedFunc<u32, ()>>,
}

impl Guest {
    /// Instantiates and initialises; gives the address of the table besides.
    pub(crate) fn new(
        prepared: &InstancePre<Hooks>,
        limits: Limits,
    ) -> Result<(Self, u32), ModuleError> {
        let mut store = Store::new(prepared.module().engine(), Hooks::new(limits.memory));
        store.limiter(Hooks::limiter);
        store.set_epoch_deadline(limits.beats());
        let instance = prepared.instantiate(&mut store).map_err(|error| refusal(&error))?;
        let invalid = |error| ModuleError::Invalid { message: format!("{error:#}") };
        let memory = instance.get_memory(&mut store, "memory");
        let memory =
            memory.ok_or(ModuleError::Misfit(crate::Misfit::NoExport { name: "memory" }))?;
        let initialize = instance.get_typed_func(&mut store, abi::EXPORT_INITIALIZE).ok();
        let version = instance.get_typed_func(&mut store, abi::EXPORT_VERSION).map_err(invalid)?;
        let exports = Exports {
            reserve: instance.get_typed_func(&mut store, abi::EXPORT_RESERVE).map_err(invalid)?,
            run: instance.get_typed_func(&mut store, abi::EXPORT_RUN).map_err(invalid)?,
            plan: instance.get_typed_func(&mut store, abi::EXPORT_PLAN).ok(),
            forget: instance.get_typed_func(&mut store, abi::EXPORT_FORGET).ok(),
        };
        let panic = Record::default();
        let mut guest = Self { store, memory, exports, limits, panic, is_lost: false };
        if let Some(initialize) = initialize {
            let called: Result<(), _> = guest.call(&initialize, ());
            called.map_err(|error| ended(abi::EXPORT_INITIALIZE, &error))?;
        }
        let address = guest.call(&version, ());
        let address = address.map_err(|error| ended(abi::EXPORT_VERSION, &error))?;
        Ok((guest, address))
    }

    /// Tells the module who runs it, and learns where it leaves what it says when it panics.
    pub(crate) fn greet(&mut self, table: &Table) {
        self.panic = table.panic;
        if table.host.room > 0 {
            self.write_words(table.host.address, &[abi::host::WORDS as u32 * 4, abi::MINOR, 0, 0]);
        }
    }

    pub(crate) fn memory(&self) -> Memory<'_> {
        Memory(self.memory.data(&self.store))
    }

    pub(crate) fn hooks(&mut self) -> &mut Hooks {
        self.store.data_mut()
    }

    pub(crate) const fn is_lost(&self) -> bool {
        self.is_lost
    }

    pub(crate) const fn plans(&self) -> bool {
        self.exports.plan.is_some()
    }

    /// The module did what it must not: nothing in it is called again.
    pub(crate) fn lose(&mut self) {
        self.is_lost = true;
    }

    // ---- Calls of exports

    pub(crate) fn reserve(&mut self, slot: u32, length: u32) -> Result<u32, HostError> {
        let reserve = self.exports.reserve.clone();
        self.call(&reserve, (slot, length))
    }

    pub(crate) fn run(&mut self) -> Result<u32, HostError> {
        let run = self.exports.run.clone();
        self.call(&run, ())
    }

    /// `None`: it can't say.
    pub(crate) fn plan(&mut self) -> Option<Result<u32, HostError>> {
        let plan = self.exports.plan.clone()?;
        Some(self.call(&plan, ()))
    }

    pub(crate) fn forget(&mut self, identity: u32) -> Result<(), HostError> {
        self.exports.forget.clone().map_or(Ok(()), |forget| self.call(&forget, identity))
    }

    fn call<P: WasmParams, R: WasmResults>(
        &mut self,
        export: &TypedFunc<P, R>,
        params: P,
    ) -> Result<R, HostError> {
        if self.is_lost {
            return Err(HostError::Lost);
        }
        if self.panic.room > 0 {
            self.write_words(self.panic.address, &[abi::panic::NONE]);
        }
        self.store.set_epoch_deadline(self.limits.beats());
        export.call(&mut self.store, params).map_err(|error| {
            self.is_lost = true;
            match error.downcast_ref() {
                Some(Trap::Interrupt) => HostError::TimedOut,
                trap => HostError::Trapped(self.trapped(trap, &error)),
            }
        })
    }

    /// What is known of a trap: what the module wrote down, or else what the engine says.
    fn trapped(&self, trap: Option<&Trap>, error: &wasmtime::Error) -> Trapped {
        self.panicked().unwrap_or_else(|| {
            let message = trap.map_or_else(|| error.root_cause().to_string(), Trap::to_string);
            Trapped { message, place: None }
        })
    }

    fn panicked(&self) -> Option<Trapped> {
        let (memory, record) = (self.memory(), self.panic);
        let word = |index| record.word(memory, index);
        let state = word(abi::panic::STATE).filter(|&state| state != abi::panic::NONE)?;
        let (text, file) = (word(abi::panic::TEXT)?, word(abi::panic::FILE)?);
        let texts = abi::panic::WORDS as u32 * 4;
        if u64::from(texts) + u64::from(text) + u64::from(file) > u64::from(record.room) {
            return None;
        }
        let message = match memory.text(record.address + texts, text)? {
            said if !said.is_empty() => said,
            _ if state == abi::panic::OUT_OF_MEMORY => "out of memory".to_owned(),
            _ => "a panic without a message".to_owned(),
        };
        let (line, column) = (word(abi::panic::LINE)?, word(abi::panic::COLUMN)?);
        let file = memory.text(record.address + texts + text, file)?;
        let place = (!file.is_empty()).then(|| format!("{file}:{line}:{column}"));
        Some(Trapped { message, place })
    }

    // ---- Writing; only where there is known to be room

    pub(crate) fn write(&mut self, address: u32, bytes: &[u8]) {
        let start = address as usize;
        self.memory.data_mut(&mut self.store)[start..start + bytes.len()].copy_from_slice(bytes);
    }

    pub(crate) fn write_words(&mut self, address: u32, words: &[u32]) {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.write(address, &bytes);
    }

    /// The bytes of the description.
    pub(crate) fn described(&self, table: &Table) -> Option<&[u8]> {
        self.memory().bytes(table.describe.address, table.describe.room)
    }

    /// Checks the table against what the module says of itself.
    pub(crate) fn check(&self, table: &Table, description: &Description) -> Result<(), String> {
        table.check(self.memory(), description, self.plans())
    }
}

/// Why an instance can't be made.
fn refusal(error: &wasmtime::Error) -> ModuleError {
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => ended("start", &HostError::TimedOut),
        Some(trap) => {
            let trap = Trapped { message: trap.to_string(), place: None };
            ModuleError::Trapped { during: "its start function", trap }
        }
        None => ModuleError::NoRoom { message: format!("{error:#}") },
    }
}

fn ended(during: &'static str, error: &HostError) -> ModuleError {
    let trap = if let HostError::Trapped(trap) = error {
        trap.clone()
    } else {
        Trapped { message: error.to_string(), place: None }
    };
    ModuleError::Trapped { during, trap }
}
