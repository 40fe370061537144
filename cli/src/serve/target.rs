//! From a request's target to a path inside the served folder, and to nothing outside it.

use std::{
    io,
    path::{Path, PathBuf},
};

use axum::http::Uri;

/// The names between the slashes of a URL's path, decoded, each of them one plain file name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target(Vec<String>);

impl Target {
    /// Reads the target of a request, such as `/pkg/a.js?v=1`; `None` for one that can't name a
    /// file of the folder. A path that ends in a slash means the index.html there.
    pub(super) fn parse(target: &Uri) -> Option<Self> {
        // A host is named to a proxy, which this is not.
        let path = target.path().strip_prefix('/').filter(|_| target.authority().is_none())?;
        let folder = path.is_empty() || path.ends_with('/');
        let names = path.strip_suffix('/').unwrap_or(path);
        let mut decoded = Vec::new();
        if !names.is_empty() {
            for name in names.split('/') {
                decoded.push(decode(name).filter(|name| is_plain(name))?);
            }
        } else if !path.is_empty() {
            return None;
        }
        if folder {
            decoded.push("index.html".to_owned());
        }
        Some(Self(decoded))
    }

    /// The path as it is counted: decoded, without a query, with the index.html named.
    pub(super) fn path(&self) -> String {
        self.0.iter().flat_map(|name| ["/", name]).collect()
    }

    /// The file meant, when it is a file inside `root` after every symbolic link is followed.
    ///
    /// # Errors
    /// There is no such file, or it lies elsewhere.
    pub(super) fn file(&self, root: &Path) -> io::Result<PathBuf> {
        let mut path = root.to_path_buf();
        path.extend(&self.0);
        inside(root, &path)
    }
}

/// `path` with its links followed, when that is a file inside `root`.
///
/// # Errors
/// There is no such file, or it lies elsewhere.
pub(super) fn inside(root: &Path, path: &Path) -> io::Result<PathBuf> {
    let (root, path) = (root.canonicalize()?, path.canonicalize()?);
    if path.starts_with(&root) && path.is_file() {
        return Ok(path);
    }
    Err(io::ErrorKind::NotFound.into())
}

/// Percent-decodes; `None` for a bad escape or for what is not UTF-8.
fn decode(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'%' {
            bytes.push(first);
            continue;
        }
        let (&[high, low], after) = rest.split_first_chunk()?;
        let digit = |digit: u8| char::from(digit).to_digit(16);
        bytes.push(u8::try_from(digit(high)? * 16 + digit(low)?).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

/// No step up, no separator of any system, no drive or stream (`:`), no control character.
fn is_plain(name: &str) -> bool {
    !matches!(name, "" | "." | "..")
        && !name.contains(|c: char| matches!(c, '/' | '\\' | ':') || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(target: &str) -> Option<String> {
        Target::parse(&target.parse().ok()?).map(|target| target.path())
    }

    #[test]
    fn paths_are_decoded_and_queries_dropped() {
        assert_eq!(parsed("/pkg/a.js?v=1&w=/../x").as_deref(), Some("/pkg/a.js"));
        assert_eq!(parsed("/a%20b/%c3%A9.png").as_deref(), Some("/a b/é.png"));
        assert_eq!(parsed("/a..b/...").as_deref(), Some("/a..b/..."));
    }

    #[test]
    fn a_folder_means_its_index() {
        assert_eq!(parsed("/").as_deref(), Some("/index.html"));
        assert_eq!(parsed("/?x").as_deref(), Some("/index.html"));
        assert_eq!(parsed("/sub/").as_deref(), Some("/sub/index.html"));
    }

    #[test]
    fn every_way_out_is_refused() {
        for target in [
            "",
            "*",
            "a.js",
            "http://127.0.0.1/a.js",
            "//",
            "//etc/passwd",
            "/a//b",
            "/..",
            "/../a",
            "/a/../b",
            "/a/..",
            "/./a",
            "/%2e%2e/a",
            "/%2E./a",
            "/.%2e/",
            "/a%2f..%2fb",
            "/..%5ca",
            "/a\\..\\b",
            "/%5c%5chost",
            "/c:/a",
            "/C%3a/a",
            "/a%00",
            "/a%0d%0ab",
            "/%",
            "/%4",
            "/%zz",
            "/%+1",
            "/%ff",
        ] {
            assert_eq!(parsed(target), None, "{target:?}");
        }
    }

    #[test]
    fn an_escape_is_decoded_once() {
        assert_eq!(parsed("/%252e%252e/a").as_deref(), Some("/%2e%2e/a"));
    }
}
