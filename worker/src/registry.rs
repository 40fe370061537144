//! Which kernels there are.

use std::{borrow::Cow, fmt, num::NonZeroU32};

use unjank_protocol::{
    Context, Docs, Grain, Host, InputPort, Kernel, KernelError, KernelId, NoHost, Output,
    OutputPort, abi, cbor,
};

use crate::describe;

/// A kernel's function: parameters in CBOR, main input, outputs.
type Run = fn(&[u8], &mut [u8], &mut Output, &Context<'_>) -> Result<(), KernelError>;

/// One kernel, its types forgotten.
#[derive(Clone)]
pub struct Entry {
    pub(crate) name: &'static str,
    pub(crate) revision: u32,
    pub(crate) pure: bool,
    pub(crate) grain: Grain,
    pub(crate) halo: Option<u32>,
    pub(crate) inputs: &'static [InputPort],
    pub(crate) outputs: &'static [OutputPort],
    pub(crate) docs: Docs,
    /// The one whose imports the module has; elsewhere one that does nothing.
    pub(crate) host: &'static dyn Host,
    run: Run,
    ask_halo: fn(&[u8]) -> Result<u32, KernelError>,
    forget: fn(Option<NonZeroU32>),
}

impl Entry {
    /// The entry of a kernel.
    ///
    /// # Panics
    /// When the interface has no room for its name or its inputs and outputs, or when a kernel with
    /// a grain has a halo: for a constant, when it is compiled.
    #[must_use]
    pub const fn of<K: Kernel>() -> Self {
        let name = K::NAME.len();
        assert!(0 < name && name < 256, "a kernel's name has 1 to 255 bytes");
        let (inputs, outputs) = (K::INPUTS.len(), K::OUTPUTS.len());
        assert!(0 < inputs && inputs <= abi::MAX_PORTS, "a kernel has 1 to 8 inputs");
        assert!(outputs <= abi::MAX_PORTS, "a kernel has at most 8 outputs");
        let halo = match (K::GRAIN, K::HALO) {
            (Grain::Window, halo) => halo,
            (Grain::Bytes(_), None | Some(0)) => Some(0),
            (Grain::Bytes(_), Some(_)) => panic!("a kernel with a grain has no halo"),
        };
        Self {
            name: K::NAME,
            revision: K::REVISION,
            pure: K::PURE,
            grain: K::GRAIN,
            halo,
            inputs: K::INPUTS,
            outputs: K::OUTPUTS,
            docs: K::DOCS,
            host: host(K::USES_HOST),
            run: run::<K>,
            ask_halo: ask_halo::<K>,
            forget: K::forget,
        }
    }

    pub(crate) fn run(
        &self,
        params: &[u8],
        input: &mut [u8],
        output: &mut Output,
        cx: &Context<'_>,
    ) -> Result<(), KernelError> {
        (self.run)(params, input, output, cx)
    }

    pub(crate) fn halo(&self, params: &[u8]) -> Result<u32, KernelError> {
        self.halo.map_or_else(|| (self.ask_halo)(params), Ok)
    }

    pub(crate) fn forget(&self, identity: Option<NonZeroU32>) {
        (self.forget)(identity);
    }
}

/// Named only for kernels that use it, so that a module without them imports nothing.
const fn host(is_used: bool) -> &'static dyn Host {
    #[cfg(target_family = "wasm")]
    if is_used {
        return &crate::wasm::Imports;
    }
    _ = is_used;
    &NoHost
}

fn run<K: Kernel>(
    params: &[u8],
    input: &mut [u8],
    output: &mut Output,
    cx: &Context<'_>,
) -> Result<(), KernelError> {
    K::run(&decode::<K>(params)?, input, output, cx)
}

fn ask_halo<K: Kernel>(params: &[u8]) -> Result<u32, KernelError> {
    decode::<K>(params).map(|params| K::halo(&params))
}

fn decode<K: Kernel>(params: &[u8]) -> Result<K::Params, KernelError> {
    cbor::from_slice(params).map_err(unfit)
}

#[cold]
fn unfit(error: cbor::CborError) -> KernelError {
    KernelError::params(error.to_string())
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The kernels of a module, in the order they were registered.
///
/// ```
/// use unjank_worker::{Context, Kernel, KernelError, Output, Registry};
///
/// /// Turns a picture into its negative.
/// struct Invert;
///
/// impl Kernel for Invert {
///     const NAME: &'static str = "invert";
///     type Params = ();
///
///     fn run(
///         _params: &(),
///         input: &mut [u8],
///         output: &mut Output,
///         _cx: &Context,
///     ) -> Result<(), KernelError> {
///         input.iter_mut().for_each(|byte| *byte = !*byte);
///         output.keep_input(0..input.len());
///         Ok(())
///     }
/// }
///
/// let registry = Registry::new().with::<Invert>();
/// assert_eq!(registry.names().collect::<Vec<_>>(), ["invert"]);
/// ```
#[derive(Clone)]
pub struct Registry {
    entries: Cow<'static, [Entry]>,
}

impl Registry {
    /// A registry without kernels.
    #[must_use]
    pub const fn new() -> Self {
        Self::of(&[])
    }

    /// A registry of these kernels, whose names differ.
    ///
    /// # Panics
    /// When two have the same name, or when there are more than 256: for a constant, when it is
    /// compiled.
    #[must_use]
    pub const fn of(entries: &'static [Entry]) -> Self {
        describe::check_names(entries);
        Self { entries: Cow::Borrowed(entries) }
    }

    /// Adds a kernel.
    ///
    /// # Panics
    /// When there is one of that name already: callers could not tell them apart. And when there are
    /// 256.
    #[must_use]
    pub fn with<K: Kernel>(mut self) -> Self {
        self.entries.to_mut().push(Entry::of::<K>());
        describe::check_names(&self.entries);
        self
    }

    /// The names of the kernels, by their ids.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|entry| entry.name)
    }

    /// The kernel of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<KernelId> {
        let index = self.names().position(|known| known == name)?;
        u16::try_from(index).ok().map(KernelId)
    }

    /// What a kernel's input may be cut into; `None` when there is no such kernel.
    #[must_use]
    pub fn grain(&self, kernel: KernelId) -> Option<Grain> {
        self.entry(kernel).map(|entry| entry.grain)
    }

    /// Calls a kernel with parameters in CBOR; `None` when there is no such kernel.
    ///
    /// # Errors
    /// In the result, what the kernel answers, or that its parameters cannot be decoded.
    pub fn run(
        &self,
        kernel: KernelId,
        params: &[u8],
        input: &mut [u8],
        output: &mut Output,
        cx: &Context<'_>,
    ) -> Option<Result<(), KernelError>> {
        Some(self.entry(kernel)?.run(params, input, output, cx))
    }

    /// How many units of context a kernel needs with these parameters, in CBOR; `None` when there is
    /// no such kernel.
    ///
    /// # Errors
    /// In the result, that the parameters cannot be decoded.
    pub fn halo(&self, kernel: KernelId, params: &[u8]) -> Option<Result<u32, KernelError>> {
        self.entry(kernel).map(|entry| entry.halo(params))
    }

    /// The description of a module of these kernels without a name, in CBOR.
    #[must_use]
    pub fn describe(&self) -> Vec<u8> {
        let mut description = vec![0; describe::description(&self.entries, "", "", &mut [])];
        describe::description(&self.entries, "", "", &mut description);
        description
    }

    /// What people and their editors read of the kernels: the contents of the section
    /// [`DOCS_SECTION`](abi::DOCS_SECTION), in CBOR.
    #[must_use]
    pub fn docs(&self) -> Vec<u8> {
        let mut docs = vec![0; describe::docs(&self.entries, &mut [])];
        describe::docs(&self.entries, &mut docs);
        docs
    }

    pub(crate) fn entry(&self, kernel: KernelId) -> Option<&Entry> {
        self.entries.get(usize::from(kernel.0))
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
