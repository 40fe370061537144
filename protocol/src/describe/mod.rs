//! What a kernel module says of itself: `ABI.md`, section "Description".

use alloc::{string::String, vec, vec::Vec};

mod decode;
mod error;
mod reader;

pub use error::{DescribeError, Fault, Site};

/// What a kernel module says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The minor version of the interface that the module was made for. Newer than this host's is
    /// as good.
    pub minor: u32,
    /// A digest of the build, or empty.
    pub build: Vec<u8>,
    /// The module's name, or empty.
    pub name: String,
    /// The module's own version, or empty.
    pub version: String,
    /// Its kernels, at most [`MAX_KERNELS`](crate::abi::MAX_KERNELS). No two have the same name.
    pub kernels: Vec<KernelDescription>,
}

/// What a module says of one of its kernels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelDescription {
    /// What callers name it, 1 to 255 bytes.
    pub name: String,
    /// Changes when the bytes of its results do.
    pub rev: u32,
    /// Results depend on the call alone: it may be run again, and cut.
    pub pure: bool,
    /// The smallest part of the input that can be computed by itself, in bytes; 0: the window.
    pub grain: u32,
    /// Units of context in front and behind; `None`: it depends on the params, and `unjank_plan`
    /// says so.
    pub halo: Option<[u32; 2]>,
    /// At most [`MAX_PORTS`](crate::abi::MAX_PORTS).
    pub inputs: Vec<InputDescription>,
    /// At most [`MAX_PORTS`](crate::abi::MAX_PORTS).
    pub outputs: Vec<OutputDescription>,
}

/// What a kernel takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InputDescription {
    /// For people; may be empty.
    pub name: String,
    /// What it is made of.
    pub element: Element,
    /// Whether it is cut.
    pub role: Role,
    /// A call may go without it.
    pub optional: bool,
}

/// What a kernel gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutputDescription {
    /// For people; may be empty.
    pub name: String,
    /// What it is made of.
    pub element: Element,
    /// Whether it belongs to the window.
    pub role: Role,
    /// Bytes for each unit of the core; 0: unknown.
    pub unit: u32,
    /// The input that it may lie in.
    pub in_place: Option<u32>,
    /// How outputs of chunks make one.
    pub merge: Merge,
}

/// What an input or an output is made of, little-endian.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Element {
    #[default]
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
}

/// How an input or an output relates to the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Role {
    /// It is cut with it.
    #[default]
    Window,
    /// It is the same for every window.
    Whole,
}

/// How the outputs of chunks make one. `N` is the name of a kernel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Merge<N = String> {
    /// One behind the other.
    #[default]
    Join,
    /// Element by element: their sum.
    Sum,
    /// Element by element: the smallest.
    Min,
    /// Element by element: the largest.
    Max,
    /// Byte by byte: their bits together.
    Or,
    /// By a kernel of the same module.
    Kernel(N),
}

impl Description {
    /// Reads what a module says of itself, from the bytes in its memory.
    ///
    /// Any bytes may be given: each takes at most 128 bytes of memory, and there are at most
    /// [`MAX_DESCRIPTION`](crate::abi::MAX_DESCRIPTION) of them.
    ///
    /// # Errors
    /// When the bytes break a rule of `ABI.md`: the [`Fault`], and the [`Site`] where it is.
    ///
    /// ```
    /// use unjank_protocol::Description;
    ///
    /// let said = b"\xa2\x63abi\x82\x01\x00\x67kernels\x81\xa1\x64name\x66invert";
    /// let kernels = Description::decode(said)?.kernels;
    /// assert_eq!(kernels[0].name, "invert");
    /// assert_eq!(kernels[0].halo, Some([0, 0]));
    ///
    /// let error = Description::decode(b"\xa2\x63abi\x82\x01\x00\x67kernels\x81\xa0").unwrap_err();
    /// assert_eq!(error.to_string(), "kernel 0 has no name");
    /// # Ok::<(), unjank_protocol::DescribeError>(())
    /// ```
    pub fn decode(bytes: &[u8]) -> Result<Self, DescribeError> {
        decode::decode(bytes)
    }

    /// Where a kernel stands among the [`kernels`](Self::kernels).
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.kernels.iter().position(|kernel| kernel.name == name)
    }
}

impl KernelDescription {
    /// A kernel that says no more than its name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            rev: 0,
            pure: true,
            grain: 0,
            halo: Some([0, 0]),
            inputs: vec![InputDescription::default()],
            outputs: vec![OutputDescription::default()],
        }
    }
}

impl Element {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::U8,
        Self::I8,
        Self::U16,
        Self::I16,
        Self::U32,
        Self::I32,
        Self::U64,
        Self::I64,
        Self::F32,
        Self::F64,
    ];

    /// As descriptions spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::I8 => "i8",
            Self::U16 => "u16",
            Self::I16 => "i16",
            Self::U32 => "u32",
            Self::I32 => "i32",
            Self::U64 => "u64",
            Self::I64 => "i64",
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }
}
