//! The served folder: what each request gets.

use std::{
    fs::{File, Metadata},
    io::{self, Read},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    http::{HeaderMap, HeaderName, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

use super::{
    changes::listening,
    encoding::{Encoding, acceptable},
    mime::media_type,
    site::line,
    target::{Target, inside},
};
use crate::compress::with_ending;

/// A folder whose files are served. Nothing is kept in memory: a build may replace it at any time.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    root: PathBuf,
}

/// How the folder's documents are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Documents {
    /// As any other file.
    AsTheyAre,
    /// With what makes them listen for changes.
    Listening,
}

/// An answer, and which file it is about.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) response: Response,
    /// The path to count, for a GET that got a file.
    pub(super) hit: Option<String>,
}

/// One form of a file, opened.
struct Form {
    encoding: Encoding,
    documents: Documents,
    file: File,
    metadata: Metadata,
}

impl Folder {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// What a GET or HEAD gets.
    pub(super) fn answer(&self, request: &Parts, documents: Documents) -> Answer {
        let Some((target, path)) = self.find(request) else {
            let text = "404: there is no such file in the served folder";
            return Answer { response: line(StatusCode::NOT_FOUND, text), hit: None };
        };
        match self.file(&request.headers, &path, documents) {
            Ok(response) => {
                let hit = (request.method == Method::GET).then(|| target.path());
                Answer { response, hit }
            }
            Err(error) => {
                let text = format!("500: the file can't be read: {error}");
                Answer { response: line(StatusCode::INTERNAL_SERVER_ERROR, &text), hit: None }
            }
        }
    }

    fn find(&self, request: &Parts) -> Option<(Target, PathBuf)> {
        let target = Target::parse(&request.uri)?;
        let file = target.file(&self.root).ok()?;
        Some((target, file))
    }

    fn file(&self, headers: &HeaderMap, path: &Path, documents: Documents) -> io::Result<Response> {
        let media_type = media_type(path);
        let form = if documents == Documents::Listening && media_type.starts_with("text/html") {
            open(path, Encoding::Identity, Documents::Listening)?
        } else {
            self.best_form(path, &joined(headers, header::ACCEPT_ENCODING))?
        };
        let tag = entity_tag(&form);
        let known = matches_tag(&joined(headers, header::IF_NONE_MATCH), &tag);
        let response =
            if known { StatusCode::NOT_MODIFIED.into_response() } else { full(form, media_type)? };
        let about = [(header::ETAG, tag), (header::VARY, "Accept-Encoding".to_owned())];
        Ok((about, response).into_response())
    }

    /// The best form that is there and is accepted. A compressed form older than its file is left
    /// over from before an edit, and is passed over.
    fn best_form(&self, path: &Path, accept: &str) -> io::Result<Form> {
        let plain = open(path, Encoding::Identity, Documents::AsTheyAre)?;
        for encoding in acceptable(accept) {
            let Some(ending) = encoding.ending() else { break };
            let compressed = inside(&self.root, &with_ending(path, ending));
            let form = compressed.and_then(|path| open(&path, encoding, Documents::AsTheyAre));
            let Ok(form) = form else { continue };
            if modified(&form.metadata) >= modified(&plain.metadata) {
                return Ok(form);
            }
        }
        Ok(plain)
    }
}

/// The value of a header; several are joined as RFC 9110, section 5.3, has it.
fn joined(headers: &HeaderMap, name: HeaderName) -> String {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.collect::<Vec<_>>().join(", ")
}

fn open(path: &Path, encoding: Encoding, documents: Documents) -> io::Result<Form> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    Ok(Form { encoding, documents, file, metadata })
}

fn full(mut form: Form, media_type: String) -> io::Result<Response> {
    let mut body = Vec::new();
    form.file.read_to_end(&mut body)?;
    let body = match form.documents {
        Documents::AsTheyAre => body,
        Documents::Listening => listening(body),
    };
    let response = ([(header::CONTENT_TYPE, media_type)], body).into_response();
    Ok(match form.encoding {
        Encoding::Identity => response,
        Encoding::Gzip | Encoding::Brotli => {
            ([(header::CONTENT_ENCODING, form.encoding.name())], response).into_response()
        }
    })
}

/// Changes with the file's length, its time of change and the form.
fn entity_tag(form: &Form) -> String {
    let since = modified(&form.metadata).duration_since(UNIX_EPOCH).unwrap_or_default();
    let (length, nanoseconds) = (form.metadata.len(), since.as_nanos());
    let name = match form.documents {
        Documents::AsTheyAre => form.encoding.name(),
        Documents::Listening => "listening",
    };
    format!("\"{length:x}-{nanoseconds:x}-{name}\"")
}

fn modified(metadata: &Metadata) -> SystemTime {
    metadata.modified().unwrap_or(UNIX_EPOCH)
}

/// Whether an `If-None-Match` value names `tag`, compared weakly: RFC 9110, section 13.1.2.
fn matches_tag(tags: &str, tag: &str) -> bool {
    let mut tags = tags.split(',').map(str::trim);
    tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly_and_in_lists() {
        assert!(matches_tag("\"a\"", "\"a\""));
        assert!(matches_tag("\"x\", W/\"a\"", "\"a\""));
        assert!(matches_tag("*", "\"a\""));
        assert!(!matches_tag("\"x\", \"y\"", "\"a\""));
        assert!(!matches_tag("", "\"a\""));
    }
}
