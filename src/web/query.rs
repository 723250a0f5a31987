//! The query of a page's address: what the reader typed and chose. Empty fields of a form count as
//! left out, and so does what mail and search providers hang on links to follow who comes from where;
//! anything else a page does not know or gets twice is refused in words, not silently passed over.

use poem::http::Uri;

use super::texts::Words;
use crate::{failure::Failure, http::operations};

/// The longest text a page searches for, in characters.
const LONGEST: usize = 100;

/// Parameters that others hang on links to follow readers, besides those that begin with `utm_`.
const TRACKERS: [&str; 2] = ["fbclid", "gclid"];

/// The parameters of an address, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

/// What is wrong with a parameter, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The parameter; also the id of its field in the form.
    pub name: String,
    /// What it is and what to do.
    pub text: String,
}

impl Query {
    /// Of an address.
    pub fn of(uri: &Uri) -> Self {
        let text = uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(text.as_bytes());
        Self(
            pairs
                .filter(|(name, value)| !value.trim().is_empty() && !is_tracker(name))
                .map(|(name, value)| (name.into_owned(), value.trim().to_owned()))
                .collect(),
        )
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter, or an empty text for the field of a form.
    pub fn typed(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// True if nothing was typed or chosen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong whatever the page does with it: a parameter it does not know, one that stands
    /// there twice, a text that is too long or holds a U+0000, which PostgreSQL does not take. `known` has the
    /// labels of the parameters.
    pub fn wrong(&self, known: &[(&str, &str)], words: Words) -> Vec<Wrong> {
        let mut found: Vec<Wrong> = Vec::new();
        for (index, (name, value)) in self.0.iter().enumerate() {
            let label = known.iter().find(|(own, _)| own == name).map(|(_, label)| *label);
            let is_repeated = self.0[..index].iter().any(|(own, _)| own == name);
            let shown: String = name.chars().take(40).collect();
            let text = match label {
                None => words.unknown_parameter(&shown),
                Some(_) if is_repeated => words.repeated_parameter(&shown),
                Some(label) if value.contains('\0') => words.nul_character(label),
                Some(label) if value.chars().count() > LONGEST && *name != "cursor" => {
                    words.too_long(label)
                }
                Some(_) => continue,
            };
            found.push(Wrong { name: shown, text });
        }
        found
    }

    /// The same for what no form is about: whether each parameter is known and stands there once.
    ///
    /// # Errors
    /// 400 for programs, in English, with nothing of what was sent.
    pub fn check(&self, known: &[&str]) -> Result<(), Failure> {
        operations::check_pairs(known, self.0.iter().cloned())
    }

    /// The query with one parameter set or taken away, back on the first page of results.
    #[must_use]
    pub fn with(&self, name: &str, value: Option<&str>) -> Self {
        let kept = self.0.iter().filter(|(own, _)| own != name && own != "cursor");
        let set = value.map(|value| (name.to_owned(), value.to_owned()));
        Self(kept.cloned().chain(set).collect())
    }

    /// The query with nothing but the parameters named.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(own, _)| names.contains(&own.as_str())).cloned().collect())
    }

    /// The parameters but those named, for hidden fields of a form.
    pub fn others(&self, names: &[&str]) -> Vec<(String, String)> {
        let kept =
            self.0.iter().filter(|(own, _)| own != "cursor" && !names.contains(&own.as_str()));
        kept.cloned().collect()
    }
}

fn is_tracker(name: &str) -> bool {
    name.starts_with("utm_") || TRACKERS.contains(&name)
}

/// As it stands in an address, with its question mark; nothing when it is empty.
impl std::fmt::Display for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(self.0.iter());
        write!(f, "?{}", text.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::language::Language;

    fn query(text: &str) -> Query {
        Query::of(&format!("/nb/x?{text}").parse().unwrap())
    }

    #[test]
    fn empty_fields_of_a_form_are_left_out() {
        let query = query("q=LB1+AG&place=&status=%20");
        assert_eq!(query.get("q"), Some("LB1 AG"));
        assert_eq!(query.get("place"), None);
        assert_eq!(query.to_string(), "?q=LB1+AG");
        assert_eq!(Query::default().to_string(), "");
    }

    #[test]
    fn what_follows_readers_is_left_out_and_not_passed_on() {
        let query = query("utm_source=nyhetsbrev&q=a&fbclid=x&gclid=y&utm_id=1&utm=2");
        assert_eq!(query.to_string(), "?q=a&utm=2");
    }

    #[test]
    fn a_choice_goes_back_to_the_first_page() {
        let query = query("q=a%26b&cursor=abc&status=free");
        assert_eq!(query.with("status", Some("inUse")).to_string(), "?q=a%26b&status=inUse");
        assert_eq!(query.with("status", None).to_string(), "?q=a%26b");
        assert_eq!(query.others(&["q"]), [("status".to_owned(), "free".to_owned())]);
    }

    #[test]
    fn what_is_not_known_repeated_or_too_long_is_named() {
        let words = Words(Language::English);
        let long = "x".repeat(101);
        let query = query(&format!("q=a&q=b&utm=1&place={long}&cursor={long}&day=1%002"));
        let known = [("q", "Search"), ("place", "Place"), ("cursor", "Page"), ("day", "Day")];
        let names: Vec<String> = query.wrong(&known, words).into_iter().map(|w| w.name).collect();
        assert_eq!(names, ["q", "utm", "place", "day"]);
    }

    #[test]
    fn where_no_form_is_the_same_is_refused() {
        for (text, expected) in [
            ("", true),
            ("day=1&utm_source=x&language=", true),
            ("day=1&language=nb", true),
            ("day=1&day=1", false),
            ("day=1&Language=nb", false),
            ("day=%00", false),
        ] {
            assert_eq!(query(text).check(&["day", "language"]).is_ok(), expected, "{text}");
        }
        assert!(query("day=1").check(&[]).is_err());
    }
}
