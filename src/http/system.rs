//! Operations about the service itself.

use poem::{Response, http::header};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::Query,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry},
    types::{Any, Type as _},
};
use serde_json::Value;

use super::{Tag, document, responses::Answer};
use crate::{
    app::App,
    disclosure::policy::{Policy, record_of_processing},
    failure::{Failure, Problem},
    values::language::Language,
};

/// Operations about the service.
pub struct SystemApi {
    /// The app.
    pub app: App,
}

/// Whether the service runs.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Health {
    /// `ok`.
    pub status: String,
}

/// The record of processing (GDPR Art. 30), in the language asked for.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct ProcessingActivities {
    /// Version of the policy.
    pub version: chrono::NaiveDate,
    /// Controller.
    pub controller: String,
    /// Every purpose with basis, persons, fields, recipients and retention.
    pub items: Vec<Any<Value>>,
    /// How many there are.
    pub total: u64,
}

/// The committed document, as it stands.
pub struct Document;

impl poem::IntoResponse for Document {
    fn into_response(self) -> Response {
        Response::builder()
            .content_type("application/json")
            .header(header::CACHE_CONTROL, "public, no-cache")
            .body(document::COMMITTED)
    }
}

impl ApiResponse for Document {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The OpenAPI document",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: "application/json",
                    schema: MetaSchemaRef::Inline(Box::new(
                        Any::<Value>::schema_ref().unwrap_inline().clone(),
                    )),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(_registry: &mut Registry) {}
}

#[OpenApi]
impl SystemApi {
    /// Ask whether the service runs.
    ///
    /// Answers without asking the database; meant for restarting a process that hangs.
    #[oai(path = "/healthz", method = "get", operation_id = "getHealth", tag = "Tag::System")]
    async fn health(&self) -> Answer<Health> {
        Answer::new(Health { status: "ok".to_owned() })
    }

    /// Ask whether the service can answer.
    ///
    /// 503 while the register is being filled or the database does not answer. Details are on the
    /// operator's own listener.
    #[oai(path = "/readyz", method = "get", operation_id = "getReadiness", tag = "Tag::System")]
    async fn ready(&self) -> Result<Answer<Health>, Failure> {
        let faults = crate::jobs::readiness(&self.app).await;
        if faults.is_empty() {
            return Ok(Answer::new(Health { status: "ok".to_owned() }));
        }
        Err(Failure::new(Problem::Unavailable, "The service cannot answer yet."))
    }

    /// Read this document.
    ///
    /// The committed file as it stands, open to every origin.
    #[oai(
        path = "/v1/openapi.json",
        method = "get",
        operation_id = "getDocument",
        tag = "Tag::System"
    )]
    async fn document(&self) -> Document {
        Document
    }

    /// List what personal data are processed, why, and who gets them.
    ///
    /// The record of processing, from the same policy that decides what may leave.
    #[oai(
        path = "/v1/processing-activities",
        method = "get",
        operation_id = "listProcessingActivities",
        tag = "Tag::System"
    )]
    async fn processing(
        &self,
        /// `nb` (when left out), `nn` or `en`.
        language: Query<Option<String>>,
    ) -> Result<Answer<ProcessingActivities>, Failure> {
        let language = match language.0 {
            None => Language::default(),
            Some(code) => Language::parse(&code)
                .map_err(|flaw| Failure::parameter("language", "not-in-list", flaw.to_string()))?,
        };
        let policy = Policy::load();
        let items: Vec<Any<Value>> = record_of_processing(policy, language)
            .into_iter()
            .map(|activity| serde_json::to_value(activity).map(Any).map_err(Failure::internal))
            .collect::<Result<_, _>>()?;
        let total = items.len() as u64;
        Ok(Answer::public(ProcessingActivities {
            version: policy.version,
            controller: self.app.settings().authority_name.clone(),
            items,
            total,
        }))
    }
}
