//! The real engine and real kernels, joined by a simulated browser: a virtual clock, buffers that can be
//! detached, and workers that answer, crash or stay silent when they are told to. Nothing here waits for time to pass.

mod blame;
mod chances;
mod endings;
mod kernels;
mod refusals;
mod reopening;
mod results;
mod shell;
mod slices;
mod timeline;
mod world;
