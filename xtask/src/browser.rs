//! Chromium and chromedriver: found, or installed where that is one command.

use std::{
    collections::BTreeMap,
    env, error, fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    command::{self, CommandError},
    programs,
};

/// A browser and the program that drives it, of the same version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Browser {
    /// Chromium or Chrome.
    pub chrome: PathBuf,
    /// chromedriver.
    pub driver: PathBuf,
}

impl Browser {
    /// The arguments that tests give the browser: no window, nothing fetched on its own account.
    #[must_use]
    pub fn arguments() -> Vec<&'static str> {
        let mut arguments = vec![
            "--headless=new",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ];
        // Chromium's sandbox refuses to run for root, which is who runs in most containers.
        if is_root() {
            arguments.push("--no-sandbox");
        }
        arguments
    }
}

/// Why there is no browser to test in.
#[derive(Debug)]
#[non_exhaustive]
pub enum BrowserError {
    /// `CHROME` or `CHROMEDRIVER` is set and names no file.
    BadOverride {
        /// The environment variable.
        variable: &'static str,
        /// What it says.
        path: PathBuf,
    },
    /// Neither Chromium nor Chrome was found.
    NoChrome,
    /// chromedriver was not found.
    NoDriver,
    /// apt-get could not install them.
    Install(CommandError),
}

impl fmt::Display for BrowserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadOverride { variable, path } => {
                write!(
                    f,
                    "{variable} says {}, which is no file: correct or unset it",
                    path.display()
                )
            }
            Self::NoChrome => {
                f.write_str("no Chromium or Chrome: install one, or set CHROME to its program")
            }
            Self::NoDriver => f.write_str(
                "no chromedriver: install the one of your browser's version, or set CHROMEDRIVER \
                 to its program",
            ),
            Self::Install(error) => write!(
                f,
                "{error}: install Chromium and chromedriver by hand, or set CHROME and CHROMEDRIVER"
            ),
        }
    }
}

impl error::Error for BrowserError {}

/// Finds both programs: `CHROME` and `CHROMEDRIVER` first, then PATH, then the usual places.
///
/// # Errors
/// [`BrowserError`] says which of the two is missing.
pub fn find() -> Result<Browser, BrowserError> {
    find_in(&Places::of_this_machine())
}

/// Finds both programs, or installs them with apt-get where the system is a Debian or Ubuntu.
///
/// # Errors
/// [`BrowserError`] says what is missing, or why it could not be installed.
pub fn ensure() -> Result<Browser, BrowserError> {
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    match find() {
        Err(BrowserError::NoChrome | BrowserError::NoDriver) if is_debian(&system) => {
            install()?;
            find()
        }
        outcome => outcome,
    }
}

/// Where to look.
#[derive(Debug, Default)]
struct Places {
    /// `CHROME`.
    chrome: Option<PathBuf>,
    /// `CHROMEDRIVER`.
    driver: Option<PathBuf>,
    /// The folders of PATH.
    path: Vec<PathBuf>,
    /// Programs that installers put beside PATH.
    usual: Vec<PathBuf>,
}

impl Places {
    fn of_this_machine() -> Self {
        let variable =
            |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        Self {
            chrome: variable("CHROME"),
            driver: variable("CHROMEDRIVER"),
            path: programs::search_path(),
            usual: usual_places(variable),
        }
    }
}

fn usual_places(variable: impl Fn(&'static str) -> Option<PathBuf>) -> Vec<PathBuf> {
    let applications = Path::new("/Applications");
    let mut places = vec![
        applications.join("Google Chrome.app/Contents/MacOS/Google Chrome"),
        applications.join("Chromium.app/Contents/MacOS/Chromium"),
    ];
    for name in ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"] {
        let folder = variable(name);
        places.extend(folder.map(|folder| folder.join(r"Google\Chrome\Application\chrome.exe")));
    }
    places
}

fn find_in(places: &Places) -> Result<Browser, BrowserError> {
    const CHROMES: [&str; 5] =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    let usual = || places.usual.iter().find(|path| path.is_file()).cloned();
    let chrome = match &places.chrome {
        Some(path) => existing("CHROME", path)?,
        None => programs::find_in(&places.path, &CHROMES)
            .or_else(usual)
            .ok_or(BrowserError::NoChrome)?,
    };
    let driver = match &places.driver {
        Some(path) => existing("CHROMEDRIVER", path)?,
        None => programs::find_in(&places.path, &["chromedriver"]).ok_or(BrowserError::NoDriver)?,
    };
    Ok(Browser { chrome, driver })
}

fn existing(variable: &'static str, path: &Path) -> Result<PathBuf, BrowserError> {
    if path.is_file() {
        return Ok(path.to_path_buf());
    }
    Err(BrowserError::BadOverride { variable, path: path.to_path_buf() })
}

/// Reads the `ID` and `ID_LIKE` of os-release(5).
fn is_debian(os_release: &str) -> bool {
    let fields: BTreeMap<&str, &str> =
        os_release.lines().filter_map(|line| line.split_once('=')).collect();
    let words = |name| fields.get(name).copied().unwrap_or_default().trim_matches(['"', '\'']);
    let mut systems = words("ID").split_whitespace().chain(words("ID_LIKE").split_whitespace());
    systems.any(|system| matches!(system, "debian" | "ubuntu"))
}

fn install() -> Result<(), BrowserError> {
    println!("installing chromium and chromium-driver with apt-get");
    for arguments in [
        &["update"][..],
        &["install", "--yes", "--no-install-recommends", "chromium", "chromium-driver"],
    ] {
        command::run(apt_get().args(arguments)).map_err(BrowserError::Install)?;
    }
    Ok(())
}

fn apt_get() -> Command {
    const QUESTIONS_OFF: &str = "DEBIAN_FRONTEND=noninteractive";
    // Through env(1), because sudo does not pass variables on.
    let words = ["sudo", "env", QUESTIONS_OFF, "apt-get"];
    let words = if is_root() { &words[1..] } else { &words[..] };
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}

fn is_root() -> bool {
    let user =
        if cfg!(unix) { command::capture(Command::new("id").arg("-u")) } else { return false };
    user.is_ok_and(|user| user.trim() == "0")
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
    fn both_programs_are_found_on_path() {
        let folder = Folder::with("both", &["google-chrome", "chromedriver"]);
        let places = Places { path: vec![folder.0.clone()], ..Places::default() };
        let browser = find_in(&places).unwrap();
        assert_eq!(stem(&browser.chrome), "google-chrome");
        assert_eq!(stem(&browser.driver), "chromedriver");
    }

    #[test]
    fn what_is_missing_is_named() {
        assert!(matches!(find_in(&Places::default()), Err(BrowserError::NoChrome)));
        let folder = Folder::with("no-driver", &["chromium"]);
        let places = Places { path: vec![folder.0.clone()], ..Places::default() };
        assert!(matches!(find_in(&places), Err(BrowserError::NoDriver)));
    }

    #[test]
    fn a_variable_wins_over_path_and_must_name_a_file() {
        let folder = Folder::with("override", &["chromium", "chromedriver", "mine"]);
        let mine = programs::find_in(std::slice::from_ref(&folder.0), &["mine"]).unwrap();
        let path = vec![folder.0.clone()];
        let places = Places { chrome: Some(mine.clone()), path: path.clone(), ..Places::default() };
        assert_eq!(find_in(&places).unwrap().chrome, mine);

        let places = Places { chrome: Some(folder.0.join("absent")), path, ..Places::default() };
        let error = find_in(&places).unwrap_err();
        assert!(matches!(error, BrowserError::BadOverride { variable: "CHROME", .. }), "{error}");
    }

    #[test]
    fn a_usual_place_will_do() {
        let folder = Folder::with("usual", &["chromedriver", "elsewhere"]);
        let elsewhere = programs::find_in(std::slice::from_ref(&folder.0), &["elsewhere"]).unwrap();
        let places = Places {
            path: vec![folder.0.clone()],
            usual: vec![folder.0.join("absent"), elsewhere.clone()],
            ..Places::default()
        };
        assert_eq!(find_in(&places).unwrap().chrome, elsewhere);
    }

    #[test]
    fn debian_and_what_descends_from_it_are_told_from_the_rest() {
        assert!(is_debian("NAME=\"Debian GNU/Linux\"\nID=debian\n"));
        assert!(is_debian("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(is_debian("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!is_debian("ID=fedora\nPRETTY_NAME=\"not debian\"\n"));
        assert!(!is_debian("ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n"));
        assert!(!is_debian(""));
    }
}
