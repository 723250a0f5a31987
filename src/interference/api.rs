//! Operations on reports of interference.

use poem::Request;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    actions,
    rules::Filter,
    store,
    wire::{
        InterferenceReportForm, report_id,
        view::{
            FollowUpForm, FollowUpView, InterferenceReceipt, InterferenceReportPage,
            InterferenceReportView, InterferenceStatistics, TriageForm, TriageView,
        },
    },
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{
        Tag,
        address::address_of,
        body::Body,
        page, preconditions,
        responses::{Answer, Created},
    },
    idempotency::IdempotencyKey,
    identity::Caller,
    values::calendar::oslo_date,
};

/// Operations on reports of interference.
pub struct InterferenceApi {
    /// The app.
    pub app: App,
}

/// A choice in a query.
fn chosen<T: std::str::FromStr>(name: &str, text: Option<String>) -> Result<Option<T>, Failure> {
    text.map(|text| {
        text.parse().map_err(|_| {
            Failure::parameter(name, "not-in-list", "Choose one of those the operation names.")
        })
    })
    .transpose()
}

/// `true` or `false` in a query; left out is `false`.
fn flag(name: &str, text: Option<&str>) -> Result<bool, Failure> {
    match text {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Failure::parameter(name, "not-in-list", "`true` or `false`.")),
    }
}

#[OpenApi]
impl InterferenceApi {
    /// Report interference.
    ///
    /// Without signing in. The receipt has a number and a code to follow the report by. If no supervision case is
    /// opened for it, the report is erased when that is decided. Reports about aviation, maritime services,
    /// emergency networks and satellite navigation are told of at once; where life is in danger, call instead.
    #[oai(
        path = "/v1/interference-reports",
        method = "post",
        operation_id = "reportInterference",
        tag = "Tag::Supervision"
    )]
    async fn report(
        &self,
        request: &Request,
        /// Makes a repeat harmless.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<InterferenceReportForm>,
    ) -> Result<Created<InterferenceReceipt>, Failure> {
        let app = &self.app;
        let new = body.0.parse(app.clock().now())?;
        let value = serde_json::to_value(&body.0).map_err(Failure::internal)?;
        let header = idempotency_key.0.as_deref();
        let key = IdempotencyKey::read(header, &Caller::nobody(), &app.keys(), &value)?;
        let taken = actions::take(app, &address_of(app, request), &new, key.as_ref()).await?;
        Ok(Created::new(InterferenceReceipt::of(&taken)))
    }

    /// Ask where a report stands.
    ///
    /// By its number and code. The code is used up by asking, and the answer has the next one.
    #[oai(
        path = "/v1/interference-report-look-ups",
        method = "post",
        operation_id = "lookUpInterferenceReport",
        tag = "Tag::Supervision"
    )]
    async fn follow(
        &self,
        request: &Request,
        body: Body<FollowUpForm>,
    ) -> Result<Answer<FollowUpView>, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        errors.finish(Some(()))?;
        let FollowUpForm { report_number, follow_up_code } = &body.0;
        let address = address_of(&self.app, request);
        let followed = actions::follow(&self.app, &address, report_number, follow_up_code).await?;
        Ok(Answer::new(FollowUpView::of(followed)))
    }

    /// Count reports by class, county and month.
    ///
    /// Of the last five years. Counts below five are kept back.
    #[oai(
        path = "/v1/interference-statistics",
        method = "get",
        operation_id = "getInterferenceStatistics",
        tag = "Tag::Supervision"
    )]
    async fn statistics(&self) -> Result<Answer<InterferenceStatistics>, Failure> {
        let today = oslo_date(self.app.clock().now());
        let tallies = store::tallies(self.app.db().read(), today).await?;
        Ok(Answer::public(InterferenceStatistics::of(tallies)))
    }

    /// List reports nobody has decided about, the one due first first.
    #[oai(
        path = "/v1/interference-reports",
        method = "get",
        operation_id = "listInterferenceReports",
        tag = "Tag::Supervision"
    )]
    #[allow(clippy::too_many_arguments)] // one for each parameter of the query
    async fn list(
        &self,
        _caller: Caller,
        /// Only of this class.
        severity: Query<Option<String>>,
        /// Only about this service.
        service: Query<Option<String>>,
        /// Only from this county.
        county: Query<Option<String>>,
        /// `true`: only alarms nobody has taken notice of.
        alarm: Query<Option<String>>,
        /// `true`: only those that are late.
        overdue: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<InterferenceReportPage>, Failure> {
        let app = &self.app;
        let limit = page::limit(limit.0.as_deref())?;
        let filter = Filter {
            severity: chosen("severity", severity.0)?,
            service: chosen("service", service.0)?,
            county: page::short("county", county.0)?,
            rings: flag("alarm", alarm.0.as_deref())?,
            overdue: flag("overdue", overdue.0.as_deref())?,
        };
        let (keys, now, connection) = (app.keys(), app.clock().now(), app.db().read());
        let after = page::position(&keys, "interference-reports", cursor.0.as_deref())?;
        let total = filter.total(&store::groups(connection, now).await?);
        let found = store::list(connection, &filter, now, after, limit + 1).await?;
        let (found, next) = page::cut(&keys, "interference-reports", found, limit, |kept| {
            (kept.report.due_at, kept.report.id)
        });
        let view = |kept: &store::Kept| {
            let content = kept.content(&keys)?;
            Ok(InterferenceReportView::of(&kept.report, content, now))
        };
        let items = found.iter().map(view).collect::<Result<_, Failure>>()?;
        Ok(Answer::new(InterferenceReportPage { items, total, next }))
    }

    /// Read a report.
    #[oai(
        path = "/v1/interference-reports/:id",
        method = "get",
        operation_id = "getInterferenceReport",
        tag = "Tag::Supervision"
    )]
    async fn get(
        &self,
        caller: Caller,
        /// Id of the report.
        id: Path<String>,
    ) -> Result<Answer<InterferenceReportView>, Failure> {
        self.view(actions::read(&self.app, &caller, report_id(&id.0)?).await?)
    }

    /// Take notice of an alarm.
    #[oai(
        path = "/v1/interference-reports/:id/acknowledgement",
        method = "post",
        operation_id = "acknowledgeInterferenceAlarm",
        tag = "Tag::Supervision"
    )]
    async fn acknowledge(
        &self,
        caller: Caller,
        /// Id of the report.
        id: Path<String>,
        /// Version the report was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Answer<InterferenceReportView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let id = report_id(&id.0)?;
        actions::acknowledge(&self.app, &caller, id, version).await?;
        self.view(store::find(self.app.db().read(), id).await?)
    }

    /// Decide what becomes of a report.
    ///
    /// A supervision case is opened for it, or it is put to one; otherwise it is erased in the same commit, and only
    /// the count by class, county and month stays.
    #[oai(
        path = "/v1/interference-reports/:id/triage",
        method = "post",
        operation_id = "triageInterferenceReport",
        tag = "Tag::Supervision"
    )]
    async fn triage(
        &self,
        caller: Caller,
        /// Id of the report.
        id: Path<String>,
        /// Version the report was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<TriageForm>,
    ) -> Result<Answer<TriageView>, Failure> {
        let app = &self.app;
        let version = preconditions::required(if_match.0.as_deref())?;
        let id = report_id(&id.0)?;
        let kept = store::find(app.db().read(), id).await?;
        let range = kept.content(&app.keys())?.range;
        let triage = body.0.parse(range, kept.report.language)?;
        let case = actions::triage(app, &caller, id, version, &triage).await?;
        Ok(Answer::new(TriageView {
            erased: case.is_none(),
            supervision_case_id: case.as_ref().map(|case| case.id.to_string()),
            case_number: case.map(|case| case.display_number()),
        }))
    }
}

impl InterferenceApi {
    fn view(&self, kept: store::Kept) -> Result<Answer<InterferenceReportView>, Failure> {
        let content = kept.content(&self.app.keys())?;
        let version = kept.report.version;
        let view = InterferenceReportView::of(&kept.report, content, self.app.clock().now());
        Ok(Answer::new(view).version(version))
    }
}
