//! Operations on supervision cases, for caseworkers, and on their decisions, for respondents.

pub mod decisions;

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    actions::{self, dossier::dossier},
    lifecycle::Status,
    model::Case,
    store::{self, CaseQuery},
    wire::{
        MeasurementForm, NewCaseForm, RemarkForm, RespondentForm, SupervisionAssignment, case_id,
        decisions::{ClosureForm, CorrectionForm, FineForm, NoticeForm, OrderForm},
        view::{SupervisionPage, SupervisionSummary, SupervisionView},
    },
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{
        Tag,
        body::Body,
        page, preconditions,
        responses::{Answer, Created},
    },
    identity::Caller,
    permit::kind::shared::needed_text,
    values::{calendar::oslo_date, ids::CaseId},
};

/// Operations on supervision cases.
pub struct SupervisionApi {
    /// The app.
    pub app: App,
}

impl SupervisionApi {
    async fn view(&self, caller: &Caller, id: CaseId) -> Result<Answer<SupervisionView>, Failure> {
        let now = self.app.clock().now();
        let dossier = dossier(&self.app, caller, id).await?;
        let version = dossier.case.version;
        Ok(Answer::new(SupervisionView::of(dossier, now, oslo_date(now))).version(version))
    }

    fn today(&self) -> chrono::NaiveDate {
        oslo_date(self.app.clock().now())
    }

    async fn after(
        &self,
        caller: &Caller,
        done: Result<Case, Failure>,
    ) -> Result<Answer<SupervisionView>, Failure> {
        self.view(caller, done?.id).await
    }
}

fn step(id: &str, if_match: Option<&str>) -> Result<(CaseId, i32), Failure> {
    let version = preconditions::required(if_match)?;
    Ok((case_id(id)?, version))
}

#[OpenApi]
impl SupervisionApi {
    /// Open a supervision case of one's own motion.
    #[oai(
        path = "/v1/supervision-cases",
        method = "post",
        operation_id = "openSupervisionCase",
        tag = "Tag::Supervision"
    )]
    async fn open(
        &self,
        caller: Caller,
        body: Body<NewCaseForm>,
    ) -> Result<Created<SupervisionView>, Failure> {
        let new = body.0.parse()?;
        let case = actions::open(&self.app, &caller, &new).await?;
        let now = self.app.clock().now();
        let view =
            SupervisionView::of(dossier(&self.app, &caller, case.id).await?, now, oslo_date(now));
        let address = format!("/v1/supervision-cases/{}", case.id);
        Ok(Created::new(view).location(address).version(case.version))
    }

    /// List supervision cases, the newest first.
    ///
    /// None that is directed at the caller.
    #[oai(
        path = "/v1/supervision-cases",
        method = "get",
        operation_id = "listSupervisionCases",
        tag = "Tag::Supervision"
    )]
    async fn list(
        &self,
        caller: Caller,
        /// Only in this state.
        status: Query<Option<String>>,
        /// Only of this caseworker.
        assignee: Query<Option<String>>,
        /// `true`: only those whose day has passed.
        overdue: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<SupervisionPage>, Failure> {
        let app = &self.app;
        let limit = page::limit(limit.0.as_deref())?;
        let (keys, today) = (app.keys(), self.today());
        let choices = "Choose one of those the operation names.";
        let status: Option<Status> = match status.0 {
            None => None,
            Some(text) => Some(
                text.parse().map_err(|_| Failure::parameter("status", "not-in-list", choices))?,
            ),
        };
        let overdue_on = match overdue.0.as_deref() {
            None | Some("false") => None,
            Some("true") => Some(today),
            Some(_) => {
                return Err(Failure::parameter("overdue", "not-in-list", "`true` or `false`."));
            }
        };
        let query = CaseQuery {
            statuses: status.into_iter().collect(),
            assignee: page::short("assignee", assignee.0)?,
            overdue_on,
            before: page::position(&keys, "supervision-cases", cursor.0.as_deref())?,
            but: actions::own(app, &caller).await?,
        };
        let (found, total) = store::list(app.db().read(), &query, limit + 1).await?;
        let (found, next) =
            page::cut(&keys, "supervision-cases", found, limit, |kept| kept.case.id.0);
        let summary = |kept: &store::Kept| {
            let matter = kept.matter(&kept.key(&keys)?)?;
            Ok(SupervisionSummary::of(&kept.case, &matter, today))
        };
        let items = found.iter().map(summary).collect::<Result<_, Failure>>()?;
        Ok(Answer::new(SupervisionPage { items, total, next }))
    }

    /// Read a supervision case.
    #[oai(
        path = "/v1/supervision-cases/:id",
        method = "get",
        operation_id = "getSupervisionCase",
        tag = "Tag::Supervision"
    )]
    async fn get(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
    ) -> Result<Answer<SupervisionView>, Failure> {
        self.view(&caller, case_id(&id.0)?).await
    }

    /// Say whom a supervision case is directed at.
    ///
    /// Until they have been written to.
    #[oai(
        path = "/v1/supervision-cases/:id/respondent",
        method = "put",
        operation_id = "identifyRespondent",
        tag = "Tag::Supervision"
    )]
    async fn identify(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<RespondentForm>,
    ) -> Result<Answer<SupervisionView>, Failure> {
        let (id, version) = step(&id.0, if_match.0.as_deref())?;
        let respondent = body.0.parse()?;
        self.after(&caller, actions::identify(&self.app, &caller, id, version, &respondent).await)
            .await
    }

    /// Give a supervision case to a caseworker.
    #[oai(
        path = "/v1/supervision-cases/:id/assignment",
        method = "post",
        operation_id = "assignSupervisionCase",
        tag = "Tag::Supervision"
    )]
    async fn assign(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<SupervisionAssignment>,
    ) -> Result<Answer<SupervisionView>, Failure> {
        let (id, version) = step(&id.0, if_match.0.as_deref())?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        let assignee = needed_text(&body.0.assignee, 100, "/assignee", &mut errors);
        let assignee = errors.finish(assignee)?;
        self.after(&caller, actions::assign(&self.app, &caller, id, version, &assignee).await).await
    }

    /// Write down a measurement.
    #[oai(
        path = "/v1/supervision-cases/:id/measurements",
        method = "post",
        operation_id = "recordMeasurement",
        tag = "Tag::Supervision"
    )]
    async fn measure(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<MeasurementForm>,
    ) -> Result<Answer<SupervisionView>, Failure> {
        let (id, version) = step(&id.0, if_match.0.as_deref())?;
        let measurement = body.0.parse(self.app.clock().now())?;
        self.after(&caller, actions::measure(&self.app, &caller, id, version, &measurement).await)
            .await
    }

    /// Write down what the respondent said, or a note.
    #[oai(
        path = "/v1/supervision-cases/:id/remarks",
        method = "post",
        operation_id = "recordRemark",
        tag = "Tag::Supervision"
    )]
    async fn remark(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<RemarkForm>,
    ) -> Result<Answer<SupervisionView>, Failure> {
        let (id, version) = step(&id.0, if_match.0.as_deref())?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        let text = needed_text(&body.0.text, 4000, "/text", &mut errors);
        let text = errors.finish(text)?;
        let said = (body.0.from_respondent, text.as_str());
        self.after(&caller, actions::remark(&self.app, &caller, id, version, said).await).await
    }

    /// Give the respondent advance notice.
    ///
    /// By letter; they may comment until the day (forvaltningsloven § 16).
    #[oai(
        path = "/v1/supervision-cases/:id/notices",
        method = "post",
        operation_id = "giveAdvanceNotice",
        tag = "Tag::Supervision"
    )]
    async fn notify(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<NoticeForm>,
    ) -> Result<Answer<SupervisionView>, Failure> {
        let (id, version) = step(&id.0, if_match.0.as_deref())?;
        let (text, due_on) = body.0.parse(self.today())?;
        let notice = (text.as_str(), due_on);
        self.after(&caller, actions::notify(&self.app, &caller, id, version, notice).await).await
    }

    /// Order the respondent to do something.
    ///
    /// By letter, with the right of appeal; after a notice whose time is over or that was answered, or with the
    /// reason why there is none.
    #[oai(
        path = "/v1/supervision-cases/:id/orders",
        method = "post",
        operation_id = "giveOrder",
        tag = "Tag::Supervision"
    )]
    async fn order(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<OrderForm>,
    ) -> Result<Answer<SupervisionView>, Failure> {
        let (id, version) = step(&id.0, if_match.0.as_deref())?;
        let order = body.0.parse(self.today())?;
        self.after(&caller, actions::order(&self.app, &caller, id, version, &order).await).await
    }

    /// Propose a coercive fine.
    ///
    /// Because an order was not carried out in time. It waits for a supervisor's signature.
    #[oai(
        path = "/v1/supervision-cases/:id/coercive-fines",
        method = "post",
        operation_id = "proposeCoerciveFine",
        tag = "Tag::Supervision"
    )]
    async fn fine(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<FineForm>,
    ) -> Result<Answer<SupervisionView>, Failure> {
        let (id, version) = step(&id.0, if_match.0.as_deref())?;
        let (terms, grounds) = body.0.parse()?;
        let fine = (terms, grounds.as_str());
        self.after(&caller, actions::fines::propose(&self.app, &caller, id, version, fine).await)
            .await
    }

    /// Write down that what was wrong is corrected.
    ///
    /// Fines stop on that day.
    #[oai(
        path = "/v1/supervision-cases/:id/correction",
        method = "post",
        operation_id = "recordCorrection",
        tag = "Tag::Supervision"
    )]
    async fn correct(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<CorrectionForm>,
    ) -> Result<Answer<SupervisionView>, Failure> {
        let (id, version) = step(&id.0, if_match.0.as_deref())?;
        let (day, text) = body.0.parse(self.today())?;
        let correction = (day, text.as_str());
        self.after(&caller, actions::correct(&self.app, &caller, id, version, correction).await)
            .await
    }

    /// Close a supervision case.
    ///
    /// The respondent is told, where they were told of it before.
    #[oai(
        path = "/v1/supervision-cases/:id/closure",
        method = "post",
        operation_id = "closeSupervisionCase",
        tag = "Tag::Supervision"
    )]
    async fn close(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ClosureForm>,
    ) -> Result<Answer<SupervisionView>, Failure> {
        let (id, version) = step(&id.0, if_match.0.as_deref())?;
        let (outcome, text) = body.0.parse()?;
        let closure = (outcome, text.as_str());
        self.after(&caller, actions::close(&self.app, &caller, id, version, closure).await).await
    }
}
