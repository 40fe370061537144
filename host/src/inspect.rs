//! What can be seen of a module before any of it runs.

use unjank_protocol::abi;
use wasmparser::{
    BinaryReaderError, MemoryType, Parser, Payload, ValType, Validator, WasmFeatures,
    types::{EntityType, Types, TypesRef},
};

use crate::{Misfit, ModuleError, error::HTML};

/// What a module shows of itself before any of it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Imports, as `module.name`.
    pub imports: Vec<String>,
    /// Names of exports.
    pub exports: Vec<String>,
    /// Its memory.
    pub memory: MemorySize,
    /// Proposals beyond the first version of WebAssembly without which it would not be valid.
    pub features: Vec<&'static str>,
    /// The section that tools read, if it is there.
    pub docs: Option<Vec<u8>>,
}

/// How large a memory is, in pages of 64 KiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemorySize {
    /// At the beginning.
    pub pages: u64,
    /// At most, if that is said.
    pub most: Option<u64>,
}

type Signature = (&'static [ValType], &'static [ValType]);

const I32: ValType = ValType::I32;
const I64: ValType = ValType::I64;
const F64: ValType = ValType::F64;

impl Interface {
    /// Looks at a module.
    ///
    /// # Errors
    /// When it is not WebAssembly, or breaks a rule about imports, exports and memory.
    pub fn of(bytes: &[u8]) -> Result<Self, ModuleError> {
        check_magic(bytes)?;
        let types = validate(bytes, WasmFeatures::all())
            .map_err(|error| ModuleError::Invalid { message: error.to_string() })?;
        let shape = Shape::of(types.as_ref());
        let memory = shape.check().map_err(ModuleError::Misfit)?;
        Ok(Self {
            imports: shape.imports.iter().map(|(from, name, _)| format!("{from}.{name}")).collect(),
            exports: shape.exports.iter().map(|(name, _)| (*name).to_owned()).collect(),
            memory: MemorySize { pages: memory.initial, most: memory.maximum },
            features: features(bytes),
            docs: docs(bytes),
        })
    }
}

/// What other files that are often given begin with.
const LOOKALIKES: [(&[u8], &str); 6] = [
    (b"(module", "looks like WebAssembly text: assemble it"),
    (b"<", HTML),
    (b"import ", "looks like JavaScript"),
    (b"{", "looks like JSON"),
    (b"\x1f\x8b", "looks compressed"),
    (b"\x7fELF", "looks like a program for this machine: build it for wasm32-unknown-unknown"),
];

fn check_magic(bytes: &[u8]) -> Result<(), ModuleError> {
    if bytes.starts_with(b"\0asm\x0d\0\x01\0") {
        return Err(ModuleError::NotWasm { looks: "is a component: give the module inside it" });
    }
    if bytes.starts_with(b"\0asm") {
        return Ok(());
    }
    let trimmed = bytes.trim_ascii_start();
    let found = LOOKALIKES.iter().find(|(start, _)| trimmed.starts_with(start));
    let otherwise = if bytes.is_empty() { "is empty" } else { "begins with other bytes" };
    Err(ModuleError::NotWasm { looks: found.map_or(otherwise, |(_, looks)| looks) })
}

fn validate(bytes: &[u8], features: WasmFeatures) -> Result<Types, BinaryReaderError> {
    Validator::new_with_features(features).validate_all(bytes)
}

// ---- Rules

/// What a module takes and gives.
struct Shape<'a> {
    types: TypesRef<'a>,
    imports: Vec<(&'a str, &'a str, EntityType)>,
    exports: Vec<(&'a str, EntityType)>,
}

impl<'a> Shape<'a> {
    fn of(types: TypesRef<'a>) -> Self {
        let imports = types.core_imports().into_iter().flatten().collect();
        let exports = types.core_exports().into_iter().flatten().collect();
        Self { types, imports, exports }
    }

    /// Its memory, if it keeps every rule.
    fn check(&self) -> Result<MemoryType, Misfit> {
        self.check_version()?;
        if self.export("_start").is_some() {
            return Err(Misfit::Command);
        }
        self.imports.iter().try_for_each(|&import| self.check_import(import))?;
        let memory = self.check_memory()?;
        EXPORTS.iter().try_for_each(|export| self.check_export(export))?;
        Ok(memory)
    }

    fn export(&self, name: &str) -> Option<EntityType> {
        self.exports.iter().find(|(other, _)| *other == name).map(|(_, entity)| *entity)
    }

    fn check_version(&self) -> Result<(), Misfit> {
        if self.export(abi::EXPORT_VERSION).is_some() {
            return Ok(());
        }
        let mut names = self.exports.iter().map(|(name, _)| *name);
        let theirs = names.clone().find(|name| is_version(name)).map(str::to_owned);
        let hint = names.find_map(hint_of_export);
        let hint =
            hint.or_else(|| self.imports.iter().find_map(|(from, _, _)| hint_of_import(from)));
        Err(Misfit::Version { theirs, hint })
    }

    fn check_memory(&self) -> Result<MemoryType, Misfit> {
        match self.export("memory") {
            None => Err(Misfit::NoExport { name: "memory" }),
            Some(EntityType::Memory(memory)) if memory.shared || memory.memory64 => {
                Err(Misfit::OddMemory)
            }
            Some(EntityType::Memory(memory)) => Ok(memory),
            Some(_) => Err(Misfit::WrongExport { name: "memory", expected: "a memory" }),
        }
    }

    fn check_export(&self, &(name, signature, expected): &Export) -> Result<(), Misfit> {
        match self.export(name) {
            None if OPTIONAL.contains(&name) => Ok(()),
            None => Err(Misfit::NoExport { name }),
            Some(entity) if self.has_signature(entity, signature) => Ok(()),
            Some(_) => Err(Misfit::WrongExport { name, expected }),
        }
    }

    fn check_import(&self, import: (&str, &str, EntityType)) -> Result<(), Misfit> {
        let (from, name, entity) = import;
        if matches!(entity, EntityType::Memory(_)) {
            return Err(Misfit::ImportedMemory);
        }
        let (module, own_name) = (from.to_owned(), name.to_owned());
        match signature_of_import(from, name) {
            Some(signature) if self.has_signature(entity, signature) => Ok(()),
            Some(_) => Err(Misfit::WrongImport { module, name: own_name }),
            None => {
                let hint = hint_of_import(from).or_else(|| hint_of_import(name));
                Err(Misfit::UnknownImport { module, name: own_name, hint })
            }
        }
    }

    fn has_signature(&self, entity: EntityType, (params, results): Signature) -> bool {
        let (EntityType::Func(id) | EntityType::FuncExact(id)) = entity else { return false };
        let found = self.types[id].unwrap_func();
        found.params() == params && found.results() == results
    }
}

fn is_version(name: &str) -> bool {
    let digits = name.strip_prefix(abi::EXPORT_ANY_VERSION);
    digits.is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

fn hint_of_export(name: &str) -> Option<&'static str> {
    (name == "_start").then_some("it is a command (`_start`), not a library")
}

fn hint_of_import(from: &str) -> Option<&'static str> {
    match from {
        "env" => Some("nothing defined it when the module was linked"),
        "wasi_unstable" => Some("this is an old version of WASI"),
        _ if from.contains("wbindgen") || from.contains("wbg") => {
            Some("it was made for wasm-bindgen: give its glue too")
        }
        _ if from.starts_with("GOT.") => Some("it was linked as a shared library"),
        _ => None,
    }
}

type Export = (&'static str, Signature, &'static str);

const EXPORTS: [Export; 6] = [
    (abi::EXPORT_VERSION, (&[], &[I32]), "a function () -> i32"),
    (abi::EXPORT_RESERVE, (&[I32, I32], &[I32]), "a function (i32, i32) -> i32"),
    (abi::EXPORT_RUN, (&[], &[I32]), "a function () -> i32"),
    (abi::EXPORT_PLAN, (&[], &[I32]), "a function () -> i32"),
    (abi::EXPORT_FORGET, (&[I32], &[]), "a function (i32)"),
    (abi::EXPORT_INITIALIZE, (&[], &[]), "a function ()"),
];

const OPTIONAL: [&str; 3] = [abi::EXPORT_PLAN, abi::EXPORT_FORGET, abi::EXPORT_INITIALIZE];

fn signature_of_import(module: &str, name: &str) -> Option<Signature> {
    let signature: Signature = match (module, name) {
        (abi::IMPORT_MODULE, "emit") => (&[I32; 4], &[I32]),
        (abi::IMPORT_MODULE, "progress") => (&[F64; 2], &[]),
        (abi::IMPORT_MODULE, "cancelled") => (&[], &[I32]),
        (abi::IMPORT_MODULE, "now") => (&[], &[F64]),
        (abi::IMPORT_MODULE, "random") => (&[I32; 2], &[]),
        (abi::IMPORT_MODULE, "log") => (&[I32; 3], &[]),
        (abi::WASI_MODULE, "clock_time_get") => (&[I32, I64, I32], &[I32]),
        (abi::WASI_MODULE, "fd_seek") => (&[I32, I64, I32, I32], &[I32]),
        (abi::WASI_MODULE, "fd_write" | "fd_read") => (&[I32; 4], &[I32]),
        (
            abi::WASI_MODULE,
            "clock_res_get" | "random_get" | "fd_fdstat_get" | "environ_get" | "environ_sizes_get"
            | "args_get" | "args_sizes_get",
        ) => (&[I32; 2], &[I32]),
        (abi::WASI_MODULE, "fd_close") => (&[I32], &[I32]),
        (abi::WASI_MODULE, "sched_yield") => (&[], &[I32]),
        (abi::WASI_MODULE, "proc_exit") => (&[I32], &[]),
        _ => return None,
    };
    Some(signature)
}

// ---- What tools like to know

const PROPOSALS: [(&str, WasmFeatures); 11] = [
    ("sign-extension", WasmFeatures::SIGN_EXTENSION),
    ("saturating-float-to-int", WasmFeatures::SATURATING_FLOAT_TO_INT),
    ("multi-value", WasmFeatures::MULTI_VALUE),
    ("bulk-memory", WasmFeatures::BULK_MEMORY),
    ("reference-types", WasmFeatures::REFERENCE_TYPES),
    ("simd", WasmFeatures::SIMD),
    ("relaxed-simd", WasmFeatures::RELAXED_SIMD),
    ("tail-call", WasmFeatures::TAIL_CALL),
    ("extended-const", WasmFeatures::EXTENDED_CONST),
    ("exceptions", WasmFeatures::EXCEPTIONS),
    ("threads", WasmFeatures::THREADS),
];

/// What it would not be valid without.
fn features(bytes: &[u8]) -> Vec<&'static str> {
    let is_needed = |feature: WasmFeatures| validate(bytes, WasmFeatures::all() - feature).is_err();
    PROPOSALS.iter().filter(|(_, feature)| is_needed(*feature)).map(|(name, _)| *name).collect()
}

fn docs(bytes: &[u8]) -> Option<Vec<u8>> {
    Parser::new(0).parse_all(bytes).find_map(|payload| match payload {
        Ok(Payload::CustomSection(section)) if section.name() == abi::DOCS_SECTION => {
            Some(section.data().to_vec())
        }
        _ => None,
    })
}
