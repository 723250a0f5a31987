//! What the public can read besides look-up, search and list, held against the model: the feed folded
//! up, the files of the list in each form, and the files in the layouts of before.

use serde_json::{Value, json};

use super::{Holder, Model};
use crate::{
    files::{changes_at, copy::Copy, whole},
    kinds::{numbering, spectrum},
    support::TestApp,
};

const LIST: &str = "call-signs";
const NUMBERS: &str = "/legacy/E164.csv";
const RIGHTS: &str = "/frekvensportalen_service/rest/rightofuseinfos";

/// What one process tells the public.
pub struct Surfaces {
    pub base: String,
    /// Call signs by the feed.
    copy: Copy,
    /// Where the feed goes on.
    after: i64,
    /// The list of number ranges and the rights of use, which nothing here changes.
    unchanging: [String; 2],
}

/// Something in the lists that nothing here changes.
pub async fn furnish(app: &TestApp) {
    numbering::import(app).await;
    let national = json!({ "kind": "national" });
    let licence = spectrum::application(3, spectrum::simplex(3500, 3580), national);
    spectrum::grant(app, 3, &licence).await;
    app.seal().await;
}

async fn text(app: &TestApp, base: &str, path: &str) -> String {
    app.get_at(base, path).await.expect(200).text()
}

impl Surfaces {
    pub async fn begin(app: &TestApp, base: &str) -> Self {
        let unchanging = [text(app, base, NUMBERS).await, text(app, base, RIGHTS).await];
        assert!(unchanging[0].contains("Tildelt") && unchanging[1].contains("Eksempelnett"));
        Self { base: base.to_owned(), copy: Copy::default(), after: 0, unchanging }
    }

    /// One kind of them; there are five.
    pub async fn check(&mut self, app: &TestApp, model: &Model, which: usize) {
        match which {
            0 => self.check_feed(app, model).await,
            1 => self.check_old_list(app, model).await,
            which => {
                self.check_feed(app, model).await;
                self.check_file(app, model, ["csv", "json", "jsonl"][which - 2]).await;
            }
        }
    }

    pub async fn check_all(&mut self, app: &TestApp, model: &Model) {
        for which in 0..5 {
            self.check(app, model, which).await;
        }
        for (path, before) in [NUMBERS, RIGHTS].into_iter().zip(&self.unchanging) {
            assert_eq!(&text(app, &self.base, path).await, before, "{path}");
            for name in model.hidden.iter().chain(model.holders.iter().map(|one| &one.name)) {
                assert!(!before.contains(name.as_str()), "{path} names a person");
            }
        }
    }

    /// What has changed, folded up, is what there is.
    async fn check_feed(&mut self, app: &TestApp, model: &Model) {
        let (items, after) = changes_at(app, &self.base, self.after).await;
        self.after = after;
        self.copy.apply(LIST, &items);
        model.check_rows(self.copy.rows(), "the feed");
    }

    /// A file has the bytes that whoever follows the feed would write.
    async fn check_file(&self, app: &TestApp, model: &Model, form: &str) {
        let path = format!("/v1/snapshots/latest/{LIST}.{form}");
        let file = whole(app, &self.base, &path).await.text();
        let heading = file.lines().next().unwrap_or_default();
        assert_eq!(file, self.copy.write(form, heading), "{path}");
        if form == "jsonl" {
            let lines = file.lines().map(|line| serde_json::from_str(line).expect("JSON"));
            model.check_rows(lines.collect::<Vec<Value>>().iter(), &path);
        }
    }

    /// The list in its layout of 14 columns: signs in use, with what their holders let be shown.
    async fn check_old_list(&self, app: &TestApp, model: &Model) {
        let reply = whole(app, &self.base, "/legacy/kallesignaler.csv").await;
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
