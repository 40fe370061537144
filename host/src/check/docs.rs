//! What a module has for people, in a section that may be stripped.

use std::collections::BTreeMap;

use serde::Deserialize;
use unjank_protocol::cbor;

/// What is said of kernels, by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Docs {
    /// Of each kernel that something is said of.
    pub kernels: BTreeMap<String, KernelDocs>,
}

/// What is said of a kernel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct KernelDocs {
    /// What it does, in Markdown.
    pub doc: String,
    /// The TypeScript of its params.
    pub params: String,
    /// The TypeScript of its result.
    pub result: String,
}

impl Docs {
    /// Reads the section.
    ///
    /// # Errors
    /// A line that says why it can't be read.
    pub fn read(section: &[u8]) -> Result<Self, String> {
        cbor::from_slice(section).map_err(|error| format!("its docs can't be read: {error}"))
    }
}
