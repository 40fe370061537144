//! What a wasm module promises to its host, and tells a profiler.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{NameMap, NameSection, Section};
use wasmparser::{
    BinaryReaderError, ExternalKind, KnownCustom, Name, Naming, Parser, Payload, TypeRef, Validator,
};

/// One thing that a module has for others: what it imports or exports, with name and kind, or a section.
pub type Promise = String;

/// Checks every instruction of `module` and lists what it imports, exports, and tells tools.
///
/// # Errors
/// Where and why the bytes are not a valid module.
pub fn interface(module: &[u8]) -> Result<BTreeSet<Promise>, BinaryReaderError> {
    Validator::new().validate_all(module)?;
    let mut promises = BTreeSet::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if let Payload::ImportSection(imports) = &payload {
            for import in imports.clone().into_imports() {
                let import = import?;
                let kind = kind(import.ty);
                promises.insert(format!("{IMPORT}{}.{} {kind:?}", import.module, import.name));
            }
        }
        if let Payload::ExportSection(exports) = &payload {
            for export in exports.clone() {
                let export = export?;
                promises.insert(format!("export {} {:?}", export.name, export.kind));
            }
        }
        if let Payload::CustomSection(section) = &payload
            && section.name().starts_with(KEPT_SECTIONS)
        {
            promises.insert(format!("section {}", section.name()));
        }
    }
    Ok(promises)
}

/// How the promises of imports begin.
const IMPORT: &str = "import ";

/// Whether the module asks for this, and doesn't give it.
pub fn is_import(promise: &Promise) -> bool {
    promise.starts_with(IMPORT)
}

/// How the names of sections begin that somebody reads after the build.
const KEPT_SECTIONS: &str = "unjank:";

/// `module` without the names that it keeps for debuggers and profilers.
///
/// # Errors
/// Where and why the bytes are not a module.
pub fn without_names(module: &[u8]) -> Result<Vec<u8>, BinaryReaderError> {
    let mut kept = Vec::with_capacity(module.len());
    // A section begins where the one before it ended: its head is not in its range.
    let mut begin = 0;
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        let Some(end) = end_of(&payload) else { continue };
        if !matches!(&payload, Payload::CustomSection(section) if section.name() == "name") {
            kept.extend_from_slice(&module[begin..end]);
        }
        begin = end;
    }
    Ok(kept)
}

/// Where the header or a section ends; none for what lies in a section.
fn end_of(payload: &Payload<'_>) -> Option<usize> {
    if let Payload::Version { range, .. } = payload {
        return Some(range.end);
    }
    payload.as_section().map(|(_, range)| range.end)
}

/// `module` with the names of its functions as they stand in its source: a profiler shows what it finds.
///
/// # Errors
/// Where and why the bytes are not a module.
pub fn with_readable_names(module: &[u8]) -> Result<Vec<u8>, BinaryReaderError> {
    let mut names = NameMap::new();
    for (function, name) in &named_functions(module)? {
        names.append(*function, &format!("{:#}", rustc_demangle::demangle(name)));
    }
    let mut section = NameSection::new();
    section.functions(&names);
    let mut readable = without_names(module)?;
    section.append_to(&mut readable);
    Ok(readable)
}

/// The names of functions that `module` keeps for debuggers and profilers.
///
/// # Errors
/// Where and why the bytes are not a module.
pub fn function_names(module: &[u8]) -> Result<BTreeSet<String>, BinaryReaderError> {
    Ok(named_functions(module)?.into_values().collect())
}

/// The functions that have a name, by their index.
fn named_functions(module: &[u8]) -> Result<BTreeMap<u32, String>, BinaryReaderError> {
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::CustomSection(section) = payload? else { continue };
        let KnownCustom::Name(kinds) = section.as_known() else { continue };
        for kind in kinds {
            if let Name::Function(functions) = kind? {
                for function in functions {
                    let Naming { index, name } = function?;
                    names.insert(index, name.to_owned());
                }
            }
        }
    }
    Ok(names)
}

fn kind(import: TypeRef) -> ExternalKind {
    match import {
        TypeRef::Func(_) | TypeRef::FuncExact(_) => ExternalKind::Func,
        TypeRef::Table(_) => ExternalKind::Table,
        TypeRef::Memory(_) => ExternalKind::Memory,
        TypeRef::Global(_) => ExternalKind::Global,
        TypeRef::Tag(_) => ExternalKind::Tag,
    }
}

#[cfg(test)]
pub(crate) mod samples {
    /// `(module (func (export "f")))`
    pub(crate) const EXPORTS_F: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\
        \x07\x05\x01\x01f\0\0\x0a\x04\x01\x02\0\x0b";
    /// The first with its function named `a::b`.
    pub(crate) const NAMED: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\
        \x07\x05\x01\x01f\0\0\x0a\x04\x01\x02\0\x0b\0\x0e\x04name\x01\x07\x01\0\x04a::b";
    /// The first with an empty section of documentation.
    pub(crate) const DOCUMENTED: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\
        \x07\x05\x01\x01f\0\0\x0a\x04\x01\x02\0\x0b\0\x0c\x0bunjank:docs";
    /// The same with the function exported as `g`.
    pub(crate) const EXPORTS_G: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\
        \x07\x05\x01\x01g\0\0\x0a\x04\x01\x02\0\x0b";
    /// `(module (import "m" "i" (func)))`
    pub(crate) const IMPORTS_I: &[u8] =
        b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x07\x01\x01m\x01i\0\0";
}

#[cfg(test)]
mod tests {
    use super::{samples::*, *};

    #[test]
    fn imports_and_exports_are_listed_with_their_kind() {
        let listed = |module| interface(module).unwrap().into_iter().collect::<Vec<_>>();
        assert_eq!(listed(EXPORTS_F), ["export f Func"]);
        assert_eq!(listed(IMPORTS_I), ["import m.i Func"]);
    }

    #[test]
    fn functions_are_listed_that_have_a_name() {
        assert_eq!(Vec::from_iter(function_names(NAMED).unwrap()), ["a::b"]);
        assert_eq!(interface(NAMED).unwrap(), interface(EXPORTS_F).unwrap());
        assert!(function_names(EXPORTS_F).unwrap().is_empty());
        assert!(function_names(&NAMED[..NAMED.len() - 1]).is_err(), "cut short");
    }

    #[test]
    fn mangled_names_are_made_readable_and_others_left() {
        assert_eq!(with_readable_names(NAMED).unwrap(), NAMED);
        let mut mangled = without_names(NAMED).unwrap();
        mangled.extend(b"\0\x1c\x04name\x01\x15\x01\0\x12_RNvCs1234_1a4fast");
        let readable = with_readable_names(&mangled).unwrap();
        assert_eq!(Vec::from_iter(function_names(&readable).unwrap()), ["a::fast"]);
        assert!(with_readable_names(&NAMED[..NAMED.len() - 1]).is_err(), "cut short");
    }

    #[test]
    fn names_can_be_taken_off_and_nothing_else() {
        assert_eq!(without_names(NAMED).unwrap(), EXPORTS_F);
        assert_eq!(without_names(DOCUMENTED).unwrap(), DOCUMENTED);
        assert!(without_names(&NAMED[..NAMED.len() - 1]).is_err(), "cut short");
    }

    #[test]
    fn what_is_there_for_tools_is_listed() {
        let listed = Vec::from_iter(interface(DOCUMENTED).unwrap());
        assert_eq!(listed, ["export f Func", "section unjank:docs"]);
    }

    #[test]
    fn every_cut_short_module_is_refused() {
        for end in 0..EXPORTS_F.len() {
            // The header alone is a valid, empty module; so is one that ends before any code.
            let refused = interface(&EXPORTS_F[..end]).is_err();
            assert!(refused || end == 8 || end == 14, "{end} bytes passed");
        }
    }

    #[test]
    fn code_is_checked_too() {
        let mut module = EXPORTS_F.to_vec();
        let end = module.len() - 1;
        let drop_from_an_empty_stack = 0x1a;
        module.insert(end, drop_from_an_empty_stack);
        let (section_length, body_length) = (end - 4, end - 2);
        module[section_length] += 1;
        module[body_length] += 1;
        let error = interface(&module).unwrap_err();
        assert!(error.message().contains("type mismatch"), "{error}");
    }
}
