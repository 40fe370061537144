//! Where browsers and their drivers are.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use unjank_cli::programs;

use super::{Browser, BrowserError, Engine, Part, engine::Program};

/// Where to look.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Programs that environment variables name.
    pub(super) named: Vec<(&'static str, PathBuf)>,
    /// The folders of PATH.
    pub(super) path: Vec<PathBuf>,
    /// Programs and folders of programs that installers put beside PATH.
    pub(super) usual: Vec<PathBuf>,
}

impl Places {
    pub(super) fn of_this_machine() -> Self {
        let variable =
            |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let wanted = Engine::ALL.into_iter().flat_map(programs_of);
        let named = wanted.filter_map(|it| Some((it.variable, variable(it.variable)?))).collect();
        Self { named, path: programs::search_path(), usual: usual_places(variable) }
    }

    /// All programs of an engine.
    pub(super) fn find(&self, engine: Engine) -> Result<Browser, BrowserError> {
        let find = |part| {
            let program = engine.program(part).map(|program| self.find_program(program));
            let missing = BrowserError::Missing { engine, part };
            program.map(|found| found?.ok_or(missing)).transpose()
        };
        let expect = |part| find(part)?.ok_or(BrowserError::Missing { engine, part });
        let (program, driver) = (expect(Part::Browser)?, expect(Part::Driver)?);
        Ok(Browser { engine, program, driver, screen: find(Part::Screen)? })
    }

    fn find_program(&self, wanted: &Program) -> Result<Option<PathBuf>, BrowserError> {
        let &Program { variable, names, .. } = wanted;
        if let Some((_, path)) = self.named.iter().find(|(name, _)| *name == variable) {
            let path = path.clone();
            let named = path.is_file().then(|| path.clone());
            return named.map(Some).ok_or(BrowserError::BadOverride { variable, path });
        }
        Ok(programs::find_in(&self.path, names)
            .or_else(|| programs::find_in(&self.usual, names))
            .or_else(|| self.usual.iter().find(|path| is_program(path, names)).cloned()))
    }
}

fn programs_of(engine: Engine) -> impl Iterator<Item = &'static Program> {
    Part::ALL.into_iter().filter_map(move |part| engine.program(part))
}

/// Whether a path is that of a program under one of these names: "Google Chrome" is "google-chrome".
fn is_program(path: &Path, names: &[&str]) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let stem = stem.to_ascii_lowercase().replace(' ', "-");
    path.is_file() && names.iter().any(|name| name.eq_ignore_ascii_case(&stem))
}

fn usual_places(variable: impl Fn(&'static str) -> Option<PathBuf>) -> Vec<PathBuf> {
    let applications = Path::new("/Applications");
    let mut places = vec![
        applications.join("Google Chrome.app/Contents/MacOS/Google Chrome"),
        applications.join("Chromium.app/Contents/MacOS/Chromium"),
        applications.join("Firefox.app/Contents/MacOS/firefox"),
    ];
    for name in ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"] {
        let Some(folder) = variable(name) else { continue };
        places.push(folder.join(r"Google\Chrome\Application\chrome.exe"));
        places.push(folder.join(r"Mozilla Firefox\firefox.exe"));
    }
    let cargo = variable("CARGO_HOME").or_else(|| Some(env::home_dir()?.join(".cargo")));
    places.extend(cargo.map(|cargo| cargo.join("bin")));
    places.extend(webkit_folders());
    places
}

/// WebKitGTK keeps its programs with its library, in a folder of the machine's and its own version.
fn webkit_folders() -> Vec<PathBuf> {
    let libraries = subfolders(Path::new("/usr/lib"));
    let parents =
        libraries.into_iter().chain(["/usr/lib", "/usr/lib64", "/usr/libexec"].map(PathBuf::from));
    let mut folders: Vec<_> = parents.flat_map(|parent| subfolders(&parent)).collect();
    let is_webkit = |folder: &PathBuf| {
        let name = folder.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("webkit"))
    };
    folders.retain(is_webkit);
    // The latest version first.
    folders.sort_by(|a, b| b.cmp(a));
    folders
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    // A folder that can't be read holds nothing for us.
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of empty files, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn with(name: &str, files: &[&str]) -> Self {
            let folder = env::temp_dir().join(format!("xtask-{}-{name}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            for file in files {
                let ending = if cfg!(windows) { ".exe" } else { "" };
                fs::write(folder.join(format!("{file}{ending}")), "").unwrap();
            }
            Self(folder)
        }

        fn file(&self, name: &str) -> PathBuf {
            programs::find_in(std::slice::from_ref(&self.0), &[name]).unwrap()
        }

        fn path(&self) -> Places {
            Places { path: vec![self.0.clone()], ..Places::default() }
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn stem(path: &Path) -> &str {
        path.file_stem().unwrap().to_str().unwrap()
    }

    #[test]
    fn all_programs_of_an_engine_are_found_on_path() {
        for (engine, files) in [
            (Engine::Chromium, &["google-chrome", "chromedriver"][..]),
            (Engine::Firefox, &["firefox", "geckodriver"]),
            (Engine::WebKit, &["MiniBrowser", "WebKitWebDriver", "Xvfb"]),
        ] {
            let folder = Folder::with(engine.name(), files);
            let Browser { program, driver, screen, .. } = folder.path().find(engine).unwrap();
            let found = [Some(&program), Some(&driver), screen.as_ref()];
            let found: Vec<_> = found.into_iter().flatten().map(|path| stem(path)).collect();
            assert_eq!(found, files);
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        for (engine, files) in [
            (Engine::Chromium, &["chromium", "chromedriver"][..]),
            (Engine::Firefox, &["firefox-esr", "geckodriver"]),
            (Engine::WebKit, &["MiniBrowser", "WebKitWebDriver", "Xvfb"]),
        ] {
            for (count, expected) in Part::ALL.into_iter().enumerate().take(files.len()) {
                let name = format!("{}-without-{expected:?}", engine.name());
                let folder = Folder::with(&name, &files[..count]);
                let error = folder.path().find(engine).unwrap_err();
                let BrowserError::Missing { part, .. } = error else { panic!("{error}") };
                assert_eq!(part, expected);
                let variable = engine.program(part).unwrap().variable;
                assert!(error.to_string().contains(variable), "{error}");
            }
        }
    }

    #[test]
    fn a_variable_wins_over_path_and_must_name_a_file() {
        let folder = Folder::with("override", &["chromium", "chromedriver", "mine"]);
        let mine = folder.file("mine");
        let places = Places { named: vec![("CHROME", mine.clone())], ..folder.path() };
        assert_eq!(places.find(Engine::Chromium).unwrap().program, mine);

        let absent = folder.0.join("absent");
        let places = Places { named: vec![("CHROME", absent)], ..folder.path() };
        let error = places.find(Engine::Chromium).unwrap_err();
        assert!(matches!(error, BrowserError::BadOverride { variable: "CHROME", .. }), "{error}");
    }

    #[test]
    fn a_usual_place_will_do_for_the_program_it_is_for() {
        let path = Folder::with("usual-path", &["chromedriver"]);
        let usual = Folder::with("usual", &["Google Chrome", "geckodriver", "firefox"]);
        let chrome = usual.file("Google Chrome");
        let places = Places {
            usual: vec![usual.0.clone(), path.0.join("absent"), chrome.clone()],
            ..path.path()
        };
        assert_eq!(places.find(Engine::Chromium).unwrap().program, chrome);
        assert_eq!(places.find(Engine::Firefox).unwrap().driver, usual.file("geckodriver"));
    }
}
