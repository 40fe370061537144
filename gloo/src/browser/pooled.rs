//! gloo's oneshots on the pool.

use std::{
    error, fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use gloo_worker::oneshot::Oneshot;
use unjank_pool::{
    JobBuilder, JobError, JobHandle, Lane, Rejection,
    browser::{Buffer, Pool, WebPort},
};

use super::{NamedOneshot, OneshotKernel};

type Input<O> = <O as Oneshot>::Input;
type Output<O> = <O as Future>::Output;

/// A pool that runs oneshots, as [`Pool`] does.
pub trait OneshotPool {
    /// A job: the oneshot `O` on `input`. Workers must have its kernel, an
    /// [`OneshotKernel<O>`](OneshotKernel).
    ///
    /// ```no_run
    /// use gloo_worker::oneshot::oneshot;
    /// use unjank_gloo::browser::{NamedOneshot, OneshotError, OneshotPool};
    /// use unjank_pool::browser::Pool;
    ///
    /// #[oneshot]
    /// async fn Squared(input: u32) -> u32 {
    ///     input * input
    /// }
    ///
    /// impl NamedOneshot for Squared {
    ///     const NAME: &'static str = "squared";
    /// }
    ///
    /// async fn square(pool: &Pool) -> Result<u32, OneshotError> {
    ///     pool.oneshot::<Squared>(&7).submit()?.await
    /// }
    /// ```
    fn oneshot<O: NamedOneshot>(&self, input: &Input<O>) -> OneshotBuilder<O>;
}

impl OneshotPool for Pool {
    fn oneshot<O: NamedOneshot>(&self, input: &Input<O>) -> OneshotBuilder<O> {
        let job = postcard::to_allocvec(input)
            .map(|input| self.job::<OneshotKernel<O>>(&(), Buffer::copy_of(&input)))
            .map_err(|error| OneshotError::BadInput { message: error.to_string() });
        OneshotBuilder { job, oneshot: PhantomData }
    }
}

/// A oneshot to be. See [`OneshotPool::oneshot`].
#[must_use = "a oneshot does nothing until it is submitted"]
pub struct OneshotBuilder<O> {
    job: Result<JobBuilder<WebPort>, OneshotError>,
    oneshot: PhantomData<fn() -> O>,
}

impl<O: NamedOneshot> OneshotBuilder<O> {
    /// How urgent it is; [`Lane::Normal`] unless set.
    pub fn lane(self, lane: Lane) -> Self {
        self.with(|job| job.lane(lane))
    }

    /// How long it may take from now until it settles; there is no limit unless set.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.with(|job| job.deadline(deadline))
    }

    fn with(self, change: impl FnOnce(JobBuilder<WebPort>) -> JobBuilder<WebPort>) -> Self {
        Self { job: self.job.map(change), ..self }
    }

    /// Hands it to the pool.
    ///
    /// # Errors
    /// When the input has no form in postcard, or the pool does not accept the job.
    pub fn submit(self) -> Result<OneshotHandle<O>, OneshotError> {
        let submitted = self.job?.submit();
        let job = submitted.map_err(|refused| OneshotError::Rejected(refused.reason))?;
        Ok(OneshotHandle { job, oneshot: PhantomData })
    }
}

impl<O> fmt::Debug for OneshotBuilder<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OneshotBuilder").field(&self.job).finish()
    }
}

/// A submitted oneshot: a future of its output. Dropped before that, it cancels the job.
#[must_use = "dropping the handle cancels the oneshot: await it"]
pub struct OneshotHandle<O> {
    job: JobHandle<WebPort>,
    oneshot: PhantomData<fn() -> O>,
}

impl<O> OneshotHandle<O> {
    /// Stops it wherever it is, as [`JobHandle::abort`] does.
    pub fn abort(&self) {
        self.job.abort();
    }
}

impl<O> fmt::Debug for OneshotHandle<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OneshotHandle").field(&self.job).finish()
    }
}

impl<O: NamedOneshot> Future for OneshotHandle<O> {
    type Output = Result<Output<O>, OneshotError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let settled = ready!(Pin::new(&mut self.job).poll(cx));
        let output = settled.map_err(|failed| OneshotError::Failed(failed.error))?;
        let output = postcard::from_bytes(&output.to_vec());
        Poll::Ready(output.map_err(|error| OneshotError::BadOutput { message: error.to_string() }))
    }
}

/// Why a oneshot has no output.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OneshotError {
    /// The input has no form in postcard.
    BadInput {
        /// What is wrong with it.
        message: String,
    },
    /// The pool did not accept the job.
    Rejected(Rejection),
    /// The job failed; of a oneshot that waits for something outside, with the code of
    /// [`OneshotFault::Unfinished`](crate::OneshotFault).
    Failed(JobError),
    /// The output is not what this oneshot gives: page and workers know different ones by this name.
    BadOutput {
        /// What is wrong with it.
        message: String,
    },
}

impl fmt::Display for OneshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadInput { message } => {
                write!(f, "the input has no form in postcard: {message}")
            }
            Self::Rejected(reason) => reason.fmt(f),
            Self::Failed(error) => error.fmt(f),
            Self::BadOutput { message } => write!(
                f,
                "the output is of another type ({message}): page and workers must know the same \
                 oneshot by this name"
            ),
        }
    }
}

impl error::Error for OneshotError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Rejected(reason) => Some(reason),
            Self::Failed(error) => Some(error),
            Self::BadInput { .. } | Self::BadOutput { .. } => None,
        }
    }
}
