//! Documents in cases in JSON, and as they are sent and downloaded.

use chrono::{DateTime, Utc};
use futures_util::stream;
use poem::{Body, IntoResponse, Request, RequestBody, Response, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ApiResponse, ExtractParamOptions, Object,
    registry::{
        MetaMediaType, MetaRequest, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef,
        Registry,
    },
};

use super::{
    chunks::Reader,
    model::{Attachment, MediaType},
    rules,
};
use crate::failure::{Failure, Problem};

/// A document of a case.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct DocumentView {
    /// Id.
    pub id: String,
    /// Number, e.g. `2026/000123-4`.
    pub number: String,
    /// Name of the file, as its sender has it.
    pub file_name: String,
    /// What it is, by what is in it.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256, as it stands in the journal.
    pub content_sha256: String,
    /// When it came in.
    pub received_at: DateTime<Utc>,
}

impl DocumentView {
    /// The view of a document in a case with this number.
    pub fn of(case_number: &str, attachment: &Attachment) -> Self {
        Self {
            id: attachment.id.to_string(),
            number: format!("{case_number}-{}", attachment.number.unwrap_or_default()),
            file_name: attachment.name.clone(),
            media_type: attachment.media_type.code().to_owned(),
            size: attachment.size,
            content_sha256: hex::encode(&attachment.sha256),
            received_at: attachment.created_at,
        }
    }
}

/// The documents sent into a case, in the order of their numbers.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct DocumentList {
    /// The documents.
    pub items: Vec<DocumentView>,
    /// How many there are.
    pub total: u64,
}

fn binary(content_type: &'static str) -> MetaMediaType {
    let schema = MetaSchema { format: Some("binary"), ..MetaSchema::new("string") };
    MetaMediaType { content_type, schema: MetaSchemaRef::Inline(Box::new(schema)) }
}

/// A document as it is sent: its bytes, not read yet.
pub struct Upload(pub Body);

impl<'a> ApiExtractor<'a> for Upload {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    const PARAM_IS_REQUIRED: bool = true;

    type ParamType = ();
    type ParamRawType = ();

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: Some("The bytes of the file; what is in them decides what it is."),
            content: vec![binary("application/octet-stream")],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let media_type = request.content_type().unwrap_or_default();
        if media_type.starts_with("multipart/") {
            let refused =
                "Send the bytes of the file as application/octet-stream, one file a request.";
            return Err(Failure::new(Problem::UnsupportedMediaType, refused).into());
        }
        if request.header("content-encoding").is_some_and(|encoding| encoding != "identity") {
            let refused = "Send the body without content encoding.";
            return Err(Failure::new(Problem::UnsupportedMediaType, refused).into());
        }
        Ok(Self(body.take()?))
    }
}

/// A document on its way out. A browser saves it and never shows it: what is in it is somebody else's.
pub struct Download {
    attachment: Attachment,
    reader: Reader,
}

impl Download {
    /// With its pieces.
    pub const fn new(attachment: Attachment, reader: Reader) -> Self {
        Self { attachment, reader }
    }
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let Self { attachment, reader } = self;
        let name = rules::download_name(&attachment.name, attachment.media_type);
        let pieces = stream::try_unfold(reader, |mut reader| async move {
            match reader.next().await {
                Ok(Some(bytes)) => Ok(Some((bytes, reader))),
                Ok(None) => Ok(None),
                Err(failure) => Err(std::io::Error::other(failure.problem().code())),
            }
        });
        Response::builder()
            .content_type(attachment.media_type.code())
            .header(header::CACHE_CONTROL, "no-store")
            .header(header::CONTENT_DISPOSITION, rules::disposition(&name))
            .header(header::CONTENT_LENGTH, attachment.size)
            .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")
            .header("x-robots-tag", "noindex, noarchive")
            .body(Body::from_bytes_stream(pieces))
    }
}

impl ApiResponse for Download {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The document",
                status: Some(200),
                status_range: None,
                content: MediaType::ALL.iter().map(|one| binary(one.code())).collect(),
                headers: vec![],
            }],
        }
    }

    fn register(_registry: &mut Registry) {}
}
