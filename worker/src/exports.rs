//! The macro that makes a module of kernels.

/// Makes a kernel module of these kernels: the exports of the interface, when the crate is built for
/// WebAssembly, and everywhere a function `registry() -> Registry` to call them by name.
///
/// It stands once in a crate whose `crate-type` is `cdylib`.
///
/// ```
/// # use unjank_worker::kernel;
/// /// Turns a picture into its negative.
/// #[kernel]
/// fn invert(bytes: &mut [u8]) {
///     bytes.iter_mut().for_each(|byte| *byte = !*byte);
/// }
///
/// unjank_worker::kernels!(invert);
/// # fn main() {
/// assert_eq!(registry().names().collect::<Vec<_>>(), ["invert"]);
/// # }
/// ```
///
/// Two kernels of one name don't compile:
///
/// ```compile_fail
/// # use unjank_worker::kernel;
/// #[kernel]
/// fn invert(bytes: &mut [u8]) {}
///
/// unjank_worker::kernels!(invert, invert);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! kernels {
    ($($kernel:ty),* $(,)?) => {
        const _: () = {
            #[cfg(target_family = "wasm")]
            $crate::__exports!(KERNELS);
        };

        /// The kernels of this module.
        #[must_use]
        pub const fn registry() -> $crate::Registry {
            REGISTRY
        }

        const REGISTRY: $crate::Registry = $crate::Registry::of(KERNELS);
        const KERNELS: &[$crate::Entry] = &[$($crate::Entry::of::<$kernel>()),*];
    };
}

/// The exports of the interface.
#[doc(hidden)]
#[macro_export]
macro_rules! __exports {
    ($kernels:path) => {
        use $crate::__instance as instance;

        const NAME: &str = ::core::env!("CARGO_PKG_NAME");
        const VERSION: &str = ::core::env!("CARGO_PKG_VERSION");

        static DESCRIPTION: [u8; instance::description($kernels, NAME, VERSION, &mut [])] = {
            let mut bytes = [0; _];
            _ = instance::description($kernels, NAME, VERSION, &mut bytes);
            bytes
        };

        #[unsafe(link_section = "unjank:docs")]
        #[used]
        static DOCS: [u8; instance::docs($kernels, &mut [])] = {
            let mut bytes = [0; _];
            _ = instance::docs($kernels, &mut bytes);
            bytes
        };

        ::std::thread_local! {
            static INSTANCE: instance::Instance = const { instance::instance($kernels) };
        }

        #[cfg(target_os = "wasi")]
        #[unsafe(no_mangle)]
        extern "C" fn _initialize() {
            instance::initialize();
        }

        #[unsafe(no_mangle)]
        extern "C" fn unjank_v1() -> u32 {
            instance::version(&INSTANCE, &DESCRIPTION)
        }

        #[unsafe(no_mangle)]
        extern "C" fn unjank_reserve(slot: u32, length: u32) -> u32 {
            instance::reserve(&INSTANCE, slot, length)
        }

        #[unsafe(no_mangle)]
        extern "C" fn unjank_run() -> u32 {
            instance::run(&INSTANCE)
        }

        #[unsafe(no_mangle)]
        extern "C" fn unjank_plan() -> u32 {
            instance::plan(&INSTANCE)
        }

        #[unsafe(no_mangle)]
        extern "C" fn unjank_forget(identity: u32) {
            instance::forget(&INSTANCE, identity);
        }
    };
}
