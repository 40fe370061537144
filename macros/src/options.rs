//! What stands in the parentheses of `#[kernel(...)]`.

use syn::{
    Error, Expr, ExprPath, Ident, LitInt, LitStr, Result, Token,
    parse::{Parse, ParseStream},
};

/// The options of a kernel.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) name: Option<LitStr>,
    pub(crate) grain: Option<LitInt>,
    pub(crate) halo: Option<Halo>,
    /// TypeScript: a text, or a constant that is one.
    pub(crate) params: Option<Expr>,
    /// The same.
    pub(crate) result: Option<Expr>,
    pub(crate) revision: Option<LitInt>,
    pub(crate) host: bool,
    pub(crate) impure: bool,
}

/// Where the halo comes from.
pub(crate) enum Halo {
    Units(LitInt),
    Function(ExprPath),
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            options.parse_one(input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        match (&options.grain, &options.halo) {
            (Some(grain), Some(_)) => {
                Err(Error::new(grain.span(), "a kernel with a grain has no halo: leave one out"))
            }
            _ => Ok(options),
        }
    }
}

impl Options {
    fn parse_one(&mut self, input: ParseStream<'_>) -> Result<()> {
        let key: Ident = input.parse()?;
        match key.to_string().as_str() {
            "host" => self.host = true,
            "impure" => self.impure = true,
            "name" => self.name = Some(value(input)?),
            "grain" => self.grain = Some(value(input)?),
            "halo" => self.halo = Some(value(input)?),
            "params" => self.params = Some(value(input)?),
            "result" => self.result = Some(value(input)?),
            "revision" => self.revision = Some(value(input)?),
            other => {
                let known = "name, grain, halo, params, result, revision, host, impure";
                let message = format!("there is no option `{other}`: choose of {known}");
                return Err(Error::new(key.span(), message));
            }
        }
        Ok(())
    }
}

fn value<T: Parse>(input: ParseStream<'_>) -> Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

impl Parse for Halo {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitInt) {
            input.parse().map(Self::Units)
        } else {
            input.parse().map(Self::Function)
        }
    }
}
