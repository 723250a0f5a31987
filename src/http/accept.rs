//! Which media types a client takes, and which of two it would rather have (RFC 9110 section 12.5.1). The one
//! place that reads `Accept`; it must not decide what is answered.

use poem::http::{HeaderMap, header};

/// What a client says in all its `Accept` fields; empty when it says nothing, which is everything.
pub fn asked(headers: &HeaderMap) -> String {
    let fields = headers.get_all(header::ACCEPT).iter();
    fields.filter_map(|field| field.to_str().ok()).collect::<Vec<_>>().join(",")
}

/// Weight of what is wanted most, in thousandths.
const MOST: u16 = 1000;

/// A media range, or a media type read as one.
struct Range {
    kind: String,
    /// In lower case, without the quotation marks.
    parameters: Vec<(String, String)>,
    /// In thousandths; nothing when it cannot be read.
    weight: u16,
}

impl Range {
    fn read(text: &str) -> Self {
        let mut pieces = split(text, ';');
        let kind = pieces.next().unwrap_or_default().to_ascii_lowercase();
        let mut range = Self { kind, parameters: Vec::new(), weight: MOST };
        for piece in pieces {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            let name = name.trim().to_ascii_lowercase();
            let value = value.trim().trim_matches('"').to_ascii_lowercase();
            if name == "q" {
                let weight: f32 = value.parse().unwrap_or(0.0);
                range.weight = ((weight * f32::from(MOST)).round() as u16).min(MOST);
            } else {
                range.parameters.push((name, value));
            }
        }
        range
    }

    /// How closely it fits a media type, if it does. A parameter that the type has not got is no reason to keep
    /// it back (`application/json; charset=utf-8` is JSON), and none to take it away.
    fn closeness(&self, own: &Self) -> Option<u8> {
        let family = own.kind.split_once('/').map_or("", |(family, _)| family);
        let is_of_type = || self.parameters.iter().all(|one| own.parameters.contains(one));
        match self.kind.as_str() {
            "*/*" => Some(0),
            kind if kind.strip_suffix("/*") == Some(family) => Some(1),
            kind if kind != own.kind => None,
            _ if self.parameters.is_empty() => Some(2),
            _ if is_of_type() => Some(3),
            _ => (self.weight > 0).then_some(2),
        }
    }
}

/// The parts of a text between separators that stand in no quotation marks (sections 5.6.1, 5.6.4); empty ones do not
/// count.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let parts = text.split(move |one: char| {
        let is_literal = std::mem::take(&mut is_escaped);
        match one {
            _ if is_literal => {}
            '\\' => is_escaped = is_quoted,
            '"' => is_quoted = !is_quoted,
            _ => return one == separator && !is_quoted,
        }
        false
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// How much `asked` wants this media type: the range that fits it most closely says it.
fn weight(asked: &str, media_type: &str) -> u16 {
    let ranges: Vec<Range> = split(asked, ',').map(Range::read).collect();
    if ranges.is_empty() {
        return MOST;
    }
    let own = Range::read(media_type);
    let fitting = ranges.iter().filter_map(|range| Some((range.closeness(&own)?, range.weight)));
    fitting.max().map_or(0, |(_, weight)| weight)
}

/// True if `asked` takes this media type.
pub fn allows(asked: &str, media_type: &str) -> bool {
    weight(asked, media_type) > 0
}

/// True if `asked` wants this media type more than the other.
pub fn prefers(asked: &str, media_type: &str, other: &str) -> bool {
    weight(asked, media_type) > weight(asked, other)
}

/// True if `asked` takes this media type by its name.
pub fn names(asked: &str, media_type: &str) -> bool {
    split(asked, ',').map(Range::read).any(|range| range.kind == media_type && range.weight > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_range_decides() {
        let csv = "text/csv; charset=utf-8";
        for (asked, expected) in [
            ("", true),
            ("*/*", true),
            ("text/*", true),
            ("Text/CSV", true),
            ("text/csv;q=0.1", true),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("application/json, text/csv", true),
            ("text/html", false),
            ("application/*", false),
            ("text", false),
            ("text/csv;q=0", false),
            ("*/*, text/csv;q=0", false),
            ("text/csv, */*;q=0", true),
            ("text/*;q=0, text/csv", true),
            ("*/*;q=0", false),
            // empty elements of a list
            ("text/html,", false),
            (" , text/html;q=0.5, ", false),
            (",", true),
            // parameters that the type has, and that it has not
            ("text/csv;charset=UTF-8;q=0, text/csv", false),
            ("text/csv, text/csv;header=absent;q=0", true),
            ("text/csv;header=absent;q=0, text/csv", true),
            ("text/csv;header=absent", true),
            // weights anywhere, and commas and semicolons between quotation marks
            ("text/csv;Q=0;header=absent", false),
            ("text/csv;q=x", false),
            ("text/csv;q=1.5", true),
            (r#"text/html;note="a, text/csv""#, false),
            (r#"text/csv;note="a, \", b";q=0"#, false),
            (r#"*/*;note="; q=0""#, true),
        ] {
            assert_eq!(allows(asked, csv), expected, "{asked}");
        }
    }

    #[test]
    fn the_one_that_is_wanted_more_is_preferred() {
        for (asked, expected) in [
            ("", false),
            ("*/*", false),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("text/html, application/pdf;q=0.9", true),
            ("text/html;q=0.9, application/pdf", false),
            ("text/html, application/pdf", false),
            ("text/html;q=0, */*", false),
            ("text/*", true),
        ] {
            assert_eq!(prefers(asked, "text/html", "application/pdf"), expected, "{asked}");
        }
    }

    #[test]
    fn a_type_is_named_by_itself_and_wanted() {
        for (asked, expected) in [
            ("text/html", true),
            ("application/json, Text/HTML;q=0.1", true),
            ("text/html;q=0", false),
            ("text/*, */*", false),
            (r#"*/*;note="a, text/html""#, false),
            ("", false),
        ] {
            assert_eq!(names(asked, "text/html"), expected, "{asked}");
        }
    }

    #[test]
    fn several_fields_are_one_list() {
        let mut headers = HeaderMap::new();
        assert_eq!(asked(&headers), "");
        headers.append(header::ACCEPT, header::HeaderValue::from_static("text/html"));
        headers.append(header::ACCEPT, header::HeaderValue::from_static("text/csv"));
        assert!(allows(&asked(&headers), "text/csv"));
    }
}
