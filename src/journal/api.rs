//! The caseworkers' journal.

use chrono::{DateTime, Utc};
use poem_openapi::{Object, OpenApi, param::Query};

use super::store;
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, page, responses::Answer},
    identity::Caller,
};

/// Operations on the journal.
pub struct JournalApi {
    /// The app.
    pub app: App,
}

/// A document in the journal.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct EntryView {
    /// Number of the document within its case.
    pub number: i32,
    /// Id of the case.
    pub case_id: String,
    /// `in`, `out` or `internal`.
    pub direction: String,
    /// Title, without names of persons.
    pub title: String,
    /// Who entered it.
    pub actor: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A page of the journal, oldest first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct JournalPage {
    /// The entries of this page.
    pub items: Vec<EntryView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

#[OpenApi]
impl JournalApi {
    /// List the journal, oldest first.
    #[oai(path = "/v1/journal", method = "get", operation_id = "listJournal", tag = "Tag::Cases")]
    async fn list(
        &self,
        _caller: Caller,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<JournalPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let after = page::position(&keys, "journal", cursor.0.as_deref())?;
        let (rows, total) = store::list(self.app.db().read(), after, limit + 1).await?;
        let (rows, next) = page::cut(&keys, "journal", rows, limit, |row| row.id);
        let items = rows
            .into_iter()
            .map(|row| EntryView {
                number: row.number,
                case_id: row.case_id.to_string(),
                direction: row.direction,
                title: row.title,
                actor: row.actor,
                at: row.at,
            })
            .collect();
        Ok(Answer::new(JournalPage { items, total, next }))
    }
}
