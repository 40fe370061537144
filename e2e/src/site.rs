//! The built sites, served.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use unjank_cli::serve::{CONTENT_SECURITY_POLICY, Running, Server};
use xtask::workspace::Workspace;

/// What a careful or a careless host may send otherwise.
const TYPES: [(&str, &str); 3] = [
    ("text", "text/plain"),
    ("octets", "application/octet-stream"),
    ("charset", "application/wasm; charset=utf-8"),
];

/// A site on a port of this machine. Gone when it is dropped.
#[derive(Debug)]
pub struct Site {
    server: Running,
    /// Where a copy is served from; other sites are served from where they were built.
    copy: Option<TempDir>,
}

impl Site {
    /// The demo, as it was built.
    ///
    /// # Panics
    /// When it was not built.
    #[must_use]
    pub fn demo() -> Self {
        let server = bind(&built("UNJANK_SITE", Workspace::site));
        Self { server: server.spawn(), copy: None }
    }

    /// What lies in a folder, as strictly served as the demo.
    ///
    /// # Panics
    /// When it is no folder.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        Self::with_headers(folder, &[])
    }

    /// The same, with other headers: each in the place of the usual one of its name.
    ///
    /// # Panics
    /// When it is no folder, or one of them is no header.
    #[must_use]
    pub fn with_headers(folder: &Path, headers: &[(&'static str, &str)]) -> Self {
        Self { server: bind(folder).with_headers(headers).spawn(), copy: None }
    }

    /// A copy of the site of faulty kernels, with the pages of these tests in it. Files can be
    /// taken away.
    ///
    /// With `as=NAME` in its query an address is answered with other headers:
    ///
    /// | name | what differs |
    /// |---|---|
    /// | `no-wasm` | the policy forbids wasm |
    /// | `no-workers` | the policy forbids workers |
    /// | `any-host` | the policy takes every host for its own: WebKit finds none that a page in a sandbox is of |
    /// | `trusted-types` | scripts' addresses must come from the trusted types policy `unjank` |
    /// | `trusted-default` | the same of the policy `default`, which is asked of plain ones |
    /// | `text`, `octets`, `charset` | the content type: text, any bytes, wasm with a charset |
    /// | `no-store` | nothing is cached |
    ///
    /// # Panics
    /// When it was not built, or cannot be copied.
    #[must_use]
    pub fn faults() -> Self {
        Self::with_stories(&built("UNJANK_FAULTS", Workspace::faults_site))
    }

    /// The same of the site whose kernels are in one module with the pool, made by wasm-bindgen.
    ///
    /// # Panics
    /// When it was not built, or cannot be copied.
    #[must_use]
    pub fn faults_with_glue() -> Self {
        Self::with_stories(&built("UNJANK_FAULTS_GLUE", Workspace::faults_glue_site))
    }

    fn with_stories(site: &Path) -> Self {
        let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
        let copied = TempDir::with_prefix("unjank-e2e-site-").and_then(|copy| {
            copy_folder(site, copy.path())?;
            copy_folder(&pages, copy.path())?;
            Ok(copy)
        });
        let copy = copied.unwrap_or_else(|error| panic!("the site cannot be copied: {error}"));
        let server = with_variants(bind(copy.path()));
        Self { server: server.spawn(), copy: Some(copy) }
    }

    /// The address of a page, such as `/index.html`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.server.port())
    }

    /// The address of the page that tells stories. `UNJANK_SEED` says with which chances.
    #[must_use]
    pub fn story_page(&self) -> String {
        match env::var("UNJANK_SEED") {
            Ok(seed) => self.url(&format!("/index.html?seed={seed}")),
            Err(_) => self.url("/index.html"),
        }
    }

    /// How often a file was asked for.
    #[must_use]
    pub fn hits(&self, path: &str) -> u64 {
        self.server.hits(path)
    }

    /// Takes a file away, such as `/unjank/worker.js`: who asks from here on gets a 404.
    ///
    /// # Panics
    /// When the site is not a copy, or has no such file.
    pub fn take_away(&self, path: &str) {
        let copy = self.copy.as_ref().unwrap_or_else(|| panic!("only a copy may lose files"));
        let file = copy.path().join(path.trim_start_matches('/'));
        fs::remove_file(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}

fn bind(folder: &Path) -> Server {
    Server::bind(folder, 0).unwrap_or_else(|error| panic!("{error}"))
}

fn with_variants(server: Server) -> Server {
    const POLICY: &str = "Content-Security-Policy";
    let without_wasm = CONTENT_SECURITY_POLICY.replace(" 'wasm-unsafe-eval'", "");
    let and = |more: &str| format!("{CONTENT_SECURITY_POLICY}; {more}");
    let policies = [
        ("no-wasm", without_wasm),
        ("any-host", CONTENT_SECURITY_POLICY.replace("'self'", "*")),
        ("no-workers", and("worker-src 'none'")),
        ("trusted-types", and("require-trusted-types-for 'script'; trusted-types unjank")),
        ("trusted-default", and("require-trusted-types-for 'script'; trusted-types default")),
    ];
    let server = policies
        .iter()
        .fold(server, |server, (name, policy)| server.with_variant(name, &[(POLICY, policy)]));
    let server = TYPES.into_iter().fold(server, |server, (name, media_type)| {
        server.with_variant(name, &[("Content-Type", media_type)])
    });
    let server = server.with_variant("no-store", &[("Cache-Control", "no-store")]);
    // A page in a sandbox has no origin: what it loads is another's.
    server.with_headers(&[("Access-Control-Allow-Origin", "*")])
}

/// The folder that a step of `cargo xtask test` has made, and names in a variable.
///
/// # Panics
/// When the step did not run, with its name.
#[must_use]
pub fn made_by(step: &str, variable: &str) -> PathBuf {
    let folder = env::var_os(variable).map(PathBuf::from);
    folder.unwrap_or_else(|| panic!("no {variable}: run `cargo xtask test --only {step}`"))
}

fn built(variable: &str, otherwise: fn(&Workspace) -> PathBuf) -> PathBuf {
    let folder = env::var_os(variable)
        .map(PathBuf::from)
        .unwrap_or_else(|| otherwise(&Workspace::find().unwrap_or_else(|error| panic!("{error}"))));
    assert!(folder.is_dir(), "there is no {}: run `cargo xtask test`", folder.display());
    folder
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}
