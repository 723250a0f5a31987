//! Which language a reader gets: the one in the address, else the one the browser asks for.

use poem::http::{HeaderMap, header};

use crate::values::language::Language;

/// The language of the beginning of a path, and the path below it: `/nn/installers` is Nynorsk and
/// `/installers`.
pub fn of_path(path: &str) -> Option<(Language, &str)> {
    let (code, rest) = path.strip_prefix('/')?.split_at_checked(2)?;
    let language = Language::parse(code).ok()?;
    (rest.is_empty() || rest.starts_with('/')).then_some((language, rest))
}

/// The language a browser asks for; Bokmål when it asks for none of ours.
pub fn asked(headers: &HeaderMap) -> Language {
    best(headers).unwrap_or_default()
}

/// The language of ours that is asked for most (RFC 9110 section 12.5.4); nothing when it is none.
pub fn best(headers: &HeaderMap) -> Option<Language> {
    let text = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut best = (0.0, None);
    for part in text.unwrap_or_default().split(',') {
        let mut pieces = part.split(';').map(str::trim);
        let range = pieces.next().unwrap_or_default().to_ascii_lowercase();
        let weight = pieces
            .find_map(|piece| piece.strip_prefix("q="))
            .map_or(Some(1.0_f32), |text| text.parse().ok())
            .unwrap_or(0.0);
        let language = match range.split('-').next().unwrap_or_default() {
            "nb" | "no" | "da" | "sv" => Language::Bokmal,
            "nn" => Language::Nynorsk,
            "en" => Language::English,
            _ => continue,
        };
        if weight > best.0 && weight <= 1.0 {
            best = (weight, Some(language));
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::HeaderValue;

    #[test]
    fn the_path_names_the_language() {
        assert_eq!(of_path("/nn/installers"), Some((Language::Nynorsk, "/installers")));
        assert_eq!(of_path("/en"), Some((Language::English, "")));
        for path in ["/", "", "/no/x", "/nbx", "/nø", "nb", "/v1/call-signs"] {
            assert_eq!(of_path(path), None, "{path}");
        }
    }

    #[test]
    fn a_browser_gets_what_it_likes_best_of_ours() {
        for (header, code) in [
            ("nn-NO,nn;q=0.9,nb;q=0.8", "nn"),
            ("de,en-GB;q=0.7,nb;q=0.3", "en"),
            ("no", "nb"),
            ("fr", "nb"),
            ("en;q=0", "nb"),
            ("en;q=x,nn;q=0.1", "nn"),
            ("en;q=1e9", "nb"),
            ("", "nb"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(header));
            assert_eq!(asked(&headers).code(), code, "{header}");
        }
        assert_eq!(asked(&HeaderMap::new()), Language::Bokmal);
    }
}
