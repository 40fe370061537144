//! Says what a module is, and attacks it as a host never would.

use std::fmt;

use unjank_protocol::Description;

use crate::{Interface, Limits, Module, ModuleError};

mod attack;
mod docs;
mod merge;
mod random;
mod sample;
mod show;

use attack::Attacker;
pub use docs::{Docs, KernelDocs};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Bytes of the module.
    pub bytes: usize,
    /// What it shows of itself before it runs.
    pub interface: Interface,
    /// What it says of itself.
    pub description: Description,
    /// What it has for people.
    pub docs: Docs,
    /// What came of it.
    pub findings: Vec<Finding>,
}

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub weight: Weight,
    /// The kernel that it is about, if it is about one.
    pub kernel: Option<String>,
    /// What it is, in one line.
    pub message: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Something that was not tried, or is worth knowing.
    Note,
    /// It works, and could be better.
    Warning,
    /// It breaks a rule.
    Fault,
}

impl Report {
    /// Whether it breaks a rule.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        self.findings.iter().any(|finding| finding.weight == Weight::Fault)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Note => "note",
            Weight::Warning => "warning",
            Weight::Fault => "fault",
        };
        match &self.kernel {
            Some(kernel) => write!(f, "{weight}: {kernel}: {}", self.message),
            None => write!(f, "{weight}: {}", self.message),
        }
    }
}

/// Checks a module: looks at it, loads it, and attacks its kernels. What is drawn is drawn from
/// `seed`, so that the same check happens again.
///
/// # Errors
/// When it is no kernel module that this host can run.
pub fn check(bytes: &[u8], limits: Limits, seed: u64) -> Result<Report, ModuleError> {
    let module = Module::with_limits(bytes, limits)?;
    let (docs, warning) = read_docs(module.interface());
    let warn = |message| Finding { weight: Weight::Warning, kernel: None, message };
    let mut findings: Vec<_> = warning.into_iter().map(warn).collect();
    // It says the same in each instance, or there is no other one.
    module.instantiate()?;
    findings.extend(Attacker::new(&module, seed).attack());
    let (interface, description) = (module.interface().clone(), module.description().clone());
    Ok(Report { bytes: bytes.len(), interface, description, docs, findings })
}

/// What it has for people, and what is wrong with that.
fn read_docs(interface: &Interface) -> (Docs, Option<String>) {
    const MISSING: &str = "it has no section `unjank:docs`: tools can't show what its kernels take";
    match interface.docs.as_deref().map(Docs::read) {
        Some(Ok(docs)) => (docs, None),
        Some(Err(message)) => (Docs::default(), Some(message)),
        None => (Docs::default(), Some(MISSING.to_owned())),
    }
}
