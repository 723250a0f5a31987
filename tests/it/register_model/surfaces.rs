//! What the public can read besides look-up, search and list, held against the model: the feed folded
//! up, the files of three lists in each form, and the files in the layouts of before.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use serde_json::{Value, json};

use super::{Holder, Model};
use crate::{
    files::{changes_at, copy::Copy, whole},
    kinds::{numbering, spectrum},
    support::TestApp,
};

pub const SIGNS: &str = "call-signs";
pub const RANGES: &str = "number-ranges";
pub const PERMITS: &str = "frequency-permits";
/// The lists whose rows the model changes.
pub const LISTS: [&str; 3] = [SIGNS, RANGES, PERMITS];
const FORMS: [&str; 3] = ["csv", "json", "jsonl"];
const OLD_SIGNS: &str = "/legacy/kallesignaler.csv";
const NUMBERS: &str = "/legacy/E164.csv";
const RIGHTS: &str = "/frekvensportalen_service/rest/rightofuseinfos";

/// Lists by the feed.
#[derive(Debug, Default)]
pub struct Lists(BTreeMap<&'static str, Copy>);

impl Lists {
    pub fn rows(&self, list: &str) -> impl Iterator<Item = &Value> {
        self.0.get(list).into_iter().flat_map(Copy::rows)
    }

    fn apply(&mut self, changes: &[Value]) {
        for list in LISTS {
            self.0.entry(list).or_default().apply(list, changes);
        }
    }
}

/// What one process tells the public.
pub struct Surfaces {
    pub base: String,
    lists: Lists,
    /// Where the feed goes on.
    after: i64,
}

/// Something in the lists that nothing here changes.
pub async fn furnish(app: &TestApp) {
    numbering::import(app).await;
    let national = json!({ "kind": "national" });
    let licence = spectrum::application(3, spectrum::simplex(3500, 3580), national);
    spectrum::grant(app, 3, &licence).await;
    app.seal().await;
}

impl Surfaces {
    pub fn begin(base: &str) -> Self {
        Self { base: base.to_owned(), lists: Lists::default(), after: 0 }
    }

    /// The feed, and the files of these lists, those in the layouts of before, too.
    pub async fn check(
        &mut self,
        app: &TestApp,
        model: &Model,
        lists: impl Iterator<Item = &'static str>,
    ) {
        self.check_feed(app, model).await;
        for list in lists {
            self.check_files(app, list).await;
            match list {
                SIGNS => self.check_old_list(app, model).await,
                RANGES => {
                    let numbers = whole(app, &self.base, NUMBERS).await.text();
                    model.permits.check_number_list(&numbers);
                }
                _ => {
                    let rights = whole(app, &self.base, RIGHTS).await.text();
                    assert!(rights.contains("Eksempelnett 3 AS"), "{rights}");
                    model.permits.check_rights(&rights);
                }
            }
        }
    }

    /// The files of a list, each with the bytes that whoever follows the feed would write.
    async fn check_files(&self, app: &TestApp, list: &str) {
        for form in FORMS {
            let path = format!("/v1/snapshots/latest/{list}.{form}");
            let file = whole(app, &self.base, &path).await.text();
            let heading = file.lines().next().unwrap_or_default();
            assert!(file == self.lists.0[list].write(form, heading), "{path} is not the feed");
        }
    }

    /// Nobody who is hidden is in any file or in what the feed tells.
    pub async fn check_hidden(&self, app: &TestApp, model: &Model) {
        let mut texts = vec![
            whole(app, &self.base, NUMBERS).await.text(),
            whole(app, &self.base, RIGHTS).await.text(),
        ];
        let old = whole(app, &self.base, OLD_SIGNS).await;
        texts.push(encoding_rs::WINDOWS_1252.decode(&old.bytes).0.into_owned());
        texts.extend(LISTS.map(|list| self.lists.0[list].write("jsonl", "")));
        // a name may be a part of one that is shown
        let shown = model.holders.iter().flat_map(|one| {
            let fields = [("name", &one.name), ("address", &one.line)];
            fields.into_iter().filter(|(field, _)| one.shown.contains(field)).map(|(_, text)| text)
        });
        let shown: Vec<&String> = shown.collect();
        let is_part = |name: &&String| shown.iter().any(|text| text.contains(name.as_str()));
        let names: Vec<&String> = model.hidden.iter().filter(|name| !is_part(name)).collect();
        let hidden = AhoCorasick::new(&names).expect("names");
        for text in &texts {
            let found = hidden.find(text).map(|found| names[found.pattern()]);
            assert_eq!(found, None, "is told though hidden");
        }
    }

    /// What has changed, folded up, is what there is.
    async fn check_feed(&mut self, app: &TestApp, model: &Model) {
        let (items, after) = changes_at(app, &self.base, self.after).await;
        self.after = after;
        self.lists.apply(&items);
        model.check_rows(self.lists.rows(SIGNS), "the feed");
        model.permits.check(&self.lists);
    }

    /// The list in its layout of 14 columns: signs in use, with what their holders let be shown.
    async fn check_old_list(&self, app: &TestApp, model: &Model) {
        let reply = whole(app, &self.base, OLD_SIGNS).await;
        let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&reply.bytes);
        let mut lines = text.lines().skip(1);
        let mut holders: Vec<&Holder> = model.holders.iter().collect();
        holders.sort_by(|one, other| one.sign.cmp(&other.sign));
        for holder in holders {
            let cells: Vec<&str> = lines.next().expect("a row for each").split(';').collect();
            assert_eq!((cells.len(), cells[0]), (14, holder.sign.as_str()));
            let shown = |field: &str, value: &str| {
                if holder.shown.contains(field) { in_its_letters(value) } else { String::new() }
            };
            let name = format!("{} {}", cells[2], cells[3]);
            assert_eq!(name.trim(), shown("name", &holder.name), "{}", holder.sign);
            assert_eq!(cells[4], shown("address", &holder.line), "{}", holder.sign);
            assert_eq!(cells[5], shown("address", &holder.more), "{}", holder.sign);
            assert_eq!(cells[6], shown("address", &holder.code), "{}", holder.sign);
            assert_eq!(cells[7], shown("postTown", &holder.town), "{}", holder.sign);
            assert_eq!((cells[1], cells[9], cells[13]), ("", "Personlig", ""));
        }
        assert_eq!(lines.next(), None, "signs that are not in use are not in it");
    }
}

/// What the encoding of the list has of a text: letters of Sámi are written without their marks.
fn in_its_letters(text: &str) -> String {
    let plain = |letter: char| match letter {
        'Č' => 'C',
        'č' => 'c',
        'Đ' => 'D',
        'đ' => 'd',
        'Ŋ' => 'N',
        'ŋ' => 'n',
        'Ŧ' => 'T',
        'ŧ' => 't',
        other => other,
    };
    let text: String = text.chars().map(plain).collect();
    assert!(!encoding_rs::WINDOWS_1252.encode(&text).2, "{text} has letters the list has not");
    text
}

impl Model {
    /// Rows of the list: each as it may be shown, and none too many or too few.
    fn check_rows<'a>(&self, rows: impl Iterator<Item = &'a Value>, from: &str) {
        let mut seen = Vec::new();
        for row in rows {
            self.expect(row);
            assert_eq!(row["kind"].is_null(), self.holder(text_of(row)).is_none(), "{from}: {row}");
            seen.push(text_of(row).to_owned());
        }
        seen.sort_unstable();
        assert_eq!(seen, self.signs(), "{from}");
    }
}

fn text_of(row: &Value) -> &str {
    row["callSign"].as_str().expect("a sign")
}
