//! The catalogue of the open data, as Turtle or JSON-LD.

use poem::{IntoResponse, Request, Response, http::header};
use poem_openapi::{
    ApiResponse, OpenApi,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry},
    types::{Any, Type as _},
};
use serde_json::Value;

use crate::{
    app::App,
    failure::Failure,
    http::Tag,
    register::catalog::{self, Syntax},
};

/// Operations of the catalogue.
pub struct CatalogApi {
    /// The app.
    pub app: App,
}

/// The catalogue in one of its syntaxes.
pub struct CatalogAnswer {
    syntax: Syntax,
    text: Vec<u8>,
}

impl IntoResponse for CatalogAnswer {
    fn into_response(self) -> Response {
        Response::builder()
            .content_type(self.syntax.media_type())
            .header(header::CACHE_CONTROL, "public, no-cache")
            .header(header::VARY, "Accept")
            .body(self.text)
    }
}

impl ApiResponse for CatalogAnswer {
    fn meta() -> MetaResponses {
        let text = MetaSchemaRef::Inline(Box::new(String::schema_ref().unwrap_inline().clone()));
        let json =
            MetaSchemaRef::Inline(Box::new(Any::<Value>::schema_ref().unwrap_inline().clone()));
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The catalogue (DCAT-AP-NO 2)",
                status: Some(200),
                status_range: None,
                content: vec![
                    MetaMediaType { content_type: Syntax::Turtle.media_type(), schema: text },
                    MetaMediaType { content_type: Syntax::JsonLd.media_type(), schema: json },
                ],
                headers: vec![],
            }],
        }
    }

    fn register(_registry: &mut Registry) {}
}

#[OpenApi]
impl CatalogApi {
    /// Read the catalogue of the open data.
    ///
    /// DCAT-AP-NO 2 with every file as a distribution, as Turtle or JSON-LD by `Accept`; Turtle when
    /// that leaves it open.
    #[oai(path = "/v1/catalog", method = "get", operation_id = "getCatalog", tag = "Tag::Register")]
    async fn catalog(&self, request: &Request) -> Result<CatalogAnswer, Failure> {
        let accept = request.header(header::ACCEPT).unwrap_or("*/*");
        let syntax = wanted(accept);
        Ok(CatalogAnswer { syntax, text: catalog::write(self.app.settings(), syntax)? })
    }
}

/// The syntax of the greatest weight; what is acceptable at all was decided before.
fn wanted(accept: &str) -> Syntax {
    let weight = |syntax: Syntax| {
        let kind = syntax.media_type();
        let family = kind.split('/').next().unwrap_or_default();
        // the most particular range that covers it decides
        let mut found = (0, 0.0_f32);
        for part in accept.split(',') {
            let mut words = part.split(';').map(str::trim);
            let range = words.next().unwrap_or_default().to_ascii_lowercase();
            let weight = words
                .find_map(|word| word.strip_prefix("q="))
                .map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
            let rank = if range == kind {
                3
            } else if range.strip_suffix("/*") == Some(family) {
                2
            } else if range == "*/*" {
                1
            } else {
                0
            };
            if rank > found.0 {
                found = (rank, weight);
            }
        }
        found.1
    };
    if weight(Syntax::JsonLd) > weight(Syntax::Turtle) { Syntax::JsonLd } else { Syntax::Turtle }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_syntax_of_the_greatest_weight_is_given() {
        for (accept, expected) in [
            ("*/*", Syntax::Turtle),
            ("text/turtle", Syntax::Turtle),
            ("application/ld+json", Syntax::JsonLd),
            ("application/*", Syntax::JsonLd),
            ("text/turtle;q=0.4, application/ld+json;q=0.5", Syntax::JsonLd),
            ("application/ld+json;q=0.4, */*;q=0.5", Syntax::Turtle),
        ] {
            assert_eq!(wanted(accept), expected, "{accept}");
        }
    }
}
