//! Operations on the life of a permit after it was granted. They make cases, and so belong to them.

use chrono::{Days, NaiveDate};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
    types::Any,
};
use serde_json::{Value, json};

use super::{
    super::{
        actions::{
            authority::{self, Change},
            hearing,
            life::{self, Asking, Request},
            receive,
        },
        model::Receiver,
        wire::{
            CaseView, Receipt,
            life::{
                AcceptanceForm, AmendmentApplication, AmendmentForm, PermitNoticeForm,
                TransferApplication,
            },
        },
    },
    case_id, view as case_view,
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{
        Tag,
        body::Body,
        language::Tongue,
        preconditions,
        responses::{Answer, Created},
    },
    idempotency::IdempotencyKey,
    identity::{Caller, Role, Sight},
    party,
    permit::{
        self,
        api::{permit_id, view},
        kind::{self, shared::needed_text},
        wire::PermitView,
    },
    values::{
        calendar::oslo_date,
        ids::PermitId,
        national_id::{NationalId, NationalIdRule},
        organisation_number::OrganisationNumber,
    },
};

/// Operations on the life of a permit.
pub struct LifeApi {
    /// The app.
    pub app: App,
}

/// A day further off than this is a slip.
const FURTHEST_DAYS: u64 = 366;

impl LifeApi {
    /// What the caller may act on, and the permit asked about.
    async fn own(&self, caller: &Caller, id: &str) -> Result<(Sight, PermitId), Failure> {
        Ok((party::actions::own_sight_of(&self.app, caller).await?, permit_id(id)?))
    }

    async fn file(
        &self,
        caller: &Caller,
        idempotency_key: Option<&str>,
        body: &Value,
        (sight, permit): (Sight, PermitId),
        request: Request<'_>,
    ) -> Result<Created<Receipt>, Failure> {
        let key = IdempotencyKey::read(idempotency_key, caller, &self.app.keys(), body)?;
        let asking = Asking { sight, permit, request, idempotency: key.as_ref() };
        let case = life::file(&self.app, caller, &asking).await?;
        let location = format!("/v1/cases/{}", case.id);
        Ok(Created::new(Receipt::of(&case)).version(case.version).location(location))
    }
}

#[OpenApi]
impl LifeApi {
    /// Apply for an amendment of a permit.
    ///
    /// With the whole application as it shall stand; number, call sign and consents stay. A change of
    /// the holder's own data and contacts only, and what the rules of the kind leave nothing to judge
    /// of, is granted at once.
    #[oai(
        path = "/v1/permits/:id/amendment-applications",
        method = "post",
        operation_id = "applyForAmendment",
        tag = "Tag::Permits"
    )]
    async fn apply_for_amendment(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Any text of your choice that is new for each application, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<AmendmentApplication>,
    ) -> Result<Created<Receipt>, Failure> {
        let own = self.own(&caller, &id.0).await?;
        let known = permit::store::find(self.app.db().read(), own.0, own.1).await?;
        let Any(application) = body.0.application;
        let is_person = !caller.is(Role::Representative);
        let parsed = kind::any(known.kind).read(&application, is_person, "/application")?;
        let request = Request::Amendment { application: &application, parsed: &parsed };
        self.file(&caller, idempotency_key.0.as_deref(), &application, own, request).await
    }

    /// Apply for the renewal of a permit.
    ///
    /// Granted at once where nothing is to be judged.
    #[oai(
        path = "/v1/permits/:id/renewal",
        method = "post",
        operation_id = "renewPermit",
        tag = "Tag::Permits"
    )]
    async fn renew(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Any text of your choice that is new for each application, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Result<Created<Receipt>, Failure> {
        let own = self.own(&caller, &id.0).await?;
        let key = idempotency_key.0.as_deref();
        self.file(&caller, key, &Value::Null, own, Request::Renewal).await
    }

    /// Apply for the transfer of a permit to another holder.
    ///
    /// The new holder accepts in the case; then a caseworker decides.
    #[oai(
        path = "/v1/permits/:id/transfer",
        method = "post",
        operation_id = "transferPermit",
        tag = "Tag::Permits"
    )]
    async fn transfer(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Any text of your choice that is new for each application, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<TransferApplication>,
    ) -> Result<Created<Receipt>, Failure> {
        let own = self.own(&caller, &id.0).await?;
        let sent = serde_json::to_value(&body.0).map_err(Failure::internal)?;
        let (to, from, reason) =
            terms(&body.0, oslo_date(self.app.clock().now()), self.app.national_id_rule())?;
        let request = Request::Transfer { to: &to, from, reason: &reason };
        self.file(&caller, idempotency_key.0.as_deref(), &sent, own, request).await
    }

    /// Accept to receive a permit by transfer.
    #[oai(
        path = "/v1/cases/:id/acceptance",
        method = "post",
        operation_id = "acceptTransfer",
        tag = "Tag::Cases"
    )]
    async fn accept(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<AcceptanceForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        let said = body.0.applicant.parse(!caller.is(Role::Representative), &mut errors);
        let said = errors.finish(said)?;
        let id = case_id(&id.0)?;
        let case = receive::accept(&self.app, &caller, id, version, &said.details, said.birth_date)
            .await?;
        case_view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Amend a permit on the authority's own motion.
    ///
    /// Once the holder has been heard (`notifyHolder`), or at once by an exception; holds from then. The holder finds the grounds
    /// in a case of its own; everybody who is told of the permit is told.
    #[oai(
        path = "/v1/permits/:id/amendment",
        method = "post",
        operation_id = "amendPermit",
        tag = "Tag::Permits"
    )]
    async fn amend(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Version the permit was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<AmendmentForm>,
    ) -> Result<Answer<PermitView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let without = body.0.without_notice.map(Into::into);
        let change = change(body.0, oslo_date(self.app.clock().now()))?;
        let id = permit_id(&id.0)?;
        let permit = authority::amend(&self.app, &caller, id, version, &change, without).await?;
        view(&self.app, &caller, &permit).await
    }

    /// Give the holder of a permit advance notice.
    ///
    /// Of a suspension, revocation or amendment that the authority considers, with a day to comment by. `Location` names the case
    /// that waits for it; the decision ends that case.
    #[oai(
        path = "/v1/permits/:id/advance-notices",
        method = "post",
        operation_id = "notifyHolder",
        tag = "Tag::Permits"
    )]
    async fn notify(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Version the permit was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<PermitNoticeForm>,
    ) -> Result<Answer<PermitView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let notice = body.0.parse(oslo_date(self.app.clock().now()))?;
        let id = permit_id(&id.0)?;
        let (permit, case) = hearing::notify(&self.app, &caller, id, version, &notice).await?;
        Ok(view(&self.app, &caller, &permit).await?.location(format!("/v1/cases/{case}")))
    }
}

/// What a transfer is asked for with.
///
/// # Errors
/// 422 with everything that is wrong.
pub fn terms(
    form: &TransferApplication,
    today: NaiveDate,
    rule: NationalIdRule,
) -> Result<(Receiver, NaiveDate, String), Failure> {
    let mut errors = FieldErrors::new();
    errors.merge_sizes(validator::Validate::validate(form));
    let to = receiver(&form.new_holder, rule, &mut errors);
    let from = form.from.unwrap_or(today);
    if from < today || from > today + Days::new(FURTHEST_DAYS) {
        errors.add("/from", "range", "Give a day from today to a year ahead.");
    }
    let reason = needed_text(&form.reason, 1000, "/reason", &mut errors);
    errors.finish(to.zip(reason).map(|(to, reason)| (to, from, reason)))
}

/// Eleven digits are a person, anything else is to be an organisation.
fn receiver(text: &str, rule: NationalIdRule, errors: &mut FieldErrors) -> Option<Receiver> {
    if text.chars().filter(char::is_ascii_digit).count() == 11 {
        let id = NationalId::parse(text, rule);
        return errors.take("/newHolder", id).map(Receiver::Person);
    }
    errors.take("/newHolder", OrganisationNumber::parse(text)).map(Receiver::Organisation)
}

/// What an amendment by the authority changes.
///
/// # Errors
/// 422 with everything that is wrong.
pub fn change(form: AmendmentForm, today: NaiveDate) -> Result<Change, Failure> {
    let mut errors = FieldErrors::new();
    errors.merge_sizes(validator::Validate::validate(&form));
    let grounds = needed_text(&form.grounds, 4000, "/grounds", &mut errors);
    for (index, condition) in form.conditions.iter().flatten().enumerate() {
        needed_text(condition, 1000, &format!("/conditions/{index}"), &mut errors);
    }
    if form.valid_until.is_some_and(|until| until > today + Days::new(100 * FURTHEST_DAYS)) {
        errors.add("/validUntil", "range", "Give a day within a hundred years.");
    }
    if form.application.is_none() && form.conditions.is_none() && form.valid_until.is_none() {
        let text = "Say what is to be changed: application, conditions or validUntil.";
        errors.add("", "nothing-to-change", text);
    }
    let application = form.application.map(|Any(value)| value);
    let sent = json!({
        "application": application,
        "conditions": form.conditions,
        "validUntil": form.valid_until,
    });
    errors.finish(grounds.map(|grounds| Change {
        grounds,
        application,
        conditions: form.conditions,
        valid_until: form.valid_until,
        sent: permit::record::without_nulls(sent),
    }))
}
