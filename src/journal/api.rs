//! The caseworkers' journal.

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use uuid::Uuid;

use super::{
    actions,
    store::{self, access},
    wire::{AccessForm, EntryView, JournalEntryView, JournalPage},
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{Tag, body::Body, page, preconditions, responses::Answer},
    identity::Caller,
    party,
    permit::kind::shared::needed_text,
};

/// Operations on the journal.
pub struct JournalApi {
    /// The app.
    pub app: App,
}

fn entry_id(text: &str) -> Result<Uuid, Failure> {
    Uuid::try_parse(text).map_err(|_| Failure::not_found())
}

impl JournalApi {
    async fn view(&self, caller: &Caller, id: Uuid) -> Result<Answer<JournalEntryView>, Failure> {
        let connection = self.app.db().read();
        let entry = actions::find(&self.app, caller, id).await?;
        let changes = access::changes(connection, id).await?;
        let version = entry.access_version + 1;
        Ok(Answer::new(JournalEntryView::of(entry, changes)).version(version))
    }
}

#[OpenApi]
impl JournalApi {
    /// List the journal, oldest first.
    ///
    /// Documents of supervision are part of it for those who handle that, but not those of a case directed at
    /// themselves.
    #[oai(path = "/v1/journal", method = "get", operation_id = "listJournal", tag = "Tag::Cases")]
    async fn list(
        &self,
        caller: Caller,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<JournalPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let after = page::position(&keys, "journal", cursor.0.as_deref())?;
        let sight = party::actions::supervision_sight(&self.app, &caller).await?;
        let (rows, total) = store::list(self.app.db().read(), &sight, after, limit + 1).await?;
        let (rows, next) = page::cut(&keys, "journal", rows, limit, |row| row.id);
        let items = rows.into_iter().map(EntryView::of).collect();
        Ok(Answer::new(JournalPage { items, total, next }))
    }

    /// Read a document of the journal, with the changes of its access code.
    #[oai(
        path = "/v1/journal-entries/:id",
        method = "get",
        operation_id = "getJournalEntry",
        tag = "Tag::Cases"
    )]
    async fn get(
        &self,
        caller: Caller,
        /// Id of the entry.
        id: Path<String>,
    ) -> Result<Answer<JournalEntryView>, Failure> {
        self.view(&caller, entry_id(&id.0)?).await
    }

    /// Set the access code of a document.
    ///
    /// Until somebody does, it follows from the kind of permit, the direction and who wrote or got it. Every change is
    /// kept with its reason in the sealed log.
    #[oai(
        path = "/v1/journal-entries/:id/access",
        method = "put",
        operation_id = "setJournalAccess",
        tag = "Tag::Cases"
    )]
    async fn set_access(
        &self,
        caller: Caller,
        /// Id of the entry.
        id: Path<String>,
        /// Version the entry was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<AccessForm>,
    ) -> Result<Answer<JournalEntryView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        let reason = needed_text(&body.0.reason, 1000, "/reason", &mut errors);
        let reason = errors.finish(reason)?;
        let id = entry_id(&id.0)?;
        let code = body.0.access_code.as_deref();
        actions::set_access(&self.app, &caller, id, version, code, &reason).await?;
        self.view(&caller, id).await
    }
}
