//! What is due besides cases on permits, as lines of the page `today.rs`: appeals against invoices, supervision, reports of
//! interference, and access to documents. Each is shown to whoever may handle it.

use chrono::{NaiveDate, TimeDelta};
use uuid::Uuid;

use super::{
    ACCESS_PATH, access, fee_invoice, supervision,
    today::{Dated, LIMIT, Line},
};
use crate::{
    app::App,
    document_access::{self, store::Reach},
    failure::Failure,
    identity::{Caller, SupervisionSight},
    interference::{
        rules::{Filter, severity_title},
        store as reports,
    },
    party,
    task::{
        model::DutyQuery,
        store::{duty, others},
    },
    values::calendar::{end_of_day, oslo_date, start_of_day},
    web::sign_in::SignedIn,
};

crate::web::texts::texts! {
    cwt_access: "Krav om innsyn skal besvares", "Krav om innsyn skal svarast på", "Request for access to be answered";
    cwt_access_grounds: "Nærmere begrunnelse er krevd", "Nærare grunngiving er kravd", "Fuller grounds are demanded";
    cwt_access_appeal: "Klage om innsyn skal vurderes", "Klage om innsyn skal vurderast", "Appeal about access to be considered";
    cwt_report: "Melding om forstyrrelse skal vurderes", "Melding om forstyrring skal vurderast", "Report of interference to be looked at";
    cwt_supervision: "Frist i tilsynssaken", "Frist i tilsynssaka", "Deadline in the supervision case";
}

/// What a caseworker may see of it.
pub struct Seen {
    pub(super) supervision: SupervisionSight,
    /// None without the scope of those who answer requests.
    access: Option<Reach>,
}

impl Seen {
    /// By a caseworker.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn by(app: &App, caller: &Caller) -> Result<Self, Failure> {
        let access = match caller.has_scope(access::SCOPE) {
            true => Some(document_access::actions::reach(app, caller).await?),
            false => None,
        };
        Ok(Self { supervision: party::actions::supervision_sight(app, caller).await?, access })
    }
}

/// What is due in the days of a query, at most [`LIMIT`] of each sort, and whether there is more.
///
/// # Errors
/// When the database does not answer.
pub async fn lines(
    app: &App,
    visitor: &SignedIn,
    seen: &Seen,
    query: &DutyQuery,
) -> Result<(Vec<Dated>, bool), Failure> {
    let mut found = Found { visitor, lines: Vec::new(), has_more: false };
    found.fees(app, query).await?;
    found.supervision(app, &seen.supervision, query).await?;
    if seen.supervision != SupervisionSight::Nothing {
        found.reports(app, query).await?;
    }
    if let Some(reach) = &seen.access {
        found.access(app, reach, query).await?;
    }
    Ok((found.lines, found.has_more))
}

struct Found<'a> {
    visitor: &'a SignedIn,
    lines: Vec<Dated>,
    has_more: bool,
}

impl Found<'_> {
    /// What was found, but for what goes beyond what is shown.
    fn shown<T>(&mut self, mut found: Vec<T>) -> Vec<T> {
        let most = usize::try_from(LIMIT).unwrap_or(usize::MAX);
        self.has_more |= found.len() > most;
        found.truncate(most);
        found
    }

    fn add(
        &mut self,
        due_on: NaiveDate,
        (link, number): (String, String),
        (what, kind): (&'static str, &'static str),
        who: Option<String>,
    ) {
        let reader = &self.visitor.reader;
        let (link, day) = (reader.link(link), reader.words.date(due_on));
        self.lines.push((due_on, Line { link, number, what, kind, day, who, reminder: None }));
    }

    /// Appeals against invoices, which nobody in particular has: everybody sees them.
    async fn fees(&mut self, app: &App, query: &DutyQuery) -> Result<(), Failure> {
        let words = self.visitor.reader.words;
        let due = duty::fee_appeals(app.db().read(), query, LIMIT + 1).await?;
        for one in self.shown(due) {
            let link = fee_invoice::PATH.replace(":id", &one.invoice.to_string());
            let number = words.cwf_invoice(one.number);
            self.add(one.due_on, (link, number), (words.cwt_appeal(), words.cwf_fees()), None);
        }
        Ok(())
    }

    /// Days of cases of supervision, and the appeals in them.
    async fn supervision(
        &mut self,
        app: &App,
        sight: &SupervisionSight,
        query: &DutyQuery,
    ) -> Result<(), Failure> {
        let words = self.visitor.reader.words;
        let due = others::of_supervision(app.db().read(), sight, query, LIMIT + 1).await?;
        for one in self.shown(due) {
            let link = supervision::CASE_PATH.replace(":id", &one.case.to_string());
            let what = if one.is_appeal { words.cwt_appeal() } else { words.cwt_supervision() };
            self.add(one.due_on, (link, one.number), (what, words.sup_cases()), Some(one.assignee));
        }
        Ok(())
    }

    /// Reports of interference nobody has decided about, which nobody in particular has. Some are due within the hour, so
    /// what has passed today is overdue.
    async fn reports(&mut self, app: &App, query: &DutyQuery) -> Result<(), Failure> {
        let (now, reader) = (app.clock().now(), &self.visitor.reader);
        let after = query.from.map(|from| (start_of_day(from).max(now), Uuid::max()));
        let until = if query.from.is_some() { end_of_day(query.until) } else { now };
        let (connection, all) = (app.db().read(), Filter::default());
        let mut due = reports::list(connection, &all, now, after, LIMIT + 1).await?;
        due.retain(|kept| kept.report.due_at <= until);
        for kept in self.shown(due) {
            let report = kept.report;
            let link = supervision::REPORT_PATH.replace(":id", &report.id.to_string());
            let line = Line {
                link: reader.link(link),
                number: report.display_number(),
                what: reader.words.cwt_report(),
                kind: severity_title(report.severity, reader.language()),
                day: reader.words.limit(report.due_at),
                who: None,
                reminder: None,
            };
            // a time limit that ends with a day ends at the first instant after it
            self.lines.push((oslo_date(report.due_at - TimeDelta::seconds(1)), line));
        }
        Ok(())
    }

    /// Requests for access and appeals about it, which nobody in particular has.
    async fn access(&mut self, app: &App, reach: &Reach, query: &DutyQuery) -> Result<(), Failure> {
        let (connection, words) = (app.db().read(), self.visitor.reader.words);
        let days = (query.from, query.until);
        let requests = document_access::store::due(connection, reach, days, LIMIT + 1).await?;
        let requests = self.shown(requests);
        let entries = access::entries_of(app, &requests).await?;
        for request in requests {
            let entry = entries.get(&request.entry).ok_or_else(Failure::not_found)?;
            let what = match request.wanting() {
                Some(_) => words.cwt_access_grounds(),
                None => words.cwt_access(),
            };
            let number = format!("{}-{}", entry.case_display(), request.number);
            let link = format!("{ACCESS_PATH}/{}", request.id);
            self.add(request.waits_until(), (link, number), (what, words.cwda_title()), None);
        }
        let appeals =
            document_access::store::appeal::due(connection, reach, days, LIMIT + 1).await?;
        for (appeal, request, entry) in access::about(app, self.shown(appeals)).await? {
            let number = format!("{}-{}", entry.case_display(), appeal.number);
            let link = format!("{ACCESS_PATH}/{}", request.id);
            let what = words.cwt_access_appeal();
            self.add(appeal.due_on, (link, number), (what, words.cwda_title()), None);
        }
        Ok(())
    }
}
