//! Writes CBOR: each function returns the bytes of one item.

const SHORTEST: [u8; 4] = [24, 25, 26, 27];

/// The beginning of an item, in its shortest form.
pub(crate) fn head(major: u8, argument: u64) -> Vec<u8> {
    let bytes = argument.to_be_bytes();
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    let (low, rest) = match 8 - zeros {
        0 | 1 if argument < 24 => return vec![major << 5 | argument as u8],
        0 | 1 => (SHORTEST[0], &bytes[7..]),
        2 => (SHORTEST[1], &bytes[6..]),
        3 | 4 => (SHORTEST[2], &bytes[4..]),
        _ => (SHORTEST[3], &bytes[..]),
    };
    [&[major << 5 | low], rest].concat()
}

pub(crate) fn number(value: impl Into<u64>) -> Vec<u8> {
    head(0, value.into())
}

pub(crate) fn bytes(value: &[u8]) -> Vec<u8> {
    [head(2, value.len() as u64), value.to_vec()].concat()
}

pub(crate) fn text(value: &str) -> Vec<u8> {
    [head(3, value.len() as u64), value.as_bytes().to_vec()].concat()
}

pub(crate) fn bool(value: bool) -> Vec<u8> {
    vec![if value { 0xf5 } else { 0xf4 }]
}

pub(crate) fn null() -> Vec<u8> {
    vec![0xf6]
}

pub(crate) fn list(items: &[Vec<u8>]) -> Vec<u8> {
    [head(4, items.len() as u64), items.concat()].concat()
}

pub(crate) fn map(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let inside = entries.iter().flat_map(|(key, value)| [text(key), value.clone()].concat());
    head(5, entries.len() as u64).into_iter().chain(inside).collect()
}
