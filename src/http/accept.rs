//! Which media types a client takes (RFC 9110 section 12.5.1).

use poem::http::{HeaderMap, header};

/// What a client says in all its `Accept` fields; empty when it says nothing, which is everything.
pub fn asked(headers: &HeaderMap) -> String {
    let fields = headers.get_all(header::ACCEPT).iter();
    fields.filter_map(|field| field.to_str().ok()).collect::<Vec<_>>().join(",")
}

/// True if `asked` takes this media type: the range that fits it most closely decides, and one with the
/// weight zero takes it away.
pub fn allows(asked: &str, media_type: &str) -> bool {
    let kind = name_of(media_type);
    let family = kind.split_once('/').map_or("", |(family, _)| family);
    let closest = asked
        .split(',')
        .filter_map(|part| {
            let range = name_of(part);
            let closeness = match range.as_str() {
                "" | "*/*" => 0,
                range if range.strip_suffix("/*") == Some(family) => 1,
                range if range == kind => 2,
                _ => return None,
            };
            Some((closeness, is_wanted(part)))
        })
        .max_by_key(|(closeness, _)| *closeness);
    closest.is_some_and(|(_, is_wanted)| is_wanted)
}

/// True if `asked` takes this media type by its name.
pub fn names(asked: &str, media_type: &str) -> bool {
    asked.split(',').any(|range| name_of(range) == media_type && is_wanted(range))
}

/// A media type or range without its parameters.
fn name_of(text: &str) -> String {
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// False for a range with the weight zero.
fn is_wanted(range: &str) -> bool {
    let mut parameters = range.split(';').skip(1).map(str::trim);
    let weight =
        parameters.find_map(|one| one.strip_prefix("q=").or_else(|| one.strip_prefix("Q=")));
    weight.is_none_or(|weight| weight.trim().parse::<f32>().unwrap_or(0.0) > 0.0)
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
        ] {
            assert_eq!(allows(asked, csv), expected, "{asked}");
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
