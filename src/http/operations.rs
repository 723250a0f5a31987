//! The route table of the edge, read from the document itself: which addresses there are, with which
//! methods, which query parameters each takes and what it produces. One table serves routing errors
//! (404, 405 with `Allow`), strict queries, 406, access rules, the access log and metrics, so none
//! of them can drift from what is published.

use std::sync::Arc;

use poem::http::Method;
use serde_json::Value;

use super::{
    accept,
    access::{self, Rule},
};
use crate::failure::Failure;

/// One operation of the document.
#[derive(Debug)]
pub struct Operation {
    /// Operation id.
    pub id: String,
    /// Method.
    pub method: Method,
    /// Path template; the only form of a path that is logged.
    pub template: String,
    /// Names of the query parameters it takes.
    pub query: Vec<String>,
    /// Media types of its successful answers.
    pub produces: Vec<String>,
    /// Who may call it; without a rule nobody may.
    pub rule: Option<&'static Rule>,
}

/// All operations, by path.
#[derive(Debug)]
pub struct Operations {
    router: matchit::Router<Vec<Arc<Operation>>>,
}

/// What is at a path.
#[derive(Debug)]
pub enum Found {
    /// An operation.
    Operation(Arc<Operation>),
    /// The path, but not with that method; these it has.
    OtherMethods(String),
    /// Nothing of the API.
    Nothing,
}

impl Operations {
    /// Reads a normalised document.
    ///
    /// # Panics
    /// When two templates of the document conflict, which the tests of the document exclude.
    pub fn of_document(document: &Value) -> Self {
        let mut router = matchit::Router::new();
        for (template, methods) in document["paths"].as_object().into_iter().flatten() {
            let operations = methods
                .as_object()
                .into_iter()
                .flatten()
                .filter_map(|(method, operation)| read(template, method, operation))
                .map(Arc::new)
                .collect::<Vec<_>>();
            router
                .insert(template.clone(), operations)
                .expect("templates of the document do not conflict");
        }
        Self { router }
    }

    /// What is at `path` for `method`; HEAD is answered as GET.
    pub fn find(&self, method: &Method, path: &str) -> Found {
        let Ok(matched) = self.router.at(path) else {
            return Found::Nothing;
        };
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        if let Some(operation) = matched.value.iter().find(|operation| operation.method == *wanted)
        {
            return Found::Operation(Arc::clone(operation));
        }
        let mut methods: Vec<&str> =
            matched.value.iter().map(|operation| operation.method.as_str()).collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        methods.sort_unstable();
        Found::OtherMethods(methods.join(", "))
    }
}

fn read(template: &str, method: &str, operation: &Value) -> Option<Operation> {
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).ok()?;
    let id = operation["operationId"].as_str()?.to_owned();
    let query = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|parameter| parameter["in"] == "query")
        .filter_map(|parameter| parameter["name"].as_str().map(str::to_owned))
        .collect();
    let produces = operation["responses"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(status, _)| status.starts_with('2'))
        .flat_map(|(_, response)| response["content"].as_object().into_iter().flatten())
        .map(|(media_type, _)| media_type.clone())
        .collect();
    let rule = access::rule_of(&id);
    Some(Operation { id, method, template: template.to_owned(), query, produces, rule })
}

impl Operation {
    /// # Errors
    /// The name of a query parameter that is unknown, stands twice, or holds a U+0000.
    pub fn check_query(&self, query: &str) -> Result<(), Failure> {
        let known: Vec<&str> = self.query.iter().map(String::as_str).collect();
        check_pairs(&known, url_pairs(query))
    }

    /// True if `accept`, all of what the client says it takes, allows an answer that is produced here, or
    /// problems alone.
    pub fn satisfies(&self, accept: &str) -> bool {
        let mut produced = self.produces.iter().map(String::as_str);
        self.produces.is_empty()
            || produced.any(|media_type| accept::allows(accept, media_type))
            || accept::names(accept, super::problem::PROBLEM_JSON)
    }
}

/// The strict rule of queries, for operations and for what else there are addresses of: each parameter is known
/// and stands there once.
///
/// # Errors
/// The name of a parameter that is unknown, stands twice, or holds a U+0000; never what was sent.
pub fn check_pairs(
    known: &[&str],
    pairs: impl Iterator<Item = (String, String)>,
) -> Result<(), Failure> {
    let mut seen: Vec<String> = Vec::new();
    for (name, value) in pairs {
        if !known.contains(&name.as_str()) {
            let detail = if known.is_empty() {
                "No query parameters are taken here.".to_owned()
            } else {
                format!("Known are: {}.", known.join(", "))
            };
            return Err(Failure::parameter("query", "unknown", detail));
        }
        if seen.contains(&name) {
            return Err(Failure::parameter(&name, "repeated", "Give this parameter once."));
        }
        if value.contains('\0') {
            let detail = "Remove the character U+0000.";
            return Err(Failure::parameter(&name, "nul-character", detail));
        }
        seen.push(name);
    }
    Ok(())
}

/// Names and values of a query, decoded; the pairs of `application/x-www-form-urlencoded`.
pub fn url_pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
}
