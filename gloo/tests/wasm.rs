//! What needs gloo's own types: the codec, and oneshots as kernels.
#![cfg(target_arch = "wasm32")]

use gloo_worker::{Codec, oneshot::oneshot};
use js_sys::{Promise, Uint8Array};
use unjank_gloo::{
    Call, OneshotFault, Payload,
    browser::{NamedOneshot, OneshotKernel, Postcard},
};
use unjank_protocol::{Kernel, KernelError, Window, run_alone};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn a_message_is_bytes_and_survives_the_way() {
    let call = Call {
        id: u32::MAX,
        params: (-1_i8, "größer".to_owned()),
        window: Window::whole(4, u32::MAX),
        input: Payload((0..=255).collect()),
    };
    let message = Postcard::encode(call.clone());
    assert!(message.is_instance_of::<Uint8Array>());
    assert_eq!(Postcard::decode::<Call<(i8, String)>>(message), call);
}

#[oneshot]
fn Sorted(numbers: Vec<u32>) -> Vec<u32> {
    let mut numbers = numbers;
    numbers.sort_unstable();
    numbers
}

impl NamedOneshot for Sorted {
    const NAME: &'static str = "sorted";
}

#[oneshot]
async fn Waits(_nothing: ()) {
    let never = Promise::new(&mut |_, _| ());
    let _ = wasm_bindgen_futures::JsFuture::from(never).await;
}

impl NamedOneshot for Waits {
    const NAME: &'static str = "waits";
}

#[wasm_bindgen_test]
fn a_oneshot_is_a_kernel() {
    assert_eq!(<OneshotKernel<Sorted> as Kernel>::NAME, "sorted");
    let input = postcard::to_allocvec(&vec![3_u32, 1, 2]).expect("numbers");
    let output = run_alone::<OneshotKernel<Sorted>>(&(), &input, 1).expect("an output");
    assert_eq!(postcard::from_bytes(&output), Ok(vec![1_u32, 2, 3]));
}

#[wasm_bindgen_test]
fn a_oneshot_that_waits_for_a_promise_is_an_error() {
    let Err(KernelError::Failed { code, message }) = run_alone::<OneshotKernel<Waits>>(&(), &[], 1)
    else {
        panic!("it has nothing to give");
    };
    assert_eq!(code, OneshotFault::Unfinished.code());
    assert!(message.contains("waits for something outside"), "{message}");
}
