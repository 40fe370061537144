//! The adapter to a real worker: what `shell.js` calls.
//!
//! Messages from the page are arrays `[frame, buffers, objects]`; replies are arrays
//! `[frame, buffers]`. The shell owns `onmessage` and catches what traps, so nothing here listens
//! to anything: after a reset, a Rust closure of the old instance would be stale.

use std::{cell::RefCell, ops::Range, panic::PanicHookInfo};

use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array};
use serde::de::DeserializeOwned;
use unjank_protocol::{Context, KernelError, Output, Plan};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::DedicatedWorkerGlobalScope;

use crate::{Baggage, Decode, Given, Registry, Runtime, Trap};

const PAGE_BYTES: u64 = 65_536;

/// Where, in a message, the shell finds which task was running: behind frame, buffers, objects.
const CURSOR: u32 = 3;

/// How many times as long as an output the buffer may be that it goes back in. A core and a halo as
/// wide on either side have three.
const MOST_ROOM: usize = 4;

thread_local! {
    static RUNTIME: RefCell<Runtime<Objects>> = const { RefCell::new(Runtime::new(Registry::new())) };
}

/// Decodes parameters that came as plain JavaScript objects.
#[derive(Debug, Clone, Copy)]
pub enum Objects {}

impl Decode for Objects {
    type Object = JsValue;

    fn decode<T: DeserializeOwned>(object: &JsValue) -> Result<T, String> {
        serde_wasm_bindgen::from_value(object.clone()).map_err(|error| error.to_string())
    }
}

/// Makes these kernels the ones of this instance. To be called when the module starts.
pub fn install(kernels: fn() -> Registry<Objects>) {
    RUNTIME.with_borrow_mut(|runtime| *runtime = Runtime::new(kernels()));
    if js_sys::global().is_instance_of::<DedicatedWorkerGlobalScope>() {
        std::panic::set_hook(Box::new(remember_panic));
    }
}

/// Leaves the panic where the shell finds it once the instance has trapped.
fn remember_panic(info: &PanicHookInfo<'_>) {
    let message = info.payload_as_str().unwrap_or("a panic without a message");
    let location = info.location().map(ToString::to_string);
    let panic = Array::of2(&message.into(), &location.into());
    // A global object can always be written to; a message lost is better than a second panic.
    let _ = Reflect::set(&js_sys::global(), &"unjankPanic".into(), &panic);
}

/// The frame that a worker says first.
#[wasm_bindgen(js_name = unjankHello)]
#[must_use]
pub fn hello() -> Uint8Array {
    RUNTIME.with_borrow(|runtime| Uint8Array::from(runtime.hello().as_slice()))
}

/// Size of this instance's linear memory, in bytes.
#[wasm_bindgen(js_name = unjankMemory)]
#[must_use]
pub fn memory() -> f64 {
    memory_bytes() as f64
}

/// Runs a request and answers it.
///
/// # Errors
/// When the message is not a request.
#[wasm_bindgen(js_name = unjankAnswer, unchecked_return_type = "[Uint8Array, ArrayBuffer[]]")]
pub fn answer(message: &Array) -> Result<Array, JsValue> {
    let mut luggage = Luggage::of(message)?;
    let frame = luggage.frame.to_vec();
    let reply = RUNTIME
        .with_borrow_mut(|runtime| runtime.answer(&frame, &mut luggage))
        .map_err(|error| JsValue::from(error.to_string()))?;
    Ok(luggage.reply(&reply))
}

/// Answers a request in which a task trapped. Called in a fresh instance.
///
/// # Errors
/// When the message is not a request.
#[wasm_bindgen(js_name = unjankApologise, unchecked_return_type = "[Uint8Array, ArrayBuffer[]]")]
pub fn apologise(message: &Array, trap: String, panic: Option<Array>) -> Result<Array, JsValue> {
    let luggage = Luggage::of(message)?;
    let index = message.get(CURSOR).as_f64().unwrap_or(0.0) as usize;
    let panicked = panic.and_then(|panic| Some((panic.get(0).as_string()?, panic.get(1))));
    let trap = match panicked {
        Some((message, location)) => Trap { index, message, location: location.as_string() },
        None => Trap { index, message: trap, location: None },
    };
    let reply = trap
        .answer(&luggage.frame.to_vec(), memory_bytes())
        .map_err(|error| JsValue::from(error.to_string()))?;
    Ok(luggage.reply(&reply))
}

/// How many units of context a kernel needs with these parameters.
///
/// # Errors
/// An error whose `code` is `unknown_kernel` or `bad_params`.
#[wasm_bindgen(js_name = kernelHalo)]
pub fn halo(kernel: &str, params: &JsValue) -> Result<u32, JsValue> {
    RUNTIME.with_borrow(|runtime| {
        let registry = runtime.registry();
        let id = registry.find(kernel);
        let halo = id.and_then(|id| registry.halo(id, &Given::Object(params)));
        halo.ok_or_else(|| unknown(kernel))?.map_err(kernel_error)
    })
}

/// Runs a kernel here and now, chunk after chunk, on whatever thread this is: on the page it blocks
/// the page. For comparisons, and for hosts without workers.
///
/// # Errors
/// An error whose `code` says what is wrong: `unknown_kernel`, `bad_params`, `bad_plan`, `kernel`.
#[wasm_bindgen(js_name = runOnPage)]
pub fn run_here(
    kernel: &str,
    params: &JsValue,
    source: &Uint8Array,
    stride: u32,
) -> Result<Uint8Array, JsValue> {
    RUNTIME.with_borrow(|runtime| {
        let registry = runtime.registry();
        let given = Given::Object(params);
        let id = registry.find(kernel).ok_or_else(|| unknown(kernel))?;
        let halo = registry.halo(id, &given).ok_or_else(|| unknown(kernel))?;
        let halo = halo.map_err(kernel_error)?;
        let plan = Plan::new(source.length() as usize, stride, None, halo)
            .map_err(|error| error_with_code("bad_plan", &error.to_string()))?;
        let gathered = Uint8Array::new_with_length(source.length());
        let (mut input, mut output, mut offset) = (Vec::new(), Output::new(), 0);
        for chunk in plan.chunks() {
            input.resize(chunk.input.len(), 0);
            source.subarray(chunk.input.start as u32, chunk.input.end as u32).copy_to(&mut input);
            output.grow();
            let cx = Context::new(chunk.window);
            let ran = registry.run(id, &given, &mut input, &mut output, &cx);
            ran.ok_or_else(|| unknown(kernel))?.map_err(kernel_error)?;
            let result = output
                .result(&input)
                .ok_or_else(|| error_with_code("kernel", "the kernel kept more than its input"))?;
            offset = append(&gathered, offset, result)?;
        }
        Ok(gathered.subarray(0, offset))
    })
}

/// Copies a result behind those before it. Says where the next one goes.
fn append(gathered: &Uint8Array, offset: u32, result: &[u8]) -> Result<u32, JsValue> {
    let end = offset as usize + result.len();
    if end > gathered.length() as usize {
        let message = "the kernel makes more bytes than it is given: run it on a pool";
        return Err(error_with_code("kernel", message));
    }
    gathered.subarray(offset, end as u32).copy_from(result);
    Ok(end as u32)
}

fn memory_bytes() -> u64 {
    core::arch::wasm32::memory_size::<0>() as u64 * PAGE_BYTES
}

fn unknown(kernel: &str) -> JsValue {
    error_with_code("unknown_kernel", &format!("no kernel is called \"{kernel}\""))
}

fn kernel_error(error: KernelError) -> JsValue {
    let code = match error {
        KernelError::Params { .. } => "bad_params",
        KernelError::Failed { .. } | _ => "kernel",
    };
    error_with_code(code, &error.to_string())
}

fn error_with_code(code: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    error.set_name("UnjankError");
    // A fresh error object can always be written to.
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}

/// The parts of a message from the page.
struct Luggage {
    message: Array,
    frame: Uint8Array,
    /// The buffers that came; one that carries an output back is taken out.
    buffers: Vec<Option<ArrayBuffer>>,
    objects: Vec<JsValue>,
    /// The buffers that go back.
    outputs: Array,
}

impl Luggage {
    fn of(message: &Array) -> Result<Self, JsValue> {
        let frame = message.get(0).dyn_into::<Uint8Array>();
        let frame = frame.map_err(|_| JsValue::from("a message without a frame"))?;
        let buffers: Array = message.get(1).unchecked_into();
        let objects: Array = message.get(2).unchecked_into();
        Ok(Self {
            message: message.clone(),
            frame,
            buffers: buffers.iter().map(|buffer| buffer.dyn_into().ok()).collect(),
            objects: objects.iter().collect(),
            outputs: Array::new(),
        })
    }

    /// A part of the `index`-th buffer.
    fn view(&self, index: u16, part: Range<usize>) -> Result<Uint8Array, String> {
        let buffer = self.buffers.get(usize::from(index)).and_then(Option::as_ref);
        let buffer = buffer.filter(|buffer| buffer.byte_length() as usize >= part.end);
        let buffer = buffer.ok_or_else(|| missing(index))?;
        let (start, length) = (part.start as u32, part.len() as u32);
        Ok(Uint8Array::new_with_byte_offset_and_length(buffer, start, length))
    }

    fn last_output(&self) -> Result<u16, String> {
        u16::try_from(self.outputs.length() - 1).map_err(|_| "too many outputs".into())
    }

    /// The reply: outputs first, and behind them the buffers that are free again.
    fn reply(self, frame: &[u8]) -> Array {
        for spare in self.buffers.into_iter().flatten() {
            self.outputs.push(&spare);
        }
        Array::of2(&Uint8Array::from(frame), &self.outputs)
    }
}

impl Baggage<JsValue> for Luggage {
    fn now(&self) -> u64 {
        now_us()
    }

    fn memory(&self) -> u64 {
        memory_bytes()
    }

    fn begin(&mut self, index: usize) {
        self.message.set(CURSOR, index.into());
    }

    fn copy_in(
        &mut self,
        index: u16,
        part: Range<usize>,
        input: &mut Vec<u8>,
    ) -> Result<(), String> {
        let part = self.view(index, part)?;
        if input.len() == part.length() as usize {
            part.copy_to(input);
        } else {
            // Given back before it is replaced, so that memory never holds both; and memory that is
            // filled with zeros first is written twice.
            *input = Vec::new();
            *input = part.to_vec();
        }
        Ok(())
    }

    fn object(&self, index: u16) -> Option<&JsValue> {
        self.objects.get(usize::from(index))
    }

    fn copy_out(&mut self, source: Option<u16>, output: &[u8]) -> Result<u16, String> {
        let source = source.and_then(|index| self.buffers.get_mut(usize::from(index)));
        let fits = source.and_then(|slot| slot.take_if(|buffer| holds(buffer, output.len())));
        let length = output.len() as u32;
        let buffer = fits.unwrap_or_else(|| ArrayBuffer::new(length));
        Uint8Array::new_with_byte_offset_and_length(&buffer, 0, length).copy_from(output);
        self.outputs.push(&buffer);
        self.last_output()
    }

    fn replace(&mut self, index: u16, start: usize, output: &[u8]) -> Result<(), String> {
        self.view(index, start..start + output.len())?.copy_from(output);
        Ok(())
    }

    fn give_back(&mut self, index: u16) -> Result<u16, String> {
        let slot = self.buffers.get_mut(usize::from(index));
        let buffer = slot.and_then(Option::take).ok_or_else(|| missing(index))?;
        self.outputs.push(&buffer);
        self.last_output()
    }
}

fn missing(index: u16) -> String {
    format!("the message's buffer {index} is missing or too short")
}

/// Whether an output may go back in the buffer that its input came in: it has the room, and most of
/// it is not left over, which whoever keeps the output would keep too.
fn holds(buffer: &ArrayBuffer, output: usize) -> bool {
    let room = buffer.byte_length() as usize;
    (output..=output.saturating_mul(MOST_ROOM)).contains(&room)
}

/// Microseconds since the Unix epoch, by a clock that does not jump: what the page, whose own clock
/// began at another time, can compare with.
fn now_us() -> u64 {
    thread_local! {
        static CLOCK: Option<(web_sys::Performance, u64)> =
            Reflect::get(&js_sys::global(), &"performance".into())
                .ok()
                .and_then(|performance| performance.dyn_into().ok())
                .map(|clock: web_sys::Performance| {
                    let origin = (clock.time_origin() * 1000.0) as u64;
                    (clock, origin)
                });
    }
    CLOCK.with(|clock| {
        clock.as_ref().map_or(0, |(clock, origin)| origin + (clock.now() * 1000.0) as u64)
    })
}
