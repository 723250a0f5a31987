//! Operations on cases, for reading them and for their parties. What caseworkers do is in `desk.rs`, what is asked
//! for about a granted permit in `life.rs`, how a decision or a notice would read in `preview.rs`, what becomes of a question in
//! `question.rs`.

pub mod desk;
pub mod life;
pub mod preview;
pub mod question;
pub(crate) mod view;

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
    types::Any,
};

use super::{
    actions,
    lifecycle::Status,
    model::{LONGEST_ANSWER, Purpose},
    store::{self, Case, CaseQuery},
    wire::{CasePage, CaseSummary, CaseView, HandOverForm, ReplyForm},
};
use serde_json::Value;
use view::Reader;

use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{Tag, body::Body, language::Tongue, page, preconditions, responses::Answer},
    identity::{Caller, Role},
    party,
    permit::{
        self,
        actions::for_holder,
        api::kind_query,
        kind::{self, Parsed, shared::needed_text},
        wire::PermitView,
    },
    values::{
        calendar::oslo_date,
        ids::{CaseId, PermitId},
    },
};

/// Operations on cases.
pub struct CaseApi {
    /// The app.
    pub app: App,
}

fn case_id(text: &str) -> Result<CaseId, Failure> {
    CaseId::parse(text).map_err(|_| Failure::not_found())
}

/// Which case a step is about, and the version it was read at.
pub(crate) fn read_at(
    id: &Path<String>,
    if_match: &Header<Option<String>>,
) -> Result<(CaseId, i32), Failure> {
    let version = preconditions::required(if_match.0.as_deref())?;
    Ok((case_id(&id.0)?, version))
}

pub(crate) fn text_of(text: &str, form: &impl validator::Validate) -> Result<String, Failure> {
    text_within(text, 4000, form)
}

/// What a party says to what they were asked or told of.
pub(crate) fn answer_of(text: &str, form: &impl validator::Validate) -> Result<String, Failure> {
    text_within(text, LONGEST_ANSWER, form)
}

fn text_within(
    text: &str,
    longest: usize,
    form: &impl validator::Validate,
) -> Result<String, Failure> {
    let mut errors = FieldErrors::new();
    errors.merge_sizes(form.validate());
    let text = needed_text(text, longest, "/text", &mut errors);
    errors.finish(text)
}

#[OpenApi]
impl CaseApi {
    /// List cases, nearest deadline first.
    ///
    /// An applicant's own cases, or for caseworkers all of them.
    #[oai(path = "/v1/cases", method = "get", operation_id = "listCases", tag = "Tag::Cases")]
    #[allow(clippy::too_many_arguments)] // the query parameters of the contract
    async fn list(
        &self,
        caller: Caller,
        /// Only this state, or `open` for all that are not decided.
        status: Query<Option<String>>,
        /// Only this kind.
        kind: Query<Option<String>>,
        /// Only this caseworker's; `me` for one's own.
        assignee: Query<Option<String>>,
        /// `true`: only open cases whose deadline has passed; waiting for the applicant stops it.
        overdue: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<CasePage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let after: Option<(chrono::NaiveDate, uuid::Uuid)> =
            page::position(&keys, "cases", cursor.0.as_deref())?;
        let overdue = match overdue.0.as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                return Err(Failure::parameter("overdue", "not-in-list", "`true` or `false`."));
            }
        };
        let query = CaseQuery {
            statuses: statuses(status.0.as_deref())?,
            kind: kind_query(kind.0.as_deref())?,
            kinds: if caller.is_staff() { caller.kinds() } else { Vec::new() },
            is_unassigned: false,
            assignee: assignee.0.map(|who| if who == "me" { caller.subject.clone() } else { who }),
            overdue_on: overdue.then(|| oslo_date(self.app.clock().now())),
            receiver: actions::receive::receiving(&self.app, &caller),
            after,
        };
        let sight = party::actions::sight_of(&self.app, &caller).await?;
        let (cases, total) = store::list(self.app.db().read(), sight, &query, limit + 1).await?;
        let (cases, next) =
            page::cut(&keys, "cases", cases, limit, |case| (case.due_on, case.id.0));
        let staff = caller.is_staff();
        let items = cases.iter().map(|case| CaseSummary::of(case, staff)).collect();
        Ok(Answer::new(CasePage { items, total, next }))
    }

    /// Read a case.
    ///
    /// What the rules say is told in the language of `Accept-Language`; in English unless that names Norwegian.
    #[oai(path = "/v1/cases/:id", method = "get", operation_id = "getCase", tag = "Tag::Cases")]
    async fn get(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
    ) -> Result<Answer<CaseView>, Failure> {
        let sight = party::actions::sight_of(&self.app, &caller).await?;
        let case = actions::receive::seen(&self.app, &caller, sight, case_id(&id.0)?).await?;
        if view::reader(&self.app, &caller, &case).await? == Reader::Authority {
            caller.needs_kind(case.kind)?;
        }
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Answer a request for information.
    ///
    /// With a corrected application where something in it changes; the clock runs again.
    #[oai(
        path = "/v1/cases/:id/replies",
        method = "post",
        operation_id = "replyInCase",
        tag = "Tag::Cases"
    )]
    async fn reply(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ReplyForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let (id, version) = read_at(&id, &if_match)?;
        let text = answer_of(&body.0.text, &body.0)?;
        let sight = party::actions::own_sight_of(&self.app, &caller).await?;
        let known = store::find(self.app.db().read(), sight, id).await?;
        let application = body.0.application.map(|Any(value)| value);
        let is_person = !caller.is(Role::Representative);
        let parsed = corrected(&known, application.as_ref(), is_person)?;
        let correction = application.as_ref().zip(parsed.as_ref());
        let case =
            actions::reply(&self.app, &caller, sight, id, version, &text, correction).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Withdraw an application.
    #[oai(
        path = "/v1/cases/:id/withdrawal",
        method = "post",
        operation_id = "withdrawCase",
        tag = "Tag::Cases"
    )]
    async fn withdraw(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Answer<CaseView>, Failure> {
        let (id, version) = read_at(&id, &if_match)?;
        let sight = party::actions::own_sight_of(&self.app, &caller).await?;
        let case = actions::withdraw(&self.app, &caller, sight, id, version).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Hand a call sign over to the new owner of a beacon.
    ///
    /// After a permit is given up its call sign rests, and only the former holder can have it back. Naming
    /// the case of the new owner, whose application quotes the call sign, lets that applicant have it. As the former holder; a
    /// caseworker does so for one who has written or called.
    #[oai(
        path = "/v1/permits/:id/call-sign-hand-over",
        method = "post",
        operation_id = "handOverCallSign",
        tag = "Tag::Permits"
    )]
    async fn hand_over_call_sign(
        &self,
        caller: Caller,
        /// Id of the permit that was given up.
        id: Path<String>,
        /// Version the permit was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<HandOverForm>,
    ) -> Result<Answer<PermitView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        errors.finish(Some(()))?;
        let app = &self.app;
        let id = PermitId::parse(&id.0).map_err(|_| Failure::not_found())?;
        let sight = for_holder::sight_of(app, &caller, id).await?;
        let number = &body.0.case_number;
        let permit = actions::hand_over_call_sign(app, &caller, sight, id, version, number).await?;
        permit::api::view(app, &caller, &permit).await
    }
}

/// What the corrected application of an answer means, where one is sent along.
fn corrected(
    known: &Case,
    application: Option<&Value>,
    is_person: bool,
) -> Result<Option<Parsed<Value>>, Failure> {
    let Some(application) = application else { return Ok(None) };
    if matches!(known.purpose, Purpose::Renewal | Purpose::Transfer) {
        return Err(Failure::at(
            "/application",
            "not-applicable",
            "A renewal or transfer has no application to correct. Leave it out, or withdraw the case and ask again.",
        ));
    }
    kind::any(known.kind).read(application, is_person, "/application").map(Some)
}

fn statuses(text: Option<&str>) -> Result<Vec<Status>, Failure> {
    match text {
        None => Ok(Vec::new()),
        Some("open") => Ok(Status::ALL.into_iter().filter(|status| status.is_open()).collect()),
        Some(code) => Status::from_code(code).map(|status| vec![status]).ok_or_else(|| {
            let codes: Vec<&str> = Status::ALL.into_iter().map(Status::code).collect();
            Failure::parameter(
                "status",
                "not-in-list",
                format!("One of: open, {}.", codes.join(", ")),
            )
        }),
    }
}
