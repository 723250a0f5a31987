//! A document as it is answered: the stored PDF, or the accessible page of equal content.

use poem::{IntoResponse, Response, http::header};
use poem_openapi::{
    ApiResponse,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
};
use sha2::{Digest as _, Sha256};

use super::accept;

/// True if the page is wanted more than the file.
pub fn wants_page(asked: Option<&str>) -> bool {
    accept::prefers(asked.unwrap_or_default(), "text/html", "application/pdf")
}

/// A document in the form asked for.
pub enum Rendered {
    /// The stored file, with its number for the file name.
    Pdf(Vec<u8>, String),
    /// The page.
    Page(String),
}

impl IntoResponse for Rendered {
    fn into_response(self) -> Response {
        match self {
            Rendered::Pdf(bytes, number) => Response::builder()
                .content_type("application/pdf")
                .header(header::CACHE_CONTROL, "no-store")
                .header(header::CONTENT_DISPOSITION, format!("inline; filename=\"{number}.pdf\""))
                .header("digest", format!("sha-256={}", base64(&Sha256::digest(&bytes))))
                .body(bytes),
            Rendered::Page(page) => Response::builder()
                .content_type("text/html; charset=utf-8")
                .header(header::CACHE_CONTROL, "no-store")
                .header("x-robots-tag", "noindex, noarchive")
                .body(page),
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

impl ApiResponse for Rendered {
    fn meta() -> MetaResponses {
        let content = |content_type: &'static str, format: Option<&'static str>| MetaMediaType {
            content_type,
            schema: MetaSchemaRef::Inline(Box::new(MetaSchema {
                format,
                ..MetaSchema::new("string")
            })),
        };
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The document",
                status: Some(200),
                status_range: None,
                content: vec![
                    content("application/pdf", Some("binary")),
                    content("text/html", None),
                ],
                headers: vec![],
            }],
        }
    }

    fn register(_registry: &mut Registry) {}
}
