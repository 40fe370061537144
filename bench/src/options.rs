//! What is asked for: `cargo xtask bench` says it, with the places of what it built.

use std::{collections::BTreeMap, error::Error, fs, path::PathBuf};

use lexopt::{Arg, Parser, ValueExt};

/// How much is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Enough rounds for figures that hold.
    #[default]
    Full,
    /// A look, in less than a minute.
    Quick,
}

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Options {
    /// The built site.
    pub(crate) site: PathBuf,
    /// Where results and report go.
    pub(crate) out: PathBuf,
    /// Why contenders are left out, by their names.
    pub(crate) absent: BTreeMap<String, String>,
    pub(crate) extent: Extent,
    /// Cases, by the beginnings of their names; all if there are none.
    pub(crate) only: Vec<String>,
}

impl Options {
    /// Reads the command line.
    pub(crate) fn read(mut parser: Parser) -> Result<Self, Box<dyn Error>> {
        let (mut site, mut out, mut absent) = (None, None, BTreeMap::new());
        let (mut extent, mut only) = (Extent::Full, Vec::new());
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("site") => site = Some(PathBuf::from(parser.value()?)),
                Arg::Long("out") => out = Some(PathBuf::from(parser.value()?)),
                Arg::Long("absent") => {
                    absent = serde_json::from_slice(&fs::read(PathBuf::from(parser.value()?))?)?;
                }
                Arg::Long("quick") => extent = Extent::Quick,
                Arg::Long("only") => only.push(parser.value()?.string()?),
                Arg::Short(_) | Arg::Long(_) | Arg::Value(_) => {
                    return Err(argument.unexpected().into());
                }
            }
        }
        let built = "run `cargo xtask bench`, which builds the site and says where it is";
        Ok(Self { site: site.ok_or(built)?, out: out.ok_or(built)?, absent, extent, only })
    }
}
