//! Which kernels there are.

use std::fmt;

use serde::de::DeserializeOwned;
use unjank_protocol::{Context, Grain, Kernel, KernelError, KernelId, Output};

/// How parameters that are not encoded with postcard are decoded. In a browser they are plain
/// objects, and `browser::Objects` decodes them.
pub trait Decode: 'static {
    /// Such parameters.
    type Object;

    /// Decodes them.
    ///
    /// # Errors
    /// Says in what way they do not fit.
    fn decode<T: DeserializeOwned>(object: &Self::Object) -> Result<T, String>;
}

/// For hosts whose callers all encode their parameters.
#[derive(Debug, Clone, Copy)]
pub enum EncodedOnly {}

impl Decode for EncodedOnly {
    type Object = std::convert::Infallible;

    fn decode<T: DeserializeOwned>(object: &Self::Object) -> Result<T, String> {
        match *object {}
    }
}

/// A kernel's parameters as they arrived.
#[derive(Debug)]
pub enum Given<'a, O> {
    /// Encoded with postcard.
    Encoded(&'a [u8]),
    /// As the caller's object.
    Object(&'a O),
}

impl<O> Given<'_, O> {
    fn decode<D: Decode<Object = O>, T: DeserializeOwned>(&self) -> Result<T, KernelError> {
        match self {
            Self::Encoded(bytes) => postcard::from_bytes(bytes).map_err(|error| error.to_string()),
            Self::Object(object) => D::decode(object),
        }
        .map_err(KernelError::params)
    }
}

/// A kernel's function, its parameter type forgotten.
type Run<D> = fn(
    &Given<'_, <D as Decode>::Object>,
    &mut [u8],
    &mut Output,
    &Context,
) -> Result<(), KernelError>;

/// One kernel, its types forgotten.
struct Entry<D: Decode> {
    name: &'static str,
    grain: Grain,
    run: Run<D>,
    halo: fn(&Given<'_, D::Object>) -> Result<u32, KernelError>,
}

/// The kernels of an application, in the order they were registered.
pub struct Registry<D: Decode> {
    entries: Vec<Entry<D>>,
}

impl<D: Decode> Registry<D> {
    /// A registry without kernels.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Adds a kernel.
    ///
    /// # Panics
    /// When another one has the same name, or there are 65,536 already.
    #[must_use]
    pub fn with<K: Kernel>(mut self) -> Self {
        assert!(self.find(K::NAME).is_none(), "two kernels are called {}: rename one", K::NAME);
        assert!(self.entries.len() <= usize::from(u16::MAX), "too many kernels");
        self.entries.push(Entry {
            name: K::NAME,
            grain: K::GRAIN,
            run: |given, input, output, cx| {
                K::run(&given.decode::<D, K::Params>()?, input, output, cx)
            },
            halo: |given| Ok(K::halo(&given.decode::<D, K::Params>()?)),
        });
        self
    }

    /// The kernels' names; a [`KernelId`] is an index into them.
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
        self.entries.get(usize::from(kernel.0)).map(|entry| entry.grain)
    }

    /// Calls a kernel; `None` when there is no such kernel.
    ///
    /// # Errors
    /// In the result, what the kernel answers, or that its parameters cannot be decoded.
    pub fn run(
        &self,
        kernel: KernelId,
        given: &Given<'_, D::Object>,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Option<Result<(), KernelError>> {
        let entry = self.entries.get(usize::from(kernel.0))?;
        Some((entry.run)(given, input, output, cx))
    }

    /// How many units of context a kernel needs with these parameters; `None` when there is no
    /// such kernel.
    ///
    /// # Errors
    /// In the result, that the parameters cannot be decoded.
    pub fn halo(
        &self,
        kernel: KernelId,
        given: &Given<'_, D::Object>,
    ) -> Option<Result<u32, KernelError>> {
        self.entries.get(usize::from(kernel.0)).map(|entry| (entry.halo)(given))
    }
}

impl<D: Decode> Default for Registry<D> {
    fn default() -> Self {
        Self::new()
    }
}

impl<D: Decode> fmt::Debug for Registry<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
