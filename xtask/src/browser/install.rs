//! Installing what is missing, where that is one command.

use std::{collections::BTreeMap, process::Command};

use unjank_cli::command::{self, CommandError, cargo};

use super::{BrowserError, Engine, Part, is_root};

/// The driver of Firefox, which Debian does not have. Pinned, as it is built from source.
const GECKODRIVER: [&str; 5] = ["install", "geckodriver", "--locked", "--version", "0.37.1"];

/// Who brings what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Installer {
    /// The system, if it is a Debian or Ubuntu.
    AptGet,
    /// Cargo, which builds from source.
    Cargo,
}

impl Installer {
    /// Who brings a part of an engine; `os_release` is what the system says it is.
    pub(super) fn of(engine: Engine, part: Part, os_release: &str) -> Option<Self> {
        match (engine, part) {
            (Engine::Firefox, Part::Driver) => Some(Self::Cargo),
            _ => is_debian(os_release).then_some(Self::AptGet),
        }
    }

    /// Installs all that it has of an engine.
    pub(super) fn install(self, engine: Engine) -> Result<(), BrowserError> {
        let installed = match self {
            Self::AptGet => install_packages(packages(engine)),
            Self::Cargo => {
                println!("installing geckodriver with cargo");
                command::run(cargo().args(GECKODRIVER))
            }
        };
        installed.map_err(|error| BrowserError::Install { error, engine })
    }
}

fn install_packages(packages: &[&str]) -> Result<(), CommandError> {
    println!("installing {} with apt-get", packages.join(" and "));
    let install = ["install", "--yes", "--no-install-recommends"];
    command::run(apt_get().arg("update"))?;
    command::run(apt_get().args(install).args(packages))
}

/// What Debian and Ubuntu call an engine's browser and its driver.
fn packages(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Chromium => &["chromium", "chromium-driver"],
        Engine::Firefox => &["firefox-esr"],
        Engine::WebKit => &["webkit2gtk-driver", "xvfb"],
    }
}

/// Reads the `ID` and `ID_LIKE` of os-release(5).
fn is_debian(os_release: &str) -> bool {
    let fields: BTreeMap<&str, &str> =
        os_release.lines().filter_map(|line| line.split_once('=')).collect();
    let words = |name| fields.get(name).copied().unwrap_or_default().trim_matches(['"', '\'']);
    let mut systems = words("ID").split_whitespace().chain(words("ID_LIKE").split_whitespace());
    systems.any(|system| matches!(system, "debian" | "ubuntu"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_and_what_descends_from_it_are_told_from_the_rest() {
        assert!(is_debian("NAME=\"Debian GNU/Linux\"\nID=debian\n"));
        assert!(is_debian("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(is_debian("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!is_debian("ID=fedora\nPRETTY_NAME=\"not debian\"\n"));
        assert!(!is_debian("ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n"));
        assert!(!is_debian(""));
    }

    #[test]
    fn each_part_has_its_installer() {
        let of = |engine, part| Installer::of(engine, part, "ID=debian");
        assert_eq!(of(Engine::Firefox, Part::Driver), Some(Installer::Cargo));
        assert_eq!(of(Engine::Firefox, Part::Browser), Some(Installer::AptGet));
        assert_eq!(of(Engine::WebKit, Part::Screen), Some(Installer::AptGet));
        assert_eq!(Installer::of(Engine::WebKit, Part::Driver, "ID=fedora"), None);
    }
}
