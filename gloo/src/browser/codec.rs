//! How gloo's messages are written.

use gloo_worker::Codec;
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue, throw_str};

use crate::message;

/// gloo's messages in postcard, with the version of unjank in front. Name it on both sides:
///
/// ```no_run
/// use gloo_worker::{Registrable, Spawnable, oneshot::oneshot};
/// use unjank_gloo::browser::Postcard;
///
/// #[oneshot]
/// async fn Squared(input: u32) -> u32 {
///     input * input
/// }
///
/// fn main_of_the_worker() {
///     Squared::registrar().encoding::<Postcard>().register();
/// }
///
/// async fn on_the_page() {
///     let mut squared = Squared::spawner().encoding::<Postcard>().spawn("/worker.js");
///     assert_eq!(squared.run(7).await, 49);
/// }
/// ```
///
/// gloo leaves no way to answer an error. So a message that cannot be written, or one that is none
/// of ours, throws a JavaScript error that says so: uncaught in the worker or on the page, where
/// both go on.
#[derive(Debug, Clone, Copy)]
pub enum Postcard {}

impl Codec for Postcard {
    fn encode<I: Serialize>(input: I) -> JsValue {
        match message::write(&input) {
            Ok(bytes) => Uint8Array::from(bytes.as_slice()).into(),
            Err(error) => throw_str(&error.to_string()),
        }
    }

    fn decode<O: for<'de> Deserialize<'de>>(input: JsValue) -> O {
        let Some(bytes) = input.dyn_ref::<Uint8Array>() else {
            throw_str("a gloo worker was sent a message that is not unjank's");
        };
        // Freed at once, because what is thrown runs no destructors.
        let decoded = message::read(&bytes.to_vec()).map_err(|error| error.to_string());
        match decoded {
            Ok(message) => message,
            Err(error) => throw_str(&error),
        }
    }
}
