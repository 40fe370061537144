//! Servers that Node.js runs, with the headers that they send themselves.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{ChildStdout, Command, Stdio},
    sync::mpsc,
    thread,
};

use unjank_e2e::{deadline::PATIENCE, family::Family};

/// Vite's dev server.
pub(crate) const VITE: [&str; 3] =
    ["node_modules/vite/bin/vite.js", "--host=127.0.0.1", "--port=0"];

/// How its address begins, where a server announces it.
const ADDRESS: &str = "http://127.0.0.1:";

/// A server on a free port. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct NodeServer {
    url: String,
    _family: Family,
}

impl NodeServer {
    /// Runs a script in the folder of an app.
    pub(crate) fn start(app: &Path, script: &[&str]) -> Self {
        let mut command = Command::new("node");
        command
            .args(script)
            .current_dir(app)
            .envs([("HOST", "127.0.0.1"), ("PORT", "0")])
            .envs([("NO_COLOR", "1"), ("NEXT_TELEMETRY_DISABLED", "1")])
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
            println!("server: {line}");
            if let Some(at) = line.find(ADDRESS) {
                // Nobody waits for a second one.
                let _ = sender.send(line[at..].trim().to_owned());
            }
        }
    });
    receiver.recv_timeout(PATIENCE).expect("the server says its address")
}
