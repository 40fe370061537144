//! What each request gets.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use tokio::task;

use super::{
    changes::Changes,
    folder::{Answer, Documents, Folder},
    hits::Hits,
    variants::Variants,
};

/// What is served, and how.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) folder: Folder,
    pub(super) hits: Arc<Hits>,
    pub(super) variants: Variants,
    /// `None` where pages don't listen.
    pub(super) changes: Option<Changes>,
}

/// The answer to a request, with the headers that every answer has.
pub(super) async fn answer(State(site): State<Arc<Site>>, request: Request) -> Response {
    let (mut response, headers) = match site.variants.headers(request.uri().query()) {
        Some(headers) => (site.respond(request).await, headers),
        None => {
            let refusal = line(StatusCode::NOT_FOUND, "404: there is no such variant");
            (refusal, site.variants.usual())
        }
    };
    response.headers_mut().extend(headers);
    response
}

/// An answer that is one line of text.
pub(super) fn line(status: StatusCode, line: &str) -> Response {
    (status, format!("{line}\n")).into_response()
}

impl Site {
    async fn respond(self: Arc<Self>, request: Request) -> Response {
        if ![Method::GET, Method::HEAD].contains(request.method()) {
            let status = StatusCode::METHOD_NOT_ALLOWED;
            let refusal = line(status, "405: this server answers GET and HEAD only");
            return ([(header::ALLOW, "GET, HEAD")], refusal).into_response();
        }
        let changes = self.changes.as_ref();
        if let Some(response) = changes.and_then(|changes| changes.answer(request.uri().path())) {
            return response;
        }
        let (parts, _body) = request.into_parts();
        // Files are read elsewhere, so that a large one holds up no other connection.
        task::spawn_blocking(move || self.read(&parts)).await.unwrap_or_else(|error| {
            line(StatusCode::INTERNAL_SERVER_ERROR, &format!("500: no file was read: {error}"))
        })
    }

    fn read(&self, request: &Parts) -> Response {
        let documents = match self.changes {
            Some(_) => Documents::Listening,
            None => Documents::AsTheyAre,
        };
        let Answer { response, hit } = self.folder.answer(request, documents);
        if let Some(path) = hit {
            self.hits.add(path);
        }
        response
    }
}
