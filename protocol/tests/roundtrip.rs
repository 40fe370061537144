//! What is written is read again, and nothing else is read as if it had been written.

use std::{borrow::Cow, num::NonZeroU8};

use proptest::{collection::vec, prelude::*, sample::Index};
use unjank_protocol::{
    Bytes, DecodeError, Entry, Hello, JobId, KernelId, Params, Reply, Request, Task, TaskId, Times,
    VERSION, Verdict, Window, decode, encode,
};

// ---- Frames borrow their bytes, so what they are made of is drawn first

/// Bytes in the frame, or a place beside it.
#[derive(Debug, Clone)]
enum Where {
    Here(Vec<u8>),
    Beside(u16, u32),
}

impl Where {
    fn bytes(&self) -> Bytes<'_> {
        match *self {
            Self::Here(ref bytes) => Bytes::Inline(bytes),
            Self::Beside(index, length) => Bytes::Buffer { index, length },
        }
    }

    fn params(&self) -> Params<'_> {
        match *self {
            Self::Here(ref bytes) => Params::Encoded(bytes),
            Self::Beside(index, _) => Params::Object(index),
        }
    }
}

/// Lengths around the edges of varints, among the others.
fn numbers() -> impl Strategy<Value = u32> {
    prop_oneof![
        any::<u32>(),
        prop::sample::select(vec![0, 127, 128, 16_383, 16_384, u32::MAX - 1, u32::MAX])
    ]
}

fn places() -> impl Strategy<Value = Where> {
    prop_oneof![
        vec(any::<u8>(), 0..200).prop_map(Where::Here),
        vec(any::<u8>(), 16_380..16_390).prop_map(Where::Here),
        (any::<u16>(), numbers()).prop_map(|(index, length)| Where::Beside(index, length)),
    ]
}

/// Any text: empty, of several bytes a letter, with control characters and unpaired halves' kin.
fn texts() -> impl Strategy<Value = Cow<'static, str>> {
    let odd = ["", "\0", "\u{feff}\u{202e}", "\u{10ffff}", "e\u{301}", "\r\n\t\"\\", "🦀"];
    prop_oneof![any::<String>(), prop::sample::select(odd.to_vec()).prop_map(str::to_owned)]
        .prop_map(Cow::Owned)
}

fn tasks() -> impl Strategy<Value = TaskId> {
    let jobs = prop_oneof![0..=JobId::LAST.get(), Just(JobId::LAST.get()), 0..1000_u64];
    (jobs, numbers())
        .prop_map(|(job, index)| TaskId { job: JobId::new(job).expect("below 2^53"), index })
}

fn windows() -> impl Strategy<Value = Window> {
    vec(numbers(), 6).prop_map(|parts| Window {
        stride: parts[0],
        total: parts[1],
        start: parts[2],
        before: parts[3],
        core: parts[4],
        after: parts[5],
    })
}

type Call = (TaskId, u16, Where, Where, Window);

fn calls() -> impl Strategy<Value = Vec<Call>> {
    vec((tasks(), any::<u16>(), places(), places(), windows()), 0..5)
}

fn request(calls: &[Call]) -> Request<'_> {
    let tasks = calls.iter().map(|(id, kernel, params, input, window)| Task {
        id: *id,
        kernel: KernelId(*kernel),
        params: params.params(),
        input: input.bytes(),
        window: *window,
    });
    Request { tasks: tasks.collect() }
}

#[derive(Debug, Clone)]
enum End {
    Completed(Where),
    Other(Verdict<'static>),
}

fn ends() -> impl Strategy<Value = End> {
    let others = prop_oneof![
        (any::<u32>(), texts()).prop_map(|(code, message)| Verdict::Failed { code, message }),
        texts().prop_map(|message| Verdict::BadParams { message }),
        (texts(), prop::option::of(texts()))
            .prop_map(|(message, location)| Verdict::Panicked { message, location }),
        Just(Verdict::Returned),
        texts().prop_map(|message| Verdict::Unreadable { message }),
    ];
    prop_oneof![places().prop_map(End::Completed), others.prop_map(End::Other)]
}

type Answer = (TaskId, End, [u32; 3]);

fn answers() -> impl Strategy<Value = ([u64; 2], Vec<Answer>)> {
    (any::<[u64; 2]>(), vec((tasks(), ends(), [numbers(), numbers(), numbers()]), 0..5))
}

fn reply([memory, began]: [u64; 2], answers: &[Answer]) -> Reply<'_> {
    let entries = answers.iter().map(|(id, end, [copy_in, compute, copy_out])| Entry {
        id: *id,
        verdict: match end {
            End::Completed(place) => Verdict::Completed(place.bytes()),
            End::Other(verdict) => verdict.clone(),
        },
        times: Times { copy_in: *copy_in, compute: *compute, copy_out: *copy_out },
    });
    Reply { memory, began, entries: entries.collect() }
}

// ---- Laws

/// Reads a frame of one kind, and writes it again.
type Reread = fn(&[u8]) -> Result<Vec<u8>, DecodeError>;

const HELLO: Reread = |bytes| decode::<Hello<'_>>(bytes).map(|frame| encode(&frame));
const REQUEST: Reread = |bytes| decode::<Request<'_>>(bytes).map(|frame| encode(&frame));
const REPLY: Reread = |bytes| decode::<Reply<'_>>(bytes).map(|frame| encode(&frame));

/// What was written is written again alike; cut short it is truncated, and one byte more is one
/// too many.
fn check_frame(reread: Reread, bytes: &[u8], cut: Index, more: u8) -> Result<(), TestCaseError> {
    prop_assert_eq!(reread(bytes), Ok(bytes.to_vec()));
    prop_assert_eq!(reread(&bytes[..cut.index(bytes.len())]), Err(DecodeError::Truncated));
    prop_assert_eq!(reread(&[bytes, &[more]].concat()), Err(DecodeError::TrailingBytes));
    Ok(())
}

/// Any bytes: they are refused, or they are a frame. The same frame can be written in more bytes
/// than needed, because postcard reads numbers with leading zeros; in as many it is written in one
/// way only.
fn check_bytes(bytes: &[u8]) -> Result<(), TestCaseError> {
    for reread in [HELLO, REQUEST, REPLY] {
        if let Ok(again) = reread(bytes) {
            prop_assert!(again.len() < bytes.len() || again == bytes, "{:?}", again);
            prop_assert_eq!(reread(&again), Ok(again));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn hellos_come_back(names in vec(texts(), 0..20), cut: Index, more: u8) {
        let hello = Hello { kernels: names };
        let bytes = encode(&hello);
        check_frame(HELLO, &bytes, cut, more)?;
        prop_assert_eq!(decode::<Hello<'_>>(&bytes), Ok(hello));
    }

    #[test]
    fn requests_come_back(calls in calls(), cut: Index, more: u8) {
        let request = request(&calls);
        let bytes = encode(&request);
        check_frame(REQUEST, &bytes, cut, more)?;
        prop_assert_eq!(decode::<Request<'_>>(&bytes), Ok(request));
    }

    #[test]
    fn replies_come_back((memory, answers) in answers(), cut: Index, more: u8) {
        let reply = reply(memory, &answers);
        let bytes = encode(&reply);
        check_frame(REPLY, &bytes, cut, more)?;
        prop_assert_eq!(decode::<Reply<'_>>(&bytes), Ok(reply));
    }

    #[test]
    fn any_bytes_may_be_read(bytes in vec(any::<u8>(), 0..300)) {
        check_bytes(&bytes)?;
    }

    #[test]
    fn any_bytes_may_follow_a_header(kind in 0..5_u8, body in vec(any::<u8>(), 0..300)) {
        let [low, high] = VERSION.to_le_bytes();
        check_bytes(&[&[b'u', b'j', low, high, kind], &body[..]].concat())?;
    }

    #[test]
    fn a_damaged_request_is_refused_or_is_another(
        calls in calls(),
        at: Index,
        by: NonZeroU8,
    ) {
        let mut bytes = encode(&request(&calls));
        let at = at.index(bytes.len());
        bytes[at] ^= by.get();
        check_bytes(&bytes)?;
    }

    #[test]
    fn a_damaged_reply_is_refused_or_is_another(
        (memory, answers) in answers(),
        at: Index,
        by: NonZeroU8,
    ) {
        let mut bytes = encode(&reply(memory, &answers));
        let at = at.index(bytes.len());
        bytes[at] ^= by.get();
        check_bytes(&bytes)?;
    }
}

// ---- Each way to be refused

/// A frame of this kind with a body of one's own making.
fn frame(kind: u8, body: &[u8]) -> Vec<u8> {
    let [low, high] = VERSION.to_le_bytes();
    [&[b'u', b'j', low, high, kind], body].concat()
}

#[test]
fn less_than_a_header_is_truncated() {
    for length in 0..5 {
        assert_eq!(decode::<Hello<'_>>(&b"uj\x02\x00\x01"[..length]), Err(DecodeError::Truncated));
    }
    assert_eq!(decode::<Hello<'_>>(&frame(1, &[])), Err(DecodeError::Truncated));
}

#[test]
fn other_bytes_are_not_a_frame() {
    for bytes in [b"ju\x02\x00\x01\x00", b"u\0\x02\x00\x01\x00", b"\0asm\x01\0"] {
        assert_eq!(decode::<Hello<'_>>(bytes), Err(DecodeError::NotAFrame));
    }
}

/// The version comes before the kind: a frame of another build may have kinds of its own.
#[test]
fn another_version_is_told_from_ours() {
    for theirs in [0, 1, 3, 0x0200, u16::MAX] {
        let [low, high] = theirs.to_le_bytes();
        let met = Err(DecodeError::VersionMismatch { ours: VERSION, theirs });
        assert_eq!(decode::<Hello<'_>>(&[b'u', b'j', low, high, 99, 0]), met);
    }
}

#[test]
fn a_frame_of_another_kind_is_named() {
    let hello = encode(&Hello { kernels: vec![] });
    assert_eq!(decode::<Reply<'_>>(&hello), Err(DecodeError::UnexpectedKind { found: 1 }));
    assert_eq!(decode::<Request<'_>>(&hello), Err(DecodeError::UnexpectedKind { found: 1 }));
    assert_eq!(decode::<Hello<'_>>(&frame(0, &[0])), Err(DecodeError::UnexpectedKind { found: 0 }));
}

#[test]
fn what_breaks_the_format_is_malformed() {
    let not_text = frame(1, &[1, 1, 0xff]);
    assert_eq!(decode::<Hello<'_>>(&not_text), Err(DecodeError::Malformed));
    let count_past_64_bits = frame(1, &[0xff; 11]);
    assert_eq!(decode::<Hello<'_>>(&count_past_64_bits), Err(DecodeError::Malformed));
    let no_such_verdict = frame(3, &[0, 0, 1, 0, 0, 6]);
    assert_eq!(decode::<Reply<'_>>(&no_such_verdict), Err(DecodeError::Malformed));
    let kernel_past_16_bits = frame(2, &[1, 0, 0, 0xff, 0xff, 0x04]);
    assert_eq!(decode::<Request<'_>>(&kernel_past_16_bits), Err(DecodeError::Malformed));
}

/// 2^53 and more would not survive as a JavaScript number.
#[test]
fn a_job_id_past_its_bound_is_malformed() {
    let last = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];
    let past = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10];
    let with = |id: [u8; 8]| frame(3, &[&[0, 0, 1], &id[..], &[0, 4, 0, 0, 0]].concat());
    let bytes = with(last);
    let reply = decode::<Reply<'_>>(&bytes).expect("the last id is one");
    assert_eq!(reply.entries[0].id.job, JobId::LAST);
    assert_eq!(decode::<Reply<'_>>(&with(past)), Err(DecodeError::Malformed));
}

/// A count that no frame can keep is found out without reserving memory for it.
#[test]
fn a_count_beyond_the_bytes_is_truncated() {
    let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert_eq!(decode::<Hello<'_>>(&frame(1, &huge)), Err(DecodeError::Truncated));
    assert_eq!(decode::<Request<'_>>(&frame(2, &huge)), Err(DecodeError::Truncated));
    let name = frame(1, &[&[1], &huge[..]].concat());
    assert_eq!(decode::<Hello<'_>>(&name), Err(DecodeError::Truncated));
}

/// Numbers with leading zeros are read, and written without them: see [`check_bytes`].
#[test]
fn a_number_may_be_longer_than_needed() {
    let longer = frame(1, &[0x80, 0x00]);
    let hello = decode::<Hello<'_>>(&longer).expect("zero in two bytes");
    assert_eq!(hello, Hello { kernels: vec![] });
    assert_eq!(encode(&hello), frame(1, &[0]));
}

#[test]
fn every_refusal_says_what_it_is() {
    let refusals = [
        (DecodeError::Truncated, "cut short"),
        (DecodeError::NotAFrame, "not an unjank frame"),
        (DecodeError::VersionMismatch { ours: 1, theirs: 2 }, "version 1 met 2"),
        (DecodeError::UnexpectedKind { found: 9 }, "kind 9"),
        (DecodeError::Malformed, "breaks the format"),
        (DecodeError::TrailingBytes, "bytes follow"),
    ];
    for (refusal, told) in refusals {
        assert!(refusal.to_string().contains(told), "{refusal}");
    }
}
