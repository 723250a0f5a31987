//! Operations on permits.

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use serde_json::Value;

use super::{
    actions::{self, StateStep, for_holder},
    kind::{self, Kind},
    lifecycle::Status,
    model::Permit,
    store::{self, PermitQuery},
    wire::{
        BeaconConditionForm, ContactsForm, GroundsForm, PermitHistory, PermitPage, PermitRecord,
        PermitSummary, PermitView, SurrenderForm, Verification, VersionView,
    },
};
use crate::{
    app::App,
    case::{
        actions::{
            authority::{self, Taken},
            surrender,
        },
        model::WithoutNotice,
        wire::life::OwnMotionForm,
    },
    disclosure::{Circumstances, disclose, policy::Recipient},
    failure::{Failure, FieldErrors},
    fee,
    http::{Tag, body::Body, page, preconditions, responses::Answer},
    identity::{Caller, Kinds, Role, Sight},
    party,
    values::{calendar::oslo_date, ids::PermitId, reminder::Reminder},
};

/// Operations on permits.
pub struct PermitApi {
    /// The app.
    pub app: App,
}

/// Reads the id of a permit from a path.
///
/// # Errors
/// 404 for what is no id.
pub fn permit_id(text: &str) -> Result<PermitId, Failure> {
    PermitId::parse(text).map_err(|_| Failure::not_found())
}

/// Whom a caller reads as.
fn reader(caller: &Caller) -> Recipient {
    if caller.is_staff() {
        Recipient::Caseworker
    } else if caller.is(Role::Officer) {
        Recipient::Officer
    } else {
        Recipient::Holder
    }
}

/// The record of a permit as `recipient` may have it now.
///
/// # Errors
/// When the database does not answer.
pub async fn record_for(
    app: &App,
    permit: &Permit,
    recipient: Recipient,
) -> Result<PermitRecord, Failure> {
    let connection = app.db().read();
    let keys = app.keys();
    let party = party::store::get(connection, permit.holder).await?;
    let national_id = party::store::national_id(connection, &keys, permit.holder).await?;
    let contacts = store::contacts(connection, &keys, permit.id).await?;
    let record = super::record::of(permit, &party, national_id.as_ref(), &contacts);
    cut(&record, &Circumstances::of(permit.kind, &party, !permit.status.is_live()), recipient)
}

fn cut(
    record: &Value,
    circumstances: &Circumstances<'_>,
    recipient: Recipient,
) -> Result<PermitRecord, Failure> {
    let given = disclose(record, recipient, circumstances).or_else(|| {
        // the holder and the authority keep seeing an ended permit as they saw it
        let live = Circumstances { ended: false, ..*circumstances };
        (recipient != Recipient::Public).then(|| disclose(record, recipient, &live)).flatten()
    });
    given.map_or(Ok(PermitRecord::default()), |given| given.into().map_err(Failure::internal))
}

/// A permit as the caller may have it now.
///
/// # Errors
/// When the database does not answer.
pub async fn view(
    app: &App,
    caller: &Caller,
    permit: &Permit,
) -> Result<Answer<PermitView>, Failure> {
    let record = record_for(app, permit, reader(caller)).await?;
    let mut view = PermitView::of(permit, record, &app.settings().public_url);
    view.confirmation_asked_at = fee::actions::confirmation_asked_at(app, permit).await?;
    Ok(Answer::new(view).version(permit.version))
}

impl PermitApi {
    async fn answer(
        &self,
        caller: &Caller,
        permit: &Permit,
    ) -> Result<Answer<PermitView>, Failure> {
        view(&self.app, caller, permit).await
    }

    async fn sight(&self, caller: &Caller) -> Result<Sight, Failure> {
        party::actions::sight_of(&self.app, caller).await
    }

    /// What the authority decides about a permit is a case, with its letter.
    async fn decide(
        &self,
        caller: &Caller,
        id: &str,
        if_match: Option<&String>,
        (step, without): (StateStep<'_>, Option<WithoutNotice>),
    ) -> Result<Answer<PermitView>, Failure> {
        let version = preconditions::required(if_match.map(String::as_str))?;
        let id = permit_id(id)?;
        let taken = authority::take_step(&self.app, caller, id, version, step, without).await?;
        let answer = self.answer(caller, taken.permit()).await?;
        Ok(match taken {
            Taken::Done(_) => answer,
            Taken::Proposed(_, case) => answer.location(format!("/v1/cases/{case}")),
        })
    }
}

impl PermitApi {
    /// Before when data must have been confirmed last to be overdue.
    fn overdue(
        &self,
        asked: Option<&str>,
    ) -> Result<Option<chrono::DateTime<chrono::Utc>>, Failure> {
        match asked {
            None => Ok(None),
            Some("overdue") => {
                let now = self.app.clock().now();
                let days = Reminder::ConfirmationOverdue.days(oslo_date(now)).unwrap_or_default();
                Ok(Some(now - chrono::TimeDelta::days(days)))
            }
            Some(_) => Err(Failure::parameter("confirmation", "not-in-list", "One of: overdue.")),
        }
    }
}

#[OpenApi]
impl PermitApi {
    /// List permits.
    ///
    /// A holder's own permits, or for caseworkers all of them, by age.
    #[oai(path = "/v1/permits", method = "get", operation_id = "listPermits", tag = "Tag::Permits")]
    async fn list(
        &self,
        caller: Caller,
        /// Only this kind.
        kind: Query<Option<String>>,
        /// Only those that have not ended and whose last day lies before this date.
        #[oai(name = "endingBefore")]
        ending_before: Query<Option<String>>,
        /// `overdue`: only those with a beacon or emergency contacts that nobody has confirmed for too long.
        confirmation: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<PermitPage>, Failure> {
        let query = PermitQuery {
            confirmed_before: self.overdue(confirmation.0.as_deref())?,
            kind: kind_query(kind.0.as_deref())?,
            kinds: Kinds::ALL, // what the caller sees is limited already
            ending_before: ending_before.0.as_deref().map(day_query).transpose()?,
        };
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let after = page::position(&keys, "permits", cursor.0.as_deref())?;
        let sight = self.sight(&caller).await?;
        let (permits, total) =
            store::list(self.app.db().read(), sight, query, after, limit + 1).await?;
        let (permits, next) = page::cut(&keys, "permits", permits, limit, |permit| permit.id.0);
        let today = oslo_date(self.app.clock().now());
        let items = permits.iter().map(|permit| PermitSummary::of(permit, today)).collect();
        Ok(Answer::new(PermitPage { items, total, next }))
    }

    /// Read a permit.
    #[oai(
        path = "/v1/permits/:id",
        method = "get",
        operation_id = "getPermit",
        tag = "Tag::Permits"
    )]
    async fn get(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
    ) -> Result<Answer<PermitView>, Failure> {
        let sight = self.sight(&caller).await?;
        let permit = store::find(self.app.db().read(), sight, permit_id(&id.0)?).await?;
        self.answer(&caller, &permit).await
    }

    /// Read the history of a permit.
    ///
    /// Every version it has had, whole, with the time it held from and the time it was written.
    #[oai(
        path = "/v1/permits/:id/history",
        method = "get",
        operation_id = "getPermitHistory",
        tag = "Tag::Permits"
    )]
    async fn history(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
    ) -> Result<Answer<PermitHistory>, Failure> {
        let sight = self.sight(&caller).await?;
        let connection = self.app.db().read();
        let permit = store::find(connection, sight, permit_id(&id.0)?).await?;
        let party = party::store::get(connection, permit.holder).await?;
        let key = party::store::data_key(connection, &self.app.keys(), permit.holder).await.ok();
        let mut items = Vec::new();
        for version in store::versions(connection, permit.id).await? {
            let own = version.holder == permit.holder;
            let record = match key.as_ref().filter(|_| own) {
                Some(key) => {
                    let record = version.record(key)?;
                    let ended = record["permit"]["endedAt"].is_string();
                    let circumstances = Circumstances::of(permit.kind, &party, ended);
                    Some(cut(&record, &circumstances, reader(&caller))?)
                }
                None => None,
            };
            items.push(VersionView {
                version: version.version,
                event: version.event,
                valid_at: version.valid_at,
                recorded_at: version.recorded_at,
                actor: if caller.is_staff() { version.actor } else { "registry".to_owned() },
                record,
            });
        }
        let total = items.len() as u64;
        Ok(Answer::new(PermitHistory { items, total }))
    }

    /// Replace the emergency contacts.
    ///
    /// The rescue centre is told at once. As the holder of the permit; a caseworker does so for one who has written or called.
    #[oai(
        path = "/v1/permits/:id/contacts",
        method = "put",
        operation_id = "replaceContacts",
        tag = "Tag::Permits"
    )]
    async fn contacts(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Version the permit was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ContactsForm>,
    ) -> Result<Answer<PermitView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        let contacts = kind::shared::parse_contacts(
            &body.0.emergency_contacts,
            "/emergencyContacts",
            true,
            None,
            &mut errors,
        );
        let contacts = errors.finish(Some(contacts))?;
        let id = permit_id(&id.0)?;
        let sight = for_holder::sight_of(&self.app, &caller, id).await?;
        let permit =
            actions::replace_contacts(&self.app, &caller, sight, id, version, &contacts).await?;
        self.answer(&caller, &permit).await
    }

    /// Confirm that everything registered is right.
    ///
    /// As its holder; a caseworker does so for a holder who has written or called.
    #[oai(
        path = "/v1/permits/:id/confirmation",
        method = "post",
        operation_id = "confirmPermit",
        tag = "Tag::Permits"
    )]
    async fn confirm(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Version the permit was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Answer<PermitView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let id = permit_id(&id.0)?;
        let sight = for_holder::sight_of(&self.app, &caller, id).await?;
        let permit = actions::confirm(&self.app, &caller, sight, id, version).await?;
        self.answer(&caller, &permit).await
    }

    /// Give a permit up.
    ///
    /// It ends at once; its call sign rests, and the rescue centre is told. What the holder was given notice of ends with it. As
    /// its holder; a caseworker does so for a holder who has written or called.
    #[oai(
        path = "/v1/permits/:id/surrender",
        method = "post",
        operation_id = "surrenderPermit",
        tag = "Tag::Permits"
    )]
    async fn surrender(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Version the permit was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<SurrenderForm>,
    ) -> Result<Answer<PermitView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let id = permit_id(&id.0)?;
        let sight = for_holder::sight_of(&self.app, &caller, id).await?;
        let SurrenderForm { reason, received_on } = body.0;
        if received_on.is_some() && !caller.files_for_others() {
            // somebody else's is not found, whatever is sent
            store::find(self.app.db().read(), sight, id).await?;
            let detail =
                "Leave this out. Only a caseworker says when a letter of the holder came in.";
            return Err(Failure::at("/receivedOn", "not-applicable", detail));
        }
        let how = (reason.code(), received_on);
        let permit =
            surrender::surrender_received(&self.app, &caller, sight, id, version, how).await?;
        self.answer(&caller, &permit).await
    }

    /// Report what has happened to a beacon.
    ///
    /// Lost, stolen, sold or destroyed; `found` takes an earlier report back. The rescue centre is told
    /// at once. The permit goes on: `nextStep` says when it should be given up. As its holder; a caseworker does so
    /// for a holder who has written or called.
    #[oai(
        path = "/v1/permits/:id/beacon-condition",
        method = "post",
        operation_id = "reportBeaconCondition",
        tag = "Tag::Permits"
    )]
    async fn report_condition(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Version the permit was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<BeaconConditionForm>,
    ) -> Result<Answer<PermitView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        let note = kind::shared::optional_text(body.0.note.as_ref(), 500, "/note", &mut errors);
        errors.finish(Some(()))?;
        let id = permit_id(&id.0)?;
        let sight = for_holder::sight_of(&self.app, &caller, id).await?;
        let permit = actions::report_condition(
            &self.app,
            &caller,
            sight,
            id,
            version,
            body.0.condition.meaning(),
            note.as_deref(),
        )
        .await?;
        self.answer(&caller, &permit).await
    }

    /// Suspend a permit.
    ///
    /// Once the holder has been heard (`notifyHolder`), or at once by an exception.
    #[oai(
        path = "/v1/permits/:id/suspension",
        method = "post",
        operation_id = "suspendPermit",
        tag = "Tag::Permits"
    )]
    async fn suspend(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Version the permit was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<OwnMotionForm>,
    ) -> Result<Answer<PermitView>, Failure> {
        let (grounds, without) = body.0.parse()?;
        let what = (StateStep::Suspend(&grounds), without);
        self.decide(&caller, &id.0, if_match.0.as_ref(), what).await
    }

    /// Reinstate a suspended permit.
    #[oai(
        path = "/v1/permits/:id/reinstatement",
        method = "post",
        operation_id = "reinstatePermit",
        tag = "Tag::Permits"
    )]
    async fn reinstate(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Version the permit was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<GroundsForm>,
    ) -> Result<Answer<PermitView>, Failure> {
        let grounds = grounds(&body.0)?;
        let what = (StateStep::Reinstate(&grounds), None);
        self.decide(&caller, &id.0, if_match.0.as_ref(), what).await
    }

    /// Revoke a permit.
    ///
    /// Once the holder has been heard (`notifyHolder`), or at once by an exception.
    /// Where the kind asks for two signatures the permit stands as it did, and `Location` names the case in
    /// which another caseworker signs.
    #[oai(
        path = "/v1/permits/:id/revocation",
        method = "post",
        operation_id = "revokePermit",
        tag = "Tag::Permits"
    )]
    async fn revoke(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Version the permit was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<OwnMotionForm>,
    ) -> Result<Answer<PermitView>, Failure> {
        let (grounds, without) = body.0.parse()?;
        let what = (StateStep::Revoke(&grounds), without);
        self.decide(&caller, &id.0, if_match.0.as_ref(), what).await
    }

    /// Verify a certificate.
    ///
    /// Says whether the permit stands, without naming the holder.
    #[oai(
        path = "/v1/permit-verifications/:code",
        method = "get",
        operation_id = "verifyPermit",
        tag = "Tag::Register"
    )]
    async fn verify(
        &self,
        /// Code on the certificate.
        code: Path<String>,
    ) -> Result<Answer<Verification>, Failure> {
        Ok(Answer::new(verification(&self.app, &code.0).await?))
    }
}

/// Whether a certificate stands. Spaces, hyphens and small letters are taken as people type them.
///
/// # Errors
/// When the database does not answer.
pub async fn verification(app: &App, code: &str) -> Result<Verification, Failure> {
    let canonical: String = code
        .chars()
        .filter(|c| !matches!(c, ' ' | '-'))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let now = app.clock().now();
    let well_formed = canonical.len() == 26 && canonical.bytes().all(|b| b.is_ascii_alphanumeric());
    let found =
        if well_formed { store::find_by_code(app.db().read(), &canonical).await? } else { None };
    let Some(permit) = found else {
        return Ok(Verification {
            status: "unknown".to_owned(),
            kind: None,
            number: None,
            valid_from: None,
            valid_until: None,
            answered_at: now,
        });
    };
    let status = match permit.status {
        Status::Revoked | Status::Suspended => "revoked",
        Status::Expired => "expired",
        Status::Surrendered | Status::Transferred => "ended",
        Status::Active | Status::AwaitingProgramming
            if permit.validity.has_ended(oslo_date(now)) =>
        {
            "expired"
        }
        Status::Active | Status::AwaitingProgramming => "valid",
    };
    Ok(Verification {
        status: status.to_owned(),
        kind: Some(permit.kind.as_str().to_owned()),
        number: Some(permit.number),
        valid_from: Some(permit.validity.from()),
        valid_until: permit.validity.until(),
        answered_at: now,
    })
}

fn grounds(form: &GroundsForm) -> Result<String, Failure> {
    let mut errors = FieldErrors::new();
    errors.merge_sizes(validator::Validate::validate(form));
    let text = kind::shared::needed_text(&form.grounds, 4000, "/grounds", &mut errors);
    errors.finish(text)
}

fn day_query(text: &str) -> Result<chrono::NaiveDate, Failure> {
    let date = (text.len() == 10).then(|| text.parse().ok()).flatten();
    date.ok_or_else(|| Failure::parameter("endingBefore", "date", "Give a date as in 2026-12-31."))
}

/// The kind a query asks for.
///
/// # Errors
/// 400 for a kind there is not.
pub fn kind_query(text: Option<&str>) -> Result<Option<Kind>, Failure> {
    text.map(|code| {
        kind::from_code(code).ok_or_else(|| {
            let codes: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
            Failure::parameter("kind", "not-in-list", format!("One of: {}.", codes.join(", ")))
        })
    })
    .transpose()
}
