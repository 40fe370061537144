//! The TypeScript of a module's kernels, as it describes them.

use std::fmt::Write;

use unjank_host::check::{Docs, KernelDocs};
use unjank_protocol::{
    Description, Element, InputDescription, KernelDescription, OutputDescription, Role,
};

/// Where the types of the pool are.
const HEAD: &str = "\
// Made by `unjank build` from what the module says of itself: changes are lost.
import type { KernelModule, Payload } from 'unjank';

";

/// What the package exports.
const TAIL: &str = "
/** The kernels, for `createPool({ kernels })`. */
export const kernels: KernelModule<Kernels>;
";

/// The text of index.d.ts.
pub(crate) fn declarations(description: &Description, docs: &Docs) -> String {
    let said =
        |kernel: &KernelDescription| docs.kernels.get(&kernel.name).cloned().unwrap_or_default();
    let mut text = String::from(HEAD);
    text.push_str("/** What each kernel takes and makes. */\nexport interface Kernels {\n");
    for kernel in &description.kernels {
        text.push_str(&member(kernel, &said(kernel)));
    }
    text.push_str("}\n");
    text.push_str(TAIL);
    text
}

/// One kernel.
fn member(kernel: &KernelDescription, docs: &KernelDocs) -> String {
    let mut text = comment(&docs.doc);
    let params = if docs.params.is_empty() { "unknown" } else { &docs.params };
    // What the docs say of the result is for people: what comes is what is described.
    let (given, result) = (given(&kernel.inputs), result(&kernel.outputs));
    let name = key(&kernel.name);
    // Nothing that a `String` is written to fails.
    let _ = writeln!(text, "  {name}: {{ params: {params}; given: {given}; result: {result} }};");
    text
}

fn comment(doc: &str) -> String {
    let doc = doc.trim().replace("*/", "*\u{200b}/");
    match doc.lines().count() {
        0 => String::new(),
        1 => format!("  /** {doc} */\n"),
        _ => {
            let lines = doc.lines().map(|line| format!("   * {line}").trim_end().to_owned() + "\n");
            format!("  /**\n{}   */\n", lines.collect::<String>())
        }
    }
}

/// What it takes: `null` where it makes something of numbers alone.
fn given(inputs: &[InputDescription]) -> String {
    match inputs {
        [] => "null".to_owned(),
        [first, ..] if first.optional && first.role == Role::Whole => "null".to_owned(),
        [_] => "Payload".to_owned(),
        all => {
            let mark = |input: &InputDescription| if input.optional { "?" } else { "" };
            let places: Vec<_> =
                all.iter().map(|input| format!("Payload{}", mark(input))).collect();
            let in_order = format!("readonly [{}]", places.join(", "));
            if all.iter().any(|input| input.name.is_empty()) {
                return in_order;
            }
            let member = |input: &InputDescription| {
                format!("readonly {}{}: Payload", key(&input.name), mark(input))
            };
            let members: Vec<_> = all.iter().map(member).collect();
            format!("{{ {} }} | {in_order}", members.join("; "))
        }
    }
}

/// What it makes: one array, or several by their names.
fn result(outputs: &[OutputDescription]) -> String {
    match outputs {
        [] => array(Element::U8),
        [output] => array(output.element),
        all => {
            let member = |output: &OutputDescription| {
                format!("{}: {}", key(&output.name), array(output.element))
            };
            let members: Vec<_> = all.iter().map(member).collect();
            format!("{{ {} }}", members.join("; "))
        }
    }
}

/// A property's name.
fn key(name: &str) -> String {
    let is_plain = name.chars().enumerate().all(|(at, letter)| {
        letter == '_' || letter.is_ascii_alphabetic() || at > 0 && letter.is_ascii_digit()
    });
    if is_plain && !name.is_empty() { name.to_owned() } else { serde_json::json!(name).to_string() }
}

fn array(element: Element) -> String {
    let name = match element {
        Element::U8 => "Uint8Array",
        Element::I8 => "Int8Array",
        Element::U16 => "Uint16Array",
        Element::I16 => "Int16Array",
        Element::U32 => "Uint32Array",
        Element::I32 => "Int32Array",
        Element::U64 => "BigUint64Array",
        Element::I64 => "BigInt64Array",
        Element::F32 => "Float32Array",
        Element::F64 => "Float64Array",
    };
    format!("{name}<ArrayBuffer>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(name: &str, optional: bool) -> InputDescription {
        InputDescription { name: name.into(), optional, ..InputDescription::default() }
    }

    fn output(name: &str, element: Element) -> OutputDescription {
        OutputDescription { name: name.into(), element, ..OutputDescription::default() }
    }

    #[test]
    fn a_kernel_of_bytes_has_the_params_that_it_says() {
        let docs = KernelDocs {
            doc: "Blurs.".into(),
            params: "{ sigma: number }".into(),
            ..KernelDocs::default()
        };
        let text = member(&KernelDescription::new("blur"), &docs);
        let expected = "  /** Blurs. */\n  blur: { params: { sigma: number }; given: Payload; \
                        result: Uint8Array<ArrayBuffer> };\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn one_without_docs_takes_anything() {
        let text = member(&KernelDescription::new("1 x"), &KernelDocs::default());
        assert!(text.starts_with("  \"1 x\": { params: unknown; "), "{text}");
    }

    #[test]
    fn several_inputs_are_given_by_name_or_in_order() {
        let all = [input("photo", false), input("curve", true)];
        let expected =
            "{ readonly photo: Payload; readonly curve?: Payload } | readonly [Payload, Payload?]";
        assert_eq!(given(&all), expected);
        assert_eq!(given(&[input("", false), input("b", false)]), "readonly [Payload, Payload]");
    }

    #[test]
    fn what_is_made_of_numbers_alone_is_given_nothing() {
        let nothing = InputDescription { role: Role::Whole, ..input("", true) };
        assert_eq!(given(&[nothing]), "null");
        assert_eq!(given(&[]), "null");
    }

    #[test]
    fn several_outputs_come_by_name() {
        let all = [output("mask", Element::U8), output("sums", Element::F64)];
        let expected = "{ mask: Uint8Array<ArrayBuffer>; sums: Float64Array<ArrayBuffer> }";
        assert_eq!(result(&all), expected);
        assert_eq!(result(&all[1..]), "Float64Array<ArrayBuffer>");
    }

    #[test]
    fn each_kernel_has_a_line_and_the_module_a_type() {
        let kernels = ["blur", "invert"].map(KernelDescription::new).to_vec();
        let (minor, build, name, version) = (0, Vec::new(), String::new(), String::new());
        let description = Description { minor, build, name, version, kernels };
        let text = declarations(&description, &Docs::default());
        assert_eq!(text.matches(": { params: unknown; given: Payload; ").count(), 2, "{text}");
        assert!(text.contains("export const kernels: KernelModule<Kernels>;"), "{text}");
    }

    #[test]
    fn a_comment_ends_where_it_is_meant_to() {
        assert_eq!(
            comment("One.\n\nTwo */ three."),
            "  /**\n   * One.\n   *\n   * Two *\u{200b}/ three.\n   */\n"
        );
        assert_eq!(comment(""), "");
    }
}
