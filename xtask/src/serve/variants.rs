//! Other headers for the same files: what a host may be set up to send.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    folder::Answer,
    response::{Response, Status},
};

/// Headers that take the place of the usual ones, by the name of the variant.
#[derive(Debug, Default)]
pub(super) struct Variants(Mutex<BTreeMap<String, Headers>>);

type Headers = Vec<(&'static str, String)>;

impl Variants {
    /// One more, or another in the place of one of that name.
    pub(super) fn add(&self, name: &str, headers: &[(&'static str, &str)]) {
        let headers = headers.iter().map(|&(name, value)| (name, value.to_owned())).collect();
        self.all().insert(name.to_owned(), headers);
    }

    /// The answer to a request for `target`, as the variant that it asks for has it.
    pub(super) fn apply(&self, target: &str, answer: Answer) -> Answer {
        let Some(name) = asked(target) else { return answer };
        let all = self.all();
        let Some(headers) = all.get(name) else {
            let response = Response::text(Status::NotFound, "404: there is no such variant");
            return Answer { response, hit: None };
        };
        let response = headers
            .iter()
            .fold(answer.response, |response, (name, value)| response.with(name, value.as_str()));
        Answer { response, ..answer }
    }

    /// Each change is whole, so what a panicking thread left behind is sound.
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Headers>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
