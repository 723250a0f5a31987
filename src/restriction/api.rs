//! Operations on restrictions, for those who look after the privacy of persons and for caseworkers.

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use uuid::Uuid;

use super::{
    actions, store,
    wire::{LiftingForm, RescueDecisionForm, RestrictionForm, RestrictionPage, RestrictionView},
};
use crate::{
    app::App,
    failure::Failure,
    http::{
        Tag,
        body::Body,
        page, preconditions,
        responses::{Answer, Created},
    },
    identity::Caller,
    party,
    task::wire::TaskView,
    values::{calendar::oslo_date, ids::PartyId},
};

/// Operations on restrictions.
pub struct RestrictionApi {
    /// The app.
    pub app: App,
}

impl RestrictionApi {
    async fn views(&self, restrictions: &[Uuid]) -> Result<Vec<RestrictionView>, Failure> {
        let connection = self.app.db().read();
        let steps = store::steps(connection, restrictions).await?;
        let parties: Vec<PartyId> = steps.iter().map(|step| PartyId(step.party_id)).collect();
        let keys = party::store::data_keys(connection, &self.app.keys(), &parties).await?;
        restrictions
            .iter()
            .map(|id| {
                let own: Vec<_> =
                    steps.iter().filter(|step| step.restriction_id == *id).cloned().collect();
                let key = own.first().and_then(|step| keys.get(&PartyId(step.party_id)));
                RestrictionView::of(&own, key.and_then(|key| key.as_ref().ok()))
            })
            .collect()
    }

    async fn view(&self, restriction: Uuid) -> Result<RestrictionView, Failure> {
        self.views(&[restriction]).await?.pop().ok_or_else(Failure::not_found)
    }
}

#[OpenApi]
impl RestrictionApi {
    /// Restrict the processing of a person's data.
    ///
    /// GDPR Article 18. At once, nothing of the person goes to programmers or is shown to the public. A
    /// rescue centre gets it, flagged, until a caseworker has decided: they are given a task.
    #[oai(
        path = "/v1/holders/:id/restriction",
        method = "post",
        operation_id = "restrictHolder",
        tag = "Tag::Administration"
    )]
    async fn restrict(
        &self,
        caller: Caller,
        /// Id of the holder.
        id: Path<String>,
        body: Body<RestrictionForm>,
    ) -> Result<Created<RestrictionView>, Failure> {
        let ground = body.0.parse()?;
        let party = PartyId::parse(&id.0).map_err(|_| Failure::not_found())?;
        let why = (ground, body.0.reason.as_str());
        let restriction = actions::restrict(&self.app, &caller, party, why).await?;
        let address = format!("/v1/restrictions/{restriction}");
        Ok(Created::new(self.view(restriction).await?).location(address))
    }

    /// List restrictions, oldest first.
    #[oai(
        path = "/v1/restrictions",
        method = "get",
        operation_id = "listRestrictions",
        tag = "Tag::Administration"
    )]
    async fn list(
        &self,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<RestrictionPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let after = page::position(&keys, "restrictions", cursor.0.as_deref())?;
        let (ids, total) = store::list(self.app.db().read(), after, limit + 1).await?;
        let (ids, next) = page::cut(&keys, "restrictions", ids, limit, |id| *id);
        Ok(Answer::new(RestrictionPage { items: self.views(&ids).await?, total, next }))
    }

    /// Read a restriction.
    #[oai(
        path = "/v1/restrictions/:id",
        method = "get",
        operation_id = "getRestriction",
        tag = "Tag::Administration"
    )]
    async fn get(
        &self,
        /// Id of the restriction.
        id: Path<String>,
    ) -> Result<Answer<RestrictionView>, Failure> {
        let id = Uuid::try_parse(&id.0).map_err(|_| Failure::not_found())?;
        Ok(Answer::new(self.view(id).await?))
    }

    /// Lift a restriction.
    ///
    /// The person must have been told before. Everybody gets again what the policy gives them.
    #[oai(
        path = "/v1/restrictions/:id/lifting",
        method = "post",
        operation_id = "liftRestriction",
        tag = "Tag::Administration"
    )]
    async fn lift(
        &self,
        caller: Caller,
        /// Id of the restriction.
        id: Path<String>,
        body: Body<LiftingForm>,
    ) -> Result<Answer<RestrictionView>, Failure> {
        body.0.check(oslo_date(self.app.clock().now()))?;
        let id = Uuid::try_parse(&id.0).map_err(|_| Failure::not_found())?;
        let why = (body.0.informed_on, body.0.reason.as_str());
        actions::lift(&self.app, &caller, id, why).await?;
        Ok(Answer::new(self.view(id).await?))
    }

    /// Decide whether rescue centres go on getting restricted data.
    ///
    /// Ends the task `restrictionDecision`.
    #[oai(
        path = "/v1/tasks/:id/decision",
        method = "post",
        operation_id = "decideTask",
        tag = "Tag::Permits"
    )]
    async fn decide(
        &self,
        caller: Caller,
        /// Id of the task.
        id: Path<String>,
        /// Version the task was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<RescueDecisionForm>,
    ) -> Result<Answer<TaskView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let decision = body.0.parse()?;
        let id = Uuid::try_parse(&id.0).map_err(|_| Failure::not_found())?;
        let why = (decision, body.0.reason.as_str());
        let task = actions::decide(&self.app, &caller, (id, version), why).await?;
        let version = task.version;
        Ok(Answer::new(TaskView::of(task)).version(version))
    }
}
