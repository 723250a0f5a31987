//! Operations on the yearly reports, and on statements that numbers are in use.

use chrono::{Datelike as _, NaiveDate};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    actions, rules,
    store::{self, StatedUse, StoredReport},
    wire::{
        NumberUseForm, NumberUseView, UtilisationReportForm, UtilisationReportItem,
        UtilisationReportPage, UtilisationReportView,
    },
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors, Problem},
    http::{Tag, body::Body, page, preconditions, responses::Answer},
    identity::Caller,
    party,
    permit::{
        self,
        kind::{Kind, numbering::model::NumberingDetails},
        model::Permit,
    },
    values::{
        calendar::oslo_date,
        ids::{PartyId, PermitId},
    },
};

/// Operations on the yearly reports.
pub struct UtilisationApi {
    /// The app.
    pub app: App,
}

fn permit_id(text: &str) -> Result<PermitId, Failure> {
    PermitId::parse(text).map_err(|_| Failure::not_found())
}

fn year_of(text: &str) -> Result<i32, Failure> {
    text.parse().ok().filter(|year| (2004..=9998).contains(year) && text.len() == 4).ok_or_else(
        || Failure::parameter("year", "year", "Give a year with four digits, from 2004."),
    )
}

/// The numbers of a permit that reports on a year.
fn details_of(permit: &Permit, year: i32) -> Result<NumberingDetails, Failure> {
    let refused = || {
        Failure::new(Problem::ConditionsNotMet, "Only permits for number series are reported on.")
    };
    if permit.kind != Kind::Numbering {
        return Err(refused());
    }
    let details: NumberingDetails =
        serde_json::from_value(permit.details.clone()).map_err(Failure::internal)?;
    if actions::reports(&details.resource_type, year) { Ok(details) } else { Err(refused()) }
}

fn view(report: &StoredReport, year: i32) -> Result<Answer<UtilisationReportView>, Failure> {
    let due_on = rules::due_on(year)?;
    Ok(Answer::new(UtilisationReportView {
        permit_id: report.permit.to_string(),
        year,
        due_on,
        reported_at: report.reported_at,
        late: oslo_date(report.first_reported_at) > due_on,
        report: UtilisationReportForm::of(&report.content),
    })
    .version(report.version))
}

fn view_of_use(
    permit: &Permit,
    stated: Option<StatedUse>,
    today: NaiveDate,
) -> Answer<NumberUseView> {
    let in_use_on = stated.as_ref().map(|stated| stated.in_use_on);
    let version = stated.as_ref().map_or(0, |stated| stated.version);
    Answer::new(NumberUseView {
        permit_id: permit.id.to_string(),
        due_on: rules::in_use_by(permit, in_use_on, today),
        in_use_on,
        stated_at: stated.map(|stated| stated.stated_at),
    })
    .version(version)
}

#[OpenApi]
impl UtilisationApi {
    /// State that the numbers of a permit are in use.
    ///
    /// EEA-harmonised numbers must be in use within six months, and again before they have been unused for a year; data network
    /// codes must be interconnected within six months. Send `If-Match: "v0"` with the first statement.
    #[oai(
        path = "/v1/permits/:id/number-use",
        method = "put",
        operation_id = "putNumberUse",
        tag = "Tag::Permits"
    )]
    async fn state_use(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Version of the statement; `"v0"` for the first.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<NumberUseForm>,
    ) -> Result<Answer<NumberUseView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let about = (party::actions::own_sight_of(&self.app, &caller).await?, permit_id(&id.0)?);
        let day = body.0.in_use_on;
        let (permit, stated) = actions::state_use(&self.app, &caller, about, version, day).await?;
        Ok(view_of_use(&permit, Some(stated), oslo_date(self.app.clock().now())))
    }

    /// Read by when the numbers of a permit must be in use, and what its holder has stated.
    #[oai(
        path = "/v1/permits/:id/number-use",
        method = "get",
        operation_id = "getNumberUse",
        tag = "Tag::Permits"
    )]
    async fn get_use(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
    ) -> Result<Answer<NumberUseView>, Failure> {
        let sight = party::actions::sight_of(&self.app, &caller).await?;
        let connection = self.app.db().read();
        let permit = permit::store::find(connection, sight, permit_id(&id.0)?).await?;
        let today = oslo_date(self.app.clock().now());
        actions::needs_use(&permit, today)?;
        let stated = store::stated(connection, permit.id).await?;
        Ok(view_of_use(&permit, stated, today))
    }

    /// Report how far the numbers of a permit were used in a year.
    ///
    /// By 1 February of the year after. Send `If-Match: "v0"` with the first report, and the version
    /// read with a correction.
    #[oai(
        path = "/v1/permits/:id/utilisation-reports/:year",
        method = "put",
        operation_id = "putUtilisationReport",
        tag = "Tag::Permits"
    )]
    async fn put(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Year the report is about; it must have ended.
        year: Path<String>,
        /// Version of the report; `"v0"` for the first.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<UtilisationReportForm>,
    ) -> Result<Answer<UtilisationReportView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let year = year_of(&year.0)?;
        let id = permit_id(&id.0)?;
        let sight = party::actions::own_sight_of(&self.app, &caller).await?;
        let permit = permit::store::find(self.app.db().read(), sight, id).await?;
        let today = oslo_date(self.app.clock().now());
        if year >= today.year() || year < permit.validity.from().year() {
            return Err(Failure::parameter(
                "year",
                "year",
                "Report on a year that has ended and in which the permit was held.",
            ));
        }
        let details = details_of(&permit, year)?;
        let kind = details.kind().ok_or_else(|| Failure::internal("unknown type of resource"))?;
        let mut errors = FieldErrors::new();
        let report = body.0.meaning(kind, &details.resources, year, &mut errors);
        let report = errors.finish(report)?;
        let stored = actions::put(&self.app, &caller, sight, id, year, version, &report).await?;
        view(&stored, year)
    }

    /// Read the report of a permit on a year.
    #[oai(
        path = "/v1/permits/:id/utilisation-reports/:year",
        method = "get",
        operation_id = "getUtilisationReport",
        tag = "Tag::Permits"
    )]
    async fn get(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Year the report is about.
        year: Path<String>,
    ) -> Result<Answer<UtilisationReportView>, Failure> {
        let year = year_of(&year.0)?;
        let sight = party::actions::sight_of(&self.app, &caller).await?;
        let connection = self.app.db().read();
        let permit = permit::store::find(connection, sight, permit_id(&id.0)?).await?;
        let report = store::find(connection, permit.id, year).await?;
        view(&report.ok_or_else(Failure::not_found)?, year)
    }

    /// List the permits that report on a year, or those whose report is missing.
    #[oai(
        path = "/v1/utilisation-reports",
        method = "get",
        operation_id = "listUtilisationReports",
        tag = "Tag::Permits"
    )]
    async fn list(
        &self,
        _caller: Caller,
        /// Year; the last one that has ended when left out.
        year: Query<Option<String>>,
        /// `true` for permits without a report, `false` for those with one.
        missing: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<UtilisationReportPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let after = page::position(&keys, "utilisation-reports", cursor.0.as_deref())?;
        let today = oslo_date(self.app.clock().now());
        let year = year.0.as_deref().map_or(Ok(today.year() - 1), year_of)?;
        let missing = match missing.0.as_deref() {
            None => None,
            Some("true") => Some(true),
            Some("false") => Some(false),
            Some(_) => {
                return Err(Failure::parameter("missing", "boolean", "Give true or false."));
            }
        };
        let connection = self.app.db().read();
        let next_year = NaiveDate::from_ymd_opt(year + 1, 1, 1)
            .ok_or_else(|| Failure::internal("no such year"))?;
        let (permits, total) =
            store::reporting(connection, year, next_year, missing, after, limit).await?;
        let reports =
            store::of_permits(connection, permits.iter().map(|permit| permit.id.0), year).await?;
        let holders: Vec<PartyId> = permits.iter().map(|permit| permit.holder).collect();
        let holders = party::store::names(connection, &holders).await?;
        let due_on = rules::due_on(year)?;
        let mut items = Vec::with_capacity(permits.len());
        for permit in &permits {
            let report = reports.iter().find(|report| report.permit == permit.id.0);
            let came_on = report.map_or(today, |report| oslo_date(report.first_reported_at));
            let provider = holders.get(&permit.holder).cloned();
            items.push(UtilisationReportItem {
                permit_id: permit.id.to_string(),
                permit_number: permit.number.clone(),
                provider: provider.ok_or_else(|| Failure::internal("a holder is missing"))?,
                year,
                due_on,
                reported_at: report.map(|report| report.reported_at),
                late: came_on > due_on,
            });
        }
        let next = (permits.len() as u64 == limit)
            .then(|| permits.last())
            .flatten()
            .map(|last| page::cursor(&keys, "utilisation-reports", &last.id.0));
        Ok(Answer::new(UtilisationReportPage { items, total, next }))
    }
}
