//! The headers of every answer, and others for the same files: what a host may be set up to send.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// What a page served here may do: load and run what comes from here, compile wasm, nothing else.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    img-src 'self' data: blob:; style-src 'self'; object-src 'none'; base-uri 'none'";

/// What every answer says unless it is told otherwise.
const USUAL: [(&str, &str); 3] = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-cache"),
];

/// Headers that take the place of the usual ones.
#[derive(Clone, Debug)]
pub(super) struct Variants {
    /// In every answer.
    everywhere: HeaderMap,
    /// By the name of the variant.
    named: BTreeMap<String, HeaderMap>,
}

impl Default for Variants {
    fn default() -> Self {
        Self { everywhere: fields(&USUAL), named: BTreeMap::new() }
    }
}

impl Variants {
    /// One more, or another in the place of one of that name.
    pub(super) fn add(&mut self, name: &str, headers: &[(&'static str, &str)]) {
        self.named.insert(name.to_owned(), fields(headers));
    }

    /// These in every answer; a variant's come before them.
    pub(super) fn add_to_all(&mut self, headers: &[(&'static str, &str)]) {
        self.everywhere.extend(fields(headers));
    }

    /// The headers of every answer that is no variant's.
    pub(super) fn usual(&self) -> HeaderMap {
        self.everywhere.clone()
    }

    /// The headers of the answer to a request with that query; `None` when it asks for a variant that
    /// there is not.
    pub(super) fn headers(&self, query: Option<&str>) -> Option<HeaderMap> {
        let mut headers = self.usual();
        if let Some(name) = query.and_then(asked) {
            headers.extend(self.named.get(name)?.clone());
        }
        Some(headers)
    }
}

/// Panics for what is no header: who calls the server has it written in their program.
fn fields(headers: &[(&str, &str)]) -> HeaderMap {
    let field = |&(name, value): &(&str, &str)| {
        let Ok(field) = HeaderName::try_from(name) else { panic!("{name:?} names no header") };
        let Ok(value) = HeaderValue::try_from(value) else {
            panic!("{name} can't be {value:?}: no header has control characters")
        };
        (field, value)
    };
    headers.iter().map(field).collect()
}

/// The variant that a query asks for: its first `as`.
fn asked(query: &str) -> Option<&str> {
    query.split('&').find_map(|pair| pair.strip_prefix("as="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_is_asked_for_in_the_query() {
        assert_eq!(asked("as=text"), Some("text"));
        assert_eq!(asked("x=1&as=text&as=other"), Some("text"));
        assert_eq!(asked("as="), Some(""));
        for query in ["", "x", "has=text", "As=text"] {
            assert_eq!(asked(query), None, "{query}");
        }
    }
}
