//! A kernel module, compiled once.

use std::{fs, path::Path, sync::Arc};

use unjank_protocol::{Description, abi};
use wasmtime::{Config, Engine, InstancePre, Linker};

use crate::{
    Instance, Interface, Limits, ModuleError,
    imports::{self, Hooks},
    instance::{Guest, Table},
    limits::Pulse,
};

/// A kernel module: looked at, compiled, and known by what it says of itself.
#[derive(Clone)]
pub struct Module {
    prepared: InstancePre<Hooks>,
    interface: Arc<Interface>,
    description: Arc<Description>,
    limits: Limits,
    _pulse: Arc<Pulse>,
}

impl Module {
    /// Compiles a module and asks it what it is.
    ///
    /// # Errors
    /// When it is no kernel module, or one that this host can't run: see [`ModuleError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModuleError> {
        Self::with_limits(bytes, Limits::default())
    }

    /// As [`from_bytes`](Self::from_bytes), from a file.
    ///
    /// # Errors
    /// As [`from_bytes`](Self::from_bytes), and when the file can't be read.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ModuleError> {
        Self::from_bytes(&fs::read(path).map_err(ModuleError::Unreadable)?)
    }

    /// As [`from_bytes`](Self::from_bytes), with limits of one's own.
    ///
    /// # Errors
    /// As [`from_bytes`](Self::from_bytes).
    pub fn with_limits(bytes: &[u8], limits: Limits) -> Result<Self, ModuleError> {
        let interface = Interface::of(bytes)?;
        let (prepared, pulse) = compile(bytes)
            .map_err(|error| ModuleError::Invalid { message: format!("{error:#}") })?;
        let (_, _, description) = begin(&prepared, limits)?;
        check_plan(&description, &interface)?;
        Ok(Self {
            prepared,
            interface: interface.into(),
            description: description.into(),
            limits,
            _pulse: pulse.into(),
        })
    }

    /// What it says of itself.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// What it shows of itself before it runs.
    #[must_use]
    pub fn interface(&self) -> &Interface {
        &self.interface
    }

    /// A new instance, with a memory of its own.
    ///
    /// # Errors
    /// When there is no room for another, or it does not begin as the first one did.
    pub fn instantiate(&self) -> Result<Instance, ModuleError> {
        let (guest, table, description) = begin(&self.prepared, self.limits)?;
        if description != *self.description {
            let message = "it says something else of itself in each instance".to_owned();
            return Err(ModuleError::Table { message });
        }
        Ok(Instance::new(guest, table, Arc::clone(&self.description)))
    }
}

impl std::fmt::Debug for Module {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Module").field("description", &self.description).finish_non_exhaustive()
    }
}

fn compile(bytes: &[u8]) -> wasmtime::Result<(InstancePre<Hooks>, Pulse)> {
    let mut config = Config::new();
    config.epoch_interruption(true);
    let engine = Engine::new(&config)?;
    let module = wasmtime::Module::from_binary(&engine, bytes)?;
    let mut linker = Linker::new(&engine);
    imports::add(&mut linker)?;
    Ok((linker.instantiate_pre(&module)?, Pulse::of(&engine)))
}

/// Instantiates, and asks what the module is.
fn begin(
    prepared: &InstancePre<Hooks>,
    limits: Limits,
) -> Result<(Guest, Table, Description), ModuleError> {
    let broken = |message| ModuleError::Table { message };
    let (mut guest, address) = Guest::new(prepared, limits)?;
    let table = Table::read(guest.memory(), address).map_err(broken)?;
    let described = guest.described(&table).unwrap_or_default();
    let description = Description::decode(described).map_err(ModuleError::Describe)?;
    guest.check(&table, &description).map_err(broken)?;
    guest.greet(&table);
    Ok((guest, table, description))
}

/// Whoever says that its halo depends on the params can be asked for it.
fn check_plan(description: &Description, interface: &Interface) -> Result<(), ModuleError> {
    let plans = interface.exports.iter().any(|name| name == abi::EXPORT_PLAN);
    match description.kernels.iter().find(|kernel| kernel.halo.is_none()) {
        Some(kernel) if !plans => {
            let name = &kernel.name;
            let message = format!(
                "the halo of `{name}` depends on its params, and there is no `unjank_plan` to ask"
            );
            Err(ModuleError::Table { message })
        }
        _ => Ok(()),
    }
}
