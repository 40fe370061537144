//! What is written is read again, and nothing is read that was not.

use proptest::{collection::vec, prelude::*, sample::Index};
use unjank_protocol::{
    Answer, Bytes, Expected, FrameError, Input, JobId, KEPT_PARAMS, KernelId, Onward, Params,
    Reply, Request, Task, TaskId, Times, VERSION, Verdict, Window,
};

// ---- Frames borrow their bytes, so what they are made of is drawn first

/// Bytes in the frame, or a place beside it.
#[derive(Debug, Clone)]
enum Where {
    Here(Vec<u8>),
    Beside(u32, u32, u32),
}

impl Where {
    fn bytes(&self) -> Bytes<'_> {
        match *self {
            Self::Here(ref bytes) => Bytes::Inline(bytes),
            Self::Beside(index, offset, length) => Bytes::Buffer { index, offset, length },
        }
    }
}

fn places() -> impl Strategy<Value = Where> {
    let beside = (0..u32::MAX, any::<u32>(), any::<u32>());
    prop_oneof![
        vec(any::<u8>(), 0..200).prop_map(Where::Here),
        beside.prop_map(|(index, offset, length)| Where::Beside(index, offset, length)),
    ]
}

#[derive(Debug, Clone)]
enum Words {
    Here(Vec<u8>),
    Keep(u8, Vec<u8>),
    Kept(u8),
}

impl Words {
    fn params(&self) -> Params<'_> {
        match self {
            Self::Here(bytes) => Params::Here(bytes),
            Self::Keep(place, bytes) => Params::Keep(*place, bytes),
            Self::Kept(place) => Params::Kept(*place),
        }
    }
}

/// Short ones are often the same as those before.
fn params() -> impl Strategy<Value = Words> {
    let bytes = || prop_oneof![vec(0..2_u8, 0..2), vec(any::<u8>(), 0..90)];
    prop_oneof![
        bytes().prop_map(Words::Here),
        (0..KEPT_PARAMS, bytes()).prop_map(|(place, bytes)| Words::Keep(place, bytes)),
        (0..KEPT_PARAMS).prop_map(Words::Kept),
    ]
}

/// Any text: empty, of several bytes a letter, with control characters.
fn texts() -> impl Strategy<Value = String> {
    let odd = ["", "\0", "\u{feff}\u{202e}", "\u{10ffff}", "e\u{301}", "\r\n\t\"\\"];
    prop_oneof![any::<String>(), prop::sample::select(odd.to_vec()).prop_map(str::to_owned)]
}

fn tasks() -> impl Strategy<Value = TaskId> {
    let jobs = prop_oneof![0..=JobId::LAST.get(), Just(JobId::LAST.get()), 0..1000_u64];
    (jobs, any::<u32>())
        .prop_map(|(job, index)| TaskId { job: JobId::new(job).expect("below 2^53"), index })
}

fn windows() -> impl Strategy<Value = Window> {
    any::<[u32; 6]>().prop_map(|[stride, total, start, before, core, after]| Window {
        stride,
        total,
        start,
        before,
        core,
        after,
    })
}

type Call = (TaskId, u16, Words, Window, Where, Vec<(Where, u32)>, Vec<Expected>, u32);

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let others = vec((places(), any::<u32>()), 0..3);
    let length = prop::option::of(0..u32::MAX);
    let expected = (length, prop::option::of(any::<u8>()));
    let expected = expected.prop_map(|(length, in_place)| Expected { length, in_place });
    let call = (
        tasks(),
        any::<u16>(),
        params(),
        windows(),
        places(),
        others,
        vec(expected, 0..3),
        any::<u32>(),
    );
    vec(call, 0..6)
}

fn request(calls: &[Call]) -> Request<'_> {
    let tasks = calls.iter().map(|(id, kernel, words, window, input, others, outputs, piece)| {
        let others = others.iter();
        let others =
            others.map(|(place, identity)| Input { bytes: place.bytes(), identity: *identity });
        Task {
            id: *id,
            kernel: KernelId(*kernel),
            params: words.params(),
            window: *window,
            input: input.bytes(),
            others: others.collect(),
            outputs: outputs.clone(),
            piece: *piece,
        }
    });
    Request { tasks: tasks.collect() }
}

#[derive(Debug, Clone)]
enum End {
    Completed(Where, Vec<Where>),
    Failed(u32, String),
    BadParams(String),
    Panicked(String, Option<String>),
    Unreadable(String),
    Broken(String),
}

impl End {
    fn verdict(&self) -> Verdict<'_> {
        match self {
            Self::Completed(output, others) => Verdict::Completed {
                output: output.bytes(),
                others: others.iter().map(Where::bytes).collect(),
            },
            Self::Failed(code, message) => Verdict::Failed { code: *code, message },
            Self::BadParams(message) => Verdict::BadParams { message },
            Self::Panicked(message, location) => {
                // No place and an empty one are written alike.
                let location = location.as_deref().filter(|location| !location.is_empty());
                Verdict::Panicked { message, location }
            }
            Self::Unreadable(message) => Verdict::Unreadable { message },
            Self::Broken(message) => Verdict::Broken { message },
        }
    }
}

fn ends() -> impl Strategy<Value = End> {
    prop_oneof![
        (places(), vec(places(), 0..3)).prop_map(|(output, others)| End::Completed(output, others)),
        (any::<u32>(), texts()).prop_map(|(code, message)| End::Failed(code, message)),
        texts().prop_map(End::BadParams),
        (texts(), prop::option::of(texts())).prop_map(|(text, place)| End::Panicked(text, place)),
        texts().prop_map(End::Unreadable),
        texts().prop_map(End::Broken),
    ]
}

type Answered = ([u64; 2], bool, Vec<(TaskId, End, [u32; 3])>);

fn answers() -> impl Strategy<Value = Answered> {
    (any::<[u64; 2]>(), any::<bool>(), vec((tasks(), ends(), any::<[u32; 3]>()), 0..6))
}

fn reply(([memory, began], goes, answers): &Answered) -> Reply<'_> {
    let answers = answers.iter().map(|(id, end, [copy_in, compute, copy_out])| Answer {
        id: *id,
        verdict: end.verdict(),
        times: Times { copy_in: *copy_in, compute: *compute, copy_out: *copy_out },
    });
    let onward = if *goes { Onward::Goes } else { Onward::Retires };
    Reply { memory: *memory, began: *began, onward, answers: answers.collect() }
}

// ---- Laws

/// Any bytes: they are refused, or they are a frame that is written again as one with the same contents.
fn check_bytes(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(found) = Request::read(bytes) {
        let again = found.write();
        prop_assert_eq!(Request::read(&again), Ok(found));
    }
    if let Ok(found) = Reply::read(bytes) {
        let again = found.write();
        prop_assert_eq!(Reply::read(&again), Ok(found));
    }
    Ok(())
}

proptest! {
    #[test]
    fn requests_come_back(calls in calls()) {
        let request = request(&calls);
        let bytes = request.write();
        prop_assert_eq!(Request::read(&bytes), Ok(request));
    }

    #[test]
    fn replies_come_back(answered in answers()) {
        let reply = reply(&answered);
        let bytes = reply.write();
        prop_assert_eq!(Reply::read(&bytes), Ok(reply));
    }

    /// Words and texts are needed to the last byte, but for bytes that belong to nothing.
    #[test]
    fn what_is_cut_short_is_refused(calls in calls(), answered in answers(), cut: Index) {
        let (request, reply) = (request(&calls).write(), reply(&answered).write());
        let end_of_words = |frame: &[u8], rows: [usize; 3]| {
            let counts = [2, 3, 4].map(|at: usize| {
                u32::from_le_bytes(frame.as_chunks::<4>().0[at]) as usize
            });
            4 * (8 + counts.iter().zip(rows).map(|(count, row)| count * row).sum::<usize>())
        };
        let end = end_of_words(&request, [4, 16, 4]);
        prop_assert_eq!(Request::read(&request[..cut.index(end)]), Err(FrameError::Truncated));
        let end = end_of_words(&reply, [16, 4, 0]);
        prop_assert_eq!(Reply::read(&reply[..cut.index(end)]), Err(FrameError::Truncated));
    }

    #[test]
    fn any_bytes_may_be_read(bytes in vec(any::<u8>(), 0..300)) {
        check_bytes(&bytes)?;
    }

    #[test]
    fn any_words_may_follow_a_header(kind in 2..5_u32, counts in any::<[u8; 3]>(), rest in vec(0..40_u32, 0..100)) {
        let counts = counts.map(|count| u32::from(count % 3));
        let header = [0x6a75 | u32::from(VERSION) << 16, kind, counts[0], counts[1], counts[2]];
        let all = header.into_iter().chain(rest);
        check_bytes(&all.flat_map(u32::to_le_bytes).collect::<Vec<u8>>())?;
    }

    #[test]
    fn a_damaged_frame_is_refused_or_is_another(
        calls in calls(), answered in answers(), at: Index, by in 1..=u8::MAX,
    ) {
        for mut bytes in [request(&calls).write(), reply(&answered).write()] {
            let at = at.index(bytes.len());
            bytes[at] ^= by;
            check_bytes(&bytes)?;
        }
    }
}

// ---- Each way to be refused

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

const FIRST: u32 = 0x6a75 | (VERSION as u32) << 16;

#[test]
fn less_than_a_header_is_truncated() {
    let header = words(&[FIRST, 2, 0, 0, 0, 0, 0, 0]);
    for length in 0..header.len() {
        assert_eq!(Request::read(&header[..length]), Err(FrameError::Truncated));
    }
    assert_eq!(Request::read(&header), Ok(Request { tasks: vec![] }));
}

#[test]
fn other_bytes_are_not_a_frame() {
    for bytes in [b"ju\x03\x00....", b"u\0\x03\0....", b"\0asm\x01\0\0\0"] {
        assert_eq!(Reply::read(bytes), Err(FrameError::NotAFrame));
    }
}

/// The version comes before the kind: a frame of another build may have kinds of its own.
#[test]
fn another_version_is_told_from_ours() {
    for theirs in [0, 1, 2, 0x0300, u16::MAX] {
        let first = 0x6a75 | u32::from(theirs) << 16;
        let met = Err(FrameError::VersionMismatch { ours: VERSION, theirs });
        assert_eq!(Reply::read(&words(&[first, 99])), met);
    }
}

#[test]
fn a_frame_of_another_kind_is_named() {
    let request = words(&[FIRST, 2, 0, 0, 0, 0, 0, 0]);
    assert_eq!(Reply::read(&request), Err(FrameError::UnexpectedKind { found: 2 }));
    let reply = words(&[FIRST, 3, 0, 0, 0, 0, 0, 0]);
    assert_eq!(Request::read(&reply), Err(FrameError::UnexpectedKind { found: 3 }));
}

/// A request of one task with one row of params and one input, with one word replaced.
fn with(place: usize, word: u32) -> Vec<u8> {
    let mut frame = vec![FIRST, 2, 1, 1, 1, 0, 0, 0];
    frame.extend([u32::MAX, 0, 0, 0]);
    frame.extend([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
    frame.extend([u32::MAX, 0, 0, 0]);
    frame[place] = word;
    words(&frame)
}

#[test]
fn what_breaks_the_format_is_malformed() {
    let (params, task) = (8, 12);
    assert!(Request::read(&with(0, FIRST)).is_ok());
    for (place, word, what) in [
        (params, u32::from(KEPT_PARAMS), "a place that no worker has"),
        (task + 1, 1 << 21, "a job's number past 53 bits"),
        (task + 3, 1 << 16, "a kernel's number past 16 bits"),
        (task + 4, 1, "params that are not there"),
        (task + 4, (1 << 31) + u32::from(KEPT_PARAMS), "a kept place that no worker has"),
        (task + 11, 1, "an input that is not there"),
        (task + 12, 0, "no input"),
        (task + 12, 2, "more inputs than there are"),
        (task + 13, 1, "an output that is not there"),
        (task + 13, u32::MAX, "more outputs than any kernel has"),
    ] {
        assert_eq!(Request::read(&with(place, word)), Err(FrameError::Malformed), "{what}");
    }
    let answer = |verdict, text| {
        let mut frame = vec![FIRST, 3, 1, 0, 0, 0, 0, 0];
        frame.extend([1, 0, 0, verdict, 0, 0, 0, 0, 0, text, 0, 0, 0, 0, 0, 0, 0xff]);
        words(&frame)
    };
    assert!(Reply::read(&answer(1, 0)).is_ok());
    assert_eq!(Reply::read(&answer(6, 0)), Err(FrameError::Malformed), "no such verdict");
    assert_eq!(Reply::read(&answer(0, 0)), Err(FrameError::Malformed), "no output");
    assert_eq!(Reply::read(&answer(1, 1)), Err(FrameError::Malformed), "no text");
}

/// A count that no frame can keep is found out without reserving memory for it.
#[test]
fn a_count_beyond_the_bytes_is_truncated() {
    for counts in
        [[u32::MAX, 0, 0], [0, u32::MAX, 0], [0, 0, u32::MAX], [1 << 30, 1 << 28, 1 << 30]]
    {
        let [params, tasks, inputs] = counts;
        let request = words(&[FIRST, 2, params, tasks, inputs, 0, 0, 0]);
        assert_eq!(Request::read(&request), Err(FrameError::Truncated));
        let reply = words(&[FIRST, 3, params, tasks, 0, 0, 0, 0]);
        assert!(matches!(Reply::read(&reply), Err(FrameError::Truncated) | Ok(_)));
    }
    assert_eq!(Request::read(&with(13, 0).split_off(4)).err(), Some(FrameError::NotAFrame));
    let beyond = with(30, 1);
    assert_eq!(
        Request::read(&beyond),
        Err(FrameError::Truncated),
        "an input longer than the bytes"
    );
}

#[test]
fn every_refusal_says_what_it_is() {
    let refusals = [
        (FrameError::Truncated, "cut short"),
        (FrameError::NotAFrame, "not an unjank frame"),
        (FrameError::VersionMismatch { ours: 1, theirs: 2 }, "version 1 met 2"),
        (FrameError::UnexpectedKind { found: 9 }, "kind 9"),
        (FrameError::Malformed, "breaks the format"),
    ];
    for (refusal, told) in refusals {
        assert!(refusal.to_string().contains(told), "{refusal}");
    }
}
