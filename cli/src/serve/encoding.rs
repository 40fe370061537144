//! Which of a file's forms to send: RFC 9110, section 12.5.3.

/// A form of a file. The order is the server's preference where the client has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Encoding {
    /// The file as it is.
    Identity,
    /// The .gz file.
    Gzip,
    /// The .br file.
    Brotli,
}

impl Encoding {
    /// The name in `Accept-Encoding` and `Content-Encoding`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }

    /// What is added to the file's name; `None` for the file itself.
    pub(super) fn ending(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gz"),
            Self::Brotli => Some("br"),
        }
    }
}

/// Thousandths, from 0 (refused) to 1000.
type Quality = u16;

/// The forms that `accept`, an `Accept-Encoding` value, allows, best first. The file as it is comes
/// last at the latest: a client that refuses even that gets it rather than nothing.
pub(super) fn acceptable(accept: &str) -> Vec<Encoding> {
    let mut rated: Vec<(Quality, Encoding)> =
        [Encoding::Brotli, Encoding::Gzip, Encoding::Identity]
            .into_iter()
            .map(|encoding| (quality(accept, encoding), encoding))
            .filter(|&(quality, encoding)| quality > 0 || encoding == Encoding::Identity)
            .collect();
    rated.sort_by(|a, b| b.cmp(a));
    rated.into_iter().map(|(_, encoding)| encoding).collect()
}

/// What is said of `encoding` by name, else of `*`. What is not mentioned has 0: for a compressed
/// form that means no, for the file itself it means last.
fn quality(accept: &str, encoding: Encoding) -> Quality {
    let find = |wanted: &str| {
        accept.split(',').find_map(|item| {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            name.trim().eq_ignore_ascii_case(wanted).then(|| weight(parameters))
        })
    };
    find(encoding.name()).or_else(|| find("*")).unwrap_or(0)
}

/// Reads `q=0.5`; no weight is 1, and what can't be read is 0.
fn weight(parameters: &str) -> Quality {
    let value = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    match value.map(str::parse::<f32>) {
        None => 1000,
        // In bounds: from 0 to 1000.
        Some(Ok(weight)) if (0.0..=1.0).contains(&weight) => (weight * 1000.0).round() as Quality,
        Some(Ok(_) | Err(_)) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoding::*, *};

    #[test]
    fn browsers_get_brotli() {
        assert_eq!(acceptable("gzip, deflate, br, zstd"), [Brotli, Gzip, Identity]);
        assert_eq!(acceptable("GZIP ,BR"), [Brotli, Gzip, Identity]);
    }

    #[test]
    fn weights_decide_before_the_servers_taste() {
        assert_eq!(acceptable("br;q=0.5, gzip"), [Gzip, Brotli, Identity]);
        assert_eq!(acceptable("br; Q=0.001 , gzip;q=0.002"), [Gzip, Brotli, Identity]);
        assert_eq!(acceptable("identity, br;q=0.9"), [Identity, Brotli]);
    }

    #[test]
    fn zero_is_a_refusal() {
        assert_eq!(acceptable("br;q=0, gzip;q=0.0"), [Identity]);
        assert_eq!(acceptable("br;q=0, *"), [Gzip, Identity]);
        assert_eq!(acceptable("*;q=0"), [Identity]);
    }

    #[test]
    fn a_star_stands_for_what_is_not_named() {
        assert_eq!(acceptable("*"), [Brotli, Gzip, Identity]);
        assert_eq!(acceptable("gzip;q=0.2, *;q=0.1"), [Gzip, Brotli, Identity]);
    }

    #[test]
    fn nothing_said_or_nonsense_is_the_file_itself() {
        for accept in ["", ",", ";;;", "brotli", "xbr, gzipx", "br;q=high", "br;q=2", "br;q=-1"] {
            assert_eq!(acceptable(accept), [Identity], "{accept:?}");
        }
    }
}
