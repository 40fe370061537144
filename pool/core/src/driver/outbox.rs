//! Messages in the making.

use alloc::vec::Vec;

use unjank_protocol::{Call, Draft, InputRow, ParamsRow, TaskId, WorkerId};

use super::{
    effect::{Effect, Enclosed, Message, Parcel, Part, Source},
    kernels::Kernels,
    order::ParamsKey,
    places::Place,
    record::{Record, Section},
};
use crate::scheduler::Custody;

/// A message that is not sent yet.
#[derive(Debug, Default)]
pub(super) struct Unsent {
    draft: Draft,
    parts: Vec<Part>,
    buffers: Vec<Parcel>,
    /// The params that were put in last, for those who have the same.
    last: Option<(ParamsKey, ParamsRow)>,
}

impl Unsent {
    /// Bytes that ride in a message, at which it is sent.
    const BYTES: u32 = 64 << 10;

    /// Puts a task in, given the worker's place for its parameters if it has one.
    pub(super) fn load(
        &mut self,
        kernels: &Kernels,
        record: &Record,
        id: TaskId,
        place: Option<Place>,
    ) {
        let Some(chunk) = record.plan.chunk(id.index) else { return };
        let params = self.params(record, id, place);
        if record.custody == Custody::Kept {
            self.buffers.push(Parcel { task: id, buffer: Enclosed::Copy });
        }
        let (mut input, mut offset) = (0, 0);
        while let Some(section) = record.section(input, &chunk.input) {
            let row = self.input(record.custody, id, input, section, offset);
            self.draft.put(row);
            offset += section.length;
            input += 1;
        }
        let (kernel, window) = (record.kernel, chunk.window);
        let piece = kernels.piece(kernel, window);
        let call = Call { id, kernel, params, window, piece };
        self.draft.add(&call, kernels.expected(kernel, window));
    }

    /// Where an input is: in the frame, in a buffer of its own, or at this offset of the copy for its task, which
    /// is the last buffer.
    fn input(
        &mut self,
        custody: Custody,
        id: TaskId,
        input: u8,
        Section { from, length }: Section,
        offset: u32,
    ) -> InputRow {
        let buffers = self.buffers.len() as u32;
        match custody {
            Custody::Moved => {
                self.buffers.push(Parcel { task: id, buffer: Enclosed::Input(input) });
                InputRow::buffer(buffers, 0, length)
            }
            Custody::Kept => InputRow::buffer(buffers.saturating_sub(1), offset, length),
            Custody::Inline => {
                self.parts.push(Part { job: id.job, of: Source::Input(input), from, length });
                self.draft.input(length)
            }
        }
    }

    fn params(&mut self, record: &Record, id: TaskId, place: Option<Place>) -> ParamsRow {
        let key = record.params;
        let row = match place {
            Some(Place::Filled(place)) => return ParamsRow::kept(place),
            Some(Place::New(place)) => self.draft.kept_params(place, key.length),
            None => match self.last {
                Some((last, row)) if last == key && key.names_bytes() => return row,
                Some(_) | None => self.draft.params(key.length),
            },
        };
        self.last = place.is_none().then_some((key, row));
        self.parts.push(Part { job: id.job, of: Source::Params, from: 0, length: key.length });
        row
    }

    /// Whether it is to be sent before another of at most `most` tasks is begun.
    pub(super) fn is_full(&self, most: usize) -> bool {
        self.draft.len() >= most || self.draft.inline_bytes() >= Self::BYTES
    }

    pub(super) fn seal(self) -> Message {
        let Self { draft, parts, buffers, .. } = self;
        Message { words: draft.into_words(), parts, buffers }
    }
}

/// A message for each worker, in the order in which they were begun. As many as workers live at most.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    unsent: Vec<(WorkerId, Unsent)>,
}

impl Outbox {
    /// The message for a worker, begun if there is none.
    pub(super) fn of(&mut self, worker: WorkerId) -> &mut Unsent {
        let place = self.find(worker).unwrap_or_else(|| {
            self.unsent.push((worker, Unsent::default()));
            self.unsent.len() - 1
        });
        &mut self.unsent[place].1
    }

    /// Sends the message for a worker, if there is one.
    pub(super) fn send(&mut self, worker: WorkerId) -> Option<Effect> {
        let place = self.find(worker)?;
        let (worker, unsent) = self.unsent.remove(place);
        Some(Effect::Post { worker, message: unsent.seal() })
    }

    /// Sends the message that was begun first.
    pub(super) fn send_first(&mut self) -> Option<Effect> {
        self.send(self.unsent.first()?.0)
    }

    fn find(&self, worker: WorkerId) -> Option<usize> {
        self.unsent.iter().position(|(other, _)| *other == worker)
    }
}
