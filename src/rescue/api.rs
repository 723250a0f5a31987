//! Operations of rescue centres. Nothing but parsing and rendering; what is answered is decided in
//! `rules.rs`, what may be given by the policy.

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    actions::{self, Inquiry, NewAlert},
    rules::{self, digest::read_bucket},
    wire::{
        AlertForm, AlertText, LookUpAnswer, LookUpAnswers, RecordedAlert, RescueChanges,
        RescueDigest,
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
    values::Flaw as _,
};

/// Operations of rescue centres.
pub struct RescueApi {
    /// The app.
    pub app: App,
}

/// Who looks: the officer a header names, with the token it came with, or the token alone. A header
/// can say anything, so the token's subject is never left out of the log.
fn officer(caller: &Caller, operator: Option<&str>) -> Result<String, Failure> {
    let Some(operator) = operator else { return Ok(caller.subject.clone()) };
    let operator = rules::read_name_of(operator).ok_or_else(|| {
        Failure::parameter("Operator", "text", "Give 1 to 64 printable characters.")
    })?;
    Ok(format!("{operator} ({})", caller.subject))
}

fn incident(header: Option<&str>) -> Result<String, Failure> {
    header.and_then(rules::read_name_of).ok_or_else(|| {
        Failure::parameter(
            "Incident-Reference",
            "text",
            "Send the incident reference, 1 to 64 printable characters, or `pending`.",
        )
    })
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
        let key = rules::read_key(&key.0).map_err(|flaw| {
            Failure::new(Problem::MalformedKey, "Correct the key as errors says and ask again.")
                .with_fields(vec![FieldError {
                    pointer: "key".to_owned(),
                    code: flaw.code().into(),
                    detail: flaw.to_string().into(),
                }])
        })?;
        let answer = actions::look_up(&self.app, key, &inquiry).await?;
        Ok(Answer::new(LookUpAnswer::of(answer)?))
    }

    /// Look up the beacons of an alert.
    ///
    /// Finds the codes in pasted alert text and answers for each of them, at most five; keeps keys
    /// out of addresses. Every look-up is logged.
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
        let (codes, incident_reference) = body.0.parse()?;
        let inquiry = Inquiry { incident_reference, officer };
        let mut answers = Vec::with_capacity(codes.len());
        for code in codes {
            let key = rules::Key::Beacon(code.decoded);
            let answer = actions::look_up(&self.app, key, &inquiry).await?;
            answers.push(LookUpAnswer::of(answer)?);
        }
        Ok(Answer::new(LookUpAnswers { answers }))
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
        Ok(Answer::new(RescueChanges::of(page)?))
    }

    /// Get the digest of the live permits.
    ///
    /// Count and hash tree over all live beacon and aircraft permits, signed, to compare a copy with.
    /// Where a bucket differs, ask for its content and for the changes.
    #[oai(
        path = "/v1/rescue/digest",
        method = "get",
        operation_id = "getRescueDigest",
        tag = "Tag::Rescue"
    )]
    async fn get_digest(
        &self,
        /// Also list the permits of this bucket, `00` to `ff`.
        bucket: Query<Option<String>>,
    ) -> Result<Answer<RescueDigest>, Failure> {
        let bucket = match bucket.0.as_deref() {
            Some(text) => Some(read_bucket(text).ok_or_else(|| {
                Failure::parameter("bucket", "range", "Give two hexadecimal digits, 00 to ff.")
            })?),
            None => None,
        };
        let digest = actions::digest(&self.app, bucket).await?;
        Ok(Answer::new(RescueDigest::of(digest)))
    }
}
