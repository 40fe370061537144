//! What a function takes and gives.

use proc_macro2::Span;
use syn::{
    Error, FnArg, GenericArgument, Ident, Pat, PathArguments, Result, ReturnType, Safety,
    Signature, Type, TypePath, spanned::Spanned,
};

use crate::options::Options;

/// What a function takes and gives.
pub(crate) struct Shape {
    pub(crate) arguments: Vec<Argument>,
    pub(crate) returns: Returns,
}

/// What an argument is for.
pub(crate) enum Argument {
    /// The first one, `&[T]` or `&mut [T]`.
    Main {
        name: String,
        element: Ident,
        is_mutable: bool,
    },
    /// `&[T]` or `Option<&[T]>`.
    Further {
        name: String,
        element: Ident,
        is_optional: bool,
    },
    /// `&mut Vec<T>`.
    Output {
        name: String,
        element: Ident,
    },
    /// `P` or `&P`.
    Params {
        of: Box<Type>,
        is_reference: bool,
    },
    Context,
}

/// What a function returns.
pub(crate) struct Returns {
    /// `Vec<T>`.
    pub(crate) vector: Option<Ident>,
    /// In a `Result`.
    pub(crate) is_result: bool,
    pub(crate) span: Span,
}

/// The types that inputs and outputs may have.
const ELEMENTS: [&str; 10] = ["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64"];

impl Shape {
    pub(crate) fn of(signature: &Signature, options: &Options) -> Result<Self> {
        check_kind(signature)?;
        let arguments = signature.inputs.iter().enumerate();
        let arguments = arguments.map(|(index, argument)| Argument::of(index, argument));
        let arguments = arguments.collect::<Result<Vec<_>>>()?;
        let shape = Self { arguments, returns: Returns::of(&signature.output)? };
        shape.check(signature, options)?;
        Ok(shape)
    }

    /// Whether there is something to cut.
    pub(crate) fn has_main(&self) -> bool {
        matches!(self.arguments.first(), Some(Argument::Main { .. }))
    }

    /// Whether the result is the input.
    pub(crate) fn is_in_place(&self) -> bool {
        let has_output = self.count(|it| matches!(it, Argument::Output { .. })) > 0;
        self.returns.vector.is_none() && !has_output
    }

    fn count(&self, is_counted: impl Fn(&Argument) -> bool) -> usize {
        self.arguments.iter().filter(|argument| is_counted(argument)).count()
    }

    fn check(&self, signature: &Signature, options: &Options) -> Result<()> {
        let name = &signature.ident;
        let is_mutable = match self.arguments.first() {
            Some(Argument::Main { is_mutable, .. }) => *is_mutable,
            _ if self.count(|it| matches!(it, Argument::Context)) > 0 => false,
            _ => {
                let message = "the first argument is the input: `&mut [T]` or `&[T]`; what makes something of \
                               numbers alone takes `cx: &Context`, whose window says of which";
                return Err(Error::new(name.span(), message));
            }
        };
        if self.is_in_place() && !is_mutable {
            let message = "it has no result: take `&mut [T]` to compute in place, return a `Vec<T>`, \
                           or take a `&mut Vec<T>`";
            return Err(Error::new(name.span(), message));
        }
        if self.returns.vector.is_some()
            && self.count(|it| matches!(it, Argument::Output { .. })) > 0
        {
            let message =
                "it returns its result and takes an output: take a `&mut Vec<T>` for each";
            return Err(Error::new(self.returns.span, message));
        }
        if self.count(|it| matches!(it, Argument::Params { .. })) > 1 {
            let message = "parameters are one argument: put them into a struct";
            return Err(Error::new(signature.inputs.span(), message));
        }
        if options.halo.is_some() && self.count(|it| matches!(it, Argument::Context)) == 0 {
            let message =
                "with a halo it is given more than it answers for: take `cx: &Context` to see";
            return Err(Error::new(name.span(), message));
        }
        Ok(())
    }
}

fn check_kind(signature: &Signature) -> Result<()> {
    let refuse = |span: Span, message| Err(Error::new(span, message));
    if let Some(found) = &signature.asyncness {
        return refuse(found.span(), "a kernel runs to its end at once: leave `async` out");
    }
    if let Safety::Unsafe(found) = &signature.safety {
        return refuse(found.span(), "any bytes may come: a kernel is safe to call");
    }
    if signature.generics.type_params().next().is_some() {
        return refuse(signature.generics.span(), "a kernel has one type: leave generics out");
    }
    Ok(())
}

impl Argument {
    fn of(index: usize, argument: &FnArg) -> Result<Self> {
        let FnArg::Typed(typed) = argument else {
            return Err(Error::new(argument.span(), "a kernel is a function without `self`"));
        };
        let name = match &*typed.pat {
            Pat::Ident(pattern) => pattern.ident.to_string(),
            _ => String::new(),
        };
        let name = name.trim_start_matches('_').to_string();
        Self::of_type(index, name, &typed.ty)
    }

    fn of_type(index: usize, name: String, of: &Type) -> Result<Self> {
        if let Some(of) = argument_of(of, "Option")
            && let Type::Reference(reference) = of
            && let Type::Slice(slice) = &*reference.elem
        {
            return Ok(Self::Further { name, element: element(&slice.elem)?, is_optional: true });
        }
        let Type::Reference(reference) = of else {
            return Ok(Self::Params { of: Box::new(of.clone()), is_reference: false });
        };
        let is_mutable = reference.mutability.is_some();
        match &*reference.elem {
            Type::Slice(slice) => {
                let element = element(&slice.elem)?;
                match (index, is_mutable) {
                    (0, _) => Ok(Self::Main { name, element, is_mutable }),
                    (_, false) => Ok(Self::Further { name, element, is_optional: false }),
                    _ => {
                        let message = "only the first argument, the input, can be changed: take `&[T]`, or \
                                       `&mut Vec<T>` for an output";
                        Err(Error::new(of.span(), message))
                    }
                }
            }
            inner => match (last_name(inner), is_mutable) {
                (Some(name), false) if name == "Context" => Ok(Self::Context),
                (Some(found), true) if found == "Vec" => {
                    let of = argument_of(inner, "Vec").ok_or_else(|| not_a_number(inner))?;
                    Ok(Self::Output { name, element: element(of)? })
                }
                (Some(found), _) if found == "str" => {
                    Err(Error::new(of.span(), "parameters are owned: take `&String`"))
                }
                (_, true) => {
                    Err(Error::new(of.span(), "parameters cannot be changed: take `&P` or `P`"))
                }
                (_, false) => Ok(Self::Params { of: reference.elem.clone(), is_reference: true }),
            },
        }
    }
}

impl Returns {
    fn of(output: &ReturnType) -> Result<Self> {
        let mut returns = Self { vector: None, is_result: false, span: output.span() };
        let ReturnType::Type(_, of) = output else { return Ok(returns) };
        let mut of = &**of;
        if let Some(done) = argument_of(of, "Result") {
            returns.is_result = true;
            of = done;
        }
        if let Some(of) = argument_of(of, "Vec") {
            returns.vector = Some(element(of)?);
            return Ok(returns);
        }
        match of {
            Type::Tuple(nothing) if nothing.elems.is_empty() => Ok(returns),
            _ => {
                let message = "a kernel returns nothing, a `Vec<T>`, or a `Result` of either";
                Err(Error::new(of.span(), message))
            }
        }
    }
}

/// The name of a type without its path.
fn last_name(of: &Type) -> Option<&Ident> {
    let Type::Path(TypePath { path, .. }) = of else { return None };
    path.segments.last().map(|segment| &segment.ident)
}

/// The first type argument of a type of this name.
fn argument_of<'a>(of: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(TypePath { path, .. }) = of else { return None };
    let segment = path.segments.last().filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(of) => Some(of),
        _ => None,
    })
}

fn element(of: &Type) -> Result<Ident> {
    let name = last_name(of).filter(|name| ELEMENTS.iter().any(|known| *name == known));
    name.cloned().ok_or_else(|| not_a_number(of))
}

fn not_a_number(of: &Type) -> Error {
    Error::new(of.span(), format!("elements are numbers: one of {}", ELEMENTS.join(", ")))
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::{ItemFn, parse_str};

    use super::*;

    fn shape(options: &str, function: &str) -> Result<Shape> {
        let options = parse_str::<Options>(options)?;
        Shape::of(&parse_str::<ItemFn>(function)?.sig, &options)
    }

    /// Each argument in a word, and whether the result is the input.
    fn told(function: &str) -> String {
        let shape = shape("", function).expect(function);
        let words = shape.arguments.iter().map(|argument| match argument {
            Argument::Main { name, element, is_mutable: true } => format!("{name}:{element}*"),
            Argument::Main { name, element, is_mutable: false } => format!("{name}:{element}"),
            Argument::Further { name, element, is_optional } => {
                format!("further {name}:{element}{}", if *is_optional { "?" } else { "" })
            }
            Argument::Output { name, element } => format!("output {name}:{element}"),
            Argument::Params { of, is_reference } => {
                format!("params {}{}", if *is_reference { "&" } else { "" }, of.to_token_stream())
            }
            Argument::Context => "context".to_string(),
        });
        let mut words: Vec<_> = words.collect();
        words.extend(shape.is_in_place().then(|| "in place".to_string()));
        words.extend(shape.returns.vector.map(|of| format!("returns {of}")));
        words.extend(shape.returns.is_result.then(|| "or fails".to_string()));
        words.join(", ")
    }

    #[test]
    fn every_shape_is_told_apart() {
        for (function, expected) in [
            ("fn f(bytes: &mut [u8]) {}", "bytes:u8*, in place"),
            ("fn f(bytes: &mut [u8], p: &P) {}", "bytes:u8*, params &P, in place"),
            ("fn f(_bytes: &mut [u8], p: f32) {}", "bytes:u8*, params f32, in place"),
            ("fn f(a: &[f32], p: &P) -> Vec<f64> {}", "a:f32, params &P, returns f64"),
            ("fn f(a: &mut [f32]) -> Vec<u8> {}", "a:f32*, returns u8"),
            ("fn f(a: &[i8], out: &mut Vec<u16>) {}", "a:i8, output out:u16"),
            ("fn f(a: &[i8], b: &[u64]) -> Vec<u8> {}", "a:i8, further b:u64, returns u8"),
            ("fn f(a: &mut [u8], b: Option<&[u8]>) {}", "a:u8*, further b:u8?, in place"),
            ("fn f(a: &mut [u8], cx: &Context) {}", "a:u8*, context, in place"),
            ("fn f(a: &mut [u8], cx: &unjank_worker::Context<'_>) {}", "a:u8*, context, in place"),
            ("fn f(a: &mut [u8]) -> Result<(), E> {}", "a:u8*, in place, or fails"),
            ("fn f(a: &[u8]) -> Result<Vec<i64>, E> {}", "a:u8, returns i64, or fails"),
            ("fn f(cx: &Context) -> Vec<u8> {}", "context, returns u8"),
            (
                "fn f(p: &P, cx: &Context, out: &mut Vec<u8>) {}",
                "params &P, context, output out:u8",
            ),
        ] {
            assert_eq!(told(function), expected, "{function}");
        }
    }

    #[test]
    fn what_is_no_kernel_is_refused_with_what_to_do() {
        for (options, function, expected) in [
            ("", "fn f() {}", "the first argument is the input"),
            ("", "fn f(sigma: &f32, a: &mut [u8]) {}", "only the first argument, the input"),
            ("", "fn f(cx: &Context) {}", "it has no result: take `&mut [T]`"),
            ("", "fn f(a: &[u8]) {}", "it has no result: take `&mut [T]`"),
            ("", "fn f(a: &mut [u8], b: &mut [u8]) {}", "only the first argument, the input"),
            ("", "fn f(a: &mut [u8], b: f32, c: f32) {}", "put them into a struct"),
            ("", "fn f(a: &mut [u8], b: &mut f32) {}", "parameters cannot be changed"),
            ("", "fn f(a: &mut [u8], b: &str) {}", "take `&String`"),
            ("", "fn f(a: &mut [bool]) {}", "elements are numbers"),
            ("", "fn f(a: &[u8]) -> Vec<String> {}", "elements are numbers"),
            ("", "fn f(a: &[u8]) -> u32 {}", "a kernel returns nothing, a `Vec<T>`"),
            ("", "fn f(a: &[u8], b: &mut Vec<u8>) -> Vec<u8> {}", "take a `&mut Vec<T>` for each"),
            ("", "fn f<T>(a: &mut [u8]) {}", "leave generics out"),
            ("", "async fn f(a: &mut [u8]) {}", "leave `async` out"),
            ("", "unsafe fn f(a: &mut [u8]) {}", "a kernel is safe to call"),
            ("", "fn f(&self, a: &mut [u8]) {}", "without `self`"),
            ("halo = 1", "fn f(a: &mut [u8]) {}", "take `cx: &Context`"),
            ("halo = 1, grain = 4", "fn f(a: &mut [u8]) {}", "leave one out"),
            ("grian = 1", "fn f(a: &mut [u8]) {}", "there is no option `grian`"),
        ] {
            let error = shape(options, function).err().expect(function).to_string();
            assert!(error.contains(expected), "{function}: {error}");
        }
    }
}
