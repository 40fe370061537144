//! A server for built pages, on this machine only.
//!
//! It serves GET and HEAD over HTTP/1.1 from one folder, one thread to a connection, and is as
//! strict as a careful host: exact media types with `nosniff`, a content security policy that
//! forbids inline scripts and eval, no `blob:` scripts, and no cross-origin isolation headers, so
//! that what works here does not depend on them. Files are revalidated on each use, so a rebuild is
//! seen at once. Precompressed forms (`x.br`, `x.gz`) are sent to who accepts them.

use std::{
    error, fmt,
    io::{self, BufReader},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

mod connections;
mod encoding;
mod folder;
mod hits;
mod mime;
mod request;
mod response;
mod target;
mod variants;

use connections::{Admission, Connections};
use folder::Folder;
use hits::Hits;
use request::{Method, NoRequest, Persistence, Request};
pub use response::CONTENT_SECURITY_POLICY;
use response::{Response, Status};
use variants::Variants;

/// How long a connection may be silent, or may not take what is sent, before it is ended.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why there is no server.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// Another program listens there.
    PortInUse(u16),
    /// The folder does not exist or is none.
    NoFolder(PathBuf),
    /// The system refused.
    Io(io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PortInUse(port) => {
                write!(f, "port {port} is in use: choose another with --port, or 0 for any")
            }
            Self::NoFolder(folder) => {
                write!(f, "{} is no folder: run `cargo xtask build` first", folder.display())
            }
            Self::Io(error) => write!(f, "the server can't listen: {error}"),
        }
    }
}

impl error::Error for ServeError {}

/// A server that holds its port and is about to answer.
///
/// ```
/// use std::{io::{Read, Write}, net::TcpStream};
/// use unjank_cli::serve::Server;
///
/// let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
/// let server = Server::bind(folder, 0)?.spawn();
/// let mut connection = TcpStream::connect(("127.0.0.1", server.port()))?;
/// connection.write_all(b"GET /Cargo.toml HTTP/1.0\r\n\r\n")?;
/// let mut answer = String::new();
/// connection.read_to_string(&mut answer)?;
/// assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"));
/// assert_eq!(server.hits("/Cargo.toml"), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    port: u16,
    shared: Arc<Shared>,
}

/// What every connection's thread sees.
#[derive(Debug)]
struct Shared {
    folder: Folder,
    hits: Hits,
    variants: Variants,
    connections: Connections,
}

impl Server {
    /// Takes `port` of 127.0.0.1, or any free one for 0, to serve the files below `folder`.
    ///
    /// # Errors
    /// [`ServeError`]: the port is taken, the folder is none, or the system refused.
    pub fn bind(folder: &Path, port: u16) -> Result<Self, ServeError> {
        if !folder.is_dir() {
            return Err(ServeError::NoFolder(folder.to_path_buf()));
        }
        let listener = listen(port)?;
        let port = listener.local_addr().map_err(ServeError::Io)?.port();
        let shared = Shared {
            folder: Folder::new(folder.to_path_buf()),
            hits: Hits::default(),
            variants: Variants::default(),
            connections: Connections::default(),
        };
        Ok(Self { listener, port, shared: Arc::new(shared) })
    }

    /// Answers requests whose query has `as=NAME` with these headers, each in the place of the usual
    /// one of its name: to see what becomes of a page whose host is set up differently. A request
    /// for a variant that there is not gets a 404.
    #[must_use]
    pub fn with_variant(self, name: &str, headers: &[(&'static str, &str)]) -> Self {
        self.shared.variants.add(name, headers);
        self
    }

    /// Gives every answer these headers, each in the place of the usual one of its name: for sites that
    /// need another policy than a careful host's, or an isolated page.
    #[must_use]
    pub fn with_headers(self, headers: &[(&'static str, &str)]) -> Self {
        self.shared.variants.add_to_all(headers);
        self
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many GET requests named the file at `path`, such as `/pkg/a.wasm`: decoded, without a
    /// query, and `/index.html` for `/`. Requests answered "not modified" count too.
    #[must_use]
    pub fn hits(&self, path: &str) -> u64 {
        self.shared.hits.of(path)
    }

    /// Answers until the program ends.
    ///
    /// # Errors
    /// [`ServeError::Io`] when the system hands over no more connections.
    pub fn run(&self) -> Result<(), ServeError> {
        for stream in self.listener.incoming() {
            match stream {
                Ok(stream) => {
                    if self.take(stream) == Admission::Closed {
                        return Ok(());
                    }
                }
                // The client was gone before it was its turn.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => return Err(ServeError::Io(error)),
            }
        }
        Ok(())
    }

    /// Answers in the background until the returned value is dropped.
    #[must_use = "the server stops when this is dropped"]
    pub fn spawn(self) -> Running {
        let (port, shared) = (self.port, Arc::clone(&self.shared));
        let accepting = thread::spawn(move || {
            if let Err(error) = self.run() {
                eprintln!("error: {error}");
            }
        });
        Running { port, shared, accepting: Some(accepting) }
    }

    fn take(&self, stream: TcpStream) -> Admission {
        // A stream that can't be set up is as good as one that has gone.
        let Ok(admission) = self.shared.connections.admit(&stream) else {
            return Admission::Full;
        };
        match admission {
            Admission::Admitted(number) => {
                let shared = Arc::clone(&self.shared);
                thread::spawn(move || {
                    // The client went away: nobody is left to tell.
                    let _ = shared.converse(&stream);
                    shared.connections.leave(number);
                });
            }
            Admission::Full => {
                let busy = Response::text(Status::Busy, "503: too many connections at once");
                let _ = busy.write(&mut &stream, Method::Get, Persistence::Close);
            }
            Admission::Closed => {}
        }
        admission
    }
}

impl Shared {
    /// Answers the requests of one connection, in order.
    fn converse(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let (mut incoming, mut outgoing) = (BufReader::new(stream), stream);
        loop {
            let request = match Request::read(&mut incoming) {
                Ok(request) => request,
                Err(refused) => return refuse(&refused, &mut outgoing),
            };
            let answer = self.variants.apply(&request.target, self.folder.answer(&request));
            if let Some(path) = answer.hit {
                self.hits.add(path);
            }
            answer.response.write(&mut outgoing, request.method, request.persistence)?;
            if request.persistence == Persistence::Close {
                return Ok(());
            }
        }
    }
}

fn refuse(reason: &NoRequest, stream: &mut &TcpStream) -> io::Result<()> {
    let response = match reason {
        NoRequest::Gone => return Ok(()),
        NoRequest::TooLong => {
            Response::text(Status::HeadTooLong, "431: the request's headers are over 16 KiB")
        }
        NoRequest::Malformed => {
            Response::text(Status::BadRequest, "400: the request is not HTTP/1.1")
        }
    };
    response.write(stream, Method::Get, Persistence::Close)
}

fn listen(port: u16) -> Result<TcpListener, ServeError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
        if error.kind() == io::ErrorKind::AddrInUse {
            ServeError::PortInUse(port)
        } else {
            ServeError::Io(error)
        }
    })
}

/// Finds out at once whether `port` can be had, before long work is put into what to serve there.
///
/// # Errors
/// [`ServeError`] as of [`Server::bind`].
pub fn check_port(port: u16) -> Result<(), ServeError> {
    listen(port).map(|_listener| ())
}

/// A server that answers in the background; dropping it ends its connections and frees its port.
#[derive(Debug)]
#[must_use = "the server stops when this is dropped"]
pub struct Running {
    port: u16,
    shared: Arc<Shared>,
    /// `None` only while dropping.
    accepting: Option<JoinHandle<()>>,
}

impl Running {
    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// As [`Server::hits`].
    #[must_use]
    pub fn hits(&self, path: &str) -> u64 {
        self.shared.hits.of(path)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.connections.close();
        // Wakes the accepting thread, which then sees that the server is closed.
        let woken = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)));
        if let (Ok(_), Some(accepting)) = (woken, self.accepting.take()) {
            // A panic there has been printed.
            let _ = accepting.join();
        }
    }
}
