//! The pool as its callers see it.

use std::{future::Future, pin::Pin, rc::Rc, task, time::Duration};

use task::Poll;
use unjank_protocol::{Kernel, KernelId, Place, Plan, cbor};

use crate::{
    Chunks, JobHandle, Rejection, SpawnError, SubmitError,
    driver::{Driver, Order, Ownership, Stats, Ticket},
    port::Port,
    scheduler::{Close, JobSpec, Lane, Lifecycle},
};

/// A pool of workers. Clones are handles to the same pool; it closes when the last is dropped,
/// together with the handles of its jobs.
///
/// ```
/// use std::time::Duration;
///
/// use unjank_pool::{Lane, Pool, Port};
/// # use unjank_protocol::{Context, Kernel, KernelError, Output};
/// # struct Blur;
/// # impl Kernel for Blur {
/// #     const NAME: &'static str = "blur";
/// #     type Params = f32;
/// #     fn run(_: &f32, i: &mut [u8], o: &mut Output, _: &Context) -> Result<(), KernelError> {
/// #         o.keep_input(0..i.len());
/// #         Ok(())
/// #     }
/// # }
///
/// async fn blur<P: Port>(
///     pool: &Pool<P>,
///     pixels: P::Buffer,
/// ) -> Result<P::Buffer, Box<dyn std::error::Error>>
/// where
///     P::Buffer: std::fmt::Debug,
/// {
///     let job = pool
///         .job::<Blur>(&5.0, pixels)
///         .lane(Lane::Interactive)
///         .deadline(Duration::from_millis(500))
///         .submit()?;
///     Ok(job.await?)
/// }
/// ```
#[derive(Debug)]
pub struct Pool<P: Port> {
    driver: Rc<Driver<P>>,
}

impl<P: Port> Clone for Pool<P> {
    fn clone(&self) -> Self {
        Self { driver: Rc::clone(&self.driver) }
    }
}

impl<P: Port> Pool<P> {
    /// The pool that `driver` drives, once a worker has started.
    ///
    /// # Errors
    /// When none can be started, after the bounded number of attempts of its
    /// [`Config`](crate::scheduler::Config).
    pub async fn open(driver: Rc<Driver<P>>) -> Result<Self, SpawnError> {
        driver.run();
        until_open(&driver).await?;
        Ok(Self { driver })
    }

    /// A job: the kernel `K` on the whole of `payload`, which is given away unless
    /// [`JobBuilder::keep`] says otherwise.
    pub fn job<K: Kernel>(&self, params: &K::Params, payload: P::Buffer) -> JobBuilder<P> {
        self.named_job(K::NAME, encode::<K>(params), payload)
    }

    /// A job for the kernel of this name, with its parameters in CBOR.
    pub fn named_job(
        &self,
        kernel: &str,
        params: Result<Rc<[u8]>, Rejection>,
        payload: P::Buffer,
    ) -> JobBuilder<P> {
        let call = Call::new(&self.driver, kernel, params, payload);
        JobBuilder { call, stride: 1, place: None, ownership: Ownership::Move }
    }

    /// Chunked work: the kernel `K` on pieces of `source`, a buffer of units of `stride` bytes.
    /// The page keeps `source` and must not change it until the work has ended.
    pub fn map_chunks<K: Kernel>(
        &self,
        params: &K::Params,
        source: P::Buffer,
        stride: u32,
    ) -> ChunksBuilder<P> {
        let builder = self.named_chunks(K::NAME, encode::<K>(params), source, stride);
        builder.halo(K::halo(params))
    }

    /// Chunked work for the kernel of this name, with its parameters in CBOR; its halo is zero unless
    /// it is set.
    pub fn named_chunks(
        &self,
        kernel: &str,
        params: Result<Rc<[u8]>, Rejection>,
        source: P::Buffer,
        stride: u32,
    ) -> ChunksBuilder<P> {
        let call = Call::new(&self.driver, kernel, params, source);
        ChunksBuilder { call, stride, units: None, halo: 0, sequence: Sequence::Finish }
    }

    /// Waits until the queue has room: backpressure as something to await.
    ///
    /// Room is not reserved. Whoever submits first gets it, so be ready to wait again.
    ///
    /// # Errors
    /// When the pool closes or has failed.
    pub async fn ready(&self) -> Result<(), Rejection> {
        let room = Until::new(&self.driver, |lifecycle, has_room, cause| match lifecycle {
            Lifecycle::Opening | Lifecycle::Open => has_room.then_some(Ok(())),
            Lifecycle::Draining | Lifecycle::Closed => Some(Err(Rejection::Closed)),
            Lifecycle::Failed => {
                let cause = cause.cloned().unwrap_or(SpawnError::StartTimedOut);
                Some(Err(Rejection::PoolFailed(cause)))
            }
        });
        room.await
    }

    /// What the pool has done and is doing.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.driver.stats()
    }

    /// Starts workers again in a pool that has failed, where all jobs have settled and others are
    /// refused until it has rested for some seconds. From this call on the pool takes jobs; the future resolves when a worker is ready,
    /// and dropping it stops nothing.
    ///
    /// A pool that has not failed is left as it is: the future resolves as soon as it is open.
    /// Whatever is started must have the kernels that the pool began with.
    ///
    /// # Errors
    /// The cause, when again no worker can be started, after the same bounded number of attempts;
    /// the pool has failed then, and can be reopened. [`SpawnError::Closed`] when the pool is
    /// closing or closed, be it before the call or before a worker is ready.
    pub fn reopen(&self) -> impl Future<Output = Result<(), SpawnError>> + use<P> {
        self.driver.reopen();
        until_open(&self.driver)
    }

    /// Takes no more jobs; finishes or cancels the accepted ones; resolves when all have settled
    /// and all workers are gone, which they are in a pool that has failed. This is for good:
    /// neither dropping the future nor [`Pool::reopen`] opens the pool again.
    pub fn close(&self, close: Close) -> impl Future<Output = ()> + use<P> {
        self.driver.close(close);
        Until::new(&self.driver, |lifecycle, _, _| match lifecycle {
            Lifecycle::Opening | Lifecycle::Open | Lifecycle::Draining | Lifecycle::Failed => None,
            Lifecycle::Closed => Some(()),
        })
    }
}

fn until_open<P: Port>(
    driver: &Rc<Driver<P>>,
) -> impl Future<Output = Result<(), SpawnError>> + use<P> {
    Until::new(driver, |lifecycle, _, cause| match lifecycle {
        Lifecycle::Opening => None,
        Lifecycle::Open => Some(Ok(())),
        Lifecycle::Draining | Lifecycle::Closed => Some(Err(SpawnError::Closed)),
        Lifecycle::Failed => Some(Err(cause.cloned().unwrap_or(SpawnError::StartTimedOut))),
    })
}

fn encode<K: Kernel>(params: &K::Params) -> Result<Rc<[u8]>, Rejection> {
    cbor::to_vec(params)
        .map(Rc::from)
        .map_err(|error| Rejection::BadParams { message: error.to_string() })
}

/// Waits until a look at the pool finds something.
struct Until<P: Port, F> {
    driver: Rc<Driver<P>>,
    ticket: Ticket,
    look: F,
}

impl<P: Port, F> Until<P, F> {
    fn new<T>(driver: &Rc<Driver<P>>, look: F) -> Self
    where
        F: Fn(Lifecycle, bool, Option<&SpawnError>) -> Option<T>,
    {
        Self { driver: Rc::clone(driver), ticket: Ticket::default(), look }
    }
}

impl<P: Port, F, T> Future for Until<P, F>
where
    F: Fn(Lifecycle, bool, Option<&SpawnError>) -> Option<T> + Unpin,
{
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<T> {
        let Self { driver, ticket, look } = self.get_mut();
        driver.poll_until(ticket, cx.waker(), |scheduler, cause| {
            look(scheduler.lifecycle(), scheduler.has_room(), cause)
        })
    }
}

impl<P: Port, F> Drop for Until<P, F> {
    fn drop(&mut self) {
        self.driver.give_up(&mut self.ticket);
    }
}

/// What both kinds of work have in common.
#[derive(Debug)]
struct Call<P: Port> {
    driver: Rc<Driver<P>>,
    kernel: Result<KernelId, Rejection>,
    params: Result<Rc<[u8]>, Rejection>,
    payload: P::Buffer,
    lane: Lane,
    deadline: Option<Duration>,
}

impl<P: Port> Call<P> {
    fn new(
        driver: &Rc<Driver<P>>,
        kernel: &str,
        params: Result<Rc<[u8]>, Rejection>,
        payload: P::Buffer,
    ) -> Self {
        let (driver, kernel) = (Rc::clone(driver), driver.kernel(kernel));
        Self { driver, kernel, params, payload, lane: Lane::Normal, deadline: None }
    }

    fn submit(
        self,
        ownership: Ownership,
        plan: impl FnOnce(usize) -> Result<Plan, Rejection>,
    ) -> Result<Submitted<P>, SubmitError<P::Buffer>> {
        let Self { driver, kernel, params, payload, lane, deadline } = self;
        let checked = kernel.and_then(|kernel| {
            let length = driver.port().measure(&payload)?;
            Ok((kernel, params?, plan(length)?))
        });
        let (kernel, params, plan) = match checked {
            Ok(checked) => checked,
            Err(reason) => return Err(SubmitError { reason, payload }),
        };
        let order = Order { kernel, params, payload, ownership, plan };
        let custody = match order.custody() {
            Ok(custody) => custody,
            Err(reason) => return Err(SubmitError { reason, payload: order.payload }),
        };
        let deadline = deadline.map(|deadline| driver.port().now().after(deadline));
        let spec = JobSpec { lane, kernel, tasks: plan.len(), custody, deadline };
        let accepted = driver.submit(order, spec)?;
        Ok(Submitted { driver, accepted, plan })
    }
}

struct Submitted<P: Port> {
    driver: Rc<Driver<P>>,
    accepted: crate::driver::Accepted<P>,
    plan: Plan,
}

/// A job to be. See [`Pool::job`].
#[derive(Debug)]
#[must_use = "a job does nothing until it is submitted"]
pub struct JobBuilder<P: Port> {
    call: Call<P>,
    stride: u32,
    /// Where the payload stands in its whole, unless it is the whole.
    place: Option<Place>,
    ownership: Ownership,
}

impl<P: Port> JobBuilder<P> {
    /// How urgent it is; [`Lane::Normal`] unless set.
    pub fn lane(mut self, lane: Lane) -> Self {
        self.call.lane = lane;
        self
    }

    /// How long it may take from now until it settles; there is no limit unless set.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.call.deadline = Some(deadline);
        self
    }

    /// Bytes of one unit of the payload, which the kernel finds in its window; 1 unless set.
    pub fn stride(mut self, stride: u32) -> Self {
        self.stride = stride;
        self
    }

    /// The payload is a piece of a whole that was cut elsewhere, halo included: so much the kernel
    /// finds in its window. Pieces that are moved cost the page no copy. How wide the halo should be
    /// says [`Kernel::halo`].
    ///
    /// [`JobBuilder::submit`] refuses with [`Rejection::Plan`] a payload that cannot stand there.
    pub fn window(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The payload stays with the page, which must not change it until the job has settled. It is
    /// copied when the job is sent, and can be sent again if its worker dies.
    pub fn keep(mut self) -> Self {
        self.ownership = Ownership::Keep;
        self
    }

    /// Hands the job to the pool.
    ///
    /// # Errors
    /// Says why it is not accepted, and gives the payload back.
    pub fn submit(self) -> Result<JobHandle<P>, SubmitError<P::Buffer>> {
        let Self { call, stride, place, ownership } = self;
        let submitted = call.submit(ownership, |length| {
            let plan = match place {
                Some(place) => Plan::piece(length, stride, place),
                None => {
                    let whole = u32::try_from(length).unwrap_or(u32::MAX).max(1);
                    Plan::new(length, stride, Some(whole), 0)
                }
            };
            plan.map_err(Rejection::Plan)
        })?;
        Ok(JobHandle::new(submitted.driver, submitted.accepted))
    }
}

/// In which order the results of chunked work come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    /// As they finish: the first at once.
    Finish,
    /// As they stand in the source; those that finish early wait for the others.
    Source,
}

/// Chunked work to be. See [`Pool::map_chunks`].
#[derive(Debug)]
#[must_use = "chunked work does nothing until it is submitted"]
pub struct ChunksBuilder<P: Port> {
    call: Call<P>,
    stride: u32,
    units: Option<u32>,
    halo: u32,
    sequence: Sequence,
}

impl<P: Port> ChunksBuilder<P> {
    /// How urgent it is; [`Lane::Normal`] unless set.
    pub fn lane(mut self, lane: Lane) -> Self {
        self.call.lane = lane;
        self
    }

    /// How long all of it may take from now; there is no limit unless set.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.call.deadline = Some(deadline);
        self
    }

    /// Units in a chunk; about [`Plan::CHUNK_BYTES`] worth unless set.
    pub fn chunk_units(mut self, units: u32) -> Self {
        self.units = Some(units);
        self
    }

    /// Units of context on either side of a chunk.
    pub fn halo(mut self, halo: u32) -> Self {
        self.halo = halo;
        self
    }

    /// The order of the results; [`Sequence::Finish`] unless set.
    pub fn sequence(mut self, sequence: Sequence) -> Self {
        self.sequence = sequence;
        self
    }

    /// Hands the work to the pool.
    ///
    /// # Errors
    /// Says why it is not accepted, and gives the source back.
    pub fn submit(self) -> Result<Chunks<P>, SubmitError<P::Buffer>> {
        let Self { call, stride, units, halo, sequence } = self;
        let source = call.payload.clone();
        let Submitted { driver, accepted, plan } = call.submit(Ownership::Keep, |length| {
            Plan::new(length, stride, units, halo).map_err(Rejection::Plan)
        })?;
        Ok(Chunks::new(driver, accepted, plan, sequence, source))
    }
}
