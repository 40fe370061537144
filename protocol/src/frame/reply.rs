//! Answers of a worker.

use alloc::vec::Vec;

use super::{
    Bytes, FrameError,
    words::{self, Frame, HEADER, Pile, Rows},
};
use crate::TaskId;

const KIND: u32 = 3;
const LAST_KIND: u32 = 4;

/// Answers for the next tasks that a worker has, in the order in which they were sent: for those of a
/// request, or for a part of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply<'a> {
    /// Size of the worker's linear memory after the last of the tasks, in bytes.
    pub memory: u64,
    /// When the first of the tasks began, in microseconds since the Unix epoch; 0 where the worker does
    /// not know. Each task begins where the one before it ended, so the [`Times`] say the rest.
    pub began: u64,
    /// Whether the worker goes on.
    pub onward: Onward,
    /// One for each task.
    pub answers: Vec<Answer<'a>>,
}

/// Whether a worker goes on after a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onward {
    /// It does.
    Goes,
    /// It takes no more tasks, because its instance cannot be renewed. What it has not answered did not
    /// run.
    Retires,
}

/// What became of one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<'a> {
    /// Which task.
    pub id: TaskId,
    /// How it ended.
    pub verdict: Verdict<'a>,
    /// How long its parts took.
    pub times: Times,
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// The kernel returned.
    Completed {
        /// Its main output.
        output: Bytes<'a>,
        /// Its other outputs.
        others: Vec<Bytes<'a>>,
    },
    /// The kernel returned an error of its own.
    Failed {
        /// The kernel's own number for it.
        code: u32,
        /// What the kernel said.
        message: &'a str,
    },
    /// The parameters could not be decoded, or the kernel refused them.
    BadParams {
        /// What is wrong with them.
        message: &'a str,
    },
    /// The kernel panicked or trapped. The other tasks of its request go on in a fresh instance.
    Panicked {
        /// The panic's message, or the engine's name for the trap.
        message: &'a str,
        /// `file:line:column` of the panic; none for a trap.
        location: Option<&'a str>,
    },
    /// The task names a kernel, a buffer or params that are not there.
    Unreadable {
        /// What is missing.
        message: &'a str,
    },
    /// The kernel module broke the interface. The other tasks go on in a fresh instance.
    Broken {
        /// How.
        message: &'a str,
    },
}

/// How long the parts of a task took in the worker, in microseconds. Between them, and between the
/// tasks of a reply, no time passes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// Copying the input into linear memory.
    pub copy_in: u32,
    /// The kernel.
    pub compute: u32,
    /// Copying the output out of linear memory.
    pub copy_out: u32,
}

impl Times {
    /// All of it.
    #[must_use]
    pub fn total(self) -> u64 {
        u64::from(self.copy_in) + u64::from(self.compute) + u64::from(self.copy_out)
    }
}

impl<'a> Reply<'a> {
    /// The reply that these bytes hold. Any bytes may be given: it never panics, and takes at most
    /// [`MEMORY_PER_BYTE`](super::MEMORY_PER_BYTE) times their length.
    ///
    /// # Errors
    /// Says in what way the bytes are not one whole reply of this version.
    pub fn read(bytes: &'a [u8]) -> Result<Self, FrameError> {
        let frame = Frame::open(bytes, &[KIND, LAST_KIND])?;
        let onward = if frame.word(1) == KIND { Onward::Goes } else { Onward::Retires };
        let [answers, outputs] = [2, 3].map(|place| frame.word(place));
        let words = 16 * u64::from(answers) + 4 * u64::from(outputs);
        let (table, bytes) = Frame::divide(bytes, words)?;
        let frame = frame.with_bytes(bytes);
        let (answers, table) = Rows::<16>::split(table, answers);
        let (outputs, _) = Rows::<4>::split(table, outputs);
        let answers = answers.iter().map(|row| answer(&frame, outputs, row));
        Ok(Self {
            memory: frame.long(4),
            began: frame.long(6),
            onward,
            answers: words::collect(answers)?,
        })
    }

    /// The bytes of the reply.
    ///
    /// ```
    /// use unjank_protocol::{Onward, Reply};
    ///
    /// let reply = Reply { memory: 65_536, began: 0, onward: Onward::Goes, answers: vec![] };
    /// assert_eq!(Reply::read(&reply.write()), Ok(reply));
    /// ```
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let (mut rows, mut outputs, mut pile) = (Vec::new(), Vec::new(), Pile::default());
        for answer in &self.answers {
            rows.push(row(answer, &mut outputs, &mut pile));
        }
        let kind = match self.onward {
            Onward::Goes => KIND,
            Onward::Retires => LAST_KIND,
        };
        let mut header = [0; HEADER];
        let counts = [rows.len() as u32, outputs.len() as u32];
        header[..2].copy_from_slice(&[words::first_word(), kind]);
        header[2..4].copy_from_slice(&counts);
        header[4..6].copy_from_slice(&words::halves(self.memory));
        header[6..].copy_from_slice(&words::halves(self.began));
        let words = words::join(header, &[rows.as_flattened(), outputs.as_flattened()]);
        words::with_bytes(&words, &pile.0)
    }
}

fn answer<'a>(
    frame: &Frame<'a>,
    outputs: Rows<'a, 4>,
    row: [u32; 16],
) -> Result<Answer<'a>, FrameError> {
    let [low, high, index, verdict, code, copy_in, compute, copy_out, ..] = row;
    let [text_at, text, place_at, place, first, count] =
        [8, 9, 10, 11, 12, 13].map(|place: usize| row[place]);
    let message = frame.text(text_at, text)?;
    let verdict = match verdict {
        0 => completed(frame, outputs.ports(first, count)?)?,
        1 => Verdict::Failed { code, message },
        2 => Verdict::BadParams { message },
        3 if place == 0 => Verdict::Panicked { message, location: None },
        3 => Verdict::Panicked { message, location: Some(frame.text(place_at, place)?) },
        4 => Verdict::Unreadable { message },
        5 => Verdict::Broken { message },
        _ => return Err(FrameError::Malformed),
    };
    let times = Times { copy_in, compute, copy_out };
    Ok(Answer { id: words::task_id(low, high, index)?, verdict, times })
}

fn completed<'a>(frame: &Frame<'a>, outputs: Rows<'a, 4>) -> Result<Verdict<'a>, FrameError> {
    let mut outputs = outputs.iter();
    let [at, offset, length, _] = outputs.next().ok_or(FrameError::Malformed)?;
    let output = frame.place(at, offset, length)?;
    let others = outputs.map(|[at, offset, length, _]| frame.place(at, offset, length));
    Ok(Verdict::Completed { output, others: words::collect(others)? })
}

fn row(answer: &Answer<'_>, outputs: &mut Vec<[u32; 4]>, pile: &mut Pile) -> [u32; 16] {
    let [low, high] = words::halves(answer.id.job.get());
    let Times { copy_in, compute, copy_out } = answer.times;
    let first = outputs.len() as u32;
    let (number, code, message, location) = match &answer.verdict {
        Verdict::Completed { output, others } => {
            for output in core::iter::once(output).chain(others) {
                outputs.push(pile.row(*output, 0));
            }
            (0, 0, "", "")
        }
        Verdict::Failed { code, message } => (1, *code, *message, ""),
        Verdict::BadParams { message } => (2, 0, *message, ""),
        Verdict::Panicked { message, location } => (3, 0, *message, location.unwrap_or_default()),
        Verdict::Unreadable { message } => (4, 0, *message, ""),
        Verdict::Broken { message } => (5, 0, *message, ""),
    };
    let [text_at, text] = pile.put(message.as_bytes());
    let [place_at, place] = pile.put(location.as_bytes());
    let count = outputs.len() as u32 - first;
    let id = [low, high, answer.id.index];
    let [low, high, index] = id;
    [
        low, high, index, number, code, copy_in, compute, copy_out, text_at, text, place_at, place,
        first, count, 0, 0,
    ]
}
