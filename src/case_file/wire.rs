//! A ZIP file as it is answered: saved, never shown, and not kept by anybody on the way.

use futures_util::stream;
use poem::{Body, IntoResponse, Response, http::header};
use poem_openapi::{
    ApiResponse,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
};

use super::package::Package;

/// A ZIP file, written as it is sent. What goes wrong on the way leaves it without its directory, so that nothing opens it.
pub struct ZipFile(pub Package);

impl IntoResponse for ZipFile {
    fn into_response(self) -> Response {
        let name = self.0.name();
        let pieces = stream::try_unfold(self.0, |mut package| async move {
            match package.next().await {
                Ok(Some(bytes)) => Ok(Some((bytes, package))),
                Ok(None) => Ok(None),
                Err(failure) => Err(std::io::Error::other(failure.problem().code())),
            }
        });
        Response::builder()
            .content_type("application/zip")
            .header(header::CACHE_CONTROL, "no-store")
            .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
            .header("x-robots-tag", "noindex, noarchive")
            .body(Body::from_bytes_stream(pieces))
    }
}

impl ApiResponse for ZipFile {
    fn meta() -> MetaResponses {
        let schema = MetaSchema { format: Some("binary"), ..MetaSchema::new("string") };
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The documents",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: "application/zip",
                    schema: MetaSchemaRef::Inline(Box::new(schema)),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(_registry: &mut Registry) {}
}
