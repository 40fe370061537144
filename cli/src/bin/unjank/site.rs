//! A site of pages without a bundler: what any static server can serve.
//!
//! ```text
//!  dist/            the pages
//!  dist/pkg/        the kernels
//!  dist/unjank/     the pool
//!  dist/**/*.br, *.gz
//! ```

use std::path::Path;

use unjank_cli::{
    compress::{self, with_ending},
    files::{at, copy_folder, remove, replace},
    profile::Profile,
};

use crate::{
    build::{BuildError, PACKAGE, expect_ours},
    package::SCRIPT,
};

/// The site's folder, below the workspace's.
pub(crate) const SITE: &str = "dist";

/// The pool, below the site.
const POOL: &str = "unjank";

/// What a page loads of a package; what tools read stays behind.
const LOADED: [&str; 2] = ["js", "wasm"];

/// Makes the site of some pages, a package of kernels and the pool, in a workspace.
pub(crate) fn make(
    [pages, package, pool]: [&Path; 3],
    root: &Path,
    profile: Profile,
) -> Result<(), BuildError> {
    let site = root.join(SITE);
    expect_ours(&site, &Path::new(PACKAGE).join(SCRIPT))?;
    let staged = with_ending(&site, "partial");
    remove(&staged)?;
    copy_folder(pages, &staged, &[])?;
    copy_folder(package, &staged.join(PACKAGE), &LOADED)?;
    copy_folder(pool, &staged.join(POOL), &LOADED)?;
    at(&staged, compress::precompress(&staged, profile))?;
    Ok(replace(&staged, &site)?)
}
