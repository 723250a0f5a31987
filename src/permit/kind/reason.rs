//! Why the rules do not leave a thing to themselves, or refuse it: a stable code with values, told in the reader's
//! language. The texts are rows of `src/data/findings.tsv`; nothing is weighed here.

use std::{collections::HashMap, fmt::Display, sync::LazyLock};

use crate::values::{language::Language, table::Table};

const TABLE: &str = include_str!("../../data/findings.tsv");

static TEXTS: LazyLock<HashMap<&'static str, [&'static str; 3]>> = LazyLock::new(|| {
    let rows = Table::new(TABLE);
    rows.rows()
        .map(|row| (row.text("key"), [row.text("nb"), row.text("nn"), row.text("en")]))
        .collect()
});

/// One reason of an assessment, or of a refusal of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Stable kebab-case code.
    pub code: &'static str,
    key: &'static str,
    values: Vec<String>,
    /// A value that is itself words, in bokmål, nynorsk and English; it stands for {1}.
    words: Option<Box<[String; 3]>>,
}

impl Reason {
    /// A reason without values. What stands before a slash in the key is the code, so that one code may have
    /// several texts.
    pub fn new(key: &'static str) -> Self {
        let code = key.split_once('/').map_or(key, |(code, _)| code);
        Self { code, key, values: Vec::new(), words: None }
    }

    /// A reason with the values that its text names, in their order.
    pub fn with(key: &'static str, values: impl IntoIterator<Item = impl Display>) -> Self {
        let values = values.into_iter().map(|value| value.to_string()).collect();
        Self { values, ..Self::new(key) }
    }

    /// A reason whose one value is words of the reader's language.
    pub fn in_words(key: &'static str, words: impl Fn(Language) -> String) -> Self {
        let languages = [Language::Bokmal, Language::Nynorsk, Language::English];
        Self { words: Some(Box::new(languages.map(words))), ..Self::new(key) }
    }

    /// The reason in a language; its code where nobody has written a text.
    pub fn text(&self, language: Language) -> String {
        let Some(texts) = TEXTS.get(self.key) else { return self.code.to_owned() };
        let [bokmal, nynorsk, english] = *texts;
        let (text, at) = match language {
            Language::Bokmal => (bokmal, 0),
            Language::Nynorsk => (nynorsk, 1),
            Language::English => (english, 2),
        };
        match &self.words {
            Some(words) => filled(text, std::slice::from_ref(&words[at])),
            None => filled(text, &self.values),
        }
    }
}

/// Values may hold braces of their own, so the text is walked once.
fn filled(text: &str, values: &[String]) -> String {
    let mut parts = text.split('{');
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let value = part.split_once('}').and_then(|(number, rest)| {
            let at: usize = number.parse().ok()?;
            Some((values.get(at.checked_sub(1)?)?, rest))
        });
        match value {
            Some((value, rest)) => {
                whole.push_str(value);
                whole.push_str(rest);
            }
            None => {
                whole.push('{');
                whole.push_str(part);
            }
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// The places of a text, in their order.
    fn places(text: &str) -> BTreeSet<&str> {
        let braces = text.split('{').skip(1);
        braces.filter_map(|part| part.split_once('}').map(|(number, _)| number)).collect()
    }

    /// Keys that the sources of a folder make reasons with.
    fn used(folder: &Path, found: &mut BTreeSet<String>) {
        let pattern =
            regex::Regex::new(r#"Reason::(?:new|with|in_words)\(\s*"([^"]+)""#).expect("a pattern");
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                used(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("a source");
                // what is below belongs to tests, which make up keys of their own
                let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                let is_of_tests = path.to_string_lossy().contains("tests");
                if !is_of_tests {
                    found.extend(pattern.captures_iter(text).map(|found| found[1].to_owned()));
                }
            }
        }
    }

    #[test]
    fn every_reason_of_the_rules_has_a_text_of_its_own_in_every_language_and_every_text_is_used() {
        let mut keys = BTreeSet::new();
        used(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut keys);
        // these are named by a constant, or chosen beside the call
        keys.extend(
            [
                "responsible-licensee",
                "legacy-overlap",
                "legacy-overlap/national",
                "co-channel",
                "co-channel/heard",
                "co-channel/listens",
            ]
            .map(str::to_owned),
        );
        let known: BTreeSet<String> = TEXTS.keys().map(|key| (*key).to_owned()).collect();
        assert_eq!(keys, known);
        for (key, texts) in TEXTS.iter() {
            let [bokmal, nynorsk, english] = *texts;
            for text in texts {
                assert!(!text.is_empty(), "{key} has no text in a language");
            }
            assert_ne!(bokmal, english, "{key} is English in bokmål");
            assert_ne!(nynorsk, english, "{key} is English in nynorsk");
            for text in [bokmal, nynorsk] {
                assert!(places(text).is_subset(&places(english)), "{key} names other values");
                for word in [" the ", " is ", " of ", " not "] {
                    assert!(!text.contains(word), "{key} is English: {text}");
                }
            }
        }
    }

    #[test]
    fn values_stand_where_the_text_names_them() {
        let reason = Reason::with("overlap", ["21 00 00 00", "{2} AS"]);
        assert_eq!(reason.code, "overlap");
        assert_eq!(reason.text(Language::English), "21 00 00 00 is assigned to {2} AS.");
        assert_eq!(reason.text(Language::Bokmal), "21 00 00 00 er tildelt {2} AS.");
        assert_eq!(Reason::new("too-early/transfer").code, "too-early");
        assert_eq!(Reason::new("made-up").text(Language::Nynorsk), "made-up");
        assert_eq!(filled("a {1} {9} {", &["b".to_owned()]), "a b {9} {");
    }
}
