//! What a caller asks for, and what must come of it.

use std::{ops::Range, sync::LazyLock, time::Duration};

use fastrand::Rng;
use futures::TryStreamExt;
use unjank_pool::{Failed, Lane, Piece, Pool, Sequence, SubmitError};
use unjank_protocol::{JobId, Kernel};

use crate::{
    kernels::{Absent, Add, Fail, Neighbours, Panic, Trap},
    world::{Buffer, Caller, SimPort},
};

/// Payloads up to this many bytes ride in the frame.
const INLINE_BYTES: usize = 4096;

/// Bytes without a period that a cut could hide in; payloads are parts of it.
static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut bytes = vec![0; 6 << 20];
    Rng::with_seed(7).fill(&mut bytes);
    bytes
});

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    Add(u8),
    Neighbours,
    Fail(u32),
    Panic,
    Trap,
    /// A kernel that no worker has.
    Absent,
}

/// How the payload is handed over, and how the result is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Moved,
    Kept,
    Pieces { units: u32, sequence: Sequence },
    Gathered { units: u32 },
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) work: Work,
    shape: Shape,
    offset: usize,
    length: usize,
    lane: Lane,
    pub(crate) deadline: Option<Duration>,
}

/// What a job gave.
#[derive(Debug)]
pub(crate) enum Yield {
    Whole(Buffer),
    Pieces(Vec<Piece<Buffer>>),
}

/// An accepted job, as its caller holds it.
pub(crate) struct Accepted {
    pub(crate) id: JobId,
    pub(crate) abort: Box<dyn Fn()>,
    pub(crate) caller: Caller<'static, Result<Yield, Failed<Buffer>>>,
}

impl Order {
    pub(crate) fn any(rng: &mut Rng) -> Self {
        let work = match rng.u8(..100) {
            0..60 => Work::Add(rng.u8(..)),
            60..85 => Work::Neighbours,
            85..91 => Work::Fail(rng.u32(..)),
            91..95 => Work::Panic,
            95..99 => Work::Trap,
            _ => Work::Absent,
        };
        let (length, shape) = Self::any_shape(rng);
        let deadline = (rng.u8(..100) < 15).then(|| Duration::from_micros(rng.u64(0..30_000)));
        let lane = Lane::ALL[rng.usize(..3)];
        Self { work, shape, offset: rng.usize(..256), length, lane, deadline }
    }

    /// Honest work, for a pool that must do it.
    pub(crate) fn honest(rng: &mut Rng) -> Self {
        Self { work: Work::Add(1), deadline: None, ..Self::any(rng) }
    }

    fn any_shape(rng: &mut Rng) -> (usize, Shape) {
        let large = INLINE_BYTES + rng.usize(1..300);
        match rng.u16(..4003) {
            0..1800 => (rng.usize(..64), Shape::Moved),
            1800..2000 => (rng.usize(..=INLINE_BYTES), Shape::Kept),
            2000..2800 => (large, Shape::Moved),
            2800..3200 => (large, Shape::Kept),
            3200..4000 => {
                let unit = if rng.u8(..4) == 0 { large } else { rng.usize(1..32) };
                (rng.usize(..unit * 6), Self::any_cut(rng, unit))
            }
            // More than is copied in one turn.
            4000 => (9 << 18, Shape::Kept),
            4001 => (9 << 18, Self::any_cut(rng, 700_000)),
            _ => (5 << 20, Self::any_cut(rng, 5 << 19)),
        }
    }

    fn any_cut(rng: &mut Rng, units: usize) -> Shape {
        let units = u32::try_from(units).expect("a short chunk");
        match rng.u8(..3) {
            0 => Shape::Pieces { units, sequence: Sequence::Source },
            1 => Shape::Pieces { units, sequence: Sequence::Finish },
            _ => Shape::Gathered { units },
        }
    }

    /// Whether the payload leaves the page when it is sent.
    pub(crate) fn is_transferred(&self) -> bool {
        self.shape == Shape::Moved && self.length > INLINE_BYTES
    }

    fn bytes(&self) -> &'static [u8] {
        &BYTES[self.offset..self.offset + self.length]
    }

    pub(crate) fn payload(&self) -> Buffer {
        Buffer::new(self.bytes())
    }

    /// Whether these are the bytes that were submitted.
    pub(crate) fn is_payload(&self, buffer: &Buffer) -> bool {
        buffer.with(|bytes| bytes == Some(self.bytes()))
    }

    pub(crate) fn submit(
        &self,
        pool: &Pool<SimPort>,
        payload: Buffer,
    ) -> Result<Accepted, SubmitError<Buffer>> {
        match self.work {
            Work::Add(number) => self.submit_as::<Add>(&number, pool, payload),
            Work::Neighbours => self.submit_as::<Neighbours>(&1, pool, payload),
            Work::Fail(code) => self.submit_as::<Fail>(&code, pool, payload),
            Work::Panic => self.submit_as::<Panic>(&(), pool, payload),
            Work::Trap => self.submit_as::<Trap>(&(), pool, payload),
            Work::Absent => self.submit_as::<Absent>(&(), pool, payload),
        }
    }

    fn submit_as<K: Kernel>(
        &self,
        params: &K::Params,
        pool: &Pool<SimPort>,
        payload: Buffer,
    ) -> Result<Accepted, SubmitError<Buffer>> {
        let (units, sequence) = match self.shape {
            Shape::Moved | Shape::Kept => return self.submit_whole::<K>(params, pool, payload),
            Shape::Pieces { units, sequence } => (units, sequence),
            Shape::Gathered { units } => (units, Sequence::Finish),
        };
        let work = pool.map_chunks::<K>(params, payload, 1).chunk_units(units).sequence(sequence);
        let work = match self.deadline {
            Some(deadline) => work.deadline(deadline),
            None => work,
        };
        let chunks = work.lane(self.lane).submit()?;
        let (id, abort) = (chunks.id(), Box::new(chunks.aborter()));
        let caller = match self.shape {
            Shape::Gathered { .. } => {
                Caller::new(async move { chunks.gather().await.map(Yield::Whole) })
            }
            Shape::Moved | Shape::Kept | Shape::Pieces { .. } => {
                Caller::new(async move { chunks.try_collect().await.map(Yield::Pieces) })
            }
        };
        Ok(Accepted { id, abort, caller })
    }

    fn submit_whole<K: Kernel>(
        &self,
        params: &K::Params,
        pool: &Pool<SimPort>,
        payload: Buffer,
    ) -> Result<Accepted, SubmitError<Buffer>> {
        let job = pool.job::<K>(params, payload).lane(self.lane);
        let job = if self.shape == Shape::Kept { job.keep() } else { job };
        let job = match self.deadline {
            Some(deadline) => job.deadline(deadline),
            None => job,
        };
        let job = job.submit()?;
        let (id, abort) = (job.id(), Box::new(job.aborter()));
        let caller = Caller::new(async move { job.await.map(Yield::Whole) });
        Ok(Accepted { id, abort, caller })
    }

    /// Checks a result, byte for byte, against what the kernel must have computed.
    pub(crate) fn check(&self, result: &Yield) {
        match result {
            Yield::Whole(buffer) => self.check_part(0..self.length, buffer),
            Yield::Pieces(pieces) => self.check_pieces(pieces),
        }
    }

    /// Each piece came once, and together they are the whole.
    fn check_pieces(&self, pieces: &[Piece<Buffer>]) {
        let mut ordered: Vec<&Piece<Buffer>> = pieces.iter().collect();
        if matches!(self.shape, Shape::Pieces { sequence: Sequence::Source, .. }) {
            assert!(pieces.is_sorted_by_key(|piece| piece.index), "pieces out of order");
        }
        ordered.sort_by_key(|piece| piece.index);
        let mut end = 0;
        for (index, piece) in (0..).zip(ordered) {
            let start = piece.window.start as usize;
            assert_eq!((piece.index, start), (index, end), "a piece is missing or came twice");
            end = start + piece.window.core as usize;
            self.check_part(start..end, &piece.bytes);
        }
        assert_eq!(end, self.length, "pieces are missing");
    }

    fn check_part(&self, part: Range<usize>, result: &Buffer) {
        let source = self.bytes();
        let right = result.with(|bytes| {
            let bytes = bytes.expect("an attached result");
            let mut results = part.clone().zip(bytes);
            bytes.len() == part.len()
                && match self.work {
                    Work::Add(number) => {
                        results.all(|(at, &byte)| byte == source[at].wrapping_add(number))
                    }
                    Work::Neighbours => results.all(|(at, &byte)| byte == neighbours(source, at)),
                    Work::Fail(_) | Work::Panic | Work::Trap | Work::Absent => false,
                }
        });
        assert!(right, "a wrong result of {self:?} for {part:?}");
    }
}

fn neighbours(source: &[u8], at: usize) -> u8 {
    let near = &source[at.saturating_sub(1)..(at + 2).min(source.len())];
    near.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte))
}
