//! The operation of the public journal.

use chrono::NaiveDate;
use poem_openapi::{OpenApi, param::Query};

use super::{
    actions,
    wire::{PublicEntryView, PublicJournalPage},
};
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, page, responses::Answer},
    journal::{
        model::{Direction, Subject},
        store::public::PublicQuery,
    },
    values::{calendar::oslo_date, language::Language},
};

/// Operations of the public journal.
pub struct PublicJournalApi {
    /// The app.
    pub app: App,
}

/// Name of the list in its cursors, shared with the page.
pub const LIST: &str = "public-journal";

/// A day of a query.
///
/// # Errors
/// 400 for what is none.
pub fn day(name: &str, text: Option<&str>) -> Result<Option<NaiveDate>, Failure> {
    text.map(str::parse)
        .transpose()
        .map_err(|_| Failure::parameter(name, "date", "Give a day as 2026-03-02."))
}

/// What is asked for, as it stands in the query.
#[derive(Debug, Default)]
pub struct Asked<'a> {
    /// First day.
    pub from: Option<&'a str>,
    /// Last day.
    pub to: Option<&'a str>,
    /// Direction.
    pub direction: Option<&'a str>,
    /// Kind of permit, or `supervision` or `fees`.
    pub kind: Option<&'a str>,
    /// Number of a case.
    pub case: Option<&'a str>,
    /// Number of an organisation.
    pub organisation: Option<&'a str>,
}

impl Asked<'_> {
    /// What it means.
    ///
    /// # Errors
    /// 400 with the parameter that is wrong.
    pub fn parse(&self) -> Result<PublicQuery, Failure> {
        let not_in_list =
            |name: &str, text: &str| Failure::parameter(name, "not-in-list", text.to_owned());
        let direction = match self.direction {
            None => None,
            Some("in") => Some(Direction::In),
            Some("out") => Some(Direction::Out),
            Some(_) => return Err(not_in_list("direction", "`in` or `out`.")),
        };
        let subject = self.kind.map(|text| {
            let known = "A kind of permit, e.g. `plb`, or `supervision` or `fees`.";
            Subject::from_code(text).ok_or_else(|| not_in_list("kind", known))
        });
        let case = self.case.map(|text| {
            let number = crate::journal::model::parse_number(&format!("{text}-1"));
            number.map(|(case, _)| case).ok_or_else(|| {
                Failure::parameter(
                    "case",
                    "case-number",
                    "Give the number of a case, e.g. `2026/000123`.",
                )
            })
        });
        Ok(PublicQuery {
            from: day("from", self.from)?,
            to: day("to", self.to)?,
            direction,
            subject: subject.transpose()?,
            case: case.transpose()?,
            organisation: self.organisation.map(actions::organisation).transpose()?,
            before: None,
        })
    }
}

#[OpenApi]
impl PublicJournalApi {
    /// Read the public journal, the newest documents first.
    ///
    /// Documents in and out from the day after they were journaled. Organisations can be found by their number; persons
    /// are named only where nothing hides them, for a year, and cannot be searched for.
    #[oai(
        path = "/v1/public-journal",
        method = "get",
        operation_id = "listPublicJournal",
        tag = "Tag::Register"
    )]
    #[allow(clippy::too_many_arguments)] // the parameters of the query
    async fn list(
        &self,
        /// First day.
        from: Query<Option<String>>,
        /// Last day.
        to: Query<Option<String>>,
        /// `in` or `out`.
        direction: Query<Option<String>>,
        /// Kind of permit, or `supervision` or `fees`.
        kind: Query<Option<String>>,
        /// Number of a case.
        case: Query<Option<String>>,
        /// Number of an organisation that sent or got it.
        organisation: Query<Option<String>>,
        /// `nb` (when left out), `nn` or `en`.
        language: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<PublicJournalPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let language = match language.0.as_deref() {
            None => Language::Bokmal,
            Some(text) => Language::parse(text).map_err(|_| {
                Failure::parameter("language", "not-in-list", "`nb`, `nn` or `en`.")
            })?,
        };
        let asked = Asked {
            from: from.0.as_deref(),
            to: to.0.as_deref(),
            direction: direction.0.as_deref(),
            kind: kind.0.as_deref(),
            case: case.0.as_deref(),
            organisation: organisation.0.as_deref(),
        };
        let mut asked = asked.parse()?;
        let keys = self.app.keys();
        asked.before = page::position(&keys, LIST, cursor.0.as_deref())?;
        let (entries, total) = actions::list(&self.app, &asked, limit + 1).await?;
        let (entries, next) = page::cut(&keys, LIST, entries, limit, |entry| (entry.day, entry.id));
        let today = oslo_date(self.app.clock().now());
        let items =
            entries.iter().map(|entry| PublicEntryView::of(entry, today, language)).collect();
        Ok(Answer::new(PublicJournalPage { items, total, next }))
    }
}
