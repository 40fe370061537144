//! `unjank dev`: builds again whenever a source has changed, and reloads the pages of the site.

use std::{
    env, error, fmt,
    path::Path,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    time::Duration,
};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use unjank_cli::{
    files::{FileError, at},
    profile::Profile,
    serve::{Changes, Running, ServeError, Server, check_port},
};

use crate::{
    build,
    line::Dev,
    project::{Project, ProjectError},
    site::SITE,
};

/// An editor that saves writes more than once: what comes within this belongs together.
const TOGETHER: Duration = Duration::from_millis(50);

/// Why nobody watches.
#[derive(Debug)]
pub(crate) enum DevError {
    /// There is nothing to build.
    Project(ProjectError),
    /// The site can't be served.
    Serve(ServeError),
    /// Changes can't be heard of.
    Watch(notify::Error),
    /// The current folder is gone.
    File(FileError),
}

impl fmt::Display for DevError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Project(error) => error.fmt(f),
            Self::Serve(error) => error.fmt(f),
            Self::Watch(error) => write!(f, "changes of the sources can't be heard of: {error}"),
            Self::File(error) => error.fmt(f),
        }
    }
}

impl error::Error for DevError {}

/// Builds what is in the current folder until the program is ended.
pub(crate) fn run(options: &Dev) -> Result<(), DevError> {
    let here = at(Path::new("."), env::current_dir()).map_err(DevError::File)?;
    let project =
        Project::find(&here, options.build.package.as_deref()).map_err(DevError::Project)?;
    if project.pages.is_some() {
        check_port(options.port).map_err(DevError::Serve)?;
    }
    // Before the first build: what changes during it is seen.
    let (_watcher, changes) = watch(&project).map_err(DevError::Watch)?;
    let mut site: Option<(Running, Changes)> = None;
    loop {
        if built(&project, options.build.profile) {
            match &site {
                Some((_, pages)) => pages.tell(),
                None if project.pages.is_some() => site = Some(serve(&project, options.port)?),
                None => {}
            }
        }
        eprintln!("waiting for changes of {}", project.name);
        if wait(&changes).is_none() {
            return Ok(());
        }
    }
}

/// Whether there is a new build; if not it has been said why.
fn built(project: &Project, profile: Profile) -> bool {
    let outcome = build::build(project, profile);
    if let Err(error) = &outcome {
        eprintln!("error: {error}");
    }
    outcome.is_ok()
}

fn serve(project: &Project, port: u16) -> Result<(Running, Changes), DevError> {
    let server = Server::bind(&project.root.join(SITE), port).map_err(DevError::Serve)?;
    let (server, changes) = server.with_changes();
    println!("http://127.0.0.1:{}/", server.port());
    Ok((server.spawn(), changes))
}

/// Hears of changes for as long as the watcher is there.
fn watch(project: &Project) -> notify::Result<(RecommendedWatcher, Receiver<()>)> {
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // What can't be told apart may be a change.
        let is_change = event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_)));
        if is_change {
            // Who waited is gone: so is the program.
            let _ = sender.send(());
        }
    })?;
    for path in project.sources.iter().chain(&project.pages) {
        watcher.watch(path, RecursiveMode::Recursive)?;
    }
    Ok((watcher, changes))
}

/// Waits for a change, and until no more come.
fn wait(changes: &Receiver<()>) -> Option<()> {
    changes.recv().ok()?;
    loop {
        match changes.recv_timeout(TOGETHER) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return Some(()),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}
