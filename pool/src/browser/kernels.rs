//! Getting the kernel module.

use js_sys::{Reflect, WebAssembly};
use unjank_protocol::abi;
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use web_sys::Url;

use super::{clock::global, error::describe};
use crate::SpawnError;

#[wasm_bindgen(module = "/js/kernels.js")]
extern "C" {
    /// Compiles a module from wherever it is.
    #[wasm_bindgen(catch)]
    async fn load(kernels: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/js/later/diagnosis.js")]
extern "C" {
    /// Why [`load`] failed, from what it threw.
    fn diagnosis(thrown: &JsValue) -> JsValue;
}

#[wasm_bindgen(module = "/js/later/inspection.js")]
extern "C" {
    /// Throws what is wrong with a module that is not glue's.
    #[wasm_bindgen(catch)]
    fn inspect(module: &JsValue) -> Result<(), JsValue>;
}

/// A compiled kernel module.
#[derive(Debug)]
pub(super) struct Kernels {
    pub(super) module: JsValue,
    /// Where it came from, if it came from a URL: for workers that cannot be given it.
    pub(super) url: Option<String>,
}

impl Kernels {
    /// A module from what JavaScript callers give: a URL, a response or a promise of one, bytes, or a
    /// compiled module.
    pub(super) async fn load(kernels: &JsValue) -> Result<Self, SpawnError> {
        let module = load(kernels).await.map_err(|thrown| spawn_error(diagnosis(&thrown)))?;
        inspect(&module).map_err(spawn_error)?;
        Ok(Self { module, url: address(kernels) })
    }

    /// The module that this code is in, made with wasm-bindgen, which has kernels beside the pool.
    pub(super) fn own() -> Result<Self, SpawnError> {
        let module = wasm_bindgen::module();
        let exports = WebAssembly::Module::exports(module.unchecked_ref());
        let name = |export: &JsValue| Reflect::get(export, &"name".into()).ok()?.as_string();
        if !exports.iter().any(|export| name(&export).as_deref() == Some(abi::EXPORT_VERSION)) {
            let message = "say where the kernel module is: the option `kernels` is missing".into();
            return Err(SpawnError::BadKernels { message });
        }
        Ok(Self { module, url: None })
    }
}

/// The absolute URL of what is one.
fn address(kernels: &JsValue) -> Option<String> {
    let given = match kernels.dyn_ref::<Url>() {
        Some(url) => url.href(),
        None => kernels.as_string()?,
    };
    let location: JsValue = global("location")?;
    let here = Reflect::get(&location, &"href".into()).ok()?.as_string()?;
    Url::new_with_base(&given, &here).ok().map(|url| url.href())
}

fn spawn_error(thrown: JsValue) -> SpawnError {
    let text = |name: &str| Reflect::get(&thrown, &name.into()).ok()?.as_string();
    let message = text("message").unwrap_or_else(|| describe(&thrown));
    match text("code").as_deref() {
        Some("kernels_unavailable") => SpawnError::KernelsUnavailable { message },
        Some("version_mismatch") => SpawnError::VersionMismatch { message },
        _ => SpawnError::BadKernels { message },
    }
}
