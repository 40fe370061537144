//! What 32 bits and the browser's compiler could change.
#![cfg(target_arch = "wasm32")]

use unjank_protocol::{
    Bytes, FrameError, JobId, KernelId, Params, Plan, PlanError, Request, Task, TaskId, Window,
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn frames_survive_the_way_there_and_back() {
    let task = Task {
        id: TaskId { job: JobId::LAST, index: u32::MAX },
        kernel: KernelId(u16::MAX),
        params: Params::Here(&[1, 2, 3]),
        window: Window::whole(u32::MAX, u32::MAX),
        input: Bytes::Buffer { index: 7, offset: 9, length: u32::MAX },
        others: vec![],
        outputs: vec![],
        piece: u32::MAX,
    };
    let request = Request { tasks: vec![task] };
    assert_eq!(Request::read(&request.write()), Ok(request));
}

/// Counts of which 32 bits cannot hold the sum.
#[wasm_bindgen_test]
fn a_frame_that_claims_more_than_there_is_is_cut_short() {
    let words = [0x0004_6a75, 2, u32::MAX, u32::MAX, u32::MAX, 0, 0, 0].map(u32::to_le_bytes);
    assert_eq!(Request::read(words.as_flattened()), Err(FrameError::Truncated));
}

#[wasm_bindgen_test]
fn the_largest_buffer_that_32_bits_address_is_cut_without_overflow() {
    let length = usize::MAX;
    let plan = Plan::new(length, 1, None, u32::MAX).expect("a plan");
    let last = plan.chunk(plan.len().get() - 1).expect("a last chunk");
    assert_eq!(last.input.end, length);
    assert_eq!(Plan::new(length, 1, Some(1), 0), Err(PlanError::TooMany));
}
