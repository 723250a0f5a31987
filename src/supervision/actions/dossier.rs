//! A case with everything in it, and what its fines have come to today.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Doing, may_see};
use crate::{
    app::App,
    appeal::{self, model::Appeal},
    database::Connection,
    failure::Failure,
    fee::{self, invoice::model::Invoice},
    identity::Caller,
    interference::{
        self,
        model::{Content, Report},
    },
    journal,
    keys::DataKey,
    party::{self, model::Party},
    supervision::{
        model::{Act, Case, Deed, Matter, Standing},
        rules::fine::{self, Accrued, Course},
        store,
    },
    values::{
        calendar::oslo_date,
        ids::{CaseId, InvoiceId},
    },
};

/// What a caseworker sees of a case.
pub struct Dossier {
    /// The case.
    pub case: Case,
    /// What it is about.
    pub matter: Matter,
    /// Whom it is directed at.
    pub respondent: Option<Party>,
    /// Number of the permit it is about.
    pub permit_number: Option<String>,
    /// What was done, in order, each with its appeals and what a fine has come to.
    pub acts: Vec<Shown>,
    /// The reports that belong to it.
    pub reports: Vec<(Report, Content)>,
    /// Its journal.
    pub journal: Vec<journal::Entry>,
}

/// An act with what followed.
pub struct Shown {
    /// The act.
    pub act: Act,
    /// Appeals against it, the oldest first.
    pub appeals: Vec<Appeal>,
    /// What the fine has come to; none for anything else, and for one that does not hold.
    pub accrued: Option<Accrued>,
    /// The invoice of the fine, once it is final and charged.
    pub invoice: Option<Invoice>,
}

impl Dossier {
    /// What all fines have come to, in øre.
    pub fn accrued(&self) -> i64 {
        self.acts.iter().filter_map(|shown| shown.accrued).map(|accrued| accrued.amount).sum()
    }
}

/// A case with everything in it.
///
/// # Errors
/// 404 without one, and for its respondent.
pub async fn dossier(app: &App, caller: &Caller, id: CaseId) -> Result<Dossier, Failure> {
    let (connection, keys) = (app.db().read(), app.keys());
    may_see(app, caller, id).await?;
    let kept = store::find(connection, id).await?;
    let key = kept.key(&keys)?;
    let matter = kept.matter(&key)?;
    let case = kept.case;
    let today = oslo_date(app.clock().now());
    let acts = store::acts(connection, &key, id).await?;
    let acts = with_appeals(connection, &key, &case, acts, today).await?;
    let respondent = match case.party {
        Some(party) => Some(party::store::get(connection, party).await?),
        None => None,
    };
    let permit_number = match case.permit {
        Some(permit) => {
            let sight = crate::identity::Sight::All;
            Some(crate::permit::store::find(connection, sight, permit).await?.number)
        }
        None => None,
    };
    let reports = interference::store::of_case(connection, id.0).await?;
    let reports = reports
        .into_iter()
        .map(|kept| Ok((kept.report.clone(), kept.content(&keys)?)))
        .collect::<Result<_, Failure>>()?;
    let journal = journal::of_case(connection, id).await?;
    Ok(Dossier { case, matter, respondent, permit_number, acts, reports, journal })
}

/// What the fines of a case that is being worked on have come to.
pub(super) async fn accrued_in(
    connection: &impl Connection,
    doing: &Doing,
    today: NaiveDate,
) -> Result<i64, Failure> {
    let acts = doing.acts.clone();
    let shown = with_appeals(connection, &doing.key, &doing.case, acts, today).await?;
    Ok(shown.iter().filter_map(|one| one.accrued).map(|accrued| accrued.amount).sum())
}

async fn with_appeals(
    connection: &impl Connection,
    key: &DataKey,
    case: &Case,
    acts: Vec<Act>,
    today: NaiveDate,
) -> Result<Vec<Shown>, Failure> {
    let mut invoices = invoices_of(connection, &acts).await?;
    let mut shown = Vec::with_capacity(acts.len());
    for act in acts {
        let appeals = if act.deed.is_decision() {
            appeal::store::of_case(connection, key, CaseId(act.id)).await?
        } else {
            Vec::new()
        };
        let accrued = accrued(case, &act, &appeals, today);
        let invoice = invoices.remove(&act.id);
        shown.push(Shown { act, appeals, accrued, invoice });
    }
    Ok(shown)
}

/// The invoices of these fines.
pub(super) async fn invoices_of(
    connection: &impl Connection,
    acts: &[Act],
) -> Result<HashMap<Uuid, Invoice>, Failure> {
    let is_fine = |act: &&Act| matches!(act.deed, Deed::CoerciveFine { .. });
    let fines: Vec<Uuid> = acts.iter().filter(is_fine).map(|act| act.id).collect();
    if fines.is_empty() {
        return Ok(HashMap::new());
    }
    let lines = fee::store::of_fines(connection, &fines).await?;
    let of: HashMap<InvoiceId, Uuid> =
        lines.iter().filter_map(|line| Some((line.invoice?, line.of.fine()?))).collect();
    let ids: Vec<InvoiceId> = of.keys().copied().collect();
    let invoices = fee::invoice::store::by_ids(connection, &ids).await?;
    Ok(invoices.into_iter().filter_map(|one| Some((*of.get(&one.id)?, one))).collect())
}

/// What a fine has come to; none for anything else, and for one that does not hold.
pub(super) fn accrued(
    case: &Case,
    act: &Act,
    appeals: &[Appeal],
    today: NaiveDate,
) -> Option<Accrued> {
    let Deed::CoerciveFine { terms, .. } = &act.deed else { return None };
    if act.standing != Standing::InForce {
        return None;
    }
    let pauses = fine::pauses(appeals);
    let course = Course {
        corrected_on: case.corrected_on,
        stopped_on: case.closed_at.map(oslo_date),
        appeals: &pauses,
    };
    Some(fine::accrued(terms, &course, today))
}
