//! Addresses of the service and places in a folder: which page goes where, and how one place is
//! reached from another. Links are relative and name files, so that the folder works at any address,
//! under any web server, and from a disk.
//!
//! Pure.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::values::language::Language;

static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#" (href|src|action)="([^"]*)""#).expect("a sound pattern"));
static FORM: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?s)<form\b.*?</form>").expect("a sound pattern"));

/// Where the beginning of a page's own content is in our layout.
const MAIN: &str = "<main id=\"main\" tabindex=\"-1\">";

/// What an address is in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A page, followed from link to link.
    Page,
    /// A later page of a list, by a cursor.
    LaterPage,
    /// A file that does not depend on its query.
    File,
    /// What only the service itself can answer.
    Live,
    /// Not of this service.
    Elsewhere,
}

/// Pages below the language that no copy is made of: the public journal names persons for a time only.
const NEVER_COPIED: [&str; 2] = ["public-journal", "document-access"];

/// Below the language, the list whose pages are of one type each where the query says so: the same number may
/// be of several types.
const OF_TYPES: &str = "number-ranges";

/// What a query of ours asks for that a copy is made of: one type of number, a later page, or both.
#[derive(Default)]
struct Part<'a> {
    of_type: Option<&'a str>,
    cursor: Option<&'a str>,
}

fn part<'a>(path: &str, query: &'a str) -> Option<Part<'a>> {
    let has_types = path.split('/').nth(2) == Some(OF_TYPES);
    let is_code = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let mut part = Part::default();
    for pair in query.split('&') {
        let (place, value) = match pair.split_once('=')? {
            ("cursor", value) => (&mut part.cursor, value),
            ("type", value) if has_types && is_code(value) => (&mut part.of_type, value),
            _ => return None,
        };
        if place.replace(value).is_some() {
            return None;
        }
    }
    Some(part)
}

/// The path a page is kept under: one type of number is a part of it. No file is named with a per cent sign,
/// which web servers read as the beginning of another character.
pub fn kept_path(path: &str, query: Option<&str>) -> String {
    let of_type = query.and_then(|query| part(path, query)).and_then(|part| part.of_type);
    let path = path.replace('%', "=");
    match of_type {
        Some(code) => format!("{path}/{code}"),
        None => path,
    }
}

/// The language a path begins with.
pub fn language_of(path: &str) -> Option<Language> {
    let code = path.strip_prefix('/')?.split('/').next()?;
    Language::parse(code).ok()
}

/// Path, query and fragment of an address.
pub fn parts(address: &str) -> (&str, Option<&str>, Option<&str>) {
    let (rest, fragment) = match address.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (address, None),
    };
    match rest.split_once('?') {
        Some((path, query)) => (path, Some(query).filter(|query| !query.is_empty()), fragment),
        None => (rest, None, fragment),
    }
}

/// What an address is. `is_file` knows the files of the register.
pub fn kind(address: &str, is_file: impl Fn(&str) -> bool) -> Kind {
    let (path, query, _) = parts(address);
    if !path.starts_with('/') || path.starts_with("//") {
        return Kind::Elsewhere;
    }
    if path.starts_with("/assets/") || is_file(path) {
        return Kind::File;
    }
    let in_english = ["/docs", "/problems"];
    let is_page = language_of(path).is_some()
        || in_english.iter().any(|page| {
            path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
    let below_language = path.split('/').nth(2).unwrap_or_default();
    match query {
        _ if !is_page || NEVER_COPIED.contains(&below_language) => Kind::Live,
        None => Kind::Page,
        Some(query) => match part(path, query) {
            Some(Part { cursor: Some(_), .. }) => Kind::LaterPage,
            Some(_) => Kind::Page,
            None => Kind::Live,
        },
    }
}

/// The file the page kept under a path is written to: lists as the index of a folder, single things beside
/// each other in it.
pub fn page_place(path: &str) -> String {
    let path = path.trim_matches('/');
    let depth = path.split('/').count();
    let is_single = depth > 2 || (depth == 2 && language_of(&format!("/{path}")).is_none());
    match path {
        "" => "index.html".to_owned(),
        _ if is_single => format!("{path}.html"),
        _ => format!("{path}/index.html"),
    }
}

/// The file the `n`th page of a list is written to.
pub fn later_place(path: &str, n: usize) -> String {
    format!("{}/page-{n}.html", path.trim_matches('/'))
}

/// How `to` is reached from the page at `from`.
pub fn relative(from: &str, to: &str) -> String {
    let from: Vec<&str> = from.split('/').collect();
    let to: Vec<&str> = to.split('/').collect();
    let shared =
        from[..from.len() - 1].iter().zip(&to[..to.len() - 1]).take_while(|(a, b)| a == b).count();
    let up = "../".repeat(from.len() - 1 - shared);
    format!("{up}{}", to[shared..].join("/"))
}

/// A page with its links changed, its forms replaced and a notice before its content.
pub fn rewrite(
    page: &str,
    notice: &str,
    form: &str,
    mut change: impl FnMut(&str) -> Option<String>,
) -> String {
    let page = FORM.replace_all(page, form);
    let page = LINK.replace_all(&page, |found: &Captures| {
        let address = unescaped(&found[2]);
        match change(&address) {
            Some(place) => format!(" {}=\"{}\"", &found[1], escaped(&place)),
            None => found[0].to_owned(),
        }
    });
    page.replacen(MAIN, &format!("{MAIN}\n{notice}"), 1)
}

fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&").replace("&#x26;", "&").replace("&amp;", "&")
}

/// A text of ours inside an attribute or between tags.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_has_its_kind() {
        let is_file = |path: &str| path == "/v1/snapshots/latest/call-signs.csv";
        for (address, expected) in [
            ("/nb", Kind::Page),
            ("/nn/call-signs/LB1AG#holder", Kind::Page),
            ("/docs", Kind::Page),
            ("/problems/not-found", Kind::Page),
            ("/en/call-signs?cursor=abc", Kind::LaterPage),
            ("/en/call-signs?cursor=abc&q=x", Kind::Live),
            ("/en/call-signs?q=x", Kind::Live),
            ("/nb/number-ranges/22000000?type=e164_8_digit", Kind::Page),
            ("/nb/number-ranges?type=nspc", Kind::Page),
            ("/nb/number-ranges?type=nspc&cursor=abc", Kind::LaterPage),
            ("/nb/number-ranges?type=nspc&status=free", Kind::Live),
            ("/nb/number-ranges?type=nspc&type=ispc", Kind::Live),
            ("/nb/number-ranges?type=..%2Fx", Kind::Live),
            ("/nb/suppliers?type=nspc", Kind::Live),
            ("/assets/pages.css?v=1", Kind::File),
            ("/v1/snapshots/latest/call-signs.csv", Kind::File),
            ("/v1/call-signs/LB1AG", Kind::Live),
            ("/problemsx", Kind::Live),
            ("/nb/public-journal", Kind::Live),
            ("/nb/public-journal?cursor=abc", Kind::Live),
            ("/en/document-access/TOKEN", Kind::Live),
            ("https://data.norge.no/", Kind::Elsewhere),
            ("//example.no/", Kind::Elsewhere),
            ("mailto:post@example.no", Kind::Elsewhere),
            ("#main", Kind::Elsewhere),
        ] {
            assert_eq!(kind(address, is_file), expected, "{address}");
        }
    }

    #[test]
    fn what_is_of_one_type_of_number_has_a_file_of_its_own() {
        for (path, query, expected) in [
            ("/nb/number-ranges", None, "nb/number-ranges/index.html"),
            ("/nb/number-ranges", Some("cursor=abc"), "nb/number-ranges/index.html"),
            ("/nb/number-ranges", Some("type=nspc"), "nb/number-ranges/nspc.html"),
            ("/nb/number-ranges/101", Some("type=nspc"), "nb/number-ranges/101/nspc.html"),
            ("/nb/number-ranges/a%20b", Some("type=x"), "nb/number-ranges/a=20b/x.html"),
            ("/nb/number-ranges/101", None, "nb/number-ranges/101.html"),
        ] {
            assert_eq!(page_place(&kept_path(path, query)), expected);
        }
        let later = kept_path("/nb/number-ranges", Some("type=nspc&cursor=abc"));
        assert_eq!(later_place(&later, 2), "nb/number-ranges/nspc/page-2.html");
    }

    #[test]
    fn pages_go_to_files_that_reach_each_other() {
        assert_eq!(page_place("/nb"), "nb/index.html");
        assert_eq!(page_place("/nb/call-signs"), "nb/call-signs/index.html");
        assert_eq!(page_place("/nb/call-signs/LB1AG"), "nb/call-signs/LB1AG.html");
        assert_eq!(page_place("/problems/not-found"), "problems/not-found.html");
        assert_eq!(later_place("/nb/call-signs", 2), "nb/call-signs/page-2.html");
        for (from, to, expected) in [
            ("index.html", "nb/index.html", "nb/index.html"),
            ("nb/call-signs/LB1AG.html", "nb/call-signs/index.html", "index.html"),
            (
                "nb/call-signs/LB1AG.html",
                "nn/call-signs/LB1AG.html",
                "../../nn/call-signs/LB1AG.html",
            ),
            ("nb/index.html", "assets/pages.css", "../assets/pages.css"),
        ] {
            assert_eq!(relative(from, to), expected);
        }
    }

    #[test]
    fn links_are_changed_and_nothing_else() {
        let page = "<a href=\"/nb?x=1&#38;y=2\">href=\"/nb\"</a><form action=\"/nb\">\n<input></form>\
            <main id=\"main\" tabindex=\"-1\">text</main>";
        let out = rewrite(page, "<p>cut</p>", "<p>no form</p>", |address| {
            assert_eq!(address, "/nb?x=1&y=2");
            Some("a&b.html".to_owned())
        });
        assert_eq!(
            out,
            "<a href=\"a&amp;b.html\">href=\"/nb\"</a><p>no form</p>\
             <main id=\"main\" tabindex=\"-1\">\n<p>cut</p>text</main>"
        );
    }
}
