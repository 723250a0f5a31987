//! Operations on letters.

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    actions::{self, Read},
    store::{self, LetterQuery},
    wire::{LetterPage, LetterSummary, LetterView},
};
use crate::{
    app::App,
    document::render_html,
    failure::Failure,
    http::{
        Tag, page,
        rendered::{Rendered, wants_page},
        responses::Answer,
    },
    identity::Caller,
    party,
    values::ids::{CaseId, LetterId},
};

/// Operations on letters.
pub struct LetterApi {
    /// The app.
    pub app: App,
}

/// The id of a letter in a path; what is none is not found.
///
/// # Errors
/// 404.
pub fn letter_id(text: &str) -> Result<LetterId, Failure> {
    LetterId::parse(text).map_err(|_| Failure::not_found())
}

impl LetterApi {
    async fn read(&self, caller: &Caller, id: &str) -> Result<Read, Failure> {
        actions::read(&self.app, caller, letter_id(id)?).await
    }
}

#[OpenApi]
impl LetterApi {
    /// List letters, the newest first.
    ///
    /// Those addressed to the caller, or for caseworkers all of them. Listing opens none.
    #[oai(path = "/v1/letters", method = "get", operation_id = "listLetters", tag = "Tag::Letters")]
    async fn list(
        &self,
        caller: Caller,
        /// Only letters of this case.
        #[oai(name = "caseId")]
        case_id: Query<Option<String>>,
        /// `true`: only letters their addressee has not opened.
        unopened: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<LetterPage>, Failure> {
        let app = &self.app;
        let limit = page::limit(limit.0.as_deref())?;
        let keys = app.keys();
        let case = case_id.0.map(|text| {
            CaseId::parse(&text)
                .map_err(|flaw| Failure::parameter("caseId", "identifier", flaw.to_string()))
        });
        let unopened = match unopened.0.as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                return Err(Failure::parameter("unopened", "not-in-list", "`true` or `false`."));
            }
        };
        let before = page::position(&keys, "letters", cursor.0.as_deref())?;
        let sight = party::actions::sight_of(app, &caller).await?;
        let supervision = actions::of_supervision(app, &caller, sight).await?;
        let query = LetterQuery { case: case.transpose()?, unopened, before, supervision };
        let connection = app.db().read();
        let (letters, total) = store::list(connection, sight, query, limit + 1).await?;
        let (letters, next) = page::cut(&keys, "letters", letters, limit, |letter| letter.id.0);
        let read = actions::opened_data(app, letters).await?;
        let items = read.iter().map(|(letter, said)| LetterSummary::of(letter, said));
        let items = items.collect::<Result<_, _>>()?;
        Ok(Answer::new(LetterPage { items, total, next }))
    }

    /// Read a letter.
    ///
    /// The first time its addressee reads it is written down and starts the appeal period. Caseworkers
    /// read it without that.
    #[oai(
        path = "/v1/letters/:id",
        method = "get",
        operation_id = "getLetter",
        tag = "Tag::Letters"
    )]
    async fn get(
        &self,
        caller: Caller,
        /// Id of the letter.
        id: Path<String>,
    ) -> Result<Answer<LetterView>, Failure> {
        let read = self.read(&caller, &id.0).await?;
        Ok(Answer::new(LetterView::of(&read.letter, &read.document)?))
    }

    /// Download a letter.
    ///
    /// As PDF, or with `Accept: text/html` as an accessible page of equal content. The file is made once
    /// and never changes. Counts as reading it.
    #[oai(
        path = "/v1/letters/:id/file",
        method = "get",
        operation_id = "getLetterFile",
        tag = "Tag::Letters"
    )]
    async fn file(
        &self,
        caller: Caller,
        /// Id of the letter.
        id: Path<String>,
        /// `application/pdf` (when left out) or `text/html`.
        #[oai(name = "Accept")]
        accept: Header<Option<String>>,
    ) -> Result<Rendered, Failure> {
        let read = self.read(&caller, &id.0).await?;
        if wants_page(accept.0.as_deref()) {
            return Ok(Rendered::Page(render_html(&read.document)));
        }
        let name = file_name(&read.document.number);
        Ok(Rendered::Pdf(actions::file(&self.app, read).await?, name))
    }
}

/// A number as the name of a file.
pub fn file_name(number: &str) -> String {
    number.replace('/', "-")
}
