//! `unjank doctor`: what is missing here, or what is wrong where an app is deployed.

use std::{
    env, fmt,
    process::{Command, ExitCode},
};

use unjank_cli::{
    command::{self, CommandError},
    optimise,
    programs::{find_in, search_path},
    toolchain::{self, WASM_TARGET},
};

use crate::{
    headers::{Headers, judge},
    line::Doctor,
    pool,
    project::{Project, ProjectError},
};

/// What asks servers: it knows certificates, proxies and redirects.
const CURL: &str = "curl";

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    weight: Weight,
    about: String,
    message: String,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// It is as it should be.
    Fine,
    /// It is worth knowing.
    Note,
    /// It works, and could be better.
    Warning,
    /// It does not work.
    Fault,
}

impl Weight {
    /// A finding of this weight.
    pub(crate) fn on(self, about: &str, message: String) -> Finding {
        Finding { weight: self, about: about.to_owned(), message }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Fault => "fault",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { weight, about, message } = self;
        write!(f, "{}: {about}: {message}", weight.name())
    }
}

/// Prints what was found, a line each; a failure is a fault among it.
pub(crate) fn run(options: &Doctor) -> ExitCode {
    let findings = match options.urls.as_slice() {
        [] => here(),
        urls => urls.iter().flat_map(|url| of_server(url)).collect(),
    };
    findings.iter().for_each(|finding| println!("{finding}"));
    let is_bad = findings.iter().any(|finding| finding.weight == Weight::Fault);
    if is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// What builds need, on this machine and in this folder.
fn here() -> Vec<Finding> {
    vec![target(), optimiser(), node(), sources(), project()]
}

fn target() -> Finding {
    match toolchain::ensure(WASM_TARGET) {
        Ok(()) => Weight::Fine.on(WASM_TARGET, "Rust can compile for it".into()),
        Err(error) => Weight::Fault.on(WASM_TARGET, error.to_string()),
    }
}

fn optimiser() -> Finding {
    match version_of(optimise::PROGRAM) {
        Some(version) => Weight::Fine.on(optimise::PROGRAM, version),
        None => {
            let message = "it is not there: modules are a tenth smaller with it, compressed; it comes with Binaryen";
            Weight::Note.on(optimise::PROGRAM, message.into())
        }
    }
}

fn node() -> Finding {
    match version_of("node") {
        Some(version) => Weight::Fine.on("node", version),
        None => Weight::Note.on("node", "it is not there: only bundlers need it".into()),
    }
}

fn sources() -> Finding {
    match pool::checkout() {
        Ok(root) => Weight::Fine.on("unjank", format!("it comes from {}", root.display())),
        Err(error) => Weight::Fault.on("unjank", error.to_string()),
    }
}

fn project() -> Finding {
    let found = env::current_dir().map(|folder| Project::find(&folder, None));
    match found {
        Ok(Ok(project)) => {
            Weight::Fine.on("this folder", format!("`unjank build` builds {}", project.name))
        }
        Ok(Err(error @ ProjectError::Cargo(_))) => {
            Weight::Note.on("this folder", error.to_string())
        }
        Ok(Err(error)) => Weight::Fault.on("this folder", error.to_string()),
        Err(error) => Weight::Fault.on("this folder", format!("{error}: go to another one")),
    }
}

/// The first line of what a program says of its version, if it is there.
fn version_of(program: &str) -> Option<String> {
    let path = find_in(&search_path(), &[program])?;
    let said = command::capture(Command::new(path).arg("--version")).ok()?;
    said.lines().next().map(str::to_owned)
}

/// What a server makes of one address.
fn of_server(url: &str) -> Vec<Finding> {
    match asked(url) {
        Ok(answer) => {
            let (status, headers) = last_answer(&answer);
            judge(url, status, &headers)
        }
        Err(CommandError::NotStarted { .. }) => {
            vec![
                Weight::Fault
                    .on(url, format!("there is no {CURL} to ask the server with: install it")),
            ]
        }
        Err(CommandError::Failed { said, .. }) => vec![Weight::Fault.on(url, said)],
        Err(error) => vec![Weight::Fault.on(url, error.to_string())],
    }
}

/// All headers that come for an address, as browsers ask: those of redirects first.
fn asked(url: &str) -> Result<String, CommandError> {
    let mut curl = Command::new(CURL);
    curl.args(["--silent", "--show-error", "--location", "--max-time", "30"]);
    curl.args(["--header", "accept-encoding: br, gzip", "--dump-header", "-"]);
    curl.args(["--output", if cfg!(windows) { "NUL" } else { "/dev/null" }, "--", url]);
    command::capture(&mut curl)
}

/// Status and headers of the last answer; status 0 if there is none.
fn last_answer(said: &str) -> (u16, Headers) {
    let lines: Vec<_> = said.lines().map(str::trim_end).collect();
    let begin = lines.iter().rposition(|line| line.starts_with("HTTP/")).unwrap_or(0);
    let status = lines.get(begin).and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let fields = lines.iter().skip(begin + 1).filter_map(|line| line.split_once(':'));
    let headers = fields.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    (status.unwrap_or(0), headers.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_redirects_the_last_answer_counts() {
        let said = "HTTP/1.1 301 Moved\r\nLocation: /b\r\nETag: 1\r\n\r\nHTTP/2 200\r\nContent-Type: a; b: c\r\n\r\n";
        let (status, headers) = last_answer(said);
        assert_eq!(status, 200);
        assert_eq!(Vec::from_iter(headers), [("content-type".to_owned(), "a; b: c".to_owned())]);
        assert_eq!(last_answer(""), (0, Headers::new()));
    }
}
