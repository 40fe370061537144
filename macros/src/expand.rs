//! The implementation of `Kernel`.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, Expr, ItemFn, Lit, Meta, Type, parse_quote};

use crate::{
    options::{Halo, Options},
    shape::{Argument, Shape},
    typescript,
};

/// A type with the name of the function, and what makes it a kernel.
pub(crate) fn kernel(function: &ItemFn, options: &Options, shape: &Shape) -> TokenStream {
    let (name, visibility) = (&function.sig.ident, &function.vis);
    let docs = function.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let constants = constants(function, options, shape);
    let (params, ports, halo, run) =
        (params(shape), ports(shape), halo(options), run(name, options, shape));
    quote! {
        #(#docs)*
        #[allow(non_camel_case_types)]
        #[derive(Debug, Clone, Copy)]
        #visibility struct #name {}

        const _: () = {
            use ::unjank_worker::__private::*;

            impl Kernel for #name {
                type Params = #params;
                #constants
                #ports
                #halo
                #run
            }
        };
    }
}

fn constants(function: &ItemFn, options: &Options, shape: &Shape) -> TokenStream {
    let function_name = function.sig.ident.to_string();
    let name = options.name.as_ref().map_or(function_name, |name| name.value());
    let name = name.trim_start_matches("r#");
    let grain = options.grain.as_ref().map(|grain| {
        quote! { const GRAIN: Grain = Grain::bytes(#grain); }
    });
    let revision = options.revision.iter();
    let pure = !options.impure;
    let host = options.host;
    let doc = doc(&function.attrs);
    let params = options.params.as_ref().map_or_else(
        || {
            let known = typescript::of_params(&params(shape)).unwrap_or_default();
            quote! { #known }
        },
        |params| quote! { #params },
    );
    let result = options.result.as_ref().map_or_else(|| quote! { "" }, |result| quote! { #result });
    quote! {
        const NAME: &'static str = #name;
        #(const REVISION: u32 = #revision;)*
        const PURE: bool = #pure;
        const USES_HOST: bool = #host;
        #grain
        const DOCS: Docs = Docs::new(#doc).params(#params).result(#result);
    }
}

fn params(shape: &Shape) -> Type {
    let given = shape.arguments.iter().find_map(|argument| match argument {
        Argument::Params { of, .. } => Some(Type::clone(of)),
        _ => None,
    });
    given.unwrap_or_else(|| parse_quote! { () })
}

/// The lines of a doc comment, without the space that begins them.
fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(line) => Some(line.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    let lines = lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).to_string());
    lines.collect::<Vec<_>>().join("\n")
}

fn variant(element: &Ident) -> Ident {
    format_ident!("{}", element.to_string().to_uppercase())
}

fn ports(shape: &Shape) -> TokenStream {
    let inputs = shape.arguments.iter().filter_map(|argument| match argument {
        Argument::Main { name, element, .. } => {
            let element = variant(element);
            Some(quote! { InputPort::window(#name, Element::#element) })
        }
        Argument::Further { name, element, is_optional } => {
            let element = variant(element);
            let optional = is_optional.then(|| quote! { .optional() });
            Some(quote! { InputPort::whole(#name, Element::#element) #optional })
        }
        _ => None,
    });
    // Others are counted from 1 on.
    let nothing =
        (!shape.has_main()).then(|| quote! { InputPort::whole("", Element::U8).optional() });
    let inputs = nothing.into_iter().chain(inputs);
    let is_in_place = shape.is_in_place();
    let outputs = shape.arguments.iter().filter_map(|argument| match argument {
        Argument::Main { element, .. } if is_in_place => {
            let element = variant(element);
            Some(quote! { OutputPort::window("", Element::#element) })
        }
        Argument::Output { name, element } => {
            let element = variant(element);
            Some(quote! { OutputPort::window(#name, Element::#element).apart() })
        }
        _ => None,
    });
    let returned = shape.returns.vector.iter().map(|element| {
        let element = variant(element);
        quote! { OutputPort::window("", Element::#element).apart() }
    });
    let outputs = outputs.chain(returned);
    quote! {
        const INPUTS: &'static [InputPort] = &[#(#inputs),*];
        const OUTPUTS: &'static [OutputPort] = &[#(#outputs),*];
    }
}

fn halo(options: &Options) -> TokenStream {
    match &options.halo {
        None => quote! { const HALO: Option<u32> = Some(0); },
        Some(Halo::Units(units)) => quote! { const HALO: Option<u32> = Some(#units); },
        Some(Halo::Function(path)) => quote! {
            fn halo(params: &Self::Params) -> u32 {
                #path(params)
            }
        },
    }
}

fn run(name: &Ident, options: &Options, shape: &Shape) -> TokenStream {
    let mut further = 0;
    let mut outputs = 0;
    let (mut prepare, mut arguments, mut finish) = (Vec::new(), Vec::new(), Vec::new());
    for argument in &shape.arguments {
        match argument {
            Argument::Main { is_mutable: true, .. } => {
                arguments.push(quote! { elements_mut(&mut *__input)? });
            }
            Argument::Main { is_mutable: false, .. } => {
                arguments.push(quote! { elements(__input)? })
            }
            Argument::Further { is_optional, .. } => {
                further += 1;
                let index = Literal::usize_unsuffixed(further);
                arguments.push(if *is_optional {
                    quote! { __cx.input(#index).map(|_| __cx.input_as(#index)).transpose()? }
                } else {
                    quote! { __cx.input_as(#index)? }
                });
            }
            Argument::Output { element, .. } => {
                let output = format_ident!("__output_{outputs}");
                let index = Literal::usize_unsuffixed(outputs);
                outputs += 1;
                prepare.push(quote! { let mut #output = Vec::<#element>::new(); });
                arguments.push(quote! { &mut #output });
                finish.push(quote! { __output.nth(#index).give(#output); });
            }
            Argument::Params { is_reference: true, .. } => arguments.push(quote! { __params }),
            Argument::Params { is_reference: false, .. } => {
                arguments.push(quote! { Clone::clone(__params) });
            }
            Argument::Context => arguments.push(quote! { __cx }),
        }
    }
    let failure = shape.returns.is_result.then(|| {
        quote_spanned! { shape.returns.span =>
            .map_err(|error| Failure(error).into_kernel_error())?
        }
    });
    if shape.returns.vector.is_some() {
        finish.push(quote! { __output.give(__result); });
    } else if shape.is_in_place() {
        finish.push(match &options.halo {
            Some(_) => quote! { __output.keep_input(__cx.window().core_bytes()); },
            None => quote! { __output.keep_input(0..__input.len()); },
        });
    }
    quote! {
        fn run(
            __params: &Self::Params,
            __input: &mut [u8],
            __output: &mut Output,
            __cx: &Context<'_>,
        ) -> Result<(), KernelError> {
            #(#prepare)*
            let __result = #name(#(#arguments),*) #failure;
            #(#finish)*
            Ok(())
        }
    }
}
