//! A server for built pages, on this machine only.
//!
//! It serves GET and HEAD over HTTP/1.1 from one folder, and is as strict as a careful host: exact
//! media types with `nosniff`, a content security policy that forbids inline scripts and eval, no
//! `blob:` scripts, and no cross-origin isolation headers, so that what works here does not depend on
//! them. Files are revalidated on each use, so a rebuild is seen at once. Precompressed forms (`x.br`,
//! `x.gz`) are sent to who accepts them. What is no HTTP is hyper's to answer, and gets none of these
//! headers.

use std::{
    error, fmt, io,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::{
    net::TcpListener,
    runtime::{self, Runtime},
};

mod changes;
mod connections;
mod encoding;
mod folder;
mod hits;
mod mime;
mod site;
mod target;
mod variants;

pub use changes::Changes;
use folder::Folder;
use hits::Hits;
use site::Site;
pub use variants::CONTENT_SECURITY_POLICY;
use variants::Variants;

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
                write!(f, "{} is no folder: build it first", folder.display())
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
/// assert!(answer.starts_with("HTTP/1.0 200 OK\r\n"));
/// assert_eq!(server.hits("/Cargo.toml"), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Server {
    runtime: Runtime,
    listener: TcpListener,
    port: u16,
    site: Site,
}

impl Server {
    /// Takes `port` of 127.0.0.1, or any free one for 0, to serve the files below `folder`.
    ///
    /// # Errors
    /// [`ServeError`]: the port is taken, the folder is none, or the system refused.
    ///
    /// # Panics
    /// On a thread that runs async code: the server has a runtime of its own.
    pub fn bind(folder: &Path, port: u16) -> Result<Self, ServeError> {
        if !folder.is_dir() {
            return Err(ServeError::NoFolder(folder.to_path_buf()));
        }
        let runtime = runtime()?;
        let listener = runtime.block_on(listen(port))?;
        let port = listener.local_addr().map_err(ServeError::Io)?.port();
        let site = Site {
            folder: Folder::new(folder.to_path_buf()),
            hits: Arc::new(Hits::default()),
            variants: Variants::default(),
            changes: None,
        };
        Ok(Self { runtime, listener, port, site })
    }

    /// Answers requests whose query has `as=NAME` with these headers, each in the place of the usual
    /// one of its name: to see what becomes of a page whose host is set up differently. A request
    /// for a variant that there is not gets a 404.
    ///
    /// # Panics
    /// One of them is no HTTP header.
    #[must_use]
    pub fn with_variant(mut self, name: &str, headers: &[(&'static str, &str)]) -> Self {
        self.site.variants.add(name, headers);
        self
    }

    /// Gives every answer these headers, each in the place of the usual one of its name: for sites that
    /// need another policy than a careful host's, or an isolated page.
    ///
    /// # Panics
    /// One of them is no HTTP header.
    #[must_use]
    pub fn with_headers(mut self, headers: &[(&'static str, &str)]) -> Self {
        self.site.variants.add_to_all(headers);
        self
    }

    /// Makes every HTML file listen, by a script that is added to it, and returns what its open pages
    /// are reloaded with. Who wants the events themselves finds them at `/.unjank/changes`.
    #[must_use]
    pub fn with_changes(mut self) -> (Self, Changes) {
        let changes = Changes::new();
        self.site.changes = Some(changes.clone());
        (self, changes)
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
        self.site.hits.of(path)
    }

    /// Answers until the program ends.
    ///
    /// # Errors
    /// [`ServeError::Io`] when the system hands over no more connections.
    ///
    /// # Panics
    /// As [`Server::bind`].
    pub fn run(&self) -> Result<(), ServeError> {
        let serving = connections::serve(&self.listener, Arc::new(self.site.clone()));
        self.runtime.block_on(serving).map_err(ServeError::Io)
    }

    /// Answers in the background until the returned value is dropped.
    #[must_use = "the server stops when this is dropped"]
    pub fn spawn(self) -> Running {
        let Self { runtime, listener, port, site } = self;
        let hits = Arc::clone(&site.hits);
        runtime.spawn(async move {
            if let Err(error) = connections::serve(&listener, Arc::new(site)).await {
                eprintln!("error: {}", ServeError::Io(error));
            }
        });
        Running { port, hits, _runtime: runtime }
    }
}

/// One thread answers, besides those that read files.
fn runtime() -> Result<Runtime, ServeError> {
    let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.map_err(ServeError::Io)
}

async fn listen(port: u16) -> Result<TcpListener, ServeError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
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
///
/// # Panics
/// As [`Server::bind`].
pub fn check_port(port: u16) -> Result<(), ServeError> {
    runtime()?.block_on(listen(port)).map(|_listener| ())
}

/// A server that answers in the background; dropping it ends its connections and frees its port.
#[derive(Debug)]
#[must_use = "the server stops when this is dropped"]
pub struct Running {
    port: u16,
    hits: Arc<Hits>,
    /// All that the server does is done in it, and ends with it.
    _runtime: Runtime,
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
        self.hits.of(path)
    }
}
