//! Makes one output of those of chunks, as far as a description says how.

use unjank_protocol::{Element, Merge, OutputDescription, Role};

use super::sample::width;

/// The output of all of them; `None` where only the module itself could tell.
pub(super) fn merge(described: &OutputDescription, chunks: &[Vec<u8>]) -> Option<Vec<u8>> {
    let combine: fn(i128, i128) -> i128 = match (&described.merge, described.role) {
        (Merge::Join, Role::Window) => return Some(chunks.concat()),
        // It is the same for every window.
        (Merge::Join, Role::Whole) => return None,
        (Merge::Kernel(_), _) => return None,
        (Merge::Sum, _) => i128::wrapping_add,
        (Merge::Min, _) => i128::min,
        (Merge::Max, _) => i128::max,
        (Merge::Or, _) => |one, other| one | other,
    };
    // Sums of floats depend on their order.
    let is_float = matches!(described.element, Element::F32 | Element::F64);
    let (first, rest) = chunks.split_first()?;
    if is_float || rest.iter().any(|chunk| chunk.len() != first.len()) {
        return None;
    }
    let merged = rest.iter().fold(first.clone(), |so_far, chunk| {
        let width = width(described.element);
        let pairs = so_far.chunks(width).zip(chunk.chunks(width));
        pairs
            .flat_map(|(one, other)| {
                let one = number(one, described.element);
                let other = number(other, described.element);
                combine(one, other).to_le_bytes().into_iter().take(width)
            })
            .collect()
    });
    Some(merged)
}

fn number(bytes: &[u8], element: Element) -> i128 {
    let is_signed = matches!(element, Element::I8 | Element::I16 | Element::I32 | Element::I64);
    let is_negative = is_signed && bytes.last().is_some_and(|last| last & 0x80 != 0);
    let mut wide = if is_negative { [0xff; 16] } else { [0; 16] };
    wide[..bytes.len()].copy_from_slice(bytes);
    i128::from_le_bytes(wide)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(element: Element, merge_by: Merge, chunks: &[&[u8]]) -> Option<Vec<u8>> {
        let described = OutputDescription {
            element,
            merge: merge_by,
            role: Role::Whole,
            ..OutputDescription::default()
        };
        merge(&described, &chunks.iter().map(|chunk| chunk.to_vec()).collect::<Vec<_>>())
    }

    #[test]
    fn elements_are_merged_one_by_one() {
        let chunks: [&[u8]; 2] = [&[1, 0, 255, 255], &[2, 0, 1, 0]];
        assert_eq!(merged(Element::U16, Merge::Sum, &chunks), Some(vec![3, 0, 0, 0]));
        assert_eq!(merged(Element::U16, Merge::Max, &chunks), Some(vec![2, 0, 255, 255]));
        assert_eq!(merged(Element::I16, Merge::Max, &chunks), Some(vec![2, 0, 1, 0]));
        assert_eq!(merged(Element::I16, Merge::Min, &chunks), Some(vec![1, 0, 255, 255]));
        assert_eq!(merged(Element::U8, Merge::Or, &chunks), Some(vec![3, 0, 255, 255]));
        assert_eq!(merged(Element::F32, Merge::Sum, &chunks), None);
        assert_eq!(merged(Element::U8, Merge::Sum, &[&[1], &[1, 2]]), None);
    }
}
