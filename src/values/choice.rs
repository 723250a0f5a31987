//! Dated lists of choices that law or the authority sets: a code, its title in three languages, the
//! days it is offered, and where the table says so a limit. The rows stand in `src/data`.

use chrono::NaiveDate;

use super::{language::Language, table::Table};

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Stable code, as in JSON.
    pub code: &'static str,
    /// Number the row sets; the first line of its table says of what.
    pub limit: Option<u32>,
    titles: [&'static str; 3],
    from: NaiveDate,
    until: Option<NaiveDate>,
}

impl Choice {
    /// Title for people.
    pub const fn title(&self, language: Language) -> &'static str {
        match language {
            Language::Bokmal => self.titles[0],
            Language::Nynorsk => self.titles[1],
            Language::English => self.titles[2],
        }
    }

    /// True if it is offered on `day`.
    pub fn is_open(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// True if the table says from which day it is offered no more.
    pub const fn has_end(&self) -> bool {
        self.until.is_some()
    }
}

/// The rows of an embedded table, in its order.
///
/// # Panics
/// For a table without the columns of a list; a test reads every one.
pub fn choices(table: &'static str) -> Vec<Choice> {
    let table = Table::new(table);
    let row = |row: super::table::Row<'_, 'static>| Choice {
        code: row.text("code"),
        limit: row.value("limit"),
        titles: [row.text("title_nb"), row.text("title_nn"), row.text("title_en")],
        from: row.value("valid_from").expect("a list says from when a row is offered"),
        until: row.value("valid_until"),
    };
    table.rows().map(row).collect()
}

/// The row of a code that is offered on `day`.
pub fn open_on(list: &[Choice], code: &str, day: NaiveDate) -> Option<Choice> {
    list.iter().find(|choice| choice.code == code && choice.is_open(day)).cloned()
}

/// The title of a code, on whatever day it was offered; the code itself for one that never was.
pub fn title_of(list: &[Choice], code: &str, language: Language) -> String {
    let found = list.iter().rev().find(|choice| choice.code == code);
    found.map_or(code, |choice| choice.title(language)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "# source\ncode\ttitle_nb\ttitle_nn\ttitle_en\tlimit\tvalid_from\tvalid_until\tsource\n\
        A\tny\tny\tnew\t12\t2012-01-01\t\tx\nB\tgammel\tgammal\told\t\t2000-01-01\t2012-01-01\tx\n";

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_choice_is_offered_from_its_first_day_until_before_its_last() {
        let list = choices(TABLE);
        assert!(open_on(&list, "A", day("2011-12-31")).is_none());
        assert_eq!(open_on(&list, "A", day("2012-01-01")).unwrap().limit, Some(12));
        assert!(open_on(&list, "B", day("2011-12-31")).is_some());
        assert!(open_on(&list, "B", day("2012-01-01")).is_none());
        assert_eq!(title_of(&list, "B", Language::Nynorsk), "gammal");
        assert_eq!(title_of(&list, "C", Language::English), "C");
    }
}
