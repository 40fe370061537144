//! Text in a page.

/// With the characters that mean something in HTML written as what they are.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_shown_and_not_obeyed() {
        assert_eq!(escaped("<a href=\"x\"> & co"), "&lt;a href=&quot;x&quot;&gt; &amp; co");
    }
}
