//! Reads the XML that S3 answers with.

use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};

/// A part of a list of objects.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    pub(super) keys: Vec<String>,
    /// What leads to the next part.
    pub(super) next: Option<String>,
}

/// Reads a list of objects; none where it is not one.
pub(super) fn listing(text: &str) -> Option<Listing> {
    let mut listing = Listing::default();
    let read = || -> Result<bool, XmlDecodeError> {
        let mut document = Document::try_from(text.as_bytes())?;
        let mut root = document.root_element()?;
        if !root.start_el().matches("ListBucketResult") {
            return Ok(false);
        }
        while let Some(mut tag) = root.next_tag() {
            if tag.start_el().matches("Contents") {
                listing.keys.extend(member(&mut tag, "Key")?);
            } else if tag.start_el().matches("NextContinuationToken") {
                listing.next = Some(try_data(&mut tag)?.into_owned());
            }
        }
        Ok(true)
    }();
    // What breaks off reads as a list that ends.
    let is_whole = text.trim_end().ends_with("</ListBucketResult>");
    (is_whole && read.is_ok_and(|is_list| is_list)).then_some(listing)
}

/// Returns the code and the words of an error; empty where it is none.
pub(super) fn error(text: &str) -> (String, String) {
    let read = || -> Result<(String, String), XmlDecodeError> {
        let mut document = Document::try_from(text.as_bytes())?;
        let mut root = document.root_element()?;
        let (mut code, mut words) = (String::new(), String::new());
        while let Some(mut tag) = root.next_tag() {
            if tag.start_el().matches("Code") {
                code = try_data(&mut tag)?.into_owned();
            } else if tag.start_el().matches("Message") {
                words = try_data(&mut tag)?.into_owned();
            }
        }
        Ok((code, words))
    };
    read().unwrap_or_default()
}

fn member(of: &mut ScopedDecoder<'_, '_>, name: &str) -> Result<Option<String>, XmlDecodeError> {
    let mut found = None;
    while let Some(mut tag) = of.next_tag() {
        if tag.start_el().matches(name) {
            found = Some(try_data(&mut tag)?.into_owned());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_and_nothing_else_is_taken_for_one() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
            <ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
            <Name>ml</Name><IsTruncated>true</IsTruncated>\
            <Contents><Key>a&amp;b/1.json</Key><Size>3</Size></Contents>\
            <Contents><Key>a/2.json</Key></Contents>\
            <NextContinuationToken>x=+/</NextContinuationToken></ListBucketResult>";
        let read = listing(text).unwrap();
        assert_eq!(read.keys, ["a&b/1.json", "a/2.json"]);
        assert_eq!(read.next.as_deref(), Some("x=+/"));
        for text in ["", "<html>", "{}", "<html><body/></html>"] {
            assert_eq!(listing(text), None, "{text}");
        }
        assert_eq!(listing(&text[..text.len() - 40]), None);
    }

    #[test]
    fn an_error_has_a_code_and_words() {
        let text =
            "<Error><Code>AccessDenied</Code><Message>Access &lt;Denied&gt;</Message></Error>";
        let (code, words) = error(text);
        assert_eq!((&*code, &*words), ("AccessDenied", "Access <Denied>"));
        assert_eq!(error("<html>").0, "");
    }
}
