//! Makes a kernel of a plain function. Use it as `unjank_worker::kernel`, which this is.
#![forbid(unsafe_code)]
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "few of syn's many variants mean something here"
)]

mod expand;
mod options;
mod shape;
mod typescript;

use proc_macro::TokenStream;
use syn::{ItemFn, parse_macro_input};

use self::{options::Options, shape::Shape};

/// Makes a kernel of a function, which stays callable.
///
/// The kernel is a type with the name of the function, so that `kernels!(invert)` finds it, and
/// `run_alone::<invert>` too. The doc comment is what editors show of it in JavaScript.
///
/// ```
/// use unjank_worker::{kernel, run_alone};
///
/// /// Turns a picture into its negative.
/// #[kernel]
/// fn invert(bytes: &mut [u8]) {
///     bytes.iter_mut().for_each(|byte| *byte = !*byte);
/// }
///
/// assert_eq!(run_alone::<invert>(&(), &[0, 7], 1)?, [255, 248]);
/// # Ok::<(), unjank_worker::KernelError>(())
/// ```
///
/// # Arguments
/// In any order, but for the input, which is the first:
///
/// | argument | is |
/// |---|---|
/// | `&mut [T]`, the first | the input; without another result it is computed in place |
/// | `&[T]`, the first | the input |
/// | `&[T]`, others | further inputs, which each chunk has whole |
/// | `Option<&[T]>` | further inputs that a call may come without |
/// | `&mut Vec<T>` | outputs, empty at first |
/// | `&Context` | the window and the host |
/// | `P` or `&P` | the parameters: at most one argument, of any type that serde can read and write |
///
/// `T` is a number: `u8` to `u64`, `i8` to `i64`, `f32` or `f64`.
///
/// Without an input it makes something of numbers alone, such as a fractal, and takes a `&Context`: the window says
/// which units to make.
///
/// ```
/// use unjank_worker::{Context, kernel, run_alone};
///
/// /// The squares of a range.
/// #[kernel]
/// fn squares(cx: &Context) -> Vec<u32> {
///     let window = cx.window();
///     (window.start..window.start + window.core).map(|number| number * number).collect()
/// }
/// # assert_eq!(run_alone::<squares>(&(), &[], 1)?, []);
/// # Ok::<(), unjank_worker::KernelError>(())
/// ```
///
/// # Results
/// Nothing, `Vec<T>`, or either in a `Result` whose error is a `KernelError`, can be made into one,
/// or can be displayed.
///
/// # Options
///
/// | option | is |
/// |---|---|
/// | `name = "sharpen"` | the name for callers, if it is not that of the function |
/// | `grain = 4` | the promise that each 4 bytes of the result depend on the same 4 of the input alone |
/// | `halo = 1` | how many units of context it needs on either side |
/// | `halo = reach` | the same, by a function of the parameters: `fn reach(params: &P) -> u32` |
/// | `params = "{ sigma: number }"` | the TypeScript of the parameters, if their type in Rust does not tell it |
/// | `params = BLUR` | the same, in a constant: any expression of the type `&'static str` |
/// | `result = "Float32Array"` | the TypeScript of the result, for people, in the same ways |
/// | `host` | it uses what the context offers of the host: progress, clock, log and the like |
/// | `impure` | the result depends on more than the arguments |
/// | `revision = 2` | changes when the bytes of the results do |
///
/// Of numbers, `bool`, `String`, `()`, and options, vectors, tuples and arrays of such the TypeScript is known: of a
/// `Vec<u8>` it is `Uint8Array`, of an `Option<(f32, u64)>` `[number, number | bigint] | undefined`. Of other types
/// nothing is said unless `params` does.
///
/// A kernel with a halo is given more than it answers for; how much, its context says. So it takes
/// one:
///
/// ```
/// use unjank_worker::{Context, kernel, run_in_chunks};
///
/// /// Each sample less the one before it.
/// #[kernel(halo = 1)]
/// fn differences(samples: &[f32], cx: &Context) -> Vec<f32> {
///     let before = cx.window().before as usize;
///     let core = before..before + cx.window().core as usize;
///     core.map(|at| samples[at] - if at > 0 { samples[at - 1] } else { 0.0 }).collect()
/// }
///
/// let samples: Vec<u8> = [1.0_f32, 3.0, 6.0].iter().flat_map(|it| it.to_le_bytes()).collect();
/// let whole = run_in_chunks::<differences>(&(), &samples, 4, None)?;
/// assert_eq!(run_in_chunks::<differences>(&(), &samples, 4, Some(1))?, whole);
/// # Ok::<(), unjank_worker::KernelError>(())
/// ```
#[proc_macro_attribute]
pub fn kernel(options: TokenStream, function: TokenStream) -> TokenStream {
    let options = parse_macro_input!(options as Options);
    let function = parse_macro_input!(function as ItemFn);
    let kernel = Shape::of(&function.sig, &options)
        .map(|shape| expand::kernel(&function, &options, &shape))
        .unwrap_or_else(|error| error.to_compile_error());
    // Parameters are what the caller's were decoded into: a `String`, not a slice of one.
    quote::quote! { #[allow(clippy::ptr_arg)] #function #kernel }.into()
}
