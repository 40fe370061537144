//! What a standard library would bring.

use core::{arch::wasm32, panic::PanicInfo};

use talc::wasm::WasmDynamicTalc;

#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Nobody could read what it says.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    wasm32::unreachable()
}
