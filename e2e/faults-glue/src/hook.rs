//! A panic hook of the application's own.

use std::{cell::Cell, panic};

use unjank_faults::kernels::Nothing;
use unjank_protocol::{Context, Kernel, KernelError, Output};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = debug)]
    fn say(text: &str);
}

thread_local! {
    static SET: Cell<bool> = const { Cell::new(false) };
}

/// Sets the application's hook, unless that was done at the start, and panics.
pub(crate) struct Heard;

impl Kernel for Heard {
    const NAME: &'static str = "heard";
    type Params = Nothing;

    fn run(_: &Nothing, _: &mut [u8], _: &mut Output, _: &Context) -> Result<(), KernelError> {
        set_hook();
        panic!("for every hook to hear");
    }
}

/// Adds a hook that says on the console what it hears to the one that is there.
fn set_hook() {
    if SET.replace(true) {
        return;
    }
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        say(&format!("the application's hook: {info}"));
        before(info);
    }));
}

/// Sets the hook before anything of unjank's runs, where the worker's script wants it so.
#[wasm_bindgen(start)]
fn start() {
    let scope: JsValue = js_sys::global().into();
    let early = js_sys::Reflect::get(&scope, &JsValue::from("hookFirst"));
    if early.is_ok_and(|early| early.is_truthy()) {
        set_hook();
    }
}
