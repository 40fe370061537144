//! The served folder: what each request gets.

use std::{
    fs::{File, Metadata},
    io::{self, Read},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use super::{
    encoding::{Encoding, acceptable},
    mime::media_type,
    request::{Method, Request},
    response::{Response, Status},
    target::{Target, inside},
};
use crate::compress::with_ending;

/// A folder whose files are served. Nothing is kept in memory: a build may replace it at any time.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    root: PathBuf,
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
    file: File,
    metadata: Metadata,
}

impl Folder {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// What the request gets.
    pub(super) fn answer(&self, request: &Request) -> Answer {
        if request.method == Method::Other {
            let line = "405: this server answers GET and HEAD only";
            let response =
                Response::text(Status::MethodNotAllowed, line).with("Allow", "GET, HEAD");
            return Answer { response, hit: None };
        }
        let Some((target, file)) = self.find(&request.target) else {
            let line = "404: there is no such file in the served folder";
            return Answer { response: Response::text(Status::NotFound, line), hit: None };
        };
        match self.file(request, &file) {
            Ok(response) => {
                let hit = (request.method == Method::Get).then(|| target.path());
                Answer { response, hit }
            }
            Err(error) => {
                let line = format!("500: the file can't be read: {error}");
                Answer { response: Response::text(Status::Unreadable, &line), hit: None }
            }
        }
    }

    fn find(&self, target: &str) -> Option<(Target, PathBuf)> {
        let target = Target::parse(target)?;
        let file = target.file(&self.root).ok()?;
        Some((target, file))
    }

    fn file(&self, request: &Request, path: &Path) -> io::Result<Response> {
        let accept = request.header("accept-encoding").unwrap_or_default();
        let form = self.best_form(path, &accept)?;
        let tag = entity_tag(&form);
        let known = request.header("if-none-match").is_some_and(|tags| matches_tag(&tags, &tag));
        let response =
            if known { Response::new(Status::NotModified, Vec::new()) } else { full(path, form)? };
        Ok(response.with("ETag", tag).with("Vary", "Accept-Encoding"))
    }

    /// The best form that is there and is accepted. A compressed form older than its file is left
    /// over from before an edit, and is passed over.
    fn best_form(&self, path: &Path, accept: &str) -> io::Result<Form> {
        let plain = open(path, Encoding::Identity)?;
        for encoding in acceptable(accept) {
            let Some(ending) = encoding.ending() else { break };
            let compressed = inside(&self.root, &with_ending(path, ending));
            let Ok(form) = compressed.and_then(|path| open(&path, encoding)) else { continue };
            if modified(&form.metadata) >= modified(&plain.metadata) {
                return Ok(form);
            }
        }
        Ok(plain)
    }
}

fn open(path: &Path, encoding: Encoding) -> io::Result<Form> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    Ok(Form { encoding, file, metadata })
}

fn full(path: &Path, mut form: Form) -> io::Result<Response> {
    let mut body = Vec::new();
    form.file.read_to_end(&mut body)?;
    let response = Response::new(Status::Ok, body).with("Content-Type", media_type(path));
    Ok(match form.encoding {
        Encoding::Identity => response,
        Encoding::Gzip | Encoding::Brotli => {
            response.with("Content-Encoding", form.encoding.name())
        }
    })
}

/// Changes with the file's length, its time of change and the form.
fn entity_tag(form: &Form) -> String {
    let since = modified(&form.metadata).duration_since(UNIX_EPOCH).unwrap_or_default();
    let (length, encoding) = (form.metadata.len(), form.encoding.name());
    format!("\"{length:x}-{:x}-{encoding}\"", since.as_nanos())
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
