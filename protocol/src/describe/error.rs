//! What can be wrong with a description, and where.

use alloc::string::String;
use core::fmt;

use crate::abi::MAX_DESCRIPTION;

/// Why [`Description::decode`](crate::Description::decode) refused what a module says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeError {
    /// Where it is wrong.
    pub site: Site,
    /// What is wrong.
    pub fault: Fault,
}

/// A place in a description. All count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    /// The whole.
    Module,
    /// A kernel.
    Kernel(u32),
    /// An input of a kernel.
    Input {
        /// The kernel.
        kernel: u32,
        /// Its input.
        input: u32,
    },
    /// An output of a kernel.
    Output {
        /// The kernel.
        kernel: u32,
        /// Its output.
        output: u32,
    },
}

/// What is wrong in a description.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It has more bytes than [`MAX_DESCRIPTION`](crate::abi::MAX_DESCRIPTION).
    TooLong,
    /// The bytes end before it does.
    CutShort,
    /// It ends before the bytes do.
    TrailingBytes,
    /// There is something that no CBOR has.
    NotCbor,
    /// A length is left open.
    Indefinite,
    /// A text is not UTF-8.
    NotUtf8,
    /// It, or one of its parts, is not a map.
    NotAMap,
    /// A key is not a text.
    NotAKey,
    /// A key comes twice.
    Twice {
        /// Which.
        key: String,
    },
    /// A key that it can't go without is missing.
    Missing {
        /// Which.
        key: &'static str,
    },
    /// A value is not what its key asks for.
    Unexpected {
        /// The key.
        key: &'static str,
        /// What it asks for.
        expected: &'static str,
    },
    /// A list is longer than it may be.
    TooMany {
        /// Its key.
        key: &'static str,
        /// How many it may have.
        most: usize,
    },
    /// It is of another major version.
    Version {
        /// Which.
        major: u32,
    },
    /// It needs an extension that this host does not know.
    Needs {
        /// Which.
        extension: String,
    },
    /// A name has no bytes, or more than 255.
    NameLength,
    /// A kernel before it has the same name.
    SameName {
        /// Which.
        name: String,
    },
    /// An output lies in an input that there is not.
    NoSuchInput {
        /// Which.
        input: u32,
    },
    /// An output merges by a kernel that there is not.
    NoSuchKernel {
        /// Which.
        name: String,
    },
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module => f.write_str("the description"),
            Self::Kernel(kernel) => write!(f, "kernel {kernel}"),
            Self::Input { kernel, input } => write!(f, "kernel {kernel}, input {input},"),
            Self::Output { kernel, output } => write!(f, "kernel {kernel}, output {output},"),
        }
    }
}

/// Goes on where a [`Site`] ends.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "has more than {MAX_DESCRIPTION} bytes"),
            Self::CutShort => f.write_str("is cut short"),
            Self::TrailingBytes => f.write_str("ends before its bytes do"),
            Self::NotCbor => f.write_str("is not CBOR"),
            Self::Indefinite => f.write_str("leaves a length open"),
            Self::NotUtf8 => f.write_str("has a text that is not UTF-8"),
            Self::NotAMap => f.write_str("is not a map"),
            Self::NotAKey => f.write_str("has a key that is not a text"),
            Self::Twice { key } => write!(f, "has `{key}` twice"),
            Self::Missing { key } => write!(f, "has no {key}"),
            Self::Unexpected { key, expected } => {
                write!(f, "has something else as `{key}` than {expected}")
            }
            Self::TooMany { key, most } => write!(f, "has more than {most} in `{key}`"),
            Self::Version { major } => {
                write!(f, "is for version {major} of the interface, and this host knows 1")
            }
            Self::Needs { extension } => {
                write!(f, "needs `{extension}`, which this host does not know")
            }
            Self::NameLength => f.write_str("has a name of no bytes, or of more than 255"),
            Self::SameName { name } => {
                write!(f, "has the name `{name}`, and so has a kernel before it")
            }
            Self::NoSuchInput { input } => write!(f, "lies in input {input}, which there is not"),
            Self::NoSuchKernel { name } => {
                write!(f, "merges by the kernel `{name}`, which there is not")
            }
        }
    }
}

impl fmt::Display for DescribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.site, self.fault)
    }
}

impl core::error::Error for DescribeError {}
