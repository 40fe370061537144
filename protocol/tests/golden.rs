//! Frozen bytes. When one of these tests fails, frames of this build are not those of the last:
//! raise `VERSION`, and freeze the bytes anew.

use unjank_protocol::{
    Bytes, Entry, Hello, JobId, KernelId, Params, Reply, Request, Task, TaskId, Times, VERSION,
    Verdict, Window, decode, encode,
};

/// Says that these are the bytes that `golden` spells in hex, and returns them.
#[track_caller]
fn frozen(written: &[u8], golden: &str) -> Vec<u8> {
    let hex: String = written.iter().map(|byte| format!("{byte:02x}")).collect();
    let digits: String = golden.split_whitespace().collect();
    assert_eq!(hex, digits);
    written.to_vec()
}

fn task(job: u64, index: u32) -> TaskId {
    TaskId { job: JobId::new(job).expect("a small id"), index }
}

#[test]
fn the_version_is_frozen_with_the_bytes() {
    assert_eq!(VERSION, 2);
}

#[test]
fn a_hello() {
    let hello = Hello { kernels: vec!["gaussian_blur".into(), "größe".into()] };
    let bytes =
        frozen(&encode(&hello), "756a 0200 01 02 0d 676175737369616e5f626c7572 07 6772c3b6c39f65");
    assert_eq!(decode::<Hello<'_>>(&bytes), Ok(hello));
}

#[test]
fn a_request_with_all_ways_of_bytes() {
    let window = Window { stride: 4, total: 300, start: 128, before: 1, core: 64, after: 2 };
    let inline = Task {
        id: task(7, 0),
        kernel: KernelId(1),
        params: Params::Encoded(&[1, 2, 3]),
        input: Bytes::Inline(b"abc"),
        window: Window::whole(1, 3),
    };
    let buffer = Task {
        id: task((1 << 53) - 1, 300),
        kernel: KernelId(256),
        params: Params::Object(5),
        input: Bytes::Buffer { index: 2, length: 1 << 20 },
        window,
    };
    let request = Request { tasks: vec![inline, buffer] };
    let bytes = frozen(
        &encode(&request),
        "756a 0200 02 02
         07 00 01 00 03 010203 00 03 616263 01 03 00 00 03 00
         ffffffffffffff0f ac02 8002 01 05 01 02 808040 04 ac02 8001 01 40 02",
    );
    assert_eq!(decode::<Request<'_>>(&bytes), Ok(request));
}

#[test]
fn a_reply_with_every_verdict() {
    let verdicts = [
        Verdict::Completed(Bytes::Inline(b"ok")),
        Verdict::Completed(Bytes::Buffer { index: 0, length: 70_000 }),
        Verdict::Failed { code: 404, message: "no".into() },
        Verdict::BadParams { message: "sigma".into() },
        Verdict::Panicked { message: "boom".into(), location: Some("a.rs:1:2".into()) },
        Verdict::Panicked { message: "unreachable".into(), location: None },
        Verdict::Returned,
        Verdict::Unreadable { message: "kernel 9".into() },
    ];
    let times = Times { copy_in: 1, compute: 200, copy_out: 70_000 };
    let entries = (0..).zip(verdicts).map(|(index, verdict)| Entry {
        id: task(1, index),
        verdict,
        times: if index == 0 { times } else { Times::default() },
    });
    let reply = Reply { memory: 1 << 24, began: 1_234_567, entries: entries.collect() };
    let bytes = frozen(
        &encode(&reply),
        "756a 0200 03 80808008 87ad4b 08
         01 00 00 00 02 6f6b 01 c801 f0a204
         01 01 00 01 00 f0a204 00 00 00
         01 02 01 9403 02 6e6f 00 00 00
         01 03 02 05 7369676d61 00 00 00
         01 04 03 04 626f6f6d 01 08 612e72733a313a32 00 00 00
         01 05 03 0b 756e726561636861626c65 00 00 00 00
         01 06 04 00 00 00
         01 07 05 08 6b65726e656c2039 00 00 00",
    );
    assert_eq!(decode::<Reply<'_>>(&bytes), Ok(reply));
}
