//! The JavaScript glue: from cargo's .wasm to the module, its loader and its types.

use std::path::{Path, PathBuf};

use unjank_cli::profile::Profile;
use wasm_bindgen_cli_support::Bindgen;

/// Writes `<name>.js`, `<name>.d.ts` and `<name>_bg.wasm` into `folder`; returns the .wasm's path.
///
/// The glue can load the module from its own URL (`init()` without arguments) and can put the
/// instance back to its first state after a trap (`__wbg_reset_state`): without that each trap would
/// cost a worker.
///
/// # Errors
/// The generator's own words.
pub(crate) fn generate(
    module: &Path,
    name: &str,
    profile: Profile,
    folder: &Path,
) -> Result<PathBuf, String> {
    let keep_names = profile.keeps_names();
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(module)
        .out_name(name)
        .typescript(true)
        .omit_default_module_path(false)
        .reset_state_function(true)
        .keep_debug(keep_names)
        .remove_name_section(!keep_names);
    bindgen
        .web(true)
        .and_then(|bindgen| bindgen.generate(folder))
        .map_err(|error| format!("{error:#}"))?;
    Ok(folder.join(format!("{name}_bg.wasm")))
}
