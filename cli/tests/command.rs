//! The command as its users run it: in folders of their own, outside the repository.
#![expect(
    clippy::unwrap_used,
    reason = "a failed unwrap is how a test fails, wherever it is called from"
)]
#![cfg(feature = "command")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use unjank_cli::serve::Server;

/// Some folder, in which commands are run.
struct Place(TempDir);

/// What a command said.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Place {
    /// What cargo makes in it is kept between runs.
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let settings = format!("[build]\ntarget-dir = {:?}\n", target());
        place.write(".cargo/config.toml", &settings);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The names of what was made in it.
    fn list(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name != ".cargo").collect()
    }

    /// `unjank` in one of its folders. Cargo asks for nothing that the repository does not lock.
    fn command(&self, folder: &str, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unjank"));
        command.args(line.split_whitespace()).current_dir(self.path(folder));
        command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        command.env("CARGO_NET_OFFLINE", "true");
        command
    }

    fn unjank(&self, folder: &str, line: &str) -> Said {
        let output = self.command(folder, line).output().unwrap();
        Said {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Has an app take what the repository has locked.
    fn lock(&self, app: &str) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        fs::copy(root.join("Cargo.lock"), self.path(app).join("Cargo.lock")).unwrap();
    }
}

impl Said {
    fn worked(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// Failed with one line that has these words.
    fn refused(self, words: &[&str]) {
        assert_eq!(self.code, Some(1), "{self:?}");
        // What others say, such as the compiler, stands above.
        let error = self.err.lines().last().unwrap_or_default();
        assert!(error.starts_with("error: "), "{self:?}");
        words.iter().for_each(|word| assert!(error.contains(word), "{word} in {error}"));
    }
}

/// `unjank dev`, which ends with this.
struct Dev {
    child: Child,
    said: BufReader<ChildStderr>,
    port: u16,
}

impl Dev {
    /// Starts it and waits until it serves.
    fn start(place: &Place, app: &str) -> Self {
        let mut command = place.command(app, "dev --port 0");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stderr.take().unwrap());
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let port = url.trim().trim_end_matches('/').rsplit(':').next().unwrap().parse();
        Self { child, said, port: port.unwrap_or_else(|_| panic!("{url:?}")) }
    }

    fn wait_for(&mut self, words: &str) {
        let mut lines = self.said.by_ref().lines();
        assert!(lines.any(|line| line.unwrap().contains(words)), "it never said `{words}`");
    }

    /// Asks for a file. An answer that never comes fails the test.
    fn ask(&self, target: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        write!(stream, "GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        BufReader::new(stream)
    }

    fn get(&self, target: &str) -> String {
        let mut answer = String::new();
        self.ask(target).read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for a line of an answer.
fn expect_line(answer: &mut impl BufRead, line: &str) {
    assert!(answer.lines().any(|found| found.unwrap() == line), "`{line}` never came");
}

/// Cargo's output for what is built here: kept between runs, beside the tests' own.
fn target() -> PathBuf {
    let test = Path::new(env!("CARGO_BIN_EXE_unjank"));
    test.parent().and_then(Path::parent).unwrap().join("newcomers")
}

#[test]
fn a_page_without_a_bundler_is_made_and_built_by_two_commands() {
    let place = Place::new();
    let said = place.unjank("", "new my-app").worked();
    assert!(said.out.contains("cd my-app"), "{said:?}");
    place.lock("my-app");
    place.unjank("my-app", "build").worked();

    for name in
        ["index.html", "main.js", "pkg/kernels.wasm", "unjank/core.wasm", "unjank/worker.js"]
    {
        assert!(place.path("my-app/dist").join(name).is_file(), "{name}");
    }
    assert!(place.path("my-app/dist/pkg/kernels.wasm.br").is_file(), "what is sent is compressed");
    let types = place.read("my-app/kernels/pkg/index.d.ts");
    let exposure = "exposure: { params: number; given: Payload; result: Uint8Array<ArrayBuffer> };";
    assert!(types.contains(exposure), "{types}");
    assert!(types.contains("/** Makes a picture darker or brighter"), "{types}");
    assert!(place.read("my-app/kernels/pkg/package.json").contains("\"my-app-kernels\""));

    // What it made it may make again, and nothing of before is left in it.
    place.write("my-app/dist/old.js", "");
    place.unjank("my-app/kernels", "build").worked();
    assert!(!place.path("my-app/dist/old.js").exists());

    let checked = place.unjank("my-app", "check kernels/pkg/kernels.wasm").worked();
    assert!(checked.out.contains("exposure"), "{checked:?}");
}

#[test]
fn whoever_changes_a_source_sees_what_comes_of_it() {
    let place = Place::new();
    place.unjank("", "new my-app").worked();
    place.lock("my-app");
    let mut dev = Dev::start(&place, "my-app");
    assert!(dev.get("/").contains("/.unjank/reload.js"));
    let mut changes = dev.ask("/.unjank/changes");
    expect_line(&mut changes, "");

    dev.wait_for("waiting for changes");
    place.write("my-app/www/more.html", "a page more");
    expect_line(&mut changes, "data: changed");
    assert!(dev.get("/more.html").contains("a page more"));

    // What does not compile leaves what was built, and the next change is seen too.
    let kernels = place.read("my-app/kernels/src/lib.rs");
    dev.wait_for("waiting for changes");
    place.write("my-app/kernels/src/lib.rs", "fn");
    dev.wait_for("error: `cargo build");
    assert!(dev.get("/more.html").contains("a page more"));
    dev.wait_for("waiting for changes");
    place.write("my-app/kernels/src/lib.rs", &kernels);
    expect_line(&mut changes, "data: changed");

    place.unjank("my-app", &format!("dev --port {}", dev.port)).refused(&["--port"]);
}

#[test]
fn the_doctor_says_what_is_wrong_with_a_server() {
    let place = Place::new();
    let said = place.unjank("", "doctor").worked();
    assert!(said.out.contains("note: this folder: there is no crate here"), "{said:?}");

    place.write("site/index.html", "<!doctype html>");
    place.write("site/kernels.wasm", "");
    let server = Server::bind(&place.path("site"), 0).unwrap();
    let server =
        server.with_variant("raw", &[("content-type", "application/octet-stream")]).spawn();
    let url = format!("http://127.0.0.1:{}", server.port());
    let said = place.unjank("", &format!("doctor {url}/ {url}/kernels.wasm")).worked();
    assert!(said.out.starts_with("fine: "), "{said:?}");
    assert!(said.out.contains("warning: "), "it is not compressed: {said:?}");
    let said = place.unjank("", &format!("doctor {url}/kernels.wasm?as=raw {url}/absent.js"));
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.out.contains("`application/wasm`") && said.out.contains("the server says 404"),
        "{said:?}"
    );
    let port = server.port();
    drop(server);
    let said = place.unjank("", &format!("doctor http://127.0.0.1:{port}/"));
    assert_eq!((said.code, said.out.lines().count()), (Some(1), 1), "{said:?}");
}

#[test]
fn names_that_are_none_and_folders_that_are_there_leave_nothing_behind() {
    let place = Place::new();
    for name in ["Photo", "2d", "a_b", "a/b"] {
        place.unjank("", &format!("new {name}")).refused(&[name, "lower-case"]);
    }
    assert_eq!(place.list(), [""; 0]);
    place.write("taken/mine.txt", "mine");
    place.unjank("", "new taken").refused(&["taken", "is there already"]);
    assert_eq!((place.list(), place.read("taken/mine.txt")), (vec!["taken".into()], "mine".into()));
}

#[test]
fn what_cannot_be_built_is_told_in_a_line() {
    let place = Place::new();
    place.unjank("", "build").refused(&["no crate here", "Cargo.toml"]);

    place.write("app/Cargo.toml", "[package]\nname = \"app\"\nedition = \"2024\"\n");
    place.write("app/src/lib.rs", "");
    place.unjank("app", "build").refused(&["crate-type"]);
    place.unjank("app", "build --package other").refused(&["no crate `other`"]);

    let library = "[lib]\ncrate-type = [\"cdylib\"]\n";
    place.write("app/Cargo.toml", &(place.read("app/Cargo.toml") + library));
    place.unjank("app", "build").refused(&["kernels!(...)"]);
    assert!(!place.path("app/pkg").exists() && !place.path("app/pkg.partial").exists());
    place.write("app/src/lib.rs", "fn");
    place.unjank("app", "build").refused(&["cargo build", "failed"]);

    let site = "[workspace.metadata.unjank]\nsite = \"pages\"\n";
    place.write("app/Cargo.toml", &(place.read("app/Cargo.toml") + "[workspace]\n" + site));
    place.unjank("app", "build").refused(&["pages is not there"]);

    place.write("app/pkg/mine.txt", "mine");
    place.unjank("app", "build").refused(&["pkg", "move it away"]);
    assert_eq!(place.read("app/pkg/mine.txt"), "mine");
}

/// Runs `unjank check` where the modules are that freeze the interface.
fn checked(line: &str) -> Said {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/golden");
    let place = Place::new();
    place.unjank(golden.to_str().unwrap(), &format!("check {line}"))
}

#[test]
fn a_check_says_what_a_module_is() {
    let said = checked("invert.wasm").worked();
    assert!(said.out.contains("kernel 0: invert, grain 1"), "{said:?}");
    let said = checked("--json invert.wasm").worked();
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(json["kernels"][0]["name"], "invert");
    assert_eq!(json["faults"], serde_json::json!([]));
}

#[test]
fn a_check_says_what_is_wrong_in_one_line_each() {
    for file in ["bad/bindgen-import.wasm", "README.md", "nowhere.wasm"] {
        let said = checked(file);
        assert_eq!((&*said.out, said.err.lines().count()), ("", 1), "{said:?}");
        said.refused(&[file]);
    }
    let said = checked("bad/output-too-long.wasm");
    assert_eq!(said.code, Some(1));
    assert!(said.out.lines().any(|line| line.starts_with("fault: k: ")), "{said:?}");
    let said = checked("bad/no-memory.wasm --json");
    assert_eq!(said.code, Some(1));
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(json["error"]["code"], "bad_kernels");
}
