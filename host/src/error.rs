//! What goes wrong with a module, and with a call.

use std::{error::Error, fmt, io};

use unjank_protocol::{DescribeError, Fault};

/// What servers send in place of what they don't have.
pub(crate) const HTML: &str = "looks like HTML: is it a page for an error?";

/// Why something is no kernel module that this host can run.
#[derive(Debug)]
#[non_exhaustive]
pub enum ModuleError {
    /// The file can't be read.
    Unreadable(io::Error),
    /// The bytes are not WebAssembly.
    NotWasm {
        /// What they are instead.
        looks: &'static str,
    },
    /// They are WebAssembly that no engine takes.
    Invalid {
        /// What is wrong, in the words of who found it.
        message: String,
    },
    /// It does not keep the rules that can be seen before it runs.
    Misfit(Misfit),
    /// What it says of itself can't be used.
    Describe(DescribeError),
    /// Its tables are not where or what they must be.
    Table {
        /// What is wrong.
        message: String,
    },
    /// It trapped before it could be used.
    Trapped {
        /// In which export.
        during: &'static str,
        /// What happened.
        trap: Trapped,
    },
    /// It can't be instantiated: it asks for more memory or tables than there are.
    NoRoom {
        /// What is wrong, in the words of the engine.
        message: String,
    },
}

/// A rule about imports and exports that a module breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misfit {
    /// It has no export `unjank_v1`.
    Version {
        /// The export of another version, if there is one.
        theirs: Option<String>,
        /// It looks like something that this is often mistaken for.
        hint: Option<&'static str>,
    },
    /// It is a command.
    Command,
    /// An export is missing.
    NoExport {
        /// Its name.
        name: &'static str,
    },
    /// An export is of another type.
    WrongExport {
        /// Its name.
        name: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// It imports its memory.
    ImportedMemory,
    /// Its memory is shared, or has addresses of 64 bits.
    OddMemory,
    /// It imports what hosts don't have.
    UnknownImport {
        /// The import's module.
        module: String,
        /// The import's name.
        name: String,
        /// Where it comes from, if that is known.
        hint: Option<&'static str>,
    },
    /// It imports something under the name of a function that is none, or one of another type.
    WrongImport {
        /// The import's module.
        module: String,
        /// The import's name.
        name: String,
    },
}

impl ModuleError {
    /// The code that pools have for it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        let is_version = matches!(
            self,
            Self::Misfit(Misfit::Version { theirs: Some(_), .. })
                | Self::Describe(DescribeError { fault: Fault::Version { .. }, .. })
        );
        if is_version {
            "version_mismatch"
        } else if matches!(self, Self::Unreadable(_) | Self::NotWasm { looks: HTML }) {
            "kernels_unavailable"
        } else {
            "bad_kernels"
        }
    }
}

impl fmt::Display for ModuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "it can't be read: {error}"),
            Self::NotWasm { looks } => write!(f, "it is not WebAssembly: it {looks}"),
            Self::Invalid { message } => write!(f, "it is not valid WebAssembly: {message}"),
            Self::Misfit(misfit) => misfit.fmt(f),
            Self::Describe(error) => error.fmt(f),
            Self::Table { message } => f.write_str(message),
            Self::Trapped { during, trap } => write!(f, "it trapped in {during}: {trap}"),
            Self::NoRoom { message } => write!(f, "it can't be instantiated: {message}"),
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { theirs: Some(theirs), .. } => {
                write!(
                    f,
                    "it is made for another version ({theirs}), and this host knows unjank_v1"
                )
            }
            Self::Version { theirs: None, hint } => {
                f.write_str("it has no export `unjank_v1`, so it is not a kernel module")?;
                hint.map_or(Ok(()), |hint| write!(f, "; {hint}"))
            }
            Self::Command => f.write_str(
                "it exports `_start`: it is a command, not a library; link it as a reactor",
            ),
            Self::NoExport { name } => write!(f, "it has no export `{name}`"),
            Self::WrongExport { name, expected } => {
                write!(f, "its export `{name}` is not {expected}")
            }
            Self::ImportedMemory => f.write_str("it imports its memory: let it export its own"),
            Self::OddMemory => {
                f.write_str("its memory is shared or of 64 bits: kernels have neither")
            }
            Self::UnknownImport { module, name, hint } => {
                write!(f, "it imports `{module}.{name}`, which hosts don't have")?;
                hint.map_or(Ok(()), |hint| write!(f, "; {hint}"))
            }
            Self::WrongImport { module, name } => {
                write!(f, "its import `{module}.{name}` is of another type than the host's")
            }
        }
    }
}

impl Error for ModuleError {}

/// What an instance left when it trapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trapped {
    /// The panic's message, or the engine's name for the trap.
    pub message: String,
    /// File, line and column, where they are known.
    pub place: Option<String>,
}

impl fmt::Display for Trapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.place.as_ref().map_or(Ok(()), |place| write!(f, " ({place})"))
    }
}

/// Why a call has no outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostError {
    /// The params can't be used.
    Params {
        /// Why.
        message: String,
    },
    /// An input can't be used.
    Input {
        /// Why.
        message: String,
    },
    /// The kernel failed.
    Failed {
        /// The kernel's own number.
        code: u32,
        /// What happened.
        message: String,
    },
    /// It stopped because it was told to.
    Cancelled,
    /// There was no memory. The instance is still good.
    NoMemory,
    /// It can't do that.
    Unsupported {
        /// What.
        message: String,
    },
    /// It trapped: the instance is lost.
    Trapped(Trapped),
    /// It took longer than [`Limits::call`](crate::Limits::call): the instance is lost.
    TimedOut,
    /// It broke the interface: the instance is lost.
    Broken {
        /// How.
        message: String,
    },
    /// The instance was lost in a call before this one: make another.
    Lost,
}

impl HostError {
    /// Nothing may be called in the instance any more.
    #[must_use]
    pub const fn is_fatal(&self) -> bool {
        matches!(self, Self::Trapped(_) | Self::TimedOut | Self::Broken { .. } | Self::Lost)
    }

    pub(crate) fn broken(message: impl Into<String>) -> Self {
        Self::Broken { message: message.into() }
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Params { message } => write!(f, "bad parameters: {message}"),
            Self::Input { message } => write!(f, "bad input: {message}"),
            Self::Failed { code, message } => write!(f, "kernel error {code}: {message}"),
            Self::Cancelled => f.write_str("it was cancelled"),
            Self::NoMemory => f.write_str("it had no memory"),
            Self::Unsupported { message } => write!(f, "it is not supported: {message}"),
            Self::Trapped(trap) => write!(f, "it trapped: {trap}"),
            Self::TimedOut => f.write_str("it took too long"),
            Self::Broken { message } => write!(f, "it broke the interface: {message}"),
            Self::Lost => f.write_str("this instance trapped before: make another"),
        }
    }
}

impl Error for HostError {}
