//! The pool as a module of its own: what a page loads beside its kernels.
#![cfg(target_arch = "wasm32")]

// Its face for JavaScript, which this links in.
use unjank_pool as _;
