//! Vite's dev server, with the headers that it sends itself.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{ChildStdout, Command, Stdio},
    sync::mpsc,
    thread,
};

use unjank_e2e::{deadline::PATIENCE, family::Family};

/// What stands before its address.
const ANNOUNCEMENT: &str = "Local:";

/// A dev server on a free port. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct DevServer {
    url: String,
    _family: Family,
}

impl DevServer {
    /// Serves the sources of an app.
    pub(crate) fn start(app: &Path) -> Self {
        let mut command = Command::new("node");
        command
            .args(["node_modules/vite/bin/vite.js", "--host=127.0.0.1", "--port=0"])
            .current_dir(app)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut family = Family::start(&mut command).expect("node starts");
        let stdout = family.stdout().expect("its output is piped");
        Self { url: address_from(stdout), _family: family }
    }

    /// Where its page is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// Reads what the server prints until it names its address; goes on reading after that, because a
/// full pipe would block it.
fn address_from(stdout: ChildStdout) -> String {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            println!("vite: {line}");
            if let Some((_, address)) = line.split_once(ANNOUNCEMENT) {
                // Nobody waits for a second one.
                let _ = sender.send(address.trim().to_owned());
            }
        }
    });
    receiver.recv_timeout(PATIENCE).expect("the dev server says its address")
}
