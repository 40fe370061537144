//! Media types by file ending.

use std::path::Path;

/// The `Content-Type` of a file. Browsers compile wasm while it streams in only for exactly
/// `application/wasm`, and run modules only as a JavaScript type.
pub(super) fn media_type(path: &Path) -> &'static str {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "avif" => "image/avif",
        "css" => "text/css; charset=utf-8",
        "gif" => "image/gif",
        "htm" | "html" => "text/html; charset=utf-8",
        "ico" => "image/vnd.microsoft.icon",
        "jpeg" | "jpg" => "image/jpeg",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "md" | "ts" | "txt" => "text/plain; charset=utf-8",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
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
