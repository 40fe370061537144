//! Going past what nobody asked for.

use super::{
    CborError, MAX_DEPTH,
    head::{Bytes, Head, Major},
};

/// What an array or map that is gone into still has.
#[derive(Clone, Copy)]
enum Left {
    Items(u64),
    /// Items, or entries, until it ends with a break.
    UntilBreak {
        in_pairs: bool,
        /// Whether the value of an entry is next.
        within_pair: bool,
    },
}

/// Goes past one whole item, without recursion.
pub(super) fn skip(bytes: &mut Bytes<'_>, depth: usize) -> Result<(), CborError> {
    let mut open = [Left::Items(0); MAX_DEPTH];
    let mut inner = 0;
    loop {
        let at = bytes.at();
        if let Some(left) = begin(bytes)? {
            if depth + inner >= MAX_DEPTH {
                return Err(too_deep(at));
            }
            open[inner] = left;
            inner += 1;
        }
        while inner > 0 && open[inner - 1].is_over(bytes) {
            inner -= 1;
        }
        if inner == 0 {
            return Ok(());
        }
    }
}

pub(super) fn too_deep(at: usize) -> CborError {
    CborError::malformed(at, "it is nested too deeply")
}

impl Left {
    fn of(head: Head) -> Self {
        let in_pairs = head.major == Major::Map;
        match head.length() {
            Some(length) if in_pairs => Self::Items(length.saturating_mul(2)),
            Some(length) => Self::Items(length),
            None => Self::UntilBreak { in_pairs, within_pair: false },
        }
    }

    /// Whether no item is left; if one is, it is counted as taken.
    fn is_over(&mut self, bytes: &mut Bytes<'_>) -> bool {
        match self {
            Self::Items(0) => true,
            Self::Items(left) => {
                *left -= 1;
                false
            }
            Self::UntilBreak { in_pairs, within_pair } => {
                let is_over = !*within_pair && bytes.take_break();
                *within_pair = *in_pairs && !*within_pair;
                is_over
            }
        }
    }
}

/// Goes past a head and its string. What else it holds is left.
fn begin(bytes: &mut Bytes<'_>) -> Result<Option<Left>, CborError> {
    let head = bytes.head()?;
    match head.major {
        Major::Array | Major::Map => Ok(Some(Left::of(head))),
        Major::Bytes | Major::Text => skip_string(bytes, head).map(|()| None),
        Major::Unsigned | Major::Negative | Major::Tag | Major::Simple => Ok(None),
    }
}

fn skip_string(bytes: &mut Bytes<'_>, head: Head) -> Result<(), CborError> {
    match head.length() {
        Some(length) => bytes.take(length).map(|_| ()),
        None => {
            while next_piece(bytes, head.major)?.is_some() {}
            Ok(())
        }
    }
}

/// The next piece of a string of indefinite length; `None` at its end.
pub(super) fn next_piece<'de>(
    bytes: &mut Bytes<'de>,
    of: Major,
) -> Result<Option<&'de [u8]>, CborError> {
    if bytes.take_break() {
        return Ok(None);
    }
    let at = bytes.at();
    let head = bytes.head()?;
    match head.length() {
        Some(length) if head.major == of => bytes.take(length).map(Some),
        _ => Err(CborError::malformed(at, "a string has pieces of its own kind")),
    }
}
