//! Other headers for the same files: what a host may be set up to send.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    folder::Answer,
    response::{Response, Status},
};

/// Headers that take the place of the usual ones.
#[derive(Debug, Default)]
pub(super) struct Variants(Mutex<Replacements>);

#[derive(Debug, Default)]
struct Replacements {
    /// In every answer.
    everywhere: Headers,
    /// By the name of the variant.
    named: BTreeMap<String, Headers>,
}

type Headers = Vec<(&'static str, String)>;

impl Variants {
    /// One more, or another in the place of one of that name.
    pub(super) fn add(&self, name: &str, headers: &[(&'static str, &str)]) {
        self.all().named.insert(name.to_owned(), owned(headers));
    }

    /// These in every answer; a variant's come before them.
    pub(super) fn add_to_all(&self, headers: &[(&'static str, &str)]) {
        self.all().everywhere.extend(owned(headers));
    }

    /// The answer to a request for `target`, as the variant that it asks for has it.
    pub(super) fn apply(&self, target: &str, answer: Answer) -> Answer {
        let all = self.all();
        let Answer { response, hit } = answer;
        let response = with(response, &all.everywhere);
        let Some(name) = asked(target) else { return Answer { response, hit } };
        let Some(headers) = all.named.get(name) else {
            let response = Response::text(Status::NotFound, "404: there is no such variant");
            return Answer { response, hit: None };
        };
        Answer { response: with(response, headers), hit }
    }

    /// Each change is whole, so what a panicking thread left behind is sound.
    fn all(&self) -> MutexGuard<'_, Replacements> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn owned(headers: &[(&'static str, &str)]) -> Headers {
    headers.iter().map(|&(name, value)| (name, value.to_owned())).collect()
}

fn with(response: Response, headers: &Headers) -> Response {
    headers.iter().fold(response, |response, (name, value)| response.with(name, value.as_str()))
}

/// The variant that a target asks for: the first `as` of its query.
fn asked(target: &str) -> Option<&str> {
    let (_, query) = target.split('#').next()?.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix("as="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_is_asked_for_in_the_query() {
        assert_eq!(asked("/a?as=text"), Some("text"));
        assert_eq!(asked("/a?x=1&as=text&as=other#as=hash"), Some("text"));
        assert_eq!(asked("/a?as="), Some(""));
        for target in ["/a", "/as=text", "/a?has=text", "/a?As=text", "/a#?as=text"] {
            assert_eq!(asked(target), None, "{target}");
        }
    }
}
