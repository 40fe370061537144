//! The server as a client sees it: bytes over TCP.
#![expect(
    clippy::unwrap_used,
    reason = "a failed unwrap is how a test fails, wherever it is called from"
)]

use std::{
    env, fs,
    io::{self, BufRead, BufReader, Read, Write},
    mem,
    net::TcpStream,
    path::PathBuf,
    process,
    time::{Duration, SystemTime},
};

use unjank_cli::serve::{Changes, Running, ServeError, Server, check_port};

/// A served folder with a secret beside it; both go away at the end.
struct Site {
    home: PathBuf,
    server: Running,
}

impl Site {
    fn new(name: &str) -> Self {
        let home = Self::files(name);
        let server = Server::bind(&home.join("site"), 0).unwrap();
        let policy = ("content-security-policy", "default-src 'none'");
        let server = server.with_variant("text", &[("Content-Type", "text/plain"), policy]).spawn();
        Self { home, server }
    }

    /// One whose pages listen for changes.
    fn listening(name: &str) -> (Self, Changes) {
        let home = Self::files(name);
        let (server, changes) = Server::bind(&home.join("site"), 0).unwrap().with_changes();
        (Self { home, server: server.spawn() }, changes)
    }

    fn files(name: &str) -> PathBuf {
        let home = env::temp_dir().join(format!("unjank-serve-{}-{name}", process::id()));
        let root = home.join("site");
        fs::create_dir_all(root.join("pkg")).unwrap();
        fs::write(home.join("secret.txt"), "secret").unwrap();
        fs::write(root.join("index.html"), "<!doctype html>").unwrap();
        fs::write(root.join("plain.css"), "a{}").unwrap();
        fs::write(root.join("pkg/m.wasm"), b"\0asm\x01\0\0\0").unwrap();
        fs::write(root.join("pkg/a.js"), "export const a = 1;").unwrap();
        fs::write(root.join("pkg/a.js.br"), "as brotli").unwrap();
        fs::write(root.join("pkg/a.js.gz"), "as gzip").unwrap();
        home
    }

    fn root(&self) -> PathBuf {
        self.home.join("site")
    }

    fn connect(&self) -> Client {
        let stream = TcpStream::connect(("127.0.0.1", self.server.port())).unwrap();
        // A server that never answers fails the test instead of hanging it.
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Client(BufReader::new(stream))
    }

    fn get(&self, target: &str, headers: &str) -> Answer {
        self.connect().ask("GET", target, headers)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.home);
    }
}

/// What makes a document listen for changes.
const TAG: &str = "<script type=\"module\" src=\"/.unjank/reload.js\"></script>";

struct Client(BufReader<TcpStream>);

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: String,
    body: Vec<u8>,
}

impl Client {
    fn ask(&mut self, method: &str, target: &str, headers: &str) -> Answer {
        self.send(format!("{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n").as_bytes());
        self.answer(method)
    }

    fn send(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).unwrap();
    }

    fn answer(&mut self, method: &str) -> Answer {
        let mut headers = String::new();
        while !headers.ends_with("\r\n\r\n") {
            assert_ne!(self.0.read_line(&mut headers).unwrap(), 0, "cut off after {headers:?}");
        }
        let status = headers.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Answer { status, headers, body: Vec::new() };
        if method != "HEAD" {
            let length = answer.header("content-length").map_or(0, |n| n.parse().unwrap());
            answer.body = vec![0; length];
            self.0.read_exact(&mut answer.body).unwrap();
        }
        answer
    }

    /// For as long as an answer would take many times over.
    fn hears_nothing(&mut self) -> bool {
        let stream = self.0.get_ref();
        let patience = stream.read_timeout().unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        let heard = stream.peek(&mut [0]);
        stream.set_read_timeout(patience).unwrap();
        heard.is_err() && self.0.buffer().is_empty()
    }

    /// Reads the lines of an answer that goes on, to the first that begins so.
    fn await_line(&mut self, start: &str) -> String {
        let mut line = String::new();
        while !line.starts_with(start) {
            line.clear();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "over before {start:?}");
        }
        line
    }

    /// The connection's end: nothing more is sent.
    fn is_over(&mut self) -> bool {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Ok(_) => rest.is_empty(),
            Err(error) => error.kind() == io::ErrorKind::ConnectionReset,
        }
    }
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.headers.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

#[test]
fn files_come_with_their_type() {
    let site = Site::new("types");
    let page = site.get("/", "");
    assert_eq!((page.status, page.text()), (200, "<!doctype html>"));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));

    let module = site.get("/pkg/m.wasm?v=2", "");
    assert_eq!((module.status, &*module.body), (200, &b"\0asm\x01\0\0\0"[..]));
    assert_eq!(module.header("content-type"), Some("application/wasm"));
}

#[test]
fn every_answer_carries_the_policy_and_none_isolates_the_page() {
    let site = Site::new("policy");
    for (target, status) in [("/", 200), ("/absent", 404), ("/../secret.txt", 404)] {
        let answer = site.get(target, "");
        assert_eq!(answer.status, status, "{target}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'self'; script-src 'self' 'wasm-unsafe-eval';"));
        assert!(!policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert!(!answer.headers.to_ascii_lowercase().contains("cross-origin"), "{target}");
    }
}

#[test]
fn a_variant_has_its_own_headers_in_the_place_of_the_usual() {
    let site = Site::new("variants");
    let answer = site.get("/pkg/a.js?x&as=text", "Accept-Encoding: br\r\n");
    assert_eq!((answer.status, answer.text()), (200, "as brotli"));
    assert_eq!(answer.header("content-encoding"), Some("br"));
    assert_eq!(answer.header("vary"), Some("Accept-Encoding"));
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    assert_eq!(answer.header("content-security-policy"), Some("default-src 'none'"));
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    for name in ["content-type: ", "content-security-policy: "] {
        assert_eq!(answer.headers.to_ascii_lowercase().matches(name).count(), 1, "{name}");
    }
    let usual = site.get("/pkg/a.js", "Accept-Encoding: br\r\n");
    assert_eq!(usual.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(site.get("/pkg/a.js?as=text", "Accept-Encoding: identity\r\n").text().len(), 19);

    let tag = format!("If-None-Match: {}\r\n", answer.header("etag").unwrap());
    let again = site.get("/pkg/a.js?as=text", &format!("Accept-Encoding: br\r\n{tag}"));
    assert_eq!((again.status, again.header("content-type")), (304, Some("text/plain")));
}

#[test]
fn a_variant_that_there_is_not_is_not_found() {
    let site = Site::new("no-variant");
    for target in ["/?as=other", "/pkg/a.js?as=", "/absent?as=other"] {
        let answer = site.get(target, "");
        assert_eq!((answer.status, answer.text().starts_with("404: ")), (404, true), "{target}");
    }
    assert_eq!(site.get("/absent?as=text", "").status, 404);
    assert_eq!(site.server.hits("/index.html"), 0);
}

#[test]
fn the_compressed_form_is_sent_to_who_takes_it() {
    let site = Site::new("encoding");
    for (accept, encoding, body) in [
        ("gzip, deflate, br", Some("br"), "as brotli"),
        ("gzip", Some("gzip"), "as gzip"),
        ("br;q=0, gzip", Some("gzip"), "as gzip"),
        ("br;q=0, gzip;q=0", None, "export const a = 1;"),
        ("identity", None, "export const a = 1;"),
    ] {
        let answer = site.get("/pkg/a.js", &format!("Accept-Encoding: {accept}\r\n"));
        assert_eq!(answer.header("content-encoding"), encoding, "{accept}");
        assert_eq!(answer.text(), body, "{accept}");
        assert_eq!(answer.header("content-type"), Some("text/javascript; charset=utf-8"));
        assert_eq!(answer.header("vary"), Some("Accept-Encoding"));
    }
    let uncompressed = site.get("/plain.css", "Accept-Encoding: br\r\n");
    assert_eq!((uncompressed.header("content-encoding"), uncompressed.text()), (None, "a{}"));
}

#[test]
fn a_compressed_form_older_than_its_file_is_passed_over() {
    let site = Site::new("stale");
    let brotli = fs::File::options().write(true).open(site.root().join("pkg/a.js.br")).unwrap();
    brotli.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    let answer = site.get("/pkg/a.js", "Accept-Encoding: br, gzip\r\n");
    assert_eq!((answer.header("content-encoding"), answer.text()), (Some("gzip"), "as gzip"));
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let site = Site::new("etag");
    let accept = "Accept-Encoding: br\r\n";
    let first = site.get("/pkg/a.js", accept);
    let tag = first.header("etag").unwrap();
    let same = |headers: &str| site.get("/pkg/a.js", headers).status;
    assert_eq!(same(&format!("{accept}If-None-Match: \"x\", {tag}\r\n")), 304);
    assert_eq!(same(&format!("If-None-Match: {tag}\r\n")), 200, "another form, another tag");

    let again = site.get("/pkg/a.js", &format!("{accept}If-None-Match: {tag}\r\n"));
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), Some(tag));
    assert_eq!(again.header("content-length"), None);

    fs::write(site.root().join("pkg/a.js.br"), "as brotli, changed").unwrap();
    assert_eq!(same(&format!("{accept}If-None-Match: {tag}\r\n")), 200);
}

#[test]
fn nothing_outside_the_folder_is_served() {
    let site = Site::new("outside");
    for target in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/pkg/../../secret.txt",
        "/pkg/%2E%2e%2f%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "//etc/passwd",
        "/pkg",
        "/pkg/",
        "http://127.0.0.1/plain.css",
        "*",
    ] {
        let answer = site.get(target, "");
        assert_eq!(answer.status, 404, "{target}: {}", answer.text());
        assert!(answer.text().starts_with("404: ") && answer.text().lines().count() == 1);
    }
    let absolute = site.home.join("secret.txt");
    assert_eq!(site.get(&format!("/{}", absolute.display()), "").status, 404);
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let site = Site::new("links");
    symlink(site.home.join("secret.txt"), site.root().join("link.txt")).unwrap();
    symlink(&site.home, site.root().join("up")).unwrap();
    symlink(site.home.join("secret.txt"), site.root().join("plain.css.br")).unwrap();
    symlink("plain.css", site.root().join("inside.css")).unwrap();
    assert_eq!(site.get("/link.txt", "").status, 404);
    assert_eq!(site.get("/up/secret.txt", "").status, 404);
    assert_eq!(site.get("/plain.css", "Accept-Encoding: br\r\n").text(), "a{}");
    assert_eq!(site.get("/inside.css", "").text(), "a{}");
}

#[test]
fn one_connection_serves_many_requests_of_every_kind() {
    let site = Site::new("keep-alive");
    let mut client = site.connect();
    let full = client.ask("GET", "/pkg/a.js", "");
    let head = client.ask("HEAD", "/pkg/a.js", "");
    assert_eq!(head.header("content-length"), full.header("content-length"));
    assert_eq!(head.header("etag"), full.header("etag"));

    let refused = client.ask("POST", "/pkg/a.js", "Content-Length: 0\r\n");
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD")));
    assert_eq!(refused.text().lines().count(), 1);
    client.send(b"PUT / HTTP/1.1\r\nContent-Length: 20\r\n\r\nGET / HTTP/1.1\r\n\r\n--");
    assert_eq!(client.answer("PUT").status, 405);

    client.send(b"GET /a HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    assert_eq!((client.answer("GET").status, client.answer("GET").status), (404, 200));

    let last = client.ask("GET", "/", "Connection: close\r\n");
    assert_eq!((last.status, last.header("connection")), (200, Some("close")));
    assert!(client.is_over());
}

#[test]
fn nonsense_is_answered_and_the_connection_ended() {
    let site = Site::new("nonsense");
    let endless = format!("GET / HTTP/1.1\r\na: {}\r\n\r\n", "b".repeat(16 * 1024));
    for (bytes, status) in
        [("hello\r\n\r\n", 400), ("GET / HTTP/3\r\n\r\n", 400), (endless.as_str(), 431)]
    {
        let mut client = site.connect();
        client.send(bytes.as_bytes());
        assert_eq!(client.answer("GET").status, status);
        assert!(client.is_over());
    }
}

#[test]
fn gets_of_a_file_are_counted() {
    let site = Site::new("hits");
    let tag = site.get("/pkg/m.wasm", "").header("etag").unwrap().to_owned();
    site.get("/pkg/m.wasm?again", "");
    site.get("/pkg/m.wasm", &format!("If-None-Match: {tag}\r\n"));
    site.connect().ask("HEAD", "/pkg/m.wasm", "");
    site.connect().ask("POST", "/pkg/m.wasm", "");
    site.get("/", "");
    site.get("/absent", "");
    assert_eq!(site.server.hits("/pkg/m.wasm"), 3);
    assert_eq!(site.server.hits("/index.html"), 1);
    assert_eq!(site.server.hits("/absent"), 0);
}

#[test]
fn a_rebuilt_folder_is_seen_at_once() {
    let site = Site::new("rebuilt");
    fs::rename(site.root(), site.home.join("old")).unwrap();
    assert_eq!(site.get("/", "").status, 404);
    fs::create_dir(site.root()).unwrap();
    fs::write(site.root().join("index.html"), "new").unwrap();
    assert_eq!(site.get("/", "").text(), "new");
}

#[test]
fn too_many_connections_at_once_wait_for_their_turn() {
    let site = Site::new("full");
    let mut open: Vec<Client> = (0..128).map(|_| site.connect()).collect();
    for client in &mut open {
        assert_eq!(client.ask("GET", "/", "").status, 200);
    }
    let mut waiting = site.connect();
    waiting.send(b"GET / HTTP/1.1\r\n\r\n");
    assert!(waiting.hears_nothing());
    assert_eq!(open[0].ask("GET", "/", "").status, 200);
    open.pop();
    assert_eq!(waiting.answer("GET").status, 200);
}

#[test]
fn a_port_in_use_is_named() {
    let site = Site::new("port");
    let port = site.server.port();
    for error in [Server::bind(&site.root(), port).unwrap_err(), check_port(port).unwrap_err()] {
        assert!(matches!(error, ServeError::PortInUse(taken) if taken == port));
        let message = error.to_string();
        assert!(message.contains(&port.to_string()) && message.contains("--port"), "{message}");
    }
    let error = Server::bind(&site.home.join("absent"), 0).unwrap_err();
    assert!(matches!(error, ServeError::NoFolder(_)), "{error}");
}

#[test]
fn dropping_ends_every_connection_and_frees_the_port() {
    let mut site = Site::new("drop");
    let port = site.server.port();
    let mut idle = site.connect();
    assert_eq!(idle.ask("GET", "/", "").status, 200);
    let elsewhere = Server::bind(&site.root(), 0).unwrap().spawn();
    drop(mem::replace(&mut site.server, elsewhere));
    assert!(idle.is_over());
    assert_eq!(Server::bind(&site.root(), port).unwrap().port(), port);
}

#[test]
fn every_change_is_told_to_who_listens() {
    let (site, changes) = Site::listening("changes");
    let mut pages = [site.connect(), site.connect()];
    for page in &mut pages {
        page.send(b"GET /.unjank/changes HTTP/1.1\r\n\r\n");
        let media_type = page.await_line("content-type: ");
        assert_eq!(media_type.trim_end(), "content-type: text/event-stream");
        page.await_line("\r\n");
    }
    assert!(pages[0].hears_nothing());
    for _ in 0..3 {
        changes.clone().tell();
        for page in &mut pages {
            assert_eq!(page.await_line("data: "), "data: changed\n");
            page.await_line("\n");
            page.await_line("\r\n");
        }
    }
    assert_eq!(site.get("/", "").status, 200);
}

#[test]
fn documents_listen_and_nothing_else_does() {
    let (site, _changes) = Site::listening("documents");
    fs::write(site.root().join("a.html"), "<body>a</body>").unwrap();
    fs::write(site.root().join("a.html.br"), "as brotli").unwrap();
    let accept = "Accept-Encoding: br\r\n";
    let page = site.get("/a.html", accept);
    assert_eq!(
        (page.header("content-encoding"), page.header("vary")),
        (None, Some("Accept-Encoding"))
    );
    assert_eq!(page.text(), format!("<body>a{TAG}</body>"));
    assert_eq!(site.get("/", "").text(), format!("<!doctype html>{TAG}"));
    assert_eq!(site.get("/pkg/a.js", accept).text(), "as brotli");
    let head = site.connect().ask("HEAD", "/a.html", "");
    assert_eq!(head.header("content-length"), page.header("content-length"));

    let plain = Server::bind(&site.root(), 0).unwrap().spawn();
    let plain = Site { home: site.home.clone(), server: plain };
    let unchanged = plain.get("/a.html", "");
    assert_eq!(unchanged.text(), "<body>a</body>");
    assert_eq!(plain.get("/.unjank/reload.js", "").status, 404);
    assert_eq!(plain.get("/.unjank/changes", "").status, 404);
    let tag = page.header("etag").unwrap();
    assert_ne!(unchanged.header("etag"), Some(tag));
    assert_eq!(site.get("/a.html", &format!("If-None-Match: {tag}\r\n")).status, 304);
}

#[test]
fn what_pages_listen_with_is_answered_as_strictly() {
    let (site, _changes) = Site::listening("strictly");
    let script = site.get("/.unjank/reload.js", "");
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert!(script.text().contains("new EventSource('/.unjank/changes')"), "{}", script.text());
    let stream = site.connect().ask("HEAD", "/.unjank/changes", "");
    for answer in [&script, &stream] {
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.headers.matches("no-cache").count(), 1);
        assert!(answer.header("content-security-policy").is_some());
    }
    assert_eq!(site.connect().ask("POST", "/.unjank/changes", "").status, 405);
    assert_eq!(site.get("/.unjank/other", "").status, 404);
}

#[test]
fn a_page_that_has_gone_listens_no_more() {
    let (site, _changes) = Site::listening("gone");
    let mut pages: Vec<Client> = (0..128).map(|_| site.connect()).collect();
    for page in &mut pages {
        page.send(b"GET /.unjank/changes HTTP/1.1\r\n\r\n");
        page.await_line("\r\n");
    }
    pages.pop();
    assert_eq!(site.get("/", "").status, 200);
}

#[test]
fn dropping_ends_the_streams_of_changes() {
    let (mut site, changes) = Site::listening("streams");
    let mut page = site.connect();
    page.send(b"GET /.unjank/changes HTTP/1.1\r\n\r\n");
    page.await_line("\r\n");
    let port = site.server.port();
    let elsewhere = Server::bind(&site.root(), 0).unwrap().spawn();
    drop(mem::replace(&mut site.server, elsewhere));
    assert!(page.is_over());
    assert_eq!(Server::bind(&site.root(), port).unwrap().port(), port);
    changes.tell();
}
