//! Requests, read from a connection with a bound on what is read.

use std::io::{self, BufRead, Read};

/// The most that a request's line and headers may take, in bytes.
const HEAD_LIMIT: u64 = 16 * 1024;
/// The longest body, in bytes, that is read and dropped so that the connection can go on.
const BODY_LIMIT: u64 = 64 * 1024;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// A file.
    Get,
    /// What a file's headers would be.
    Head,
    /// Anything else.
    Other,
}

/// Whether the connection goes on after the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Persistence {
    /// Another request may follow.
    KeepAlive,
    /// The answer is the last.
    Close,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) target: String,
    pub(super) persistence: Persistence,
    /// Names in lower case.
    headers: Vec<(String, String)>,
}

/// Why a connection has no further request.
#[derive(Debug)]
pub(super) enum NoRequest {
    /// The client went away or was silent too long.
    Gone,
    /// The head is longer than 16 KiB.
    TooLong,
    /// It is not HTTP/1.
    Malformed,
}

impl From<io::Error> for NoRequest {
    fn from(_error: io::Error) -> Self {
        Self::Gone
    }
}

impl Request {
    /// Reads one request and drops its body.
    ///
    /// # Errors
    /// [`NoRequest`]; the connection is of no use then.
    pub(super) fn read(connection: &mut impl BufRead) -> Result<Self, NoRequest> {
        let mut head = connection.by_ref().take(HEAD_LIMIT);
        let mut line = read_line(&mut head)?;
        // RFC 9112, section 2.2: a server should ignore an empty line before a request.
        if line.is_empty() {
            line = read_line(&mut head)?;
        }
        let mut headers = Vec::new();
        loop {
            let line = read_line(&mut head)?;
            if line.is_empty() {
                break;
            }
            headers.push(header(&line).ok_or(NoRequest::Malformed)?);
        }
        let mut request = Self::from_line(&line, headers).ok_or(NoRequest::Malformed)?;
        request.drop_body(connection)?;
        Ok(request)
    }

    /// The value of a header by its name in lower case; several are joined as RFC 9110, section 5.3,
    /// has it.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self
            .headers
            .iter()
            .filter(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    fn from_line(line: &str, headers: Vec<(String, String)>) -> Option<Self> {
        let mut words = line.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        let named = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_graphic());
        if !named || target.is_empty() || words.next().is_some() {
            return None;
        }
        let method = match method {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            _ => Method::Other,
        };
        let persistence = match version {
            "HTTP/1.1" => Persistence::KeepAlive,
            "HTTP/1.0" => Persistence::Close,
            _ => return None,
        };
        let mut request = Self { method, target: target.to_owned(), persistence, headers };
        let connection = request.header("connection").unwrap_or_default();
        if connection.split(',').any(|option| option.trim().eq_ignore_ascii_case("close")) {
            request.persistence = Persistence::Close;
        }
        Some(request)
    }

    /// A body left unread would be taken for the next request.
    fn drop_body(&mut self, connection: &mut impl BufRead) -> Result<(), NoRequest> {
        let length = match self.header("content-length").map(|length| length.parse::<u64>()) {
            None => 0,
            Some(Ok(length)) => length,
            Some(Err(_)) => return Err(NoRequest::Malformed),
        };
        if length > BODY_LIMIT || self.header("transfer-encoding").is_some() {
            self.persistence = Persistence::Close;
            return Ok(());
        }
        io::copy(&mut connection.by_ref().take(length), &mut io::sink())?;
        Ok(())
    }
}

/// One line without its end. A line that the limit cuts off is too long; one that the client cuts
/// off is the end of the connection.
fn read_line(head: &mut io::Take<&mut impl BufRead>) -> Result<String, NoRequest> {
    let mut line = Vec::new();
    head.read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Err(if head.limit() == 0 { NoRequest::TooLong } else { NoRequest::Gone });
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    String::from_utf8(line).map_err(|_| NoRequest::Malformed)
}

fn header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    named.then(|| (name.to_ascii_lowercase(), value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Request, NoRequest> {
        Request::read(&mut text.as_bytes())
    }

    #[test]
    fn a_request_is_read_with_its_headers() {
        let request = read(
            "GET /a HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\naccept-encoding:gzip\r\n\r\n",
        )
        .unwrap();
        assert_eq!((request.method, request.target.as_str()), (Method::Get, "/a"));
        assert_eq!(request.persistence, Persistence::KeepAlive);
        assert_eq!(request.header("accept-encoding").as_deref(), Some("br, gzip"));
        assert_eq!(request.header("range"), None);
    }

    #[test]
    fn the_client_or_its_age_ends_the_connection() {
        for text in [
            "GET / HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.1\r\nConnection: x, Close\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n",
        ] {
            assert_eq!(read(text).unwrap().persistence, Persistence::Close, "{text:?}");
        }
    }

    #[test]
    fn the_request_after_a_body_is_found() {
        let mut connection =
            "POST /a HTTP/1.1\r\nContent-Length: 4\r\n\r\nGET GET /b HTTP/1.1\r\n\r\n".as_bytes();
        assert_eq!(Request::read(&mut connection).unwrap().method, Method::Other);
        assert_eq!(Request::read(&mut connection).unwrap().target, "/b");
        assert!(matches!(Request::read(&mut connection), Err(NoRequest::Gone)));
    }

    #[test]
    fn what_is_not_http_is_malformed() {
        for text in [
            "\r\n\r\n\r\n",
            "GET /\r\n\r\n",
            "GET / HTTP/2\r\n\r\n",
            "GET  / HTTP/1.1\r\n\r\n",
            "GET / x HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nno colon\r\n\r\n",
            "GET / HTTP/1.1\r\nspaced name: x\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        ] {
            assert!(matches!(read(text), Err(NoRequest::Malformed)), "{text:?}");
        }
    }

    #[test]
    fn a_head_without_end_is_cut_off() {
        let endless = format!("GET / HTTP/1.1\r\n{}", "a: b\r\n".repeat(4000));
        assert!(matches!(read(&endless), Err(NoRequest::TooLong)));
        let one_line = "x".repeat(20_000);
        assert!(matches!(read(&one_line), Err(NoRequest::TooLong)));
        assert!(matches!(read("GET / HTTP/1.1\r\nHost"), Err(NoRequest::Gone)));
    }
}
