//! What decides in unjank's pool, as a module of plain exports: `core.wasm`.
//!
//! `pool/js/seam.d.ts` says what each export does; `unjank_core::seam` does it.
#![cfg(target_arch = "wasm32")]
#![no_std]

mod exports;
mod runtime;
