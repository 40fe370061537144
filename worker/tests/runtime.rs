//! The runtime, given every kind of request.

use std::{cell::Cell, ops::Range};

use proptest::prelude::*;
use unjank_protocol::{
    Bytes, Context, DecodeError, Entry, Grain, Hello, JobId, Kernel, KernelError, KernelId, Output,
    Params, Reply, Request, Task, TaskId, Times, Verdict, Window, decode, encode,
};
use unjank_worker::{Baggage, Decode, Registry, Runtime, Trap};

/// Adds its parameter to every byte of the core, in place.
struct Add;

impl Kernel for Add {
    const NAME: &'static str = "add";
    type Params = u8;

    fn halo(params: &u8) -> u32 {
        u32::from(*params)
    }

    fn run(params: &u8, input: &mut [u8], output: &mut Output, cx: &Context) -> Done {
        let core = cx.window().core_bytes();
        input[core.clone()].iter_mut().for_each(|byte| *byte = byte.wrapping_add(*params));
        output.keep_input(core);
        Ok(())
    }
}

/// Writes as many bytes as its parameter says.
struct Make;

impl Kernel for Make {
    const NAME: &'static str = "make";
    type Params = u32;

    fn run(length: &u32, _: &mut [u8], output: &mut Output, _: &Context) -> Done {
        output.fill(*length as usize).fill(7);
        Ok(())
    }
}

/// Claims more of the input than there is.
struct Overreach;

impl Kernel for Overreach {
    const NAME: &'static str = "overreach";
    type Params = ();

    fn run((): &(), input: &mut [u8], output: &mut Output, _: &Context) -> Done {
        output.keep_input(0..input.len() + 1);
        Ok(())
    }
}

/// Does not like its parameters, whatever they are.
struct Picky;

impl Kernel for Picky {
    const NAME: &'static str = "picky";
    type Params = u8;

    fn run(params: &u8, _: &mut [u8], _: &mut Output, _: &Context) -> Done {
        match params {
            0 => Err(KernelError::failed(9, "zero")),
            _ => Err(KernelError::params("not zero")),
        }
    }
}

/// Adds to each 12-byte record the number of the unit it begins in; may be computed in pieces.
struct Number;

impl Kernel for Number {
    const NAME: &'static str = "number";
    const GRAIN: Grain = Grain::bytes(12);
    /// The unit at which it gives up.
    type Params = u32;

    fn run(limit: &u32, input: &mut [u8], output: &mut Output, cx: &Context) -> Done {
        let Window { start, stride, .. } = cx.window();
        for (index, record) in (0..).zip(input.chunks_mut(12)) {
            let unit = start + index * 12 / stride;
            if unit >= *limit {
                return Err(KernelError::failed(unit, "at its limit"));
            }
            record.iter_mut().for_each(|byte| *byte = byte.wrapping_add(unit as u8));
        }
        output.keep_input(0..input.len());
        Ok(())
    }
}

/// Breaks its promise: each result is a byte short.
struct Shorten;

impl Kernel for Shorten {
    const NAME: &'static str = "shorten";
    const GRAIN: Grain = Grain::bytes(1);
    type Params = ();

    fn run((): &(), input: &mut [u8], output: &mut Output, _: &Context) -> Done {
        output.keep_input(1..input.len());
        Ok(())
    }
}

type Done = Result<(), KernelError>;

/// Objects are strings here, and decode to numbers.
enum Text {}

impl Decode for Text {
    type Object = String;

    fn decode<T: serde::de::DeserializeOwned>(object: &String) -> Result<T, String> {
        let number: u8 = object.parse().map_err(|_| format!("{object:?} is no number"))?;
        postcard::from_bytes(&[number]).map_err(|error| error.to_string())
    }
}

#[derive(Default)]
struct Luggage {
    clock: Cell<u64>,
    buffers: Vec<Option<Vec<u8>>>,
    objects: Vec<String>,
    outputs: Vec<Vec<u8>>,
    begun: Vec<usize>,
    /// Bytes of the longest input that was copied in.
    longest: usize,
}

impl Baggage<String> for Luggage {
    fn now(&self) -> u64 {
        self.clock.set(self.clock.get() + 10);
        self.clock.get()
    }

    fn memory(&self) -> u64 {
        123
    }

    fn begin(&mut self, index: usize) {
        self.begun.push(index);
    }

    fn copy_in(
        &mut self,
        index: u16,
        part: Range<usize>,
        input: &mut Vec<u8>,
    ) -> Result<(), String> {
        let buffer = self.buffers.get(usize::from(index)).and_then(Option::as_ref);
        let bytes = buffer.and_then(|buffer| buffer.get(part));
        *input = bytes.ok_or("no such bytes")?.to_vec();
        self.longest = self.longest.max(input.len());
        Ok(())
    }

    fn object(&self, index: u16) -> Option<&String> {
        self.objects.get(usize::from(index))
    }

    fn copy_out(&mut self, source: Option<u16>, output: &[u8]) -> Result<u16, String> {
        if let Some(source) = source {
            self.buffers[usize::from(source)] = None;
        }
        self.outputs.push(output.to_vec());
        u16::try_from(self.outputs.len() - 1).map_err(|error| error.to_string())
    }

    fn replace(&mut self, index: u16, start: usize, output: &[u8]) -> Result<(), String> {
        let buffer = self.buffers.get_mut(usize::from(index)).and_then(Option::as_mut);
        let part = buffer.and_then(|buffer| buffer.get_mut(start..start + output.len()));
        part.ok_or("no such bytes")?.copy_from_slice(output);
        Ok(())
    }

    fn give_back(&mut self, index: u16) -> Result<u16, String> {
        let buffer = self.buffers.get_mut(usize::from(index)).and_then(Option::take);
        self.outputs.push(buffer.ok_or("no such buffer")?);
        u16::try_from(self.outputs.len() - 1).map_err(|error| error.to_string())
    }
}

fn runtime() -> Runtime<Text> {
    let registry = Registry::new().with::<Add>().with::<Make>().with::<Overreach>().with::<Picky>();
    Runtime::new(registry.with::<Number>().with::<Shorten>())
}

fn id(index: u32) -> TaskId {
    TaskId { job: JobId::FIRST, index }
}

fn task<'a>(index: u32, kernel: u16, params: &'a [u8], input: &'a [u8]) -> Task<'a> {
    let window = Window::whole(1, u32::try_from(input.len()).expect("short"));
    let (params, input) = (Params::Encoded(params), Bytes::Inline(input));
    Task { id: id(index), kernel: KernelId(kernel), params, input, window }
}

fn ask<'a>(tasks: Vec<Task<'_>>, luggage: &mut Luggage, reply: &'a mut Vec<u8>) -> Vec<Entry<'a>> {
    let frame = encode(&Request { tasks });
    *reply = runtime().answer(&frame, luggage).expect("a request");
    let reply: Reply<'_> = decode(reply).expect("a reply");
    assert_eq!(reply.memory, 123);
    reply.entries
}

fn began(reply: &[u8]) -> u64 {
    decode::<Reply<'_>>(reply).expect("a reply").began
}

fn verdict_of(task: Task<'_>, luggage: &mut Luggage, check: impl FnOnce(&Verdict<'_>)) {
    let mut reply = Vec::new();
    let entries = ask(vec![task], luggage, &mut reply);
    check(&entries[0].verdict);
}

#[test]
fn hello_names_the_kernels_in_their_order() {
    let frame = runtime().hello();
    let hello: Hello<'_> = decode(&frame).expect("a hello");
    assert_eq!(hello.kernels, ["add", "make", "overreach", "picky", "number", "shorten"]);
}

#[test]
#[should_panic(expected = "rename one")]
fn two_kernels_of_one_name_are_a_mistake() {
    let _ = Registry::<Text>::new().with::<Add>().with::<Add>();
}

#[test]
fn tasks_are_answered_in_order_with_their_times() {
    let (mut luggage, mut reply) = (Luggage::default(), Vec::new());
    let tasks = vec![task(5, 0, &[1], &[1, 2]), task(6, 0, &[2], &[3])];
    let entries = ask(tasks, &mut luggage, &mut reply);
    let expected = [(5, &[2, 3][..]), (6, &[5][..])];
    for (entry, (index, bytes)) in entries.iter().zip(expected) {
        assert_eq!(entry.id, id(index));
        assert_eq!(entry.verdict, Verdict::Completed(Bytes::Inline(bytes)));
        assert_eq!(entry.times, Times { compute: 10, ..Times::default() }, "as a whole");
    }
    assert_eq!(luggage.begun, [0, 1]);
    assert_eq!(began(&reply), 10);
    assert_eq!(luggage.now(), 10 + 2 * 10 + 10, "a reading between two tasks serves both");
}

#[test]
fn the_parts_of_a_task_that_is_alone_are_measured() {
    let (mut luggage, mut reply) = (Luggage::default(), Vec::new());
    let entries = ask(vec![task(5, 0, &[1], &[1, 2])], &mut luggage, &mut reply);
    assert_eq!(entries[0].times, Times { copy_in: 10, compute: 10, copy_out: 10 });
    assert_eq!(began(&reply), 10);
    assert_eq!(luggage.now(), 10 + 30 + 10, "a reading between two parts serves both");
}

#[test]
fn large_outputs_travel_in_the_buffer_they_came_in() {
    let source: Vec<u8> = vec![1; 6000];
    let mut luggage = Luggage { buffers: vec![Some(source)], ..Luggage::default() };
    let mut task = task(0, 0, &[4], &[]);
    task.input = Bytes::Buffer { index: 0, length: 5000 };
    task.window = Window { stride: 10, total: 500, start: 0, before: 10, core: 480, after: 10 };
    verdict_of(task, &mut luggage, |verdict| {
        assert_eq!(*verdict, Verdict::Completed(Bytes::Buffer { index: 0, length: 4800 }));
    });
    assert_eq!(luggage.outputs, [vec![5; 4800]]);
    assert_eq!(luggage.buffers, [None]);
}

/// A task of megabytes, for a kernel that may be given them in pieces.
fn long_task(kernel: u16, params: &[u8], stride: u32) -> Task<'_> {
    let input = Bytes::Buffer { index: 0, length: LONG };
    Task { input, window: Window::whole(stride, LONG / stride), ..task(0, kernel, params, &[]) }
}

const LONG: u32 = 12 * 250_000;

#[test]
fn long_tasks_are_computed_in_pieces_where_their_bytes_are() {
    let params = postcard::to_allocvec(&u32::MAX).expect("a number");
    let source: Vec<u8> = (0..LONG).map(|byte| (byte % 251) as u8).collect();
    for stride in [1, 12, 12_000] {
        let mut expected = source.clone();
        for (index, byte) in (0..).zip(&mut expected) {
            *byte = byte.wrapping_add((index / 12 * 12 / stride) as u8);
        }
        let mut luggage = Luggage { buffers: vec![Some(source.clone())], ..Luggage::default() };
        verdict_of(long_task(4, &params, stride), &mut luggage, |verdict| {
            assert_eq!(*verdict, Verdict::Completed(Bytes::Buffer { index: 0, length: LONG }));
        });
        assert!(luggage.outputs == [expected], "units of {stride} bytes");
        assert!(luggage.longest <= 256 << 10, "{} bytes at once", luggage.longest);
    }
}

#[test]
fn the_parts_of_all_pieces_are_added_up() {
    let params = postcard::to_allocvec(&u32::MAX).expect("a number");
    let source = vec![0; LONG as usize];
    let (mut luggage, mut reply) =
        (Luggage { buffers: vec![Some(source)], ..Luggage::default() }, Vec::new());
    let entries = ask(vec![long_task(4, &params, 12)], &mut luggage, &mut reply);
    let pieces = LONG.div_ceil((256 << 10) / 12 * 12);
    let each = 10 * pieces;
    assert_eq!(entries[0].times, Times { copy_in: each, compute: each, copy_out: each });
}

#[test]
fn a_piece_that_goes_wrong_ends_its_task() {
    let limit = postcard::to_allocvec(&100_000_u32).expect("a number");
    let cases: [(Task<'_>, &Expectation); 2] = [
        (long_task(4, &limit, 12), &|verdict| {
            matches!(verdict, Verdict::Failed { code: 100_000, .. })
        }),
        (
            long_task(5, &[], 1),
            &|verdict| matches!(verdict, Verdict::Failed { message, .. } if message.contains("`GRAIN`")),
        ),
    ];
    for (task, expected) in cases {
        let buffers = vec![Some(vec![1; LONG as usize])];
        let mut luggage = Luggage { buffers, ..Luggage::default() };
        verdict_of(task, &mut luggage, |verdict| assert!(expected(verdict), "{verdict:?}"));
        assert_eq!(luggage.outputs, [[0_u8; 0]; 0]);
    }
}

#[test]
fn small_outputs_ride_in_the_frame_and_large_ones_do_not() {
    for (length, inline) in [(0_u32, true), (4096, true), (4097, false)] {
        let mut luggage = Luggage::default();
        let params = postcard::to_allocvec(&length).expect("a number");
        verdict_of(task(0, 1, &params, &[1]), &mut luggage, |verdict| {
            let is_inline = matches!(verdict, Verdict::Completed(Bytes::Inline(_)));
            assert_eq!(is_inline, inline, "{length}");
        });
        assert_eq!(luggage.outputs.len(), usize::from(!inline));
    }
}

#[test]
fn objects_are_decoded_here() {
    let mut luggage = Luggage { objects: vec!["3".into(), "x".into()], ..Luggage::default() };
    for (index, expected) in [
        (0, Verdict::Completed(Bytes::Inline(&[4]))),
        (1, Verdict::BadParams { message: "\"x\" is no number".into() }),
        (2, Verdict::Unreadable { message: "the message has no object 2".into() }),
    ] {
        let mut task = task(0, 0, &[], &[1]);
        task.params = Params::Object(index);
        verdict_of(task, &mut luggage, |verdict| assert_eq!(*verdict, expected));
    }
}

type Expectation = dyn Fn(&Verdict<'_>) -> bool;

#[test]
fn whatever_goes_wrong_is_said() {
    let cases: [(Task<'_>, &Expectation); 7] = [
        (task(0, 99, &[], &[1]), &|verdict| matches!(verdict, Verdict::Unreadable { .. })),
        (task(0, 0, &[], &[1]), &|verdict| matches!(verdict, Verdict::BadParams { .. })),
        (task(0, 2, &[], &[1]), &|verdict| matches!(verdict, Verdict::Failed { .. })),
        (task(0, 3, &[0], &[1]), &|verdict| matches!(verdict, Verdict::Failed { code: 9, .. })),
        (task(0, 3, &[1], &[1]), &|verdict| matches!(verdict, Verdict::BadParams { .. })),
        (Task { window: Window::whole(1, 2), ..task(0, 0, &[1], &[1]) }, &|verdict| {
            matches!(verdict, Verdict::Unreadable { .. })
        }),
        (
            Task { input: Bytes::Buffer { index: 0, length: 1 }, ..task(0, 0, &[1], &[1]) },
            &|verdict| matches!(verdict, Verdict::Unreadable { .. }),
        ),
    ];
    for (task, expected) in cases {
        verdict_of(task, &mut Luggage::default(), |verdict| {
            assert!(expected(verdict), "{verdict:?}");
        });
    }
}

#[test]
fn a_task_that_fails_leaves_nothing_to_the_next() {
    let (mut luggage, mut reply) = (Luggage::default(), Vec::new());
    let made = postcard::to_allocvec(&3_u32).expect("a number");
    let tasks = vec![
        task(0, 0, &[1], &[1, 1, 1]),
        task(1, 3, &[0], &[2, 2, 2]),
        task(2, 1, &made, &[]),
        task(3, 0, &[0], &[]),
    ];
    let verdicts: Vec<_> =
        ask(tasks, &mut luggage, &mut reply).into_iter().map(|entry| entry.verdict).collect();
    assert_eq!(verdicts[0], Verdict::Completed(Bytes::Inline(&[2, 2, 2])));
    assert_eq!(verdicts[2], Verdict::Completed(Bytes::Inline(&[7, 7, 7])));
    assert_eq!(verdicts[3], Verdict::Completed(Bytes::Inline(&[])));
}

#[test]
fn a_trap_is_told_and_its_neighbours_come_back() {
    let tasks = vec![task(0, 0, &[1], &[1]), task(1, 0, &[1], &[1]), task(2, 0, &[1], &[1])];
    let frame = encode(&Request { tasks });
    let trap = Trap { index: 1, message: "boom".into(), location: Some("a.rs:1:2".into()) };
    let reply = trap.answer(&frame, 9).expect("a request");
    let reply: Reply<'_> = decode(&reply).expect("a reply");
    let panicked = Verdict::Panicked { message: "boom".into(), location: Some("a.rs:1:2".into()) };
    let verdicts: Vec<_> = reply.entries.iter().map(|entry| entry.verdict.clone()).collect();
    assert_eq!(verdicts, [Verdict::Returned, panicked, Verdict::Returned]);
    assert_eq!(reply.memory, 9);
}

#[test]
fn halos_are_known_by_name() {
    let runtime = runtime();
    let registry = runtime.registry();
    let id = registry.find("add").expect("a kernel");
    let given = unjank_worker::Given::Encoded(&[5]);
    assert_eq!(registry.halo(id, &given), Some(Ok(5)));
    assert!(matches!(registry.halo(id, &unjank_worker::Given::Encoded(&[])), Some(Err(_))));
    assert_eq!(registry.halo(KernelId(99), &given), None);
    assert_eq!(registry.find("nothing"), None);
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(frame in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut luggage = Luggage::default();
        let _: Result<Vec<u8>, DecodeError> = runtime().answer(&frame, &mut luggage);
    }

    #[test]
    fn a_request_gone_wrong_on_the_way_is_answered_or_refused(
        flips in prop::collection::vec((0..60_usize, any::<u8>()), 0..4),
    ) {
        let tasks = vec![task(0, 0, &[1], &[1, 2, 3]), task(1, 3, &[1], &[4])];
        let mut frame = encode(&Request { tasks });
        for (place, byte) in flips {
            let place = place % frame.len();
            frame[place] = byte;
        }
        if let Ok(reply) = runtime().answer(&frame, &mut Luggage::default()) {
            let request = decode::<Request<'_>>(&frame).expect("it was answered");
            let reply: Reply<'_> = decode(&reply).expect("a reply");
            let asked = request.tasks.iter().map(|task| task.id);
            prop_assert!(reply.entries.iter().map(|entry| entry.id).eq(asked));
        }
    }
}
