//! Steps of the made-up year, each through the action that a request would reach.
//!
//! It must not decide what happens to whom: `history.rs` and the lists of affairs do.

use chrono::{Datelike as _, Days, NaiveDate};
use serde_json::Value;

use super::{applications, people};
use crate::{
    app::App,
    case::{
        actions::{
            self, Filing, Ruling,
            authority::{self, Taken},
            life::{self, Asking, Request},
            receive,
            surrender::surrender,
        },
        lifecycle::Step,
        model::{Receiver, WithoutNotice},
        store::{self, Case},
    },
    failure::{Failure, FieldErrors},
    identity::{Caller, Role, Sight},
    jobs,
    permit::{
        self,
        actions::StateStep,
        kind::{self, Kind},
        model::Permit,
    },
    values::{calendar::oslo_date, ids::PermitId},
};

/// The registry during the year, and who decides in it.
pub struct Year<'a> {
    pub app: &'a App,
    pub caseworkers: [Caller; 3],
}

fn caseworker(n: u32) -> Caller {
    people::caller(Role::Caseworker, format!("saksbehandler-{n}"))
}

impl<'a> Year<'a> {
    /// The year of this registry.
    pub fn of(app: &'a App) -> Self {
        Self { app, caseworkers: [1, 2, 3].map(caseworker) }
    }
}

impl Year<'_> {
    /// What the jobs of the service do when a new day has begun since `before`: permits run out, call
    /// signs become free, and a new year has its fees. Answers the day.
    pub async fn night(&self, before: NaiveDate) -> Result<NaiveDate, Failure> {
        let today = oslo_date(self.app.clock().now());
        if today != before {
            jobs::expire_once(self.app.clone()).await?;
        }
        if today.year() != before.year() {
            jobs::charge_once(self.app.clone()).await?;
        }
        Ok(today)
    }

    pub async fn file(
        &self,
        caller: &Caller,
        kind: Kind,
        application: &Value,
    ) -> Result<Case, Failure> {
        let parsed = kind::any(kind).parse(application, !caller.is(Role::Representative))?;
        let filing =
            Filing { kind, application, parsed: &parsed, idempotency: None, operation: "demo" };
        actions::submit(self.app, caller, &filing).await
    }

    pub async fn assigned(&self, case: &Case, caseworker: &Caller) -> Result<Case, Failure> {
        let subject = &caseworker.subject;
        actions::assign(self.app, caseworker, case.id, case.version, subject).await
    }

    pub async fn asked(
        &self,
        case: &Case,
        caseworker: &Caller,
        text: &str,
    ) -> Result<Case, Failure> {
        let due = oslo_date(self.app.clock().now()) + Days::new(14);
        actions::request_information(self.app, caseworker, case.id, case.version, text, due).await
    }

    pub async fn replied(&self, case: &Case, holder: &Caller, text: &str) -> Result<Case, Failure> {
        actions::reply(self.app, holder, Sight::All, case.id, case.version, text, None).await
    }

    pub async fn decide(
        &self,
        case: &Case,
        caseworker: &Caller,
        step: Step,
        grounds: &str,
    ) -> Result<Option<Permit>, Failure> {
        let ruling = Ruling { step, grounds: grounds.to_owned(), ..Ruling::grant() };
        self.rule(case, caseworker, &ruling).await
    }

    pub async fn rule(
        &self,
        case: &Case,
        caseworker: &Caller,
        ruling: &Ruling,
    ) -> Result<Option<Permit>, Failure> {
        let (case, permit) =
            actions::decide(self.app, caseworker, case.id, case.version, ruling).await?;
        if !case.status.is_open() {
            return Ok(permit);
        }
        // it waits for its second signature
        let second = people::caller(Role::Supervisor, "avdelingsleder-1".to_owned());
        let signed = actions::sign::sign(self.app, &second, case.id, case.version).await?;
        Ok(signed.1)
    }

    pub async fn granted(&self, case: &Case, caseworker: &Caller) -> Result<Permit, Failure> {
        let permit = self.decide(case, caseworker, Step::Grant, "").await?;
        permit.ok_or_else(|| Failure::internal("a grant made no permit"))
    }

    pub async fn permit_of(&self, case: &Case) -> Result<Permit, Failure> {
        let id = case.permit.ok_or_else(|| Failure::internal("a case made no permit"))?;
        self.permit(id).await
    }

    pub async fn permit(&self, id: PermitId) -> Result<Permit, Failure> {
        permit::store::find(self.app.db().read(), Sight::All, id).await
    }

    pub async fn step(
        &self,
        caller: &Caller,
        permit: &Permit,
        step: StateStep<'_>,
    ) -> Result<(), Failure> {
        let (id, version) = (permit.id, permit.version);
        if step.is_decision() {
            // the made-up year has no time for a notice
            let without = Some(WithoutNotice::Unnecessary);
            let taken = authority::take_step(self.app, caller, id, version, step, without).await?;
            if let Taken::Proposed(_, case) = taken {
                let version = store::find(self.app.db().read(), Sight::All, case).await?.version;
                let second = people::caller(Role::Supervisor, "avdelingsleder-1".to_owned());
                actions::sign::sign(self.app, &second, case, version).await?;
            }
            return Ok(());
        }
        let StateStep::Surrender(reason) = step else {
            return Err(Failure::internal("a permit expires by itself"));
        };
        surrender(self.app, caller, Sight::All, id, version, reason).await.map(|_| ())
    }

    /// The holder applies for the permit to say what a whole application says.
    pub async fn ask_amendment(
        &self,
        holder: &Caller,
        permit: &Permit,
        application: &Value,
    ) -> Result<Case, Failure> {
        let is_person = !holder.is(Role::Representative);
        let parsed = kind::any(permit.kind).parse(application, is_person)?;
        self.ask(holder, permit, Request::Amendment { application, parsed: &parsed }).await
    }

    pub async fn ask_renewal(&self, holder: &Caller, permit: &Permit) -> Result<Case, Failure> {
        self.ask(holder, permit, Request::Renewal).await
    }

    /// The holder offers the permit to organisation number `to`.
    pub async fn offer(&self, holder: &Caller, permit: &Permit, to: u64) -> Result<Case, Failure> {
        let receiver = Receiver::Organisation(people::synthetic().organisation(to).number);
        let from = oslo_date(self.app.clock().now());
        let reason = "Virksomheten er solgt.";
        self.ask(holder, permit, Request::Transfer { to: &receiver, from, reason }).await
    }

    /// Organisation number `to` accepts what it is offered.
    pub async fn accepted(&self, case: &Case, to: u64) -> Result<Case, Failure> {
        let mut errors = FieldErrors::new();
        let said = applications::organisation(to).parse(false, &mut errors);
        let details = errors.finish(said)?.details;
        let receiver = people::representative(to);
        receive::accept(self.app, &receiver, case.id, case.version, &details, None).await
    }

    async fn ask(
        &self,
        holder: &Caller,
        permit: &Permit,
        request: Request<'_>,
    ) -> Result<Case, Failure> {
        let asking = Asking { sight: Sight::All, permit: permit.id, request, idempotency: None };
        life::file(self.app, holder, &asking).await
    }
}
