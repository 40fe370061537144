//! Frozen bytes. When one of these tests fails, frames of this build are not those of the last:
//! raise `VERSION`, and freeze the bytes anew. The worker's JavaScript reads and writes the same ones
//! (`worker/js/test/golden.json`).

use unjank_protocol::{
    Answer, Bytes, Expected, Input, JobId, KernelId, Onward, Params, Reply, Request, Task, TaskId,
    Times, VERSION, Verdict, Window,
};

/// Says that these are the bytes that `golden` spells: words in hex, and then a text.
#[track_caller]
fn frozen(written: &[u8], words: &str, bytes: &[u8]) {
    let words = words.split_whitespace();
    let words = words.map(|word| u32::from_str_radix(word, 16).expect("a word in hex"));
    let mut golden: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
    golden.extend_from_slice(bytes);
    let shown = |bytes: &[u8]| {
        let words =
            bytes.as_chunks().0.iter().map(|word| format!("{:x}", u32::from_le_bytes(*word)));
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(written, golden, "{} where {} is frozen", shown(written), shown(&golden));
}

fn task(job: u64, index: u32) -> TaskId {
    TaskId { job: JobId::new(job).expect("a small id"), index }
}

#[test]
fn the_version_is_frozen_with_the_bytes() {
    assert_eq!(VERSION, 4);
}

#[test]
fn a_request_with_all_ways_of_bytes_and_params() {
    let window = Window { stride: 4, total: 300, start: 128, before: 1, core: 64, after: 2 };
    let inline = Task {
        id: task(7, 0),
        kernel: KernelId(1),
        params: Params::Here(&[0xf6]),
        window: Window::whole(1, 3),
        input: Bytes::Inline(b"abc"),
        others: vec![],
        outputs: vec![],
        piece: 0,
    };
    let buffer = Task {
        id: task((1 << 53) - 1, 300),
        kernel: KernelId(256),
        params: Params::Keep(2, &[0xa0]),
        window,
        input: Bytes::Buffer { index: 2, offset: 16, length: 1 << 20 },
        others: vec![Input { bytes: Bytes::Inline(b"d"), identity: 9 }],
        outputs: vec![
            Expected { length: Some(256), in_place: Some(0) },
            Expected { length: None, in_place: None },
        ],
        piece: 128,
    };
    let kept = Task { params: Params::Kept(3), others: vec![], ..buffer.clone() };
    let tasks = [inline.clone(), inline, buffer, kept];
    let request = Request { tasks: tasks.to_vec() };
    let frame = request.write();
    frozen(
        &frame,
        "46a75 2 2 4 9 0 0 0
         ffffffff 0 1 0  2 7 1 0
         7 0 0 1 0  1 3 0 0 3 0  0 1 0 0 0
         7 0 0 1 0  1 3 0 0 3 0  1 1 0 0 0
         ffffffff 1fffff 12c 100 1  4 12c 80 1 40 2  2 2 2 80 0
         ffffffff 1fffff 12c 100 80000003  4 12c 80 1 40 2  6 1 2 80 0
         ffffffff 1 3 0  ffffffff 4 3 0
         2 10 100000 0  ffffffff 8 1 9  100 1 0 0  ffffffff 0 0 0
         2 10 100000 0  100 1 0 0  ffffffff 0 0 0",
        b"\xf6abcabc\xa0d",
    );
    assert_eq!(Request::read(&frame), Ok(request));
}

#[test]
fn a_reply_with_every_verdict() {
    let one = |output| Verdict::Completed { output, others: vec![] };
    let verdicts = [
        one(Bytes::Inline(b"ok")),
        one(Bytes::Buffer { index: 0, offset: 0, length: 70_000 }),
        Verdict::Completed {
            output: Bytes::Inline(b""),
            others: vec![Bytes::Buffer { index: 1, offset: 8, length: 16 }],
        },
        Verdict::Failed { code: 404, message: "no" },
        Verdict::BadParams { message: "sigma" },
        Verdict::Panicked { message: "boom", location: Some("a.rs:1:2") },
        Verdict::Panicked { message: "trap", location: None },
        Verdict::Unreadable { message: "kernel 9" },
        Verdict::Broken { message: "output" },
    ];
    let times = Times { copy_in: 1, compute: 200, copy_out: 70_000 };
    let answers = (0..).zip(verdicts).map(|(index, verdict)| Answer {
        id: task(1, index),
        verdict,
        times: if index == 0 { times } else { Times::default() },
    });
    let began = 0x0006_0000_1234_5678;
    let answers = answers.collect();
    let reply = Reply { memory: 5 << 30, began, onward: Onward::Retires, answers };
    let frame = reply.write();
    frozen(
        &frame,
        "46a75 4 9 4  40000000 1  12345678 60000
         1 0 0 0 0   1 c8 11170  2 0 2 0  0 1 0 0
         1 0 1 0 0   0 0 0  2 0 2 0  1 1 0 0
         1 0 2 0 0   0 0 0  2 0 2 0  2 2 0 0
         1 0 3 1 194 0 0 0  2 2 4 0  4 0 0 0
         1 0 4 2 0   0 0 0  4 5 9 0  4 0 0 0
         1 0 5 3 0   0 0 0  9 4 d 8  4 0 0 0
         1 0 6 3 0   0 0 0  15 4 19 0  4 0 0 0
         1 0 7 4 0   0 0 0  19 8 21 0  4 0 0 0
         1 0 8 5 0   0 0 0  21 6 27 0  4 0 0 0
         ffffffff 0 2 0  0 0 11170 0  ffffffff 2 0 0  1 8 10 0",
        b"oknosigmabooma.rs:1:2trapkernel 9output",
    );
    assert_eq!(Reply::read(&frame), Ok(reply));
}
