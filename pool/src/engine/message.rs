//! Messages: the words of the core, and the bytes and buffers that they name.

use unjank_core::driver::{self, Enclosed, Parcel, Part, Source};
use unjank_protocol::{KernelId, TaskId, WorkerId};

use super::{
    Engine, State,
    record::{Staged, gone},
};
use crate::{
    Chart, JobError,
    port::{Message, Port},
};

/// A task that cannot be sent, and why.
type Missing = (unjank_protocol::JobId, JobError);

impl<P: Port> Engine<P> {
    /// Sends a message. Those of its tasks that cannot be sent fail.
    pub(super) fn post(&self, worker: WorkerId, message: driver::Message) {
        let tasks: Vec<(TaskId, KernelId)> = message.tasks().collect();
        let (sealed, missing) = self.seal(&message);
        let at = self.port.chart().map(Chart::now);
        let is_missing = |task: &TaskId| missing.iter().any(|(job, _)| *job == task.job);
        let lost = tasks.iter().filter(|(task, _)| is_missing(task)).count();
        if lost < tasks.len() {
            match self.port.post(worker, sealed) {
                Ok(()) => self.note_sent(worker, &message, &tasks, at),
                Err(error) => {
                    return tasks.iter().for_each(|&(task, _)| {
                        self.refuse(worker, task, error.clone());
                    });
                }
            }
        }
        for &(task, _) in &tasks {
            if let Some((_, error)) = missing.iter().find(|(job, _)| *job == task.job) {
                self.refuse(worker, task, error.clone());
            }
        }
    }

    /// Puts a message together. Bytes that are gone are left blank.
    fn seal(&self, message: &driver::Message) -> (Message<P>, Vec<Missing>) {
        let mut missing = Vec::new();
        let mut frame = Vec::with_capacity(4 * message.words.len() + message.bytes() as usize);
        frame.extend(message.words.iter().flat_map(|word| word.to_le_bytes()));
        for part in &message.parts {
            let bytes = self.state.borrow().read(&self.port, part);
            frame.extend(bytes.unwrap_or_else(|error| {
                missing.push((part.job, error));
                vec![0; part.length as usize]
            }));
        }
        let mut buffers = Vec::with_capacity(message.buffers.len());
        for parcel in &message.buffers {
            match self.state.borrow_mut().take(parcel) {
                Some(buffer) => buffers.push(buffer),
                None => missing.push((parcel.task.job, gone())),
            }
        }
        (Message { frame, buffers }, missing)
    }

    /// What was moved is gone; the timeline, if there is one, hears what was sent when.
    fn note_sent(
        &self,
        worker: WorkerId,
        message: &driver::Message,
        tasks: &[(TaskId, KernelId)],
        at: Option<u64>,
    ) {
        let mut state = self.state.borrow_mut();
        let State { records, timeline, .. } = &mut *state;
        let moved = message.buffers.iter().filter(|parcel| parcel.buffer != Enclosed::Copy);
        for parcel in moved {
            if let Some(record) = records.get_mut(parcel.task.job) {
                record.inputs.clear();
            }
        }
        if let (Some(at), Some(timeline)) = (at, timeline) {
            for &(task, kernel) in tasks {
                timeline.sent(worker, task, kernel, at);
            }
        }
    }

    /// Fails a task that could not be sent.
    fn refuse(&self, worker: WorkerId, task: TaskId, error: JobError) {
        self.note_failure(task.job, error);
        self.with_driver(|driver, now| driver.handle_refused(now, worker, task));
        self.ask();
    }
}

impl<P: Port> State<P> {
    /// The bytes of a part.
    fn read(&self, port: &P, part: &Part) -> Result<Vec<u8>, JobError> {
        let record = self.records.get(part.job).ok_or_else(gone)?;
        let start = part.from as usize;
        let range = start..start + part.length as usize;
        match part.of {
            Source::Params => record.read_params(range),
            Source::Input(input) => record.read_input(port, input, range),
        }
    }

    /// The buffer of a parcel. A payload stays until it is known to be sent.
    fn take(&mut self, parcel: &Parcel) -> Option<P::Buffer> {
        match parcel.buffer {
            Enclosed::Input(input) => self.records.get(parcel.task.job)?.input(input).cloned(),
            Enclosed::Copy => {
                self.staged.take().and_then(|staged| Staged::into_buffer(staged, parcel.task))
            }
        }
    }
}
