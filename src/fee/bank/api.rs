//! Operations on files of the bank and on what came in.

use futures_util::{Stream, StreamExt as _};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    actions,
    store::{self, IncomingQuery},
    wire::{IncomingPaymentPage, IncomingPaymentView, PaymentFileView, PlacementForm},
};
use crate::{
    app::App,
    attachment::wire::Upload,
    failure::{Failure, Problem},
    http::{
        Tag,
        body::Body,
        page, preconditions,
        responses::{Answer, Created},
    },
    identity::Caller,
    values::ids::{IncomingPaymentId, PaymentFileId},
};

/// Largest file, in bytes: some 60,000 transactions.
const LARGEST: usize = 10 << 20;

/// Operations on payments that came in through the bank.
pub struct BankApi {
    /// The app.
    pub app: App,
}

/// A file of the bank, whole, from the pieces it comes in.
///
/// # Errors
/// 413 for one that is too large; 400 for one that is cut short.
pub async fn whole<B: AsRef<[u8]>>(
    pieces: impl Stream<Item = std::io::Result<B>>,
) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let mut pieces = std::pin::pin!(pieces);
    while let Some(piece) = pieces.next().await {
        let cut = |_| Failure::new(Problem::MalformedBody, "The file ended before it was whole.");
        bytes.extend_from_slice(piece.map_err(cut)?.as_ref());
        if bytes.len() > LARGEST {
            let text = "The file may have at most 10 MiB. Ask the bank for shorter periods.";
            return Err(Failure::new(Problem::BodyTooLarge, text));
        }
    }
    Ok(bytes)
}

#[OpenApi]
impl BankApi {
    /// Take in a file of the bank.
    ///
    /// OCR giro, or comma-separated values with the columns `reference,paidOn,amount,kid`. Each amount is placed on
    /// the invoice of its KID; what cannot be placed waits for a caseworker. A file with one mistake changes
    /// nothing, and each line that is wrong is named; the same file again changes nothing.
    #[oai(
        path = "/v1/payment-files",
        method = "post",
        operation_id = "importPaymentFile",
        tag = "Tag::Fees"
    )]
    async fn import(
        &self,
        caller: Caller,
        upload: Upload,
    ) -> Result<Created<PaymentFileView>, Failure> {
        let bytes = whole(upload.0.into_bytes_stream()).await?;
        let imported = actions::import(&self.app, &caller.subject, &bytes).await?;
        let counts = store::counts(self.app.db().read(), imported.file.id).await?;
        let location = format!("/v1/incoming-payments?file={}", imported.file.id);
        Ok(Created::new(PaymentFileView::of(&imported, counts)).location(location))
    }

    /// List what came in, in that order.
    #[oai(
        path = "/v1/incoming-payments",
        method = "get",
        operation_id = "listIncomingPayments",
        tag = "Tag::Fees"
    )]
    async fn list(
        &self,
        /// `true`: only what waits for a caseworker, to be placed or paid back.
        waiting: Query<Option<String>>,
        /// Only of the file with this id.
        file: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<IncomingPaymentPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let waiting = match waiting.0.as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                return Err(Failure::parameter("waiting", "not-in-list", "`true` or `false`."));
            }
        };
        let file = file
            .0
            .as_deref()
            .map(PaymentFileId::parse)
            .transpose()
            .map_err(|_| Failure::parameter("file", "identifier", "Give the id of a file."))?;
        let after = page::position(&keys, "incoming-payments", cursor.0.as_deref())?;
        let query = IncomingQuery { waiting, file, after, ..IncomingQuery::default() };
        let (rows, total) = store::list(self.app.db().read(), query, limit + 1).await?;
        let (rows, next) =
            page::cut(&keys, "incoming-payments", rows, limit, |row| (row.file_id, row.position));
        let items = rows.iter().map(IncomingPaymentView::of).collect();
        Ok(Answer::new(IncomingPaymentPage { items, total, next }))
    }

    /// Say where money belongs that could not be placed, or that it is paid back.
    #[oai(
        path = "/v1/incoming-payments/:id/placement",
        method = "post",
        operation_id = "placeIncomingPayment",
        tag = "Tag::Fees"
    )]
    async fn place(
        &self,
        caller: Caller,
        /// Id of what came in.
        id: Path<String>,
        /// Version it was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<PlacementForm>,
    ) -> Result<Answer<IncomingPaymentView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let id = IncomingPaymentId::parse(&id.0).map_err(|_| Failure::not_found())?;
        let placement = body.0.meaning()?;
        let row = actions::decide(&self.app, &caller, id, version, placement).await?;
        Ok(Answer::new(IncomingPaymentView::of(&row)).version(row.version))
    }
}
