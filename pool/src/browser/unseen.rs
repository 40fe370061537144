//! In the place of measures where the feature `timeline` is off: there are none, so that the compiler
//! leaves out whatever is done for them.

use crate::{Chart, Span};

#[derive(Debug)]
pub(super) enum Measures {}

impl Measures {
    pub(super) fn new(_heading: String) -> Option<Self> {
        None
    }
}

impl Chart for Measures {
    fn now(&self) -> u64 {
        match *self {}
    }

    fn draw(&self, _: &str, _: &Span) {
        match *self {}
    }
}
