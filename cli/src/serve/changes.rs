//! Telling open pages that what they show has changed.

use std::convert::Infallible;

use axum::{
    http::header,
    response::{IntoResponse, Response, Sse, sse::Event},
};
use futures::stream;
use tokio::sync::watch;

/// What a page listens with.
const SCRIPT: &str = "new EventSource('/.unjank/changes').onmessage = () => location.reload();\n";
/// What makes a document listen.
const TAG: &[u8] = b"<script type=\"module\" src=\"/.unjank/reload.js\"></script>";
const BODY_END: &[u8] = b"</body>";

/// Reloads the open pages of a server made with [`Server::with_changes`](super::Server::with_changes).
#[derive(Clone, Debug)]
pub struct Changes(watch::Sender<()>);

impl Changes {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(()))
    }

    /// Says that what is served has changed. Pages that are open reload; calls that follow faster
    /// than a page can be told are one to it.
    pub fn tell(&self) {
        self.0.send_replace(());
    }

    /// The answer to a request for what pages need to listen; `None` for another path.
    pub(super) fn answer(&self, path: &str) -> Option<Response> {
        match path {
            "/.unjank/changes" => Some(self.events()),
            "/.unjank/reload.js" => {
                let media_type = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
                Some((media_type, SCRIPT).into_response())
            }
            _ => None,
        }
    }

    fn events(&self) -> Response {
        let events = stream::unfold(self.0.subscribe(), async |mut told| {
            told.changed().await.ok()?;
            Some((Ok::<_, Infallible>(Event::default().data("changed")), told))
        });
        Sse::new(events).into_response()
    }
}

/// The document with what makes it listen, as the last in its body.
pub(super) fn listening(mut document: Vec<u8>) -> Vec<u8> {
    let end =
        document.windows(BODY_END.len()).rposition(|part| part.eq_ignore_ascii_case(BODY_END));
    let place = end.unwrap_or(document.len());
    document.splice(place..place, TAG.iter().copied());
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listening_text(document: &str) -> String {
        String::from_utf8(listening(document.into())).unwrap()
    }

    #[test]
    fn a_document_listens_last_of_all_in_its_body() {
        let tag = str::from_utf8(TAG).unwrap();
        assert_eq!(listening_text("<p>a</BODY></html>"), format!("<p>a{tag}</BODY></html>"));
        assert_eq!(listening_text("</body>a</body>b"), format!("</body>a{tag}</body>b"));
        assert_eq!(listening_text("<!doctype html>"), format!("<!doctype html>{tag}"));
        assert_eq!(listening_text(""), tag);
    }
}
