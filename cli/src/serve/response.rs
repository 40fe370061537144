//! Answers, and the headers that every one of them carries.

use std::io::{self, Write};

use super::request::{Method, Persistence};

/// What a page served here may do: load and run what comes from here, compile wasm, nothing else.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    img-src 'self' data: blob:; style-src 'self'; object-src 'none'; base-uri 'none'";

/// What every answer says unless it says otherwise.
const USUAL: [(&str, &str); 3] = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-cache"),
];

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    NotModified,
    BadRequest,
    NotFound,
    MethodNotAllowed,
    HeadTooLong,
    Unreadable,
    Busy,
}

impl Status {
    fn line(self) -> &'static str {
        match self {
            Self::Ok => "200 OK",
            Self::NotModified => "304 Not Modified",
            Self::BadRequest => "400 Bad Request",
            Self::NotFound => "404 Not Found",
            Self::MethodNotAllowed => "405 Method Not Allowed",
            Self::HeadTooLong => "431 Request Header Fields Too Large",
            Self::Unreadable => "500 Internal Server Error",
            Self::Busy => "503 Service Unavailable",
        }
    }
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Response {
    status: Status,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Response {
    /// An answer with a body; it says nothing yet of what the body is.
    pub(super) fn new(status: Status, body: Vec<u8>) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    /// An answer that is one line of text.
    pub(super) fn text(status: Status, line: &str) -> Self {
        Self::new(status, format!("{line}\n").into_bytes())
            .with("Content-Type", "text/plain; charset=utf-8")
    }

    /// Sets a header, in the place of one of that name.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name, value.into()));
        self
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// Writes the answer to a request of that method.
    ///
    /// # Errors
    /// The client went away.
    pub(super) fn write(
        &self,
        connection: &mut impl Write,
        method: Method,
        persistence: Persistence,
    ) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {}\r\n", self.status.line());
        let mut add = |name: &str, value: &str| head.extend([name, ": ", value, "\r\n"]);
        for (name, value) in USUAL.into_iter().filter(|(name, _)| !self.has(name)) {
            add(name, value);
        }
        for (name, value) in &self.headers {
            add(name, value);
        }
        if self.status != Status::NotModified {
            add("Content-Length", &self.body.len().to_string());
        }
        if persistence == Persistence::Close {
            add("Connection", "close");
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        if method != Method::Head && self.status != Status::NotModified {
            bytes.extend_from_slice(&self.body);
        }
        connection.write_all(&bytes)?;
        connection.flush()
    }
}
