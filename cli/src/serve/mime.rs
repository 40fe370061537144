//! Media types by file ending.

use std::path::Path;

/// The `Content-Type` of a file. Browsers compile wasm while it streams in only for exactly
/// `application/wasm`, and run modules only as a JavaScript type.
pub(super) fn media_type(path: &Path) -> String {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let media_type = match extension.to_ascii_lowercase().as_str() {
        "mjs" => "text/javascript",
        // To be read: as what they are guessed to be, browsers would save the one and play the other.
        "md" | "ts" => "text/plain",
        "map" => "application/json",
        other => mime_guess::from_ext(other).first_raw().unwrap_or("application/octet-stream"),
    };
    let charset = if media_type.starts_with("text/") { "; charset=utf-8" } else { "" };
    format!("{media_type}{charset}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_is_exact_and_scripts_are_scripts() {
        assert_eq!(media_type(Path::new("pkg/a_bg.wasm")), "application/wasm");
        assert_eq!(media_type(Path::new("a.js")), "text/javascript; charset=utf-8");
        assert_eq!(media_type(Path::new("a.MJS")), "text/javascript; charset=utf-8");
    }

    #[test]
    fn the_last_ending_counts_and_the_unknown_is_bytes() {
        assert_eq!(media_type(Path::new("a.d.ts")), "text/plain; charset=utf-8");
        assert_eq!(media_type(Path::new("a.js.br")), "application/octet-stream");
        assert_eq!(media_type(Path::new("LICENSE")), "application/octet-stream");
        assert_eq!(media_type(Path::new("wasm")), "application/octet-stream");
    }
}
