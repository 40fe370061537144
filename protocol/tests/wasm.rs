//! What 32 bits and the browser's compiler could change.
#![cfg(target_arch = "wasm32")]

use unjank_protocol::{
    Bytes, Hello, JobId, KernelId, Params, Plan, PlanError, Request, Task, TaskId, Window, decode,
    encode,
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn frames_survive_the_way_there_and_back() {
    let hello = Hello { kernels: vec!["blur".into(), "größer".into()] };
    assert_eq!(decode(&encode(&hello)), Ok(hello));
    let task = Task {
        id: TaskId { job: JobId::LAST, index: u32::MAX },
        kernel: KernelId(u16::MAX),
        params: Params::Encoded(&[1, 2, 3]),
        input: Bytes::Buffer { index: 7, length: u32::MAX },
        window: Window::whole(u32::MAX, u32::MAX),
    };
    let request = Request { tasks: vec![task] };
    assert_eq!(decode(&encode(&request)), Ok(request));
}

#[wasm_bindgen_test]
fn the_largest_buffer_that_32_bits_address_is_cut_without_overflow() {
    let length = usize::MAX;
    let plan = Plan::new(length, 1, None, u32::MAX).expect("a plan");
    let last = plan.chunk(plan.len().get() - 1).expect("a last chunk");
    assert_eq!(last.input.end, length);
    assert_eq!(Plan::new(length, 1, Some(1), 0), Err(PlanError::TooMany));
}
