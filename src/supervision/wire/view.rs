//! Supervision in JSON: what is answered.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;

use super::super::{
    actions::{
        appeals::Decision,
        dossier::{Dossier, Shown},
    },
    model::{Case, Deed, FineWay, Matter, Measurement},
};
use crate::{
    appeal::wire::AppealView, fee::invoice::model::Invoice,
    interference::wire::view::InterferenceReportView, party::model::Party,
    values::position::Position,
};

/// A supervision case in a list.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct SupervisionSummary {
    /// Id.
    pub id: String,
    /// Number of the case.
    pub case_number: String,
    /// `open`, `noticed`, `ordered`, `fined`, `corrected` or `closed`.
    pub status: String,
    /// `corrected`, `noBreach` or `discontinued`; absent while it is open.
    pub outcome: Option<String>,
    /// Class.
    pub severity: String,
    /// What is looked into.
    pub matter: String,
    /// The permit it is about.
    pub permit_id: Option<String>,
    /// Lowest frequency in hertz.
    pub lower_hertz: Option<u64>,
    /// Highest frequency in hertz.
    pub upper_hertz: Option<u64>,
    /// Caseworker.
    pub assignee: String,
    /// When something is to have happened.
    pub due_on: Option<NaiveDate>,
    /// That day has passed.
    pub overdue: bool,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// Day on which what was wrong was corrected.
    pub corrected_on: Option<NaiveDate>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Version; the entity tag is `"v{version}"`.
    pub version: i32,
}

impl SupervisionSummary {
    /// The summary of a case.
    pub fn of(case: &Case, matter: &Matter, today: NaiveDate) -> Self {
        let (lower_hertz, upper_hertz) = case.range.unzip();
        Self {
            id: case.id.to_string(),
            case_number: case.display_number(),
            status: case.status.code().to_owned(),
            outcome: case.outcome.map(|outcome| outcome.code().to_owned()),
            severity: case.severity.code().to_owned(),
            matter: matter.text.clone(),
            permit_id: case.permit.map(|permit| permit.to_string()),
            lower_hertz,
            upper_hertz,
            assignee: case.assignee.clone(),
            due_on: case.due_on,
            overdue: case.due_on.is_some_and(|due| due < today),
            opened_at: case.opened_at,
            corrected_on: case.corrected_on,
            closed_at: case.closed_at,
            version: case.version,
        }
    }
}

/// A page of supervision cases, the newest first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct SupervisionPage {
    /// The cases of this page.
    pub items: Vec<SupervisionSummary>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

/// Whom a case is directed at.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct RespondentView {
    /// Id of the holder or organisation; absent while nobody knows.
    pub holder_id: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// What there is to go by, while nobody knows.
    pub unknown: Option<String>,
}

impl RespondentView {
    fn of(respondent: Option<&Party>, matter: &Matter) -> Self {
        Self {
            holder_id: respondent.map(|party| party.id.to_string()),
            name: respondent.map(|party| party.details.name.clone()),
            unknown: matter.suspect.clone().filter(|_| respondent.is_none()),
        }
    }
}

/// A measurement.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct MeasurementView {
    /// When.
    pub measured_at: DateTime<Utc>,
    /// Where, in words.
    pub site: String,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// Frequency in hertz.
    pub frequency_hertz: u64,
    /// Level.
    pub level: f64,
    /// What it is in.
    pub level_unit: String,
    /// Bandwidth in hertz.
    pub bandwidth_hertz: u64,
    /// Equipment.
    pub equipment: String,
    /// Who measured.
    pub measured_by: String,
}

impl MeasurementView {
    fn of(measurement: &Measurement) -> Self {
        let place = measurement.position.and_then(|(n, e)| Position::from_micro(n, e).ok());
        Self {
            measured_at: measurement.measured_at,
            site: measurement.site.clone(),
            latitude: place.map(Position::latitude),
            longitude: place.map(Position::longitude),
            frequency_hertz: measurement.frequency,
            level: f64::from(measurement.level) / 100.0,
            level_unit: measurement.unit.code().to_owned(),
            bandwidth_hertz: measurement.bandwidth,
            equipment: measurement.equipment.clone(),
            measured_by: measurement.measured_by.clone(),
        }
    }
}

/// A coercive fine, and what it has come to.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct FineView {
    /// `running` or `oneOff`.
    pub kind: String,
    /// Øre, for each day or once.
    pub amount_ore: i64,
    /// First day it runs, or the day by which it falls due.
    pub runs_from: NaiveDate,
    /// Most it can come to, in øre.
    pub maximum_ore: Option<i64>,
    /// Days that have cost; absent while the fine does not hold.
    pub accrued_days: Option<u64>,
    /// What it has come to, in øre.
    pub accrued_ore: Option<i64>,
    /// An appeal stops it today.
    pub paused: Option<bool>,
    /// Its invoice, once the fine is final and charged.
    pub invoice: Option<FineInvoiceView>,
}

/// The invoice of a coercive fine.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct FineInvoiceView {
    /// Id of the invoice.
    pub invoice_id: String,
    /// Its number.
    pub invoice_number: i64,
    /// Last day to pay.
    pub due_on: NaiveDate,
    /// What is still to be paid, in øre.
    pub open_ore: i64,
}

impl FineInvoiceView {
    fn of(one: &Invoice) -> Self {
        Self {
            invoice_id: one.id.to_string(),
            invoice_number: one.number,
            due_on: one.due_on,
            open_ore: one.open_ore(),
        }
    }
}

/// Something done in a case.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct ActView {
    /// Id; of an order or a fine the id of the decision.
    pub id: String,
    /// `measurement`, `notice`, `remark`, `order` or `coerciveFine`.
    pub kind: String,
    /// `recorded`, `proposed`, `sentBack`, `inForce` or `annulled`.
    pub status: String,
    /// What it says.
    pub text: Option<String>,
    /// Grounds of a decision.
    pub grounds: Option<String>,
    /// True for what the respondent said.
    pub from_respondent: Option<bool>,
    /// The measurement.
    pub measurement: Option<MeasurementView>,
    /// The fine.
    pub fine: Option<FineView>,
    /// By when the respondent has to answer or to have done it.
    pub due_on: Option<NaiveDate>,
    /// Who did it.
    pub actor: String,
    /// Who signed it as the second.
    pub signed_by: Option<String>,
    /// The letter that told of it.
    pub letter_id: Option<String>,
    /// When it was written.
    pub made_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Appeals against it, the oldest first.
    pub appeals: Option<Vec<AppealView>>,
}

impl ActView {
    fn of(shown: Shown) -> Self {
        let Shown { act, appeals, accrued, invoice } = shown;
        let kind = act.deed.code().to_owned();
        let is_decision = act.deed.is_decision();
        let (mut text, mut grounds, mut from_respondent) = (None, None, None);
        let (mut measurement, mut fine) = (None, None);
        match act.deed {
            Deed::Measurement(own) => measurement = Some(MeasurementView::of(&own)),
            Deed::Notice { text: own } => text = Some(own),
            Deed::Remark { from_respondent: is_theirs, text: own } => {
                (text, from_respondent) = (Some(own), Some(is_theirs));
            }
            Deed::Order { text: own, grounds: why, .. } => (text, grounds) = (Some(own), Some(why)),
            Deed::CoerciveFine { terms, grounds: why } => {
                grounds = Some(why);
                fine = Some(FineView {
                    kind: match terms.way {
                        FineWay::Running => "running",
                        FineWay::OneOff => "oneOff",
                    }
                    .to_owned(),
                    amount_ore: terms.amount,
                    runs_from: terms.from,
                    maximum_ore: terms.maximum,
                    accrued_days: accrued.map(|accrued| accrued.days),
                    accrued_ore: accrued.map(|accrued| accrued.amount),
                    paused: accrued.map(|accrued| accrued.is_paused),
                    invoice: invoice.as_ref().map(FineInvoiceView::of),
                });
            }
        }
        Self {
            id: act.id.to_string(),
            kind,
            status: act.standing.code().to_owned(),
            text,
            grounds,
            from_respondent,
            measurement,
            fine,
            due_on: act.due_on,
            actor: act.actor,
            signed_by: act.signed_by,
            letter_id: act.letter.map(|letter| letter.to_string()),
            made_at: act.made_at,
            decided_at: act.decided_at,
            appeals: is_decision.then(|| appeals.into_iter().map(AppealView::of).collect()),
        }
    }
}

/// A supervision case with everything in it, for caseworkers.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct SupervisionView {
    /// The case.
    #[oai(flatten)]
    pub summary: SupervisionSummary,
    /// Whom it is directed at.
    pub respondent: RespondentView,
    /// Number of the permit it is about.
    pub permit_number: Option<String>,
    /// What was done, in order.
    pub acts: Vec<ActView>,
    /// What all fines have come to, in øre.
    pub accrued_ore: i64,
    /// The reports that belong to it.
    pub reports: Vec<InterferenceReportView>,
}

impl SupervisionView {
    /// The view of a case.
    pub fn of(dossier: Dossier, now: DateTime<Utc>, today: NaiveDate) -> Self {
        let accrued_ore = dossier.accrued();
        let respondent = RespondentView::of(dossier.respondent.as_ref(), &dossier.matter);
        let reports = dossier.reports.into_iter();
        Self {
            summary: SupervisionSummary::of(&dossier.case, &dossier.matter, today),
            respondent,
            permit_number: dossier.permit_number,
            acts: dossier.acts.into_iter().map(ActView::of).collect(),
            accrued_ore,
            reports: reports
                .map(|(report, content)| InterferenceReportView::of(&report, content, now))
                .collect(),
        }
    }
}

/// A decision of supervision, as its respondent sees it.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct SupervisionDecisionView {
    /// Id.
    pub id: String,
    /// Id of its case.
    pub supervision_case_id: String,
    /// Number of its case.
    pub case_number: String,
    /// The decision.
    pub decision: ActView,
    /// Version of the case; the entity tag is `"v{version}"`.
    pub version: i32,
}

impl SupervisionDecisionView {
    /// The view of a decision.
    pub fn of(decision: Decision) -> Self {
        let Decision { case, act, appeals, accrued, invoice } = decision;
        Self {
            id: act.id.to_string(),
            supervision_case_id: case.id.to_string(),
            case_number: case.display_number(),
            version: case.version,
            decision: ActView::of(Shown { act, appeals, accrued, invoice }),
        }
    }
}
