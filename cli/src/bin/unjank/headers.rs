//! What a server's answers mean for a pool.

use std::collections::BTreeMap;

use crate::doctor::{Finding, Weight};

/// What a server said of a file: names in lower case.
pub(crate) type Headers = BTreeMap<String, String>;

/// Which kind of file an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Module,
    Script,
    Page,
}

impl Kind {
    fn of(url: &str) -> Self {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        match path.rsplit('.').next() {
            Some("wasm") => Self::Module,
            Some("js" | "mjs") => Self::Script,
            Some(_) | None => Self::Page,
        }
    }
}

/// Judges the answer to a request for an address, made by who takes Brotli and gzip.
pub(crate) fn judge(url: &str, status: u16, headers: &Headers) -> Vec<Finding> {
    if status != 200 {
        return vec![
            Weight::Fault
                .on(url, format!("the server says {status}: deploy the file, or mend its address")),
        ];
    }
    let findings = match Kind::of(url) {
        Kind::Module => {
            let typed = media_type(url, headers, Weight::Warning, &["application/wasm"]);
            [typed, sending(url, headers)].concat()
        }
        Kind::Script => {
            let scripts = ["text/javascript", "application/javascript"];
            [media_type(url, headers, Weight::Fault, &scripts), sending(url, headers)].concat()
        }
        Kind::Page => policy(url, headers),
    };
    if findings.is_empty() {
        vec![Weight::Fine.on(url, "nothing stands in the way".into())]
    } else {
        findings
    }
}

/// Browsers run scripts by their type alone; a module of another one has to arrive whole before it is compiled.
fn media_type(url: &str, headers: &Headers, weight: Weight, wanted: &[&str]) -> Vec<Finding> {
    let found = headers.get("content-type").map_or("", String::as_str);
    let essence = found.split(';').next().unwrap_or_default().trim();
    if wanted.contains(&essence) {
        return Vec::new();
    }
    let message = format!("its content-type is `{found}`: have the server send `{}`", wanted[0]);
    vec![weight.on(url, message)]
}

/// What a visit costs: the first, and the next.
fn sending(url: &str, headers: &Headers) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !headers.contains_key("content-encoding") {
        let message = "it is sent as it is: compress it, by Brotli if you can, to about a third";
        findings.push(Weight::Warning.on(url, message.into()));
    }
    if ["cache-control", "etag", "last-modified"].iter().all(|name| !headers.contains_key(*name)) {
        let message = "it is sent again at each visit: give it an etag, or, if its name has a hash, \
                       `cache-control: max-age=31536000, immutable`";
        findings.push(Weight::Warning.on(url, message.into()));
    }
    findings
}

/// Whether the page's policy lets modules compile, workers start and files be fetched.
fn policy(url: &str, headers: &Headers) -> Vec<Finding> {
    let Some(policy) = headers.get("content-security-policy") else { return Vec::new() };
    let policy = Policy::of(policy);
    let mut findings = Vec::new();
    let compiles = ["'wasm-unsafe-eval'", "'unsafe-eval'"];
    if !policy.allows(&["script-src", "default-src"], &compiles) {
        let message = "its policy lets no module compile: add `'wasm-unsafe-eval'` to script-src";
        findings.push(Weight::Fault.on(url, message.into()));
    }
    let own = ["'self'", "*"];
    let workers = ["worker-src", "child-src", "script-src", "default-src"];
    let files = ["connect-src", "default-src"];
    for (directives, what) in [(&workers[..], "start workers"), (&files[..], "fetch its modules")] {
        if !policy.allows(directives, &own) {
            let message = format!(
                "its policy may not let it {what}: {} needs the origin of the pool's files",
                directives[0]
            );
            findings.push(Weight::Warning.on(url, message));
        }
    }
    if policy.0.get("sandbox").is_some_and(|allowed| !allowed.contains(&"allow-same-origin")) {
        let message = "its policy puts it in a sandbox, where there are no workers: \
                       allow `allow-same-origin`, or make the pool with `fallback: 'inline'`";
        findings.push(Weight::Fault.on(url, message.into()));
    }
    if policy.0.contains_key("require-trusted-types-for") {
        let message =
            "its policy wants trusted types: give the pool a `TrustedScriptURL` as `worker`";
        findings.push(Weight::Note.on(url, message.into()));
    }
    findings
}

/// A content security policy: sources by directive. Of two the first counts.
struct Policy<'h>(BTreeMap<&'h str, Vec<&'h str>>);

impl<'h> Policy<'h> {
    fn of(header: &'h str) -> Self {
        let mut directives = BTreeMap::new();
        for directive in header.split(';') {
            let mut words = directive.split_whitespace();
            if let Some(name) = words.next() {
                directives.entry(name).or_insert_with(|| words.collect());
            }
        }
        Self(directives)
    }

    /// Whether the first of some directives that is there has one of some sources, or none is there.
    fn allows(&self, directives: &[&str], sources: &[&str]) -> bool {
        let Self(policy) = self;
        let governing = directives.iter().find_map(|directive| policy.get(directive));
        governing.is_none_or(|allowed| allowed.iter().any(|source| sources.contains(source)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(url: &str, headers: &[(&str, &str)]) -> Vec<String> {
        let headers =
            headers.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        judge(url, 200, &headers).iter().map(ToString::to_string).collect()
    }

    fn of_policy(policy: &str) -> String {
        said("http://x/", &[("content-security-policy", policy)]).join("\n")
    }

    const SENT: [(&str, &str); 2] = [("content-encoding", "br"), ("etag", "\"1\"")];

    #[test]
    fn modules_and_scripts_have_their_types() {
        let typed = |url, found| said(url, &[SENT[0], SENT[1], ("content-type", found)]).join("\n");
        assert!(typed("http://x/a.wasm?v=1", "application/wasm").starts_with("fine: "));
        assert!(typed("http://x/a.js", "text/javascript; charset=utf-8").starts_with("fine: "));
        assert!(
            typed("http://x/a.wasm", "application/octet-stream").contains("`application/wasm`")
        );
        assert!(typed("http://x/worker.js", "text/plain").starts_with("fault: "));
        assert!(said("http://x/a.wasm", &SENT).join("\n").contains("its content-type is ``"));
    }

    #[test]
    fn what_is_large_or_sent_again_is_a_warning() {
        let said = said("http://x/a.wasm", &[("content-type", "application/wasm")]);
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said.iter().all(|line| line.starts_with("warning: ")), "{said:?}");
    }

    #[test]
    fn a_policy_lets_modules_compile_and_workers_start() {
        assert!(
            of_policy("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'")
                .starts_with("fine: ")
        );
        assert!(of_policy("script-src 'self'").contains("add `'wasm-unsafe-eval'`"));
        assert!(of_policy("default-src 'none'").contains("let it start workers: worker-src"));
        assert!(of_policy("connect-src https://api.x").contains("let it fetch its modules"));
        assert!(
            of_policy("worker-src 'self'; default-src 'self' 'unsafe-eval'").starts_with("fine: ")
        );
    }

    #[test]
    fn sandboxes_and_trusted_types_are_told() {
        assert!(of_policy("sandbox allow-scripts").contains("fallback: 'inline'"));
        assert!(of_policy("sandbox allow-scripts allow-same-origin").starts_with("fine: "));
        assert!(of_policy("require-trusted-types-for 'script'").starts_with("note: "));
    }

    #[test]
    fn a_file_that_is_not_there_is_a_fault() {
        let found = judge("http://x/a.wasm", 404, &Headers::new());
        assert!(found[0].to_string().starts_with("fault: http://x/a.wasm: the server says 404"));
    }
}
