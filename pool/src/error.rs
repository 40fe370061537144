//! What can go wrong, an enum for each verb: to start a pool, to submit a job, to await it.

use std::{borrow::Cow, fmt};

use unjank_protocol::PlanError;

/// Why no worker could be started.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpawnError {
    /// The worker's script could not be loaded: missing, of the wrong type, or blocked.
    ScriptUnavailable {
        /// Where it was looked for.
        url: String,
        /// What the browser said, if it said anything.
        reason: Option<String>,
    },
    /// The script ran and could not set the kernels up.
    InitFailed {
        /// What it said.
        message: String,
    },
    /// The kernel module could not be had: missing, of the wrong type, or blocked.
    KernelsUnavailable {
        /// Where it was looked for, and what came of it.
        message: String,
    },
    /// The kernel module is none, or makes no sense: no worker could work with it.
    BadKernels {
        /// What is wrong with it.
        message: String,
    },
    /// There is not enough memory for an instance of the kernel module, here and now.
    OutOfMemory {
        /// What the browser said.
        message: String,
    },
    /// Page and worker come from different builds, or the kernel module keeps another version of the
    /// interface.
    VersionMismatch {
        /// What differs.
        message: String,
    },
    /// A worker did not answer in time.
    StartTimedOut,
    /// The pool is closing or closed, and starts no more.
    Closed,
    /// This browser or this page lacks something the pool needs.
    Unsupported {
        /// What it lacks.
        what: Cow<'static, str>,
    },
}

impl SpawnError {
    /// A stable name, for JavaScript and for logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ScriptUnavailable { .. } => "script_unavailable",
            Self::InitFailed { .. } => "init_failed",
            Self::KernelsUnavailable { .. } => "kernels_unavailable",
            Self::BadKernels { .. } => "bad_kernels",
            Self::OutOfMemory { .. } => "out_of_memory",
            Self::VersionMismatch { .. } => "version_mismatch",
            Self::StartTimedOut => "start_timed_out",
            Self::Closed => "closed",
            Self::Unsupported { .. } => "unsupported",
        }
    }

    /// Whether another worker would fail as well.
    pub(crate) const fn is_final(&self) -> bool {
        matches!(self, Self::BadKernels { .. })
    }

    /// What became of a worker that had started.
    fn of_a_worker(&self) -> String {
        if let Self::InitFailed { message } = self { message.clone() } else { self.to_string() }
    }
}

impl fmt::Display for SpawnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ScriptUnavailable { url, reason } => {
                let reason = reason.as_deref().unwrap_or("the browser does not say why");
                write!(
                    f,
                    "the worker script {url} could not be loaded ({reason}): check that it is \
                     deployed, served as JavaScript from the page's origin, and allowed by the \
                     content security policy"
                )
            }
            Self::InitFailed { message } => write!(f, "a worker could not start: {message}"),
            Self::KernelsUnavailable { message } => write!(
                f,
                "the kernel module could not be loaded: {message}: check that it is deployed, \
                 and allowed by the content security policy"
            ),
            Self::BadKernels { message } => {
                write!(f, "the kernel module cannot be used: {message}")
            }
            Self::OutOfMemory { message } => {
                write!(f, "there is not enough memory for the kernel module: {message}")
            }
            Self::VersionMismatch { message } => f.write_str(message),
            Self::StartTimedOut => f.write_str(
                "no worker answered in time: the browser may be out of workers, or the worker \
                 script does not serve unjank",
            ),
            Self::Closed => f.write_str("the pool is closed: build another"),
            Self::Unsupported { what } => write!(f, "this page cannot run workers: {what}"),
        }
    }
}

impl std::error::Error for SpawnError {}

/// Why a job was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// The queue is full.
    QueueFull,
    /// The pool is closing or closed.
    Closed,
    /// The pool gave up, because no worker could be started. It takes jobs again after a rest of
    /// some seconds, or at once when it is reopened: [`Pool::reopen`](crate::Pool::reopen).
    PoolFailed(SpawnError),
    /// No worker has a kernel of this name.
    UnknownKernel {
        /// The name.
        name: String,
    },
    /// The parameters cannot be encoded.
    BadParams {
        /// What is wrong with them.
        message: String,
    },
    /// One task would need more bytes than fit a worker's memory.
    PayloadTooLarge {
        /// Bytes of the task.
        bytes: usize,
    },
    /// An option has a value it cannot have.
    BadOption {
        /// Which, and what it can have.
        message: String,
    },
    /// The payload is no buffer of bytes.
    NotABuffer,
    /// The kernel takes another number of inputs.
    OtherInputs {
        /// Those that it takes, by name, or by number where they have none.
        inputs: Vec<String>,
    },
    /// The kernel works on an input, and was to make something of numbers alone.
    WorksOnInput,
    /// The buffer was transferred elsewhere before.
    Detached,
    /// The buffer is a `SharedArrayBuffer`.
    SharedBuffer,
    /// The buffer is resizable.
    ResizableBuffer,
    /// The buffer cannot be cut as was asked, or be the piece that it is said to be.
    Plan(PlanError),
    /// It was cancelled before it was submitted: its signal is aborted already.
    Cancelled,
}

impl Rejection {
    /// A stable name, for JavaScript and for logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::Closed => "closed",
            Self::PoolFailed(cause) => cause.code(),
            Self::UnknownKernel { .. } => "unknown_kernel",
            Self::BadParams { .. } => "bad_params",
            Self::PayloadTooLarge { .. } => "payload_too_large",
            Self::BadOption { .. } => "bad_option",
            Self::NotABuffer | Self::OtherInputs { .. } => "not_a_buffer",
            Self::Detached => "detached",
            Self::SharedBuffer => "shared_buffer",
            Self::ResizableBuffer => "resizable_buffer",
            Self::Plan(_) | Self::WorksOnInput => "bad_plan",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QueueFull => {
                f.write_str("the queue is full: wait for room, or allow a longer queue")
            }
            Self::Closed => f.write_str("the pool is closed: build another"),
            Self::PoolFailed(cause) => write!(f, "the pool has no worker: {cause}"),
            Self::UnknownKernel { name } => {
                write!(f, "no kernel is called \"{name}\": add it to the kernel module")
            }
            Self::BadParams { message } => write!(f, "bad parameters: {message}"),
            Self::PayloadTooLarge { bytes } => {
                write!(f, "{bytes} bytes are too many for one worker: cut them into chunks")
            }
            Self::BadOption { message } => write!(f, "bad option: {message}"),
            Self::NotABuffer => {
                f.write_str("the payload is no ArrayBuffer and no view of one: give it bytes")
            }
            Self::OtherInputs { inputs } => {
                write!(
                    f,
                    "the kernel takes other inputs: give it, in this order: {}",
                    inputs.join(", ")
                )
            }
            Self::Detached => f.write_str("the buffer is detached: it was transferred before"),
            Self::SharedBuffer => {
                f.write_str("the buffer is shared and cannot be transferred: copy it first")
            }
            Self::ResizableBuffer => {
                f.write_str("the buffer is resizable: call transferToFixedLength() on it first")
            }
            Self::Plan(error) => error.fmt(f),
            Self::WorksOnInput => {
                f.write_str("the kernel works on an input: give it one with `job` or `map_chunks`")
            }
            Self::Cancelled => f.write_str("the job was cancelled"),
        }
    }
}

impl std::error::Error for Rejection {}

/// A job that was not accepted, and its payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitError<B> {
    /// Why.
    pub reason: Rejection,
    /// What was submitted, untouched.
    pub payload: B,
}

impl<B> SubmitError<B> {
    /// The payload, to try again with.
    #[must_use]
    pub fn into_payload(self) -> B {
        self.payload
    }

    /// Whether waiting for room and trying again makes sense.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.reason == Rejection::QueueFull
    }
}

impl<B> fmt::Display for SubmitError<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl<B: fmt::Debug> std::error::Error for SubmitError<B> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.reason)
    }
}

/// Why an accepted job has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobError {
    /// It was cancelled or aborted, or the pool was closed.
    Cancelled,
    /// Its deadline passed.
    DeadlineExceeded,
    /// Its worker died, and it could not be sent again or was too often.
    WorkerLost {
        /// How many workers it lost.
        attempts: u8,
        /// What became of the last one.
        cause: SpawnError,
    },
    /// The kernel returned an error.
    Kernel {
        /// The kernel's own number for it.
        code: u32,
        /// What the kernel said.
        message: String,
    },
    /// The parameters could not be decoded, or the kernel refused them.
    BadParams {
        /// What is wrong with them.
        message: String,
    },
    /// The kernel panicked or trapped. Its worker has healed.
    Panicked {
        /// The panic's message, or the engine's name for the trap.
        message: String,
        /// `file:line:column` of the panic; none for a trap.
        location: Option<String>,
    },
    /// The browser would not send it, or the worker could not read it.
    Undeliverable {
        /// What the browser said.
        message: String,
    },
    /// The kernel module broke the interface that it is called by. Its worker has healed.
    BrokenKernel {
        /// How.
        message: String,
    },
    /// Results of unequal chunks cannot be gathered into one buffer: take them one by one.
    Uneven,
    /// The pool gave up, because no worker could be started.
    PoolFailed(SpawnError),
}

impl JobError {
    /// A stable name, for JavaScript and for logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::WorkerLost { .. } => "worker_lost",
            Self::Kernel { .. } => "kernel",
            Self::BadParams { .. } => "bad_params",
            Self::Panicked { .. } => "panicked",
            Self::Undeliverable { .. } => "undeliverable",
            Self::BrokenKernel { .. } => "broken_kernel",
            Self::Uneven => "uneven",
            Self::PoolFailed(cause) => cause.code(),
        }
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("the job was cancelled"),
            Self::DeadlineExceeded => f.write_str("the job's deadline passed"),
            Self::WorkerLost { attempts: 1, cause } => {
                write!(f, "the job lost its worker: {}", cause.of_a_worker())
            }
            Self::WorkerLost { attempts, cause } => {
                write!(
                    f,
                    "the job lost {attempts} workers, the last one so: {}",
                    cause.of_a_worker()
                )
            }
            Self::Kernel { code, message } => write!(f, "kernel error {code}: {message}"),
            Self::BadParams { message } => write!(f, "bad parameters: {message}"),
            Self::Panicked { message, location: Some(location) } => {
                write!(f, "the kernel panicked at {location}: {message}")
            }
            Self::Panicked { message, location: None } => {
                write!(f, "the kernel trapped: {message}")
            }
            Self::Undeliverable { message } => write!(f, "the job cannot be sent: {message}"),
            Self::BrokenKernel { message } => {
                write!(f, "the kernel module broke its interface: {message}")
            }
            Self::Uneven => {
                f.write_str("the chunks' results are of unequal size: take them one by one")
            }
            Self::PoolFailed(cause) => write!(f, "the pool has no worker: {cause}"),
        }
    }
}

impl std::error::Error for JobError {}

/// A job without a result, and its payload if the page still had it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed<B> {
    /// Why.
    pub error: JobError,
    /// What was submitted, unless it was moved to a worker.
    pub payload: Option<B>,
}

impl<B> fmt::Display for Failed<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<B: fmt::Debug> std::error::Error for Failed<B> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
