//! Operations of rescue centres. Nothing but parsing and rendering; what is answered is decided in
//! `rules.rs`, what may be given by the policy.

use chrono::{DateTime, Utc};
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Header, Path, Query},
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
};

use super::{
    actions::{self, Inquiry, NewAlert},
    rules::{self, digest},
    wire::{
        AlertForm, AlertText, CompletedLookUp, CopiedLookUpReceipt, CopiedLookUps, ExtractForm,
        Gathering, LookUpAnswer, LookUpAnswers, RecordedAlert, ReferenceForm, RescueAlerts,
        RescueChanges, RescueDigest, RescuePermits,
    },
};
use crate::{
    app::App,
    failure::{Failure, FieldError, Problem},
    http::{
        Tag,
        body::Body,
        page,
        responses::{Answer, Created},
    },
    idempotency::IdempotencyKey,
    identity::Caller,
    values::{Flaw as _, ids::PermitId},
};

/// Operations of rescue centres.
pub struct RescueApi {
    /// The app.
    pub app: App,
}

fn officer(caller: &Caller, operator: Option<&str>) -> Result<String, Failure> {
    named(&caller.subject, operator)
}

/// Who looks: the officer a header names, with whom the token is for, or the latter alone. A header can
/// say anything, so whom the token is for is never left out of the log.
///
/// # Errors
/// 400 for a name that is none.
pub fn named(subject: &str, operator: Option<&str>) -> Result<String, Failure> {
    let Some(operator) = operator else { return Ok(subject.to_owned()) };
    let operator = rules::read_name_of(operator).ok_or_else(|| {
        Failure::parameter("Operator", "text", "Give 1 to 64 printable characters.")
    })?;
    Ok(format!("{operator} ({subject})"))
}

/// The incident a look-up is for.
///
/// # Errors
/// 400 when it is missing or none.
pub fn incident(header: Option<&str>) -> Result<String, Failure> {
    header.and_then(rules::read_name_of).ok_or_else(|| {
        Failure::parameter(
            "Incident-Reference",
            "text",
            "Send the incident reference, 1 to 64 printable characters, or `pending`.",
        )
    })
}

/// 400 with the reason why a key is malformed.
pub fn malformed_key(flaw: &rules::KeyFlaw) -> Failure {
    Failure::new(Problem::MalformedKey, "Correct the key as errors says and ask again.")
        .with_fields(vec![FieldError {
            pointer: "key".to_owned(),
            code: flaw.code().into(),
            detail: flaw.to_string().into(),
        }])
}

fn place(after: Option<&str>) -> Result<i64, Failure> {
    let Some(text) = after else { return Ok(0) };
    text.parse()
        .ok()
        .filter(|place| *place >= 0 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .ok_or_else(|| {
            Failure::parameter("after", "range", "Give the `next` of the page before, or 0.")
        })
}

#[OpenApi]
impl RescueApi {
    /// Look up a beacon.
    ///
    /// By beacon code (15, 22, 23, 30, 51 or 63 hexadecimal characters), call sign, MMSI, aircraft
    /// address or registration; spaces and hyphens do no harm. Answers 200 for every well-formed key,
    /// with matches or the reason why there is none. Every look-up is logged.
    #[oai(
        path = "/v1/rescue/beacons/:key",
        method = "get",
        operation_id = "lookUpBeacon",
        tag = "Tag::Rescue"
    )]
    async fn look_up(
        &self,
        caller: Caller,
        /// The key.
        key: Path<String>,
        /// The rescue centre's incident reference, or `pending`. Always needed.
        #[oai(name = "Incident-Reference")]
        incident_reference: Header<Option<String>>,
        /// The officer who looks; the token's subject when left out.
        #[oai(name = "Operator")]
        operator: Header<Option<String>>,
    ) -> Result<Answer<LookUpAnswer>, Failure> {
        let inquiry = Inquiry {
            incident_reference: incident(incident_reference.0.as_deref())?,
            officer: officer(&caller, operator.0.as_deref())?,
        };
        let key = rules::read_key(&key.0).map_err(|flaw| malformed_key(&flaw))?;
        let answer = actions::look_up(&self.app, key, &inquiry).await?;
        Ok(Answer::new(LookUpAnswer::of(answer)?))
    }

    /// Look up the beacons of an alert.
    ///
    /// Finds the codes in pasted alert text and answers for each of them, at most twenty; keeps keys
    /// out of addresses. A code that cannot be looked up now is named and takes no other's answer; only
    /// where none has one does the request fail. Every look-up is logged.
    #[oai(
        path = "/v1/rescue/look-ups",
        method = "post",
        operation_id = "lookUpAlertText",
        tag = "Tag::Rescue"
    )]
    async fn look_up_text(
        &self,
        caller: Caller,
        /// The officer who looks; the token's subject when left out.
        #[oai(name = "Operator")]
        operator: Header<Option<String>>,
        body: Body<AlertText>,
    ) -> Result<Answer<LookUpAnswers>, Failure> {
        let officer = officer(&caller, operator.0.as_deref())?;
        let (found, left_out, incident_reference) = body.0.parse()?;
        let inquiry = Inquiry { incident_reference, officer };
        let mut gathering = Gathering::default();
        for one in found {
            if gathering.is_away() {
                gathering.leave(one.key);
            } else {
                gathering.take(one.key, actions::look_up(&self.app, one.key, &inquiry).await);
            }
        }
        Ok(Answer::new(gathering.finish(left_out)?))
    }

    /// Record how an alert turned out.
    ///
    /// Also for beacons that are foreign or not registered. The next look-up shows it.
    #[oai(
        path = "/v1/rescue/alerts",
        method = "post",
        operation_id = "recordAlert",
        tag = "Tag::Rescue"
    )]
    async fn record_alert(
        &self,
        caller: Caller,
        /// The officer who records; the token's subject when left out.
        #[oai(name = "Operator")]
        operator: Header<Option<String>>,
        /// Makes a repeated request harmless.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<AlertForm>,
    ) -> Result<Created<RecordedAlert>, Failure> {
        let officer = officer(&caller, operator.0.as_deref())?;
        let (key, incident_reference, permit) = body.0.parse()?;
        let sent = serde_json::to_value(&body.0).map_err(Failure::internal)?;
        let idempotency =
            IdempotencyKey::read(idempotency_key.0.as_deref(), &caller, &self.app.keys(), &sent)?;
        let new = NewAlert {
            key,
            outcome: body.0.outcome.code(),
            permit,
            idempotency: idempotency.as_ref(),
        };
        let inquiry = Inquiry { incident_reference, officer };
        let alert = actions::record_alert(&self.app, &inquiry, &new).await?;
        Ok(Created::new(RecordedAlert::of(alert)))
    }

    /// List changes of beacon and aircraft permits.
    ///
    /// For catching up after deliveries were missed: in the order of the sealed log, each with the
    /// permit's version. Only the newest version of a permit carries its record.
    #[oai(
        path = "/v1/rescue/changes",
        method = "get",
        operation_id = "listRescueChanges",
        tag = "Tag::Rescue"
    )]
    async fn list_changes(
        &self,
        caller: Caller,
        /// Only what was sealed after this place; from the beginning when left out.
        after: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<RescueChanges>, Failure> {
        let after = place(after.0.as_deref())?;
        let limit = page::limit(limit.0.as_deref())?;
        let limit = usize::try_from(limit).map_err(Failure::internal)?;
        let page = actions::changes(&self.app, &caller.subject, after, limit).await?;
        Ok(Answer::new(RescueChanges::of(page)))
    }

    /// Get the digest of the live permits.
    ///
    /// Count and hash tree over all live beacon and aircraft permits, signed, to compare a copy with.
    /// Ask for the root, then for those nodes that differ from your own, until the permits are listed;
    /// then for these permits.
    #[oai(
        path = "/v1/rescue/digest",
        method = "get",
        operation_id = "getRescueDigest",
        tag = "Tag::Rescue"
    )]
    async fn get_digest(
        &self,
        /// Names of nodes, separated by commas, at most 64; the root when left out.
        node: Query<Option<String>>,
    ) -> Result<Answer<RescueDigest>, Failure> {
        let nodes = digest::read_nodes(node.0.as_deref().unwrap_or_default()).ok_or_else(|| {
            Failure::parameter(
                "node",
                "range",
                "Give at most 64 names of none to four hexadecimal digits, separated by commas.",
            )
        })?;
        let digest = actions::digest(&self.app, &nodes).await?;
        Ok(Answer::new(RescueDigest::of(digest)))
    }

    /// Get beacon and aircraft permits by id.
    ///
    /// For the permits in which a copy differs. Those that are not given any more are left out.
    #[oai(
        path = "/v1/rescue/permits",
        method = "get",
        operation_id = "listRescuePermits",
        tag = "Tag::Rescue"
    )]
    async fn list_permits(
        &self,
        caller: Caller,
        /// Ids of permits, separated by commas, at most 100.
        ids: Query<Option<String>>,
    ) -> Result<Answer<RescuePermits>, Failure> {
        let ids = permit_ids(ids.0.as_deref())?;
        let states = actions::permits(&self.app, &caller.subject, &ids).await?;
        Ok(Answer::new(RescuePermits::of(states)))
    }

    /// List outcomes of alerts.
    ///
    /// In the order they were recorded, so that a copy can show earlier ones.
    #[oai(
        path = "/v1/rescue/alerts",
        method = "get",
        operation_id = "listRescueAlerts",
        tag = "Tag::Rescue"
    )]
    async fn list_alerts(
        &self,
        /// Only what was recorded at this time or later; from the beginning when left out.
        from: Query<Option<DateTime<Utc>>>,
        /// Of what was recorded at that very time, only what comes after this id.
        #[oai(name = "afterId")]
        after_id: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<RescueAlerts>, Failure> {
        let after =
            after_id.0.as_deref().map(uuid::Uuid::try_parse).transpose().map_err(|_| {
                Failure::parameter("afterId", "identifier", "Give the id of an alert.")
            })?;
        let limit = page::limit(limit.0.as_deref())?;
        let from = from.0.unwrap_or(DateTime::UNIX_EPOCH);
        let alerts = actions::alerts(&self.app, (from, after), limit).await?;
        Ok(Answer::new(RescueAlerts::of(alerts)))
    }

    /// Complete the incident reference of a look-up.
    ///
    /// For look-ups made under `pending`. Sending it again is harmless.
    #[oai(
        path = "/v1/rescue/look-ups/:lookUpId/incident-reference",
        method = "post",
        operation_id = "completeIncidentReference",
        tag = "Tag::Rescue"
    )]
    async fn complete_reference(
        &self,
        caller: Caller,
        /// Id of the look-up, from its answer.
        #[oai(name = "lookUpId")]
        look_up_id: Path<String>,
        /// The officer who completes it; the token's subject when left out.
        #[oai(name = "Operator")]
        operator: Header<Option<String>>,
        body: Body<ReferenceForm>,
    ) -> Result<Answer<CompletedLookUp>, Failure> {
        let officer = officer(&caller, operator.0.as_deref())?;
        let incident_reference = body.0.parse()?;
        let id = uuid::Uuid::try_parse(&look_up_id.0).map_err(|_| Failure::not_found())?;
        let inquiry = Inquiry { incident_reference, officer };
        actions::complete_reference(&self.app, id, &inquiry).await?;
        Ok(Answer::new(CompletedLookUp {
            look_up_id: id.to_string(),
            incident_reference: inquiry.incident_reference,
        }))
    }

    /// Bring look-ups that a copy has answered.
    ///
    /// What a rescue centre's own copy has answered is written into the log of who has read whose data, as if
    /// it had been asked here. All of them or none; one that was brought before is left as it is, so the same
    /// may be sent again.
    #[oai(
        path = "/v1/rescue/look-ups-of-copies",
        method = "post",
        operation_id = "bringLookUpsOfCopies",
        tag = "Tag::Rescue"
    )]
    async fn bring_look_ups(
        &self,
        caller: Caller,
        body: Body<CopiedLookUps>,
    ) -> Result<Answer<CopiedLookUpReceipt>, Failure> {
        let look_ups = body.0.parse(self.app.clock().now())?;
        let brought = actions::take_copied(&self.app, &caller.subject, &look_ups).await?;
        Ok(Answer::new(brought.into()))
    }

    /// Get an extract for a receiver.
    ///
    /// Everything the rescue centre gets, in one file that is encrypted to the receiver's key and signed,
    /// for a receiver that is new or has no line. `anrop receiver --load` reads it. Permits of which nothing is given
    /// any more are named in it, and so is the link of the log at the place you ask for.
    #[oai(
        path = "/v1/rescue/extracts",
        method = "post",
        operation_id = "writeRescueExtract",
        tag = "Tag::Rescue"
    )]
    async fn write_extract(
        &self,
        caller: Caller,
        body: Body<ExtractForm>,
    ) -> Result<ExtractFile, Failure> {
        let receiver = body.0.parse()?;
        let folder = tempfile::tempdir().map_err(Failure::internal)?;
        let path = folder.path().join("extract");
        let after = body.0.after;
        actions::write_extract(&self.app, &caller.subject, &receiver, after, &path).await?;
        let file = tokio::fs::File::open(&path).await.map_err(Failure::internal)?;
        Ok(ExtractFile(file))
    }
}

/// An extract on its way out; its file is gone from the disk once it has been sent.
pub struct ExtractFile(tokio::fs::File);

impl poem::IntoResponse for ExtractFile {
    fn into_response(self) -> poem::Response {
        poem::Response::builder()
            .content_type("application/octet-stream")
            .header("cache-control", "no-store")
            .header("content-disposition", "attachment; filename=\"anrop.extract\"")
            .body(poem::Body::from_async_read(self.0))
    }
}

impl ApiResponse for ExtractFile {
    fn meta() -> MetaResponses {
        let schema = MetaSchema { format: Some("binary"), ..MetaSchema::new("string") };
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The extract",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: "application/octet-stream",
                    schema: MetaSchemaRef::Inline(Box::new(schema)),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(_registry: &mut Registry) {}
}

/// Most permits in one request.
const PERMITS: usize = 100;

fn permit_ids(text: Option<&str>) -> Result<Vec<PermitId>, Failure> {
    let ids: Result<Vec<PermitId>, _> =
        text.unwrap_or_default().split(',').map(PermitId::parse).collect();
    ids.ok().filter(|ids| ids.len() <= PERMITS).ok_or_else(|| {
        Failure::parameter(
            "ids",
            "identifier",
            "Give one to 100 ids of permits, separated by commas.",
        )
    })
}
