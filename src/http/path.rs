//! A text as one part of the path of an address (RFC 3986, section 3.3): names of number resources may
//! have spaces, `/` and `?` in them. It knows no address of ours.

/// Every byte but the unreserved ones (RFC 3986, section 2.3) in per cent.
pub fn path_part(text: &str) -> String {
    let escaped = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    });
    escaped.collect()
}
