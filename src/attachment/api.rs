//! Operations on documents in cases.

use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};

use super::{
    actions::{self, Incoming},
    rules, store,
    wire::{DocumentList, DocumentView, Download, Upload},
};
use crate::{
    app::App,
    failure::Failure,
    http::{
        Tag,
        responses::{Answer, Created},
    },
    identity::Caller,
    party,
    values::ids::{AttachmentId, CaseId},
};

/// Operations on documents in cases.
pub struct AttachmentApi {
    /// The app.
    pub app: App,
}

fn case_id(text: &str) -> Result<CaseId, Failure> {
    CaseId::parse(text).map_err(|_| Failure::not_found())
}

#[OpenApi]
impl AttachmentApi {
    /// Send a document into a case.
    ///
    /// At most 20 MB of PDF, JPEG, PNG, plain text, OpenDocument or Office Open XML; what is in it decides.
    #[oai(
        path = "/v1/cases/:id/documents",
        method = "post",
        operation_id = "addCaseDocument",
        tag = "Tag::Cases"
    )]
    async fn add(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Name of the file: `attachment; filename="map.pdf"`, or with `filename*` in UTF-8.
        #[oai(name = "Content-Disposition")]
        disposition: Header<Option<String>>,
        /// Any text of your choice that is new for each document, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        upload: Upload,
    ) -> Result<Created<DocumentView>, Failure> {
        let name = disposition.0.as_deref().and_then(rules::named_in).unwrap_or_default();
        let key = idempotency_key.0.as_deref();
        let incoming = Incoming { case: case_id(&id.0)?, name: &name, key };
        let bytes = Box::pin(upload.0.into_bytes_stream());
        let kept = actions::take(&self.app, &caller, &incoming, bytes).await?;
        let case = actions::case_of(&self.app, &caller, incoming.case).await?;
        let location = format!("/v1/cases/{}/documents/{}", case.id, kept.id);
        Ok(Created::new(DocumentView::of(&case.display_number(), &kept)).location(location))
    }

    /// List the documents sent into a case.
    #[oai(
        path = "/v1/cases/:id/documents",
        method = "get",
        operation_id = "listCaseDocuments",
        tag = "Tag::Cases"
    )]
    async fn list(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
    ) -> Result<Answer<DocumentList>, Failure> {
        let case = actions::case_of(&self.app, &caller, case_id(&id.0)?).await?;
        let connection = self.app.db().read();
        let key = party::store::data_key(connection, &self.app.keys(), case.applicant).await?;
        let documents = store::of_case(connection, &key, case.id).await?;
        let number = case.display_number();
        let items: Vec<DocumentView> =
            documents.iter().map(|(document, _)| DocumentView::of(&number, document)).collect();
        let total = items.len() as u64;
        Ok(Answer::new(DocumentList { items, total }))
    }

    /// Download a document of a case.
    ///
    /// To be saved: it is never shown in place.
    #[oai(
        path = "/v1/cases/:id/documents/:documentId",
        method = "get",
        operation_id = "getCaseDocument",
        tag = "Tag::Cases"
    )]
    async fn get(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Id of the document.
        #[oai(name = "documentId")]
        document_id: Path<String>,
    ) -> Result<Download, Failure> {
        let document = AttachmentId::parse(&document_id.0).map_err(|_| Failure::not_found())?;
        let case = case_id(&id.0)?;
        let (attachment, reader) = actions::open(&self.app, &caller, case, document).await?;
        Ok(Download::new(attachment, reader))
    }
}
