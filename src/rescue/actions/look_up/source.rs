//! Where a look-up looks: the registry's database, or a copy. Both give the same of a permit.

use chrono::{DateTime, Utc};

use super::super::super::{
    copy::{Held, LocalCopy},
    rules::{MatchKind, Search},
    store::{self, Registered},
};
use crate::{
    app::App,
    failure::Failure,
    permit::{kind::Kind, lifecycle::Status, model::Permit},
    values::ids::{PartyId, PermitId},
};

/// What is looked in.
pub enum Source<'a> {
    /// The registry's database.
    Registry(&'a App),
    /// A copy.
    Copy(&'a LocalCopy),
}

/// A permit that answers to a key.
pub(super) struct Hit {
    pub(super) kind: MatchKind,
    /// The identifier is its own now, and not one it had before.
    pub(super) current: bool,
    pub(super) subject: Subject,
    pub(super) content: Content,
}

/// What is asked of every permit, wherever it was found.
pub(super) struct Subject {
    pub(super) permit: PermitId,
    pub(super) kind: Kind,
    pub(super) version: i32,
    pub(super) status: Status,
    pub(super) number: String,
    pub(super) call_sign: Option<String>,
    pub(super) ended: Option<(DateTime<Utc>, String)>,
    pub(super) holder: Option<PartyId>,
}

pub(super) enum Content {
    InDatabase(Box<Permit>),
    Held(Box<Held>),
}

impl Hit {
    fn of_permit(hit: store::Hit) -> Self {
        let permit = hit.permit;
        let subject = Subject {
            permit: permit.id,
            kind: permit.kind,
            version: permit.version,
            status: permit.status,
            number: permit.number.clone(),
            call_sign: permit.call_sign.map(|sign| sign.to_string()),
            ended: permit.ended.clone(),
            holder: Some(permit.holder),
        };
        let content = Content::InDatabase(Box::new(permit));
        Self { kind: hit.kind, current: hit.current, subject, content }
    }

    fn of_held(held: Held, current: bool, kind: MatchKind) -> Option<Self> {
        let subject = Subject {
            permit: held.permit,
            kind: held.kind,
            version: held.version,
            status: held.status()?,
            number: held.record["permit"]["number"].as_str().unwrap_or_default().to_owned(),
            call_sign: held.record["callSign"].as_str().map(str::to_owned),
            ended: held.ended(),
            holder: held.holder,
        };
        Some(Self { kind, current, subject, content: Content::Held(Box::new(held)) })
    }

    /// Everything a permit of a copy is or was found by: alerts that were taken before copies held their
    /// permit go by their keys alone. None of the registry's, which knows the permit of each.
    pub(super) fn held_keys(&self) -> Vec<String> {
        match &self.content {
            Content::InDatabase(_) => Vec::new(),
            Content::Held(held) => held.keys().into_iter().map(|key| key.value).collect(),
        }
    }

    pub(super) async fn registered(&self, source: &Source<'_>) -> Result<Registered, Failure> {
        match (&self.content, source) {
            (Content::InDatabase(permit), Source::Registry(app)) => {
                store::registered(app, permit).await
            }
            (Content::InDatabase(_), Source::Copy(_)) => {
                Err(Failure::internal("a row of the database in a copy"))
            }
            (Content::Held(held), _) => Ok(Registered {
                record: held.record.clone(),
                circumstances: held.circumstances(),
                incomplete: false,
            }),
        }
    }
}

/// Permits that have or had one of these, each once, by the first search it answers to.
pub(super) async fn hits(source: &Source<'_>, searches: &[Search]) -> Result<Vec<Hit>, Failure> {
    match source {
        Source::Registry(app) => {
            let hits = store::hits(app.db().urgent(), searches).await?;
            Ok(hits.into_iter().map(Hit::of_permit).collect())
        }
        Source::Copy(copy) => {
            let mut hits: Vec<Hit> = Vec::new();
            for search in searches {
                for (held, current) in copy.find(search).await? {
                    if !hits.iter().any(|hit| hit.subject.permit == held.permit) {
                        hits.extend(Hit::of_held(held, current, search.kind));
                    }
                }
            }
            Ok(hits)
        }
    }
}
