//! Taking over an edition of the list, and what a caseworker does with ranges that stand there alone.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    super::{
        actions::{TakenOver, cut, take_over},
        model::{NumberRangeRow, Provider, RangeStatus},
        store as ranges,
    },
    model::{Cause, ListedRange, RangeChange},
    rules::{self, Span},
    store,
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, Problem},
    identity::Caller,
    permit::kind::Kind,
    values::{
        ids::fresh,
        language::Language,
        number_resource::{Resource, ResourceType},
    },
};

/// Who changes what a list says.
const IMPORT: &str = "import";

/// A range of the former edition that the newer list lacks.
#[derive(Debug, Clone, PartialEq)]
pub struct Gone {
    /// Which numbers.
    pub resource: Resource,
    /// What the former list said of them.
    pub status: RangeStatus,
    /// Whom it named.
    pub provider: Option<String>,
    /// The registry has decided on part of it itself, which stays.
    pub is_decided: bool,
}

/// What taking over an edition did.
#[derive(Debug, Default)]
pub struct Edition {
    /// For each range, in their order.
    pub outcomes: Vec<TakenOver>,
    /// Ranges that are gone.
    pub gone: Vec<Gone>,
}

/// Makes the ranges those of a list, in their order; `refused` are numbers of rows that could not be
/// taken, of which the edition before is kept. The caller holds `store::lock_all`.
///
/// # Errors
/// When the database does not answer.
pub async fn take_over_edition(
    tx: &Tx,
    listed: &[(u64, NumberRangeRow)],
    refused: &[Span],
    mut progress: impl FnMut(),
) -> Result<Edition, Failure> {
    let former = store::edition(&**tx).await?;
    let mut edition = Edition::default();
    for (_, row) in listed {
        let row = NumberRangeRow { id: fresh(tx.now()), ..row.clone() };
        edition.outcomes.push(take_over(tx, &row).await?);
        progress();
    }
    let span = |row: &NumberRangeRow| (row.kind, row.resource.lower(), row.resource.upper());
    let taken: Vec<Span> = listed.iter().map(|(_, row)| span(row)).collect();
    let named: Vec<Span> = taken.iter().chain(refused).copied().collect();
    for (range, parts) in rules::gone(&former, &named) {
        for (kind, lower, upper) in parts {
            let Some(resource) = kind.at(lower, upper) else { continue };
            edition.gone.push(remove(tx, range, resource).await?);
        }
    }
    let mut kept: Vec<ListedRange> =
        listed.iter().map(|(line, row)| as_listed(*line, row)).collect();
    let overlaps = |range: &ListedRange, spans: &[Span]| {
        spans.iter().any(|(kind, lower, upper)| {
            *kind == range.kind && *lower <= range.upper && range.lower <= *upper
        })
    };
    let stays = former.into_iter().filter(|range| overlaps(range, refused));
    kept.extend(stays.filter(|range| !overlaps(range, &taken)).collect::<Vec<_>>());
    store::replace(tx, &kept).await?;
    Ok(edition)
}

fn as_listed(line: u64, row: &NumberRangeRow) -> ListedRange {
    let named = row.provider.as_ref().map(|provider| provider.name.clone());
    ListedRange {
        kind: row.kind,
        lower: row.resource.lower(),
        upper: row.resource.upper(),
        line: i64::try_from(line).unwrap_or(i64::MAX),
        status: row.status,
        provider: named.or_else(|| row.keeper.clone()),
        comment: row.comment.clone(),
        category: row.category.clone(),
        point_code: row.point_code.clone(),
    }
}

/// Removes what only the former list said of these numbers.
async fn remove(tx: &Tx, range: &ListedRange, resource: Resource) -> Result<Gone, Failure> {
    let mut is_decided = false;
    for row in ranges::overlapping(&**tx, range.kind, &resource).await? {
        if row.is_decided() {
            is_decided = true;
            continue;
        }
        if let Some(part) = part_of(&row, &resource) {
            note(tx, &row, part, Cause::GoneFromList, IMPORT, |_| {}).await?;
        }
        cut(tx, row, &resource).await?;
    }
    // also where a search began anew while this waited for the ranges
    ranges::place::reopen(tx, range.kind, &resource).await?;
    Ok(Gone { resource, status: range.status, provider: range.provider.clone(), is_decided })
}

/// The numbers a row and a resource share.
fn part_of(row: &NumberRangeRow, resource: &Resource) -> Option<Resource> {
    let lower = row.resource.lower().max(resource.lower());
    let upper = row.resource.upper().min(resource.upper());
    if (lower, upper) == (row.resource.lower(), row.resource.upper()) {
        return Some(row.resource.clone());
    }
    row.kind.at(lower, upper)
}

/// Notes that what `row` says of a part of its numbers is not so any more.
async fn note(
    tx: &Tx,
    row: &NumberRangeRow,
    part: Resource,
    cause: Cause,
    by: &str,
    fill: impl FnOnce(&mut RangeChange),
) -> Result<(), Failure> {
    let named = row.provider.as_ref().map(|provider| provider.name.clone());
    let mut change = RangeChange {
        id: fresh(tx.now()),
        kind: row.kind,
        resource: part,
        cause,
        status: row.status,
        provider: named.or_else(|| row.keeper.clone()),
        new_provider: None,
        permit: None,
        grounds: None,
        by: by.to_owned(),
        at: tx.now(),
    };
    fill(&mut change);
    store::insert_change(tx, &change).await
}

/// Notes that a list says something else of what rows said of these numbers.
pub(in super::super) async fn note_changed(
    tx: &Tx,
    rows: &[NumberRangeRow],
    listed: &Resource,
) -> Result<(), Failure> {
    for row in rows {
        if let Some(part) = part_of(row, listed) {
            note(tx, row, part, Cause::ChangedInList, IMPORT, |_| {}).await?;
        }
    }
    Ok(())
}

/// Notes that a permit holds numbers that the list alone said its holder has.
pub(in super::super) async fn note_taken_over(
    tx: &Tx,
    row: &NumberRangeRow,
    taken: &Resource,
    permit: Uuid,
) -> Result<(), Failure> {
    let Some(part) = part_of(row, taken) else { return Ok(()) };
    note(tx, row, part, Cause::TakenOver, "registry", |change| change.permit = Some(permit)).await
}

/// What a caseworker does with numbers that are assigned by the list alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Type of the resource.
    pub kind: &'static ResourceType,
    /// Which numbers.
    pub resource: Resource,
    /// What becomes of them.
    pub to: Fate,
    /// Why.
    pub grounds: String,
}

/// What becomes of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// Given back by the provider.
    Returned,
    /// Taken back by the authority.
    Withdrawn,
    /// Another provider has them.
    Transferred(Provider),
}

/// Carries a step out; answers when.
///
/// # Errors
/// 403 for a caseworker who does not handle numbers; 409 when part of the numbers is not assigned, or a
/// permit holds it.
pub async fn change(app: &App, caller: &Caller, step: &Step) -> Result<DateTime<Utc>, Failure> {
    caller.needs_kind(Kind::Numbering)?;
    app.db().write(|tx| async move { change_in(&tx, &caller.subject, step).await }).await
}

fn held(resource: &Resource) -> Failure {
    Failure::told(Problem::IllegalTransition, |language| match language {
        Language::Bokmal => format!(
            "En tillatelse har {resource}. Endre, overfør eller avslutt den tillatelsen i stedet."
        ),
        Language::Nynorsk => {
            format!("Eit løyve har {resource}. Endre, overfør eller avslutt det løyvet i staden.")
        }
        Language::English => {
            format!("A permit holds {resource}. Amend, transfer or end that permit instead.")
        }
    })
}

fn not_assigned() -> Failure {
    Failure::told(Problem::IllegalTransition, |language| {
        let text = match language {
            Language::Bokmal => {
                "Ikke alle disse numrene er tildelt. Oppgi numre som listen viser som tildelt."
            }
            Language::Nynorsk => {
                "Ikkje alle desse numra er tildelte. Oppgje nummer som lista viser som tildelte."
            }
            Language::English => {
                "Not all of these numbers are assigned. Name numbers that the list shows as assigned."
            }
        };
        text.to_owned()
    })
}

async fn change_in(tx: &Tx, actor: &str, step: &Step) -> Result<DateTime<Utc>, Failure> {
    let place = (step.resource.lower(), step.resource.upper());
    ranges::lock_lanes(tx, step.kind, [place]).await?;
    let rows = ranges::lock_overlapping(tx, step.kind, &step.resource).await?;
    if let Some(row) = rows.iter().find(|row| row.permit.is_some()) {
        return Err(held(&row.resource));
    }
    let mut from = step.resource.lower();
    for row in &rows {
        let adjoins = row.resource.lower() <= from;
        if row.status != RangeStatus::Assigned || !adjoins {
            break;
        }
        from = row.resource.upper() + 1;
    }
    if from <= step.resource.upper() {
        return Err(not_assigned());
    }
    for row in rows {
        let Some(part) = part_of(&row, &step.resource) else { continue };
        let (status, cause, provider) = match &step.to {
            Fate::Returned => (RangeStatus::Returned, Cause::Returned, None),
            Fate::Withdrawn => (RangeStatus::Withdrawn, Cause::Withdrawn, None),
            Fate::Transferred(provider) => {
                (RangeStatus::Assigned, Cause::Transferred, Some(provider.clone()))
            }
        };
        note(tx, &row, part.clone(), cause, actor, |change| {
            change.new_provider.clone_from(&provider);
            change.grounds = Some(step.grounds.clone());
        })
        .await?;
        let changed = NumberRangeRow {
            id: fresh(tx.now()),
            resource: part.clone(),
            status,
            provider,
            point_code: None,
            version: 1,
            ..row.clone()
        };
        cut(tx, row, &part).await?;
        ranges::insert(tx, &changed).await?;
        if changed.status != RangeStatus::Assigned {
            ranges::place::reopen(tx, step.kind, &part).await?;
        }
    }
    Ok(tx.now())
}
