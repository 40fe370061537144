//! What goes into a kernel and what comes out, as it is described to hosts and to people.

use crate::{Element, Merge, Role};

/// An input of a kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputPort {
    /// For people; may be empty.
    pub name: &'static str,
    /// What it holds.
    pub element: Element,
    /// How it belongs to the window.
    pub role: Role,
    /// Whether a call may come without it.
    pub optional: bool,
}

impl InputPort {
    /// The first input, which the window is about.
    #[must_use]
    pub const fn window(name: &'static str, element: Element) -> Self {
        Self { name, element, role: Role::Window, optional: false }
    }

    /// A further input, which every chunk has whole.
    #[must_use]
    pub const fn whole(name: &'static str, element: Element) -> Self {
        Self { name, element, role: Role::Whole, optional: false }
    }

    /// The same, which a call may come without.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

/// An output of a kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputPort {
    /// For people; may be empty.
    pub name: &'static str,
    /// What it holds.
    pub element: Element,
    /// How it belongs to the window.
    pub role: Role,
    /// Bytes for each unit of the core; 0 if that is not known.
    pub unit: u32,
    /// The input that it may lie in, as [`Output::keep_input`](crate::Output::keep_input) says.
    pub in_place: Option<u8>,
    /// How the outputs of chunks make one.
    pub merge: Merge<&'static str>,
}

impl OutputPort {
    /// An output with something for each unit of the window. It may lie in the first input.
    #[must_use]
    pub const fn window(name: &'static str, element: Element) -> Self {
        Self { name, element, role: Role::Window, unit: 0, in_place: Some(0), merge: Merge::Join }
    }

    /// The same in memory of its own.
    #[must_use]
    pub const fn apart(self) -> Self {
        Self { in_place: None, ..self }
    }

    /// An output of each call as a whole, such as a histogram.
    #[must_use]
    pub const fn whole(name: &'static str, element: Element, merge: Merge<&'static str>) -> Self {
        Self { name, element, role: Role::Whole, unit: 0, in_place: None, merge }
    }
}

/// What people and their editors read of a kernel. It stands in a section of the module that may be
/// stripped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Docs {
    /// What it does, in Markdown.
    pub doc: &'static str,
    /// The TypeScript of its parameters: `{ sigma: number }`.
    pub params: &'static str,
    /// The TypeScript of its result: `Uint8Array`.
    pub result: &'static str,
}

impl Docs {
    /// Nothing is said.
    pub const NONE: Self = Self::new("");

    /// What it does, in Markdown.
    #[must_use]
    pub const fn new(doc: &'static str) -> Self {
        Self { doc, params: "", result: "" }
    }

    /// The same, with the TypeScript of the parameters.
    #[must_use]
    pub const fn params(self, params: &'static str) -> Self {
        Self { params, ..self }
    }

    /// The same, with the TypeScript of the result.
    #[must_use]
    pub const fn result(self, result: &'static str) -> Self {
        Self { result, ..self }
    }
}
