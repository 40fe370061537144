//! The TypeScript of parameters, as far as their type in Rust tells it.

use syn::{Expr, ExprLit, GenericArgument, Lit, PathArguments, Type, TypeArray, TypePath};

/// Arrays of more elements are lists of any length in TypeScript.
const MAX_TUPLE: usize = 16;

const UNDEFINED: &str = "undefined";

/// What callers give for it; `None` where its name does not tell.
pub(crate) fn of_params(of: &Type) -> Option<String> {
    match of {
        Type::Tuple(nothing) if nothing.elems.is_empty() => Some(UNDEFINED.to_string()),
        _ => Union::of(of).map(|union| union.text()),
    }
}

/// Types of which a value has one.
struct Union(Vec<String>);

impl Union {
    fn of(of: &Type) -> Option<Self> {
        match of {
            Type::Group(group) => Self::of(&group.elem),
            Type::Paren(parentheses) => Self::of(&parentheses.elem),
            Type::Path(path) => Self::of_path(path),
            Type::Array(array) => Self::of_array(array),
            Type::Tuple(tuple) if !tuple.elems.is_empty() => {
                let elements = tuple.elems.iter().map(|of| Some(Self::of(of)?.text()));
                Some(Self::tuple(&elements.collect::<Option<Vec<_>>>()?))
            }
            _ => None,
        }
    }

    /// A longer path may lead to another type of the same name.
    fn of_path(TypePath { path, .. }: &TypePath) -> Option<Self> {
        if path.segments.len() > 1 {
            return None;
        }
        let segment = path.segments.first()?;
        let name = segment.ident.to_string();
        let of = argument(&segment.arguments);
        match (name.as_str(), of) {
            (
                "u8" | "u16" | "u32" | "usize" | "i8" | "i16" | "i32" | "isize" | "f32" | "f64",
                None,
            ) => Some(Self::one("number")),
            ("u64" | "i64", None) => Some(Self(vec!["number".into(), "bigint".into()])),
            ("bool", None) => Some(Self::one("boolean")),
            ("String", None) => Some(Self::one("string")),
            ("Vec", Some(Type::Path(of))) if of.path.is_ident("u8") => {
                Some(Self::one("Uint8Array"))
            }
            ("Vec", Some(of)) => Some(Self::of(of)?.list()),
            ("Option", Some(of)) => Self::of(of)?.or_undefined(),
            _ => None,
        }
    }

    fn of_array(TypeArray { elem, len, .. }: &TypeArray) -> Option<Self> {
        let of = Self::of(elem)?;
        let length = match len {
            Expr::Lit(ExprLit { lit: Lit::Int(length), .. }) => length.base10_parse().ok(),
            _ => None,
        };
        Some(match length {
            Some(length @ 0..=MAX_TUPLE) => Self::tuple(&vec![of.text(); length]),
            _ => of.list(),
        })
    }

    fn one(text: impl Into<String>) -> Self {
        Self(vec![text.into()])
    }

    fn tuple(elements: &[String]) -> Self {
        Self::one(format!("[{}]", elements.join(", ")))
    }

    fn list(&self) -> Self {
        let text = self.text();
        Self::one(if self.0.len() > 1 { format!("({text})[]") } else { format!("{text}[]") })
    }

    /// Of an option in another nobody could say which is empty.
    fn or_undefined(mut self) -> Option<Self> {
        if self.0.iter().any(|text| text == UNDEFINED) {
            return None;
        }
        self.0.push(UNDEFINED.to_string());
        Some(self)
    }

    fn text(&self) -> String {
        self.0.join(" | ")
    }
}

/// The argument of a type that has one.
fn argument(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    match (arguments.args.first(), arguments.args.len()) {
        (Some(GenericArgument::Type(of)), 1) => Some(of),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_str;

    use super::of_params;

    #[test]
    fn types_are_told_where_they_are_certain() {
        for (of, expected) in [
            ("()", "undefined"),
            ("f32", "number"),
            ("usize", "number"),
            ("u64", "number | bigint"),
            ("bool", "boolean"),
            ("String", "string"),
            ("Option<f64>", "number | undefined"),
            ("Option<i64>", "number | bigint | undefined"),
            ("Vec<i16>", "number[]"),
            ("Vec<u8>", "Uint8Array"),
            ("Vec<u64>", "(number | bigint)[]"),
            ("Vec<Vec<Option<bool>>>", "(boolean | undefined)[][]"),
            ("Option<Vec<u8>>", "Uint8Array | undefined"),
            ("(f32,)", "[number]"),
            ("(String, Option<u64>)", "[string, number | bigint | undefined]"),
            ("[f32; 3]", "[number, number, number]"),
            ("[u64; 2]", "[number | bigint, number | bigint]"),
            ("[u64; 17]", "(number | bigint)[]"),
            ("[f32; SIZE]", "number[]"),
            ("(((f32)))", "number"),
        ] {
            assert_eq!(of_params(&parse_str(of).unwrap()).as_deref(), Some(expected), "{of}");
        }
    }

    #[test]
    fn other_types_are_not_guessed() {
        for of in [
            "Blur",
            "u128",
            "std::primitive::u8",
            "mine::String",
            "<Blur as Kernel>::Params",
            "Option<Blur>",
            "Option<Option<u8>>",
            "Option<()>",
            "Vec<Blur>",
            "(f32, Blur)",
            "[Blur; 2]",
            "HashMap<String, f32>",
            "Option",
            "Vec<u8, Mine>",
        ] {
            assert_eq!(of_params(&parse_str(of).unwrap()), None, "{of}");
        }
    }
}
