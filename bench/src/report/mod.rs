//! report.html.

use crate::results::Results;

/// The whole page.
pub(crate) fn page(_: &Results) -> String {
    String::new()
}
