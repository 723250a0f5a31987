//! The files of the public lists, whole, and the schemas they conform to.

use poem::{IntoResponse, Request, Response, http::header};
use poem_openapi::{
    ApiResponse, OpenApi,
    param::Path,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry},
    types::{Any, Type as _},
};
use serde_json::Value;

use crate::{
    app::App,
    failure::{Failure, Problem},
    http::{Tag, file},
    register::{
        schema,
        snapshot::{self, Name},
    },
};

/// Operations of the files.
pub struct SnapshotsApi {
    /// The app.
    pub app: App,
}

/// A file, or a part of it.
pub struct FileAnswer(Response);

impl IntoResponse for FileAnswer {
    fn into_response(self) -> Response {
        self.0
    }
}

fn text() -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(String::schema_ref().unwrap_inline().clone()))
}

fn anything() -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(Any::<Value>::schema_ref().unwrap_inline().clone()))
}

fn answers(status: u16, description: &'static str) -> MetaResponse {
    let content = |content_type, schema| MetaMediaType { content_type, schema };
    MetaResponse {
        description,
        status: Some(status),
        status_range: None,
        content: vec![
            content("text/csv", text()),
            content("application/json", anything()),
            content("application/jsonl", text()),
        ],
        headers: vec![],
    }
}

impl ApiResponse for FileAnswer {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![
                answers(
                    200,
                    "The file; `Anrop-Sequence` is the sequence of the change feed it was cut at, of a list that is in the feed",
                ),
                answers(206, "The part of the file that `Range` asks for"),
                MetaResponse {
                    description: "The file is the one the reader has (`If-None-Match`, `If-Modified-Since`)",
                    status: Some(304),
                    status_range: None,
                    content: vec![],
                    headers: vec![],
                },
            ],
        }
    }

    fn register(_registry: &mut Registry) {}
}

/// A schema.
pub struct SchemaAnswer(&'static str);

impl IntoResponse for SchemaAnswer {
    fn into_response(self) -> Response {
        Response::builder()
            .content_type("application/schema+json")
            .header(header::CACHE_CONTROL, "public, no-cache")
            .body(self.0)
    }
}

impl ApiResponse for SchemaAnswer {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The JSON Schema (2020-12)",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: "application/schema+json",
                    schema: anything(),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(_registry: &mut Registry) {}
}

#[OpenApi]
impl SnapshotsApi {
    /// Download a public list whole.
    ///
    /// `call-signs`, `frequency-permits`, `frequency-plan`, `installers`, `number-ranges` or `suppliers`, as
    /// `.csv`, `.json` or `.jsonl`. Rows stand in the order of their keys, those of the plan by frequency. Entity tags, `Last-Modified`, gzip
    /// and byte ranges as in RFC 9110. With the changes after `Anrop-Sequence` applied it is the file
    /// of a later sequence, byte for byte; the plan is not in the feed. 503 with `Retry-After` for the moment in which a name that
    /// was withdrawn is taken out.
    #[oai(
        path = "/v1/snapshots/latest/:file",
        method = "get",
        operation_id = "getSnapshot",
        tag = "Tag::Register"
    )]
    async fn snapshot(
        &self,
        request: &Request,
        /// List and form, e.g. `call-signs.csv`.
        file: Path<String>,
    ) -> Result<FileAnswer, Failure> {
        let name = Name::parse(&file.0).ok_or_else(|| {
            Failure::new(Problem::NotFound, "There is no list of this name in this form.")
        })?;
        let file = snapshot::get(&self.app, name).await?;
        Ok(FileAnswer(file::serve(&self.app, request.headers(), file).await?))
    }

    /// Read the schema of a file.
    ///
    /// The schema is of the JSON file; `$defs/record` is that of a line of the JSON Lines file, and
    /// `$defs/row` that of a row of the CSV file, by the names of its columns.
    #[oai(
        path = "/v1/schemas/:file",
        method = "get",
        operation_id = "getFileSchema",
        tag = "Tag::Register"
    )]
    async fn schema(
        &self,
        /// Name of the schema, e.g. `call-signs.schema.json`.
        file: Path<String>,
    ) -> Result<SchemaAnswer, Failure> {
        schema::named(&file.0)
            .map(SchemaAnswer)
            .ok_or_else(|| Failure::new(Problem::NotFound, "There is no schema of this name."))
    }
}
