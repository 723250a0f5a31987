//! Operations on cases. What is asked for about a granted permit is in `life.rs`.

pub mod desk;
pub mod life;

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
    types::Any,
};

use super::{
    actions::{self, Ruling},
    lifecycle::Status,
    model::Purpose,
    signing,
    store::{self, Case, CaseQuery},
    wire::{
        AssignmentForm, CasePage, CaseSummary, CaseView, DecisionForm, DecisionView, HandOverForm,
        InformationRequestForm, JournalView, MessageView, NoteForm, Outcome, ReasonView, ReplyForm,
        desk::ProposalView,
    },
};
use crate::{
    app::App,
    disclosure::policy::Recipient,
    failure::{Failure, FieldErrors},
    http::{Tag, body::Body, page, preconditions, responses::Answer},
    identity::{Caller, Role, Sight},
    journal, party,
    permit::{
        api::{kind_query, record_for},
        kind::{self, shared::needed_text},
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

fn text_of(text: &str, form: &impl validator::Validate) -> Result<String, Failure> {
    let mut errors = FieldErrors::new();
    errors.merge_sizes(form.validate());
    let text = needed_text(text, 4000, "/text", &mut errors);
    errors.finish(text)
}

/// As what a caller reads a case. A caseworker who is party to it reads it as that party.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Authority,
    Applicant,
    /// Is to have the permit by transfer: what passed between applicant and authority is not for them.
    Receiver,
}

impl CaseApi {
    async fn reader(&self, caller: &Caller, case: &Case) -> Result<Reader, Failure> {
        if party::actions::is_own(&self.app, caller, case.applicant).await? {
            return Ok(Reader::Applicant);
        }
        let receives = case.receiver.is_some()
            && case.receiver == actions::receive::receiving(&self.app, caller);
        Ok(match (receives, caller.is_staff()) {
            (true, _) => Reader::Receiver,
            (false, true) => Reader::Authority,
            (false, false) => Reader::Applicant,
        })
    }

    async fn sight(&self, caller: &Caller) -> Result<Sight, Failure> {
        party::actions::sight_of(&self.app, caller).await
    }

    /// The case as the caller may have it.
    async fn view(&self, caller: &Caller, case: &Case) -> Result<Answer<CaseView>, Failure> {
        let reader = self.reader(caller, case).await?;
        let staff = reader == Reader::Authority;
        let connection = self.app.db().read();
        let key = party::store::data_key(connection, &self.app.keys(), case.applicant).await?;
        let messages = match reader {
            Reader::Receiver => Vec::new(),
            _ => store::messages(connection, &key, case.id, staff).await?,
        };
        let new_holder = match case.accepted {
            Some((receiver, _)) if staff => {
                Some(party::store::get(connection, receiver).await?.details.name)
            }
            _ => None,
        };
        let application = case.application(&key)?;
        let decision = match store::decision_of(connection, &key, case.id).await? {
            Some(decision) => {
                let made = actions::decision_type(connection, case, &application).await?;
                Some(DecisionView::of(decision, made, case.language))
            }
            None => None,
        };
        let assessment = if staff {
            let reasons = actions::assess(&self.app, case).await?;
            let view = |reason: kind::Reason| ReasonView {
                code: reason.code.to_owned(),
                text: reason.text,
            };
            Some(reasons.into_iter().map(view).collect())
        } else {
            None
        };
        let proposal = match staff {
            true => signing::store::open(connection, &key, case.id).await?.map(ProposalView::of),
            false => None,
        };
        let number = case.display_number();
        let journal = journal::of_case(connection, case.id)
            .await?
            .into_iter()
            .filter(|entry| staff || entry.direction != "internal")
            .map(|entry| JournalView {
                number: format!("{number}-{}", entry.number),
                direction: entry.direction,
                title: entry.title,
                at: entry.at,
            })
            .collect();
        let view = CaseView {
            summary: CaseSummary::of(case, staff),
            application: Any(application),
            new_holder,
            messages: messages.into_iter().map(MessageView::of).collect(),
            decision,
            proposal,
            assessment,
            journal,
        };
        Ok(Answer::new(view).version(case.version))
    }
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
        let sight = self.sight(&caller).await?;
        let (cases, total) = store::list(self.app.db().read(), sight, &query, limit + 1).await?;
        let (cases, next) =
            page::cut(&keys, "cases", cases, limit, |case| (case.due_on, case.id.0));
        let staff = caller.is_staff();
        let items = cases.iter().map(|case| CaseSummary::of(case, staff)).collect();
        Ok(Answer::new(CasePage { items, total, next }))
    }

    /// Read a case.
    #[oai(path = "/v1/cases/:id", method = "get", operation_id = "getCase", tag = "Tag::Cases")]
    async fn get(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
    ) -> Result<Answer<CaseView>, Failure> {
        let sight = self.sight(&caller).await?;
        let case = actions::receive::seen(&self.app, &caller, sight, case_id(&id.0)?).await?;
        if self.reader(&caller, &case).await? == Reader::Authority {
            caller.needs_kind(case.kind)?;
        }
        self.view(&caller, &case).await
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
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ReplyForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let text = text_of(&body.0.text, &body.0)?;
        let sight = party::actions::own_sight_of(&self.app, &caller).await?;
        let id = case_id(&id.0)?;
        let known = store::find(self.app.db().read(), sight, id).await?;
        let application = body.0.application.map(|Any(value)| value);
        if application.is_some() && matches!(known.purpose, Purpose::Renewal | Purpose::Transfer) {
            let mut errors = FieldErrors::new();
            errors.add(
                "/application",
                "not-applicable",
                "A renewal or transfer has no application to correct. Leave it out, or withdraw the case and ask again.",
            );
            errors.finish::<()>(None)?;
        }
        let parsed = application
            .as_ref()
            .map(|value| {
                kind::any(known.kind).read(value, !caller.is(Role::Representative), "/application")
            })
            .transpose()?;
        let correction = application.as_ref().zip(parsed.as_ref());
        let case =
            actions::reply(&self.app, &caller, sight, id, version, &text, correction).await?;
        self.view(&caller, &case).await
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
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Answer<CaseView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let sight = party::actions::own_sight_of(&self.app, &caller).await?;
        let case = actions::withdraw(&self.app, &caller, sight, case_id(&id.0)?, version).await?;
        self.view(&caller, &case).await
    }

    /// Take or give a case.
    #[oai(
        path = "/v1/cases/:id/assignment",
        method = "post",
        operation_id = "assignCase",
        tag = "Tag::Cases"
    )]
    async fn assign(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<AssignmentForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let assignee = body.0.assignee.unwrap_or_else(|| caller.subject.clone());
        let case = actions::assign(&self.app, &caller, case_id(&id.0)?, version, &assignee).await?;
        self.view(&caller, &case).await
    }

    /// Ask the applicant for information.
    ///
    /// The clock of the decision stands still until the answer.
    #[oai(
        path = "/v1/cases/:id/information-request",
        method = "post",
        operation_id = "requestInformation",
        tag = "Tag::Cases"
    )]
    async fn request_information(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<InformationRequestForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        let text = needed_text(&body.0.text, 4000, "/text", &mut errors);
        if body.0.due_on <= oslo_date(self.app.clock().now()) {
            errors.add("/dueOn", "past", "Give the applicant at least until tomorrow.");
        }
        let text = errors.finish(text)?;
        let case = actions::request_information(
            &self.app,
            &caller,
            case_id(&id.0)?,
            version,
            &text,
            body.0.due_on,
        )
        .await?;
        self.view(&caller, &case).await
    }

    /// Write a note for the caseworkers.
    #[oai(
        path = "/v1/cases/:id/notes",
        method = "post",
        operation_id = "addCaseNote",
        tag = "Tag::Cases"
    )]
    async fn note(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<NoteForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let text = text_of(&body.0.text, &body.0)?;
        let case = actions::note(&self.app, &caller, case_id(&id.0)?, version, &text).await?;
        self.view(&caller, &case).await
    }

    /// Decide a case.
    ///
    /// A grant issues the permit with its call sign, events and deliveries in the same commit.
    #[oai(
        path = "/v1/cases/:id/decision",
        method = "post",
        operation_id = "decideCase",
        tag = "Tag::Cases"
    )]
    async fn decide(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<DecisionForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let ruling = ruling(body.0)?;
        let (case, _) =
            actions::decide(&self.app, &caller, case_id(&id.0)?, version, &ruling).await?;
        self.view(&caller, &case).await
    }

    /// Hand a call sign over to the new owner of a beacon.
    ///
    /// After a permit is given up its call sign rests, and only the former holder can have it back. Naming
    /// the case of the new owner, whose application quotes the call sign, lets that applicant have it.
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
        let sight = party::actions::own_sight_of(app, &caller).await?;
        let id = PermitId::parse(&id.0).map_err(|_| Failure::not_found())?;
        let number = &body.0.case_number;
        let permit = actions::hand_over_call_sign(app, &caller, sight, id, version, number).await?;
        let record = record_for(app, &permit, Recipient::Holder).await?;
        let view = PermitView::of(&permit, record, &app.settings().public_url);
        Ok(Answer::new(view).version(permit.version))
    }
}

fn ruling(form: DecisionForm) -> Result<Ruling, Failure> {
    let mut errors = FieldErrors::new();
    errors.merge_sizes(validator::Validate::validate(&form));
    let grounds = form.grounds.unwrap_or_default();
    if form.outcome != Outcome::Granted && grounds.trim().is_empty() {
        errors.add(
            "/grounds",
            "missing",
            "A decision that does not grant everything must have grounds (forvaltningsloven § 24).",
        );
    }
    let conditions = form.conditions.unwrap_or_default();
    for (index, condition) in conditions.iter().enumerate() {
        needed_text(condition, 1000, &format!("/conditions/{index}"), &mut errors);
    }
    let valid_until = form.valid_until;
    errors.finish(Some(Ruling { step: form.outcome.step(), grounds, conditions, valid_until }))
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
