//! `unjank new`: an app with kernels, from a template.

use std::{
    env, error, fmt, fs, io,
    path::{Component, Path, PathBuf},
};

use unjank_cli::{
    compress::with_ending,
    files::{FileError, at, remove},
};

use crate::{
    line::{App, New},
    pool::{self, PoolError},
};

/// A file of a template: where it goes, and what is in it.
type File = (&'static str, &'static str);

macro_rules! template {
    ($($folder:literal: $($path:literal <- $file:literal),+;)+) => {
        &[$($(($path, include_str!(concat!("../../../templates/", $folder, "/", $file)))),+),+]
    };
}

/// The crate of kernels, the same for all. What is called `.in` here is what cargo or npm would take for its own.
const KERNELS: &[File] = template! {
    "kernels":
        "kernels/Cargo.toml" <- "Cargo.toml.in",
        "kernels/src/lib.rs" <- "src/lib.rs",
        "kernels/benches/kernels.rs" <- "benches/kernels.rs",
        ".cargo/config.toml" <- "config.toml.in",
        ".gitignore" <- "gitignore.in";
};

const PLAIN: &[File] = template! {
    "none":
        "Cargo.toml" <- "Cargo.toml.in",
        "README.md" <- "README.md",
        "www/index.html" <- "www/index.html",
        "www/main.js" <- "www/main.js";
};

const VITE: &[File] = template! {
    "vite":
        "Cargo.toml" <- "Cargo.toml.in",
        "README.md" <- "README.md",
        "index.html" <- "index.html",
        ".npmrc" <- "npmrc.in",
        "package.json" <- "package.json.in",
        "src/main.ts" <- "src/main.ts",
        "tsconfig.json" <- "tsconfig.json",
        "vite.config.ts" <- "vite.config.ts";
};

/// What stands in templates for the app's name, as a package's and as Rust's.
const NAME: &str = "app-name";
const RUST_NAME: &str = "app_name";

/// What stands there for where the crate of the worker's side is, and the package of the pool.
const WORKER: &str = "PATH/worker";
const POOL: &str = "PATH/npm/unjank";

/// Why there is no app.
#[derive(Debug)]
pub(crate) enum NewError {
    /// Neither cargo nor npm takes the name.
    Name(String),
    /// Something is there.
    Taken(PathBuf),
    /// The pool is not there.
    Pool(PoolError),
    /// A file can't be written.
    File(FileError),
}

impl fmt::Display for NewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(
                f,
                "`{name}` can't be the name of a package: choose lower-case letters, digits and hyphens, a letter \
                 first, at most 64"
            ),
            Self::Taken(path) => {
                write!(
                    f,
                    "{} is there already: choose another name, or move it away",
                    path.display()
                )
            }
            Self::Pool(error) => error.fmt(f),
            Self::File(error) => error.fmt(f),
        }
    }
}

impl error::Error for NewError {}

impl From<FileError> for NewError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

/// Makes the app in a folder of its name, all of it or nothing, and says what comes next.
pub(crate) fn run(options: &New) -> Result<(), NewError> {
    let New { name, app } = options;
    expect_name(name)?;
    let here = at(Path::new("."), env::current_dir().and_then(|it| it.canonicalize()))?;
    let folder = here.join(name);
    if folder.exists() {
        return Err(NewError::Taken(folder));
    }
    let words = Words::of(name, &folder)?;
    let staged = with_ending(&folder, "partial");
    remove(&staged)?;
    let mut files = KERNELS.iter().chain(files_of(*app));
    let made = files.try_for_each(|file| write(&staged, file, &words));
    let made = made.and_then(|()| at(&folder, fs::rename(&staged, &folder)));
    if made.is_err() {
        // The first failure is the one to tell.
        let _ = remove(&staged);
    }
    made?;
    println!("{name} is there. Next:\n\n{}", next(name, *app));
    Ok(())
}

fn files_of(app: App) -> &'static [File] {
    match app {
        App::Plain => PLAIN,
        App::Vite => VITE,
    }
}

fn next(name: &str, app: App) -> String {
    let steps: &[&str] = match app {
        App::Plain => &["unjank dev"],
        App::Vite => &["unjank build", "npm install", "npm run dev"],
    };
    let steps = steps.iter().map(|step| format!("    {step}\n"));
    format!("    cd {name}\n{}", steps.collect::<String>())
}

/// What both cargo and npm take, with `-kernels` behind it too.
fn expect_name(name: &str) -> Result<(), NewError> {
    let is_first = name.starts_with(|first: char| first.is_ascii_lowercase());
    let is_taken =
        name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-');
    if is_first && is_taken && name.len() <= 64 && !name.ends_with('-') {
        return Ok(());
    }
    Err(NewError::Name(name.to_owned()))
}

/// What stands in a template for something else, and for what.
struct Words(Vec<(&'static str, String)>);

impl Words {
    fn of(name: &str, folder: &Path) -> Result<Self, NewError> {
        let checkout = pool::checkout().map_err(NewError::Pool)?;
        let package = pool::place(&checkout).map_err(NewError::Pool)?;
        let kernels = folder.join("kernels");
        Ok(Self(vec![
            (NAME, name.to_owned()),
            (RUST_NAME, name.replace('-', "_")),
            (WORKER, way(&kernels, &checkout.join("worker"))),
            (POOL, way(folder, &package)),
        ]))
    }

    fn replaced(&self, text: &str) -> String {
        let Self(words) = self;
        words.iter().fold(text.to_owned(), |text, (word, meant)| text.replace(word, meant))
    }
}

/// The way from a folder to another, with slashes: cargo and npm take it on every system.
fn way(from: &Path, to: &Path) -> String {
    let shared =
        from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    if shared == 0 {
        return to.display().to_string();
    }
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(to.components().skip(shared)).collect();
    way.display().to_string().replace('\\', "/")
}

fn write(folder: &Path, (name, text): &File, words: &Words) -> Result<(), FileError> {
    let path = folder.join(name);
    let parent = path.parent().unwrap_or(folder);
    at(parent, fs::create_dir_all(parent))?;
    at(&path, create(&path, &words.replaced(text)))
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    io::Write::write_all(&mut fs::File::create_new(path)?, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_packages() {
        for name in ["a", "photo", "photo-2", "test"] {
            assert!(expect_name(name).is_ok(), "{name}");
        }
        let long = "a".repeat(65);
        for name in ["", "Photo", "2d", "-a", "a-", "a_b", "a/b", "..", "ä", "a b", long.as_str()]
        {
            let message = expect_name(name).unwrap_err().to_string();
            assert_eq!(message.lines().count(), 1, "{message}");
        }
    }

    #[test]
    fn ways_lead_up_and_down() {
        let way = |from, to| way(Path::new(from), Path::new(to));
        assert_eq!(way("/a/b/c", "/a/d/e"), "../../d/e");
        assert_eq!(way("/a", "/a/d"), "d");
        assert_eq!(way("/a/b", "/a"), "..");
    }

    #[test]
    fn nothing_of_a_template_is_left_over() {
        let words = [(NAME, "my-app"), (RUST_NAME, "my_app"), (WORKER, "../w"), (POOL, "../u")];
        let words = Words(words.map(|(word, meant)| (word, meant.to_owned())).to_vec());
        for (path, text) in KERNELS.iter().chain(PLAIN).chain(VITE) {
            let text = words.replaced(text);
            assert!(!text.contains("PATH/") && !text.contains("app-name"), "{path}: {text}");
        }
    }
}
