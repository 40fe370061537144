//! Putting the results of chunked work together.

use std::ops::Range;

use unjank_protocol::Plan;

use crate::{
    JobError,
    engine::{Engine, Piece},
    port::Port,
};

/// A buffer that results are put into.
pub(crate) struct Gathering<P: Port> {
    /// None before the first result has come, if it is not the source.
    whole: Option<Whole<P>>,
    /// How many chunks on either side of one need a part of it, if this is the source.
    reach: usize,
    parts: Vec<Part<P::Buffer>>,
}

/// What is known of the part that one chunk answers for.
struct Part<B> {
    /// Chunks that need some of it and are not answered, the chunk itself among them: they may have
    /// to be copied once more, if a worker dies.
    readers: usize,
    /// What belongs there, if it has come and not been put there.
    result: Option<Piece<B>>,
}

impl<P: Port> Gathering<P> {
    /// For the results of such chunks, in the source if that is given.
    pub(crate) fn new(source: Option<P::Buffer>, plan: &Plan) -> Self {
        let reach = if source.is_some() { plan.reach() as usize } else { 0 };
        let stride = plan.chunk(0).map_or(0, |chunk| chunk.window.stride as usize);
        let whole = source.map(|buffer| Whole { buffer, stride });
        let count = plan.len().get() as usize;
        let parts = (0..count).map(|index| {
            let readers = near(index, reach, count).len();
            Part { readers, result: None }
        });
        Self { whole, reach, parts: parts.collect() }
    }

    /// Puts a result where it belongs, or aside; and those that only waited for its chunk.
    pub(crate) fn take(
        &mut self,
        engine: &Engine<P>,
        piece: Piece<P::Buffer>,
    ) -> Result<(), JobError> {
        let whole = match self.whole.take() {
            Some(whole) => whole,
            None => Whole::for_results_like(engine, &piece)?,
        };
        let whole = self.whole.insert(whole);
        let index = piece.index as usize;
        let read = near(index, self.reach, self.parts.len());
        self.parts[index].result = Some(piece);
        for part in &mut self.parts[read] {
            part.readers -= 1;
            if let Some(result) = part.result.take_if(|_| part.readers == 0) {
                whole.place(engine, result)?;
            }
        }
        Ok(())
    }

    pub(crate) fn into_buffer(self) -> Option<P::Buffer> {
        self.whole.map(|whole| whole.buffer)
    }
}

/// The chunks at most so far from one, and itself.
fn near(index: usize, reach: usize, count: usize) -> Range<usize> {
    index.saturating_sub(reach)..index.saturating_add(reach).saturating_add(1).min(count)
}

/// Room for all results.
struct Whole<P: Port> {
    buffer: P::Buffer,
    /// Bytes of result for one unit of the source.
    stride: usize,
}

impl<P: Port> Whole<P> {
    /// Judges by one how much room all need.
    fn for_results_like(engine: &Engine<P>, piece: &Piece<P::Buffer>) -> Result<Self, JobError> {
        let length = measure(engine, &piece.bytes)?;
        let stride = length.checked_div(piece.window.core as usize).unwrap_or(0);
        let buffer = engine.port().allocate(stride * piece.window.total as usize)?;
        Ok(Self { buffer, stride })
    }

    fn place(&self, engine: &Engine<P>, piece: Piece<P::Buffer>) -> Result<(), JobError> {
        if measure(engine, &piece.bytes)? != self.stride * piece.window.core as usize {
            return Err(JobError::Uneven);
        }
        let offset = self.stride * piece.window.start as usize;
        engine.port().place(&self.buffer, offset, &piece.bytes)?;
        engine.port().recycle(piece.bytes);
        Ok(())
    }
}

fn measure<P: Port>(engine: &Engine<P>, buffer: &P::Buffer) -> Result<usize, JobError> {
    engine
        .port()
        .measure(buffer)
        .map_err(|reason| JobError::Undeliverable { message: reason.to_string() })
}
