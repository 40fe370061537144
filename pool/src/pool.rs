//! The pool as its callers see it.

use std::{future::Future, pin::Pin, rc::Rc, task, time::Duration};

use task::Poll;
use unjank_core::driver::{Cut, Order, Ownership, ParamsKey, Stats};
use unjank_protocol::{Kernel, KernelId, Place, cbor};

use crate::{
    Chunks, JobHandle, Rejection, SpawnError, SubmitError,
    engine::{Accepted, Engine, Ticket},
    port::Port,
    scheduler::{Close, Lane, Lifecycle},
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
    engine: Rc<Engine<P>>,
}

impl<P: Port> Clone for Pool<P> {
    fn clone(&self) -> Self {
        Self { engine: Rc::clone(&self.engine) }
    }
}

impl<P: Port> Pool<P> {
    /// The pool that `engine` runs, once a worker has started.
    ///
    /// # Errors
    /// When none can be started, after the bounded number of attempts of its
    /// [`Config`](crate::scheduler::Config).
    pub async fn open(engine: Rc<Engine<P>>) -> Result<Self, SpawnError> {
        engine.begin();
        until_open(&engine).await?;
        Ok(Self { engine })
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
        let call = Call::new(&self.engine, kernel, params, payload);
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
        let call = Call::new(&self.engine, kernel, params, source);
        ChunksBuilder::new(call, Extent::Source { stride, halo: 0 })
    }

    /// Work without a source: the kernel `K`, which makes something of numbers alone, on the parts of a range
    /// of so many units. In its window each call finds which part it is to make.
    ///
    /// It has no input: a kernel that works on one is refused with [`Rejection::WorksOnInput`].
    pub fn map_range<K: Kernel>(&self, params: &K::Params, units: u32) -> ChunksBuilder<P> {
        let nothing = self.engine.port().write(&[]);
        let call = Call::new(&self.engine, K::NAME, encode::<K>(params), nothing);
        ChunksBuilder::new(call, Extent::Range { units })
    }

    /// Waits until the queue has room: backpressure as something to await.
    ///
    /// Room is not reserved. Whoever submits first gets it, so be ready to wait again.
    ///
    /// # Errors
    /// When the pool closes or has failed.
    pub async fn ready(&self) -> Result<(), Rejection> {
        let room = Until::new(&self.engine, |lifecycle, has_room, cause| match lifecycle {
            Lifecycle::Opening | Lifecycle::Open => has_room.then_some(Ok(())),
            Lifecycle::Draining | Lifecycle::Closed => Some(Err(Rejection::Closed)),
            Lifecycle::Failed => {
                let cause = cause.cloned().unwrap_or(SpawnError::StartTimedOut);
                Some(Err(Rejection::PoolFailed(cause)))
            }
        });
        room.await
    }

    /// Sends nothing to workers until [`Pool::resume`]: what they have they go on with, and everything else
    /// waits. Jobs are accepted as ever, and their deadlines pass. A pool that closes goes on.
    pub fn pause(&self) {
        self.engine.pause();
    }

    /// Ends a [pause](Pool::pause).
    pub fn resume(&self) {
        self.engine.resume();
    }

    /// Lets so many workers compute at a time from here on; none counts as one. More are started when there
    /// is work for them; of those that are too many each is ended as soon as it has answered what it holds,
    /// and no job is lost.
    pub fn resize(&self, workers: u16) {
        self.engine.resize(workers);
    }

    /// What the pool has done and is doing.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.engine.stats()
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
        self.engine.reopen();
        until_open(&self.engine)
    }

    /// Takes no more jobs; finishes or cancels the accepted ones; resolves when all have settled
    /// and all workers are gone, which they are in a pool that has failed. This is for good:
    /// neither dropping the future nor [`Pool::reopen`] opens the pool again.
    pub fn close(&self, close: Close) -> impl Future<Output = ()> + use<P> {
        self.engine.close(close);
        Until::new(&self.engine, |lifecycle, _, _| match lifecycle {
            Lifecycle::Opening | Lifecycle::Open | Lifecycle::Draining | Lifecycle::Failed => None,
            Lifecycle::Closed => Some(()),
        })
    }
}

fn until_open<P: Port>(
    engine: &Rc<Engine<P>>,
) -> impl Future<Output = Result<(), SpawnError>> + use<P> {
    Until::new(engine, |lifecycle, _, cause| match lifecycle {
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
    engine: Rc<Engine<P>>,
    ticket: Ticket,
    look: F,
}

impl<P: Port, F> Until<P, F> {
    fn new<T>(engine: &Rc<Engine<P>>, look: F) -> Self
    where
        F: Fn(Lifecycle, bool, Option<&SpawnError>) -> Option<T>,
    {
        Self { engine: Rc::clone(engine), ticket: Ticket::default(), look }
    }
}

impl<P: Port, F, T> Future for Until<P, F>
where
    F: Fn(Lifecycle, bool, Option<&SpawnError>) -> Option<T> + Unpin,
{
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<T> {
        let Self { engine, ticket, look } = self.get_mut();
        engine.poll_until(ticket, cx.waker(), look)
    }
}

impl<P: Port, F> Drop for Until<P, F> {
    fn drop(&mut self) {
        self.engine.give_up(&mut self.ticket);
    }
}

fn clamped(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// What both kinds of work have in common.
#[derive(Debug)]
struct Call<P: Port> {
    engine: Rc<Engine<P>>,
    kernel: Result<KernelId, Rejection>,
    params: Result<Rc<[u8]>, Rejection>,
    /// The payload, and further inputs.
    inputs: Vec<P::Buffer>,
    lane: Lane,
    deadline: Option<Duration>,
}

impl<P: Port> Call<P> {
    fn new(
        engine: &Rc<Engine<P>>,
        kernel: &str,
        params: Result<Rc<[u8]>, Rejection>,
        payload: P::Buffer,
    ) -> Self {
        let (engine, kernel) = (Rc::clone(engine), engine.kernel(kernel));
        let inputs = vec![payload];
        Self { engine, kernel, params, inputs, lane: Lane::Normal, deadline: None }
    }

    fn submit(
        self,
        ownership: Ownership,
        stride: u32,
        cut: Cut,
    ) -> Result<Submitted<P>, SubmitError<P::Buffer>> {
        let Self { engine, kernel, params, mut inputs, lane, deadline } = self;
        let port = engine.port();
        let checked = kernel.and_then(|kernel| {
            match cut {
                Cut::Range { .. } => engine.expect_no_input(kernel)?,
                Cut::Whole | Cut::Piece(_) | Cut::Chunks { .. } => {}
            }
            engine.expect_inputs(kernel, inputs.len())?;
            let lengths = inputs.iter().map(|input| port.measure(input));
            Ok((kernel, params?, lengths.collect::<Result<Vec<_>, _>>()?))
        });
        let (kernel, bytes, lengths) = match checked {
            Ok(checked) => checked,
            Err(reason) => return Err(SubmitError { reason, payload: inputs.swap_remove(0) }),
        };
        let deadline = deadline.map(|deadline| port.now().after(deadline));
        let params = ParamsKey::default();
        // What does not fit is too much, as the core finds.
        let others: Vec<u32> = lengths.iter().skip(1).map(|&length| clamped(length)).collect();
        let (length, others) = (lengths[0], others.as_slice());
        let order = Order {
            kernel,
            lane,
            ownership,
            cut,
            stride,
            params,
            deadline,
            place: None,
            length,
            others,
        };
        let accepted = engine.submit(order, bytes, inputs)?;
        Ok((engine, accepted))
    }
}

/// A job that was accepted, and who carries it out.
type Submitted<P> = (Rc<Engine<P>>, Accepted<P>);

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

    /// Another input of the kernel, behind those before. It goes the way of the payload: it is given away,
    /// unless the job [keeps](JobBuilder::keep) them all. An error gives only the payload back: whoever wants
    /// to try again has a clone of this handle.
    pub fn input(mut self, input: P::Buffer) -> Self {
        self.call.inputs.push(input);
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
        let cut = place.map_or(Cut::Whole, Cut::Piece);
        let (engine, accepted) = call.submit(ownership, stride, cut)?;
        Ok(JobHandle::new(engine, accepted))
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
    extent: Extent,
    units: Option<u32>,
    sequence: Sequence,
    held: u64,
}

/// What chunked work is cut from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Source { stride: u32, halo: u32 },
    Range { units: u32 },
}

/// Bytes of results that wait for their consumer, unless it is set.
const HELD: u64 = 64 << 20;

impl<P: Port> ChunksBuilder<P> {
    fn new(call: Call<P>, extent: Extent) -> Self {
        Self { call, extent, units: None, sequence: Sequence::Finish, held: HELD }
    }

    /// Another input of the kernel, behind those before: every chunk has all of it. It stays with the page, as
    /// the source does.
    pub fn input(mut self, input: P::Buffer) -> Self {
        self.call.inputs.push(input);
        self
    }

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

    /// Units in a chunk; about [`Plan::CHUNK_BYTES`](unjank_protocol::Plan::CHUNK_BYTES) worth unless set.
    pub fn chunk_units(mut self, units: u32) -> Self {
        self.units = Some(units);
        self
    }

    /// Units of context on either side of a chunk; a range has none.
    pub fn halo(mut self, units: u32) -> Self {
        if let Extent::Source { halo, .. } = &mut self.extent {
            *halo = units;
        }
        self
    }

    /// Bytes of results that may wait for whoever takes them, at least one result; 64 MiB unless set. At that
    /// the work behind them pauses, and goes on as they are taken. A result counts as much as the longest
    /// input of a chunk.
    pub fn high_water_mark(mut self, bytes: u64) -> Self {
        self.held = bytes;
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
        let Self { call, extent, units, sequence, held } = self;
        let (stride, cut, source) = match extent {
            Extent::Source { stride, halo } => {
                let cut = Cut::Chunks { units, halo, held: Some(held) };
                (stride, cut, Some(call.inputs[0].clone()))
            }
            Extent::Range { units: total } => (0, Cut::Range { total, units, held }, None),
        };
        let (engine, accepted) = call.submit(Ownership::Keep, stride, cut)?;
        Ok(Chunks::new(engine, accepted, sequence, source))
    }
}
