//! Successful answers: a JSON body with its version, address and caching rule.
//! Written by hand because the framework's payloads add a charset to the media type and cannot
//! carry headers that the document keeps in their own spelling.

use poem::{
    IntoResponse, Response,
    http::{HeaderName, StatusCode, header},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::{ToJSON, Type},
};

/// Version of a resource as its strong entity tag.
pub fn etag(version: i32) -> String {
    format!("\"v{version}\"")
}

/// Tells robots what they may do with an answer.
pub const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
/// What robots may do with answers and pages about persons: nothing that outlasts a withdrawal.
pub const NOT_FOR_ROBOTS: &str = "noindex, noarchive";

/// Who may keep a copy of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caching {
    /// About persons, or only for this caller.
    NoStore,
    /// The same for everybody; must be asked again before each use.
    Public,
}

/// A JSON answer with status `STATUS`.
#[derive(Debug)]
pub struct Answer<T, const STATUS: u16 = 200> {
    body: T,
    version: Option<i32>,
    location: Option<String>,
    caching: Caching,
}

/// 201 with the address of what was made.
pub type Created<T> = Answer<T, 201>;

impl<T, const STATUS: u16> Answer<T, STATUS> {
    /// An answer that nobody may keep.
    pub fn new(body: T) -> Self {
        Self { body, version: None, location: None, caching: Caching::NoStore }
    }

    /// An answer without persons, the same for everybody.
    pub fn public(body: T) -> Self {
        Self { caching: Caching::Public, ..Self::new(body) }
    }

    /// With the version the resource was read at.
    #[must_use]
    pub fn version(mut self, version: i32) -> Self {
        self.version = Some(version);
        self
    }

    /// With the address of the resource.
    #[must_use]
    pub fn location(mut self, location: String) -> Self {
        self.location = Some(location);
        self
    }
}

impl<T: ToJSON, const STATUS: u16> IntoResponse for Answer<T, STATUS> {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(STATUS).unwrap_or(StatusCode::OK);
        let mut builder =
            Response::builder().status(status).content_type("application/json").header(
                header::CACHE_CONTROL,
                match self.caching {
                    Caching::NoStore => "no-store",
                    Caching::Public => "public, no-cache",
                },
            );
        if self.caching == Caching::NoStore {
            builder = builder.header(ROBOTS, NOT_FOR_ROBOTS);
        }
        if let Some(version) = self.version {
            builder = builder.header(header::ETAG, etag(version));
        }
        if let Some(location) = self.location {
            builder = builder.header(header::LOCATION, location);
        }
        builder.body(self.body.to_json_string())
    }
}

impl<T: Type + ToJSON + Send, const STATUS: u16> ApiResponse for Answer<T, STATUS> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: if STATUS == 201 { "Made" } else { "The answer" },
                status: Some(STATUS),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: "application/json",
                    schema: T::schema_ref(),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

/// 204: done, nothing to say.
#[derive(Debug, Default)]
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        Response::builder()
            .status(StatusCode::NO_CONTENT)
            .header(header::CACHE_CONTROL, "no-store")
            .finish()
    }
}

impl ApiResponse for NoContent {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "Done",
                status: Some(204),
                status_range: None,
                content: vec![],
                headers: vec![],
            }],
        }
    }

    fn register(_registry: &mut Registry) {}
}
