//! Moving a series from one permit to another.

use chrono::Datelike as _;
use serde_json::json;

use super::rules;
use crate::{
    app::App,
    case::actions::authority::{self, Change},
    database::{Connection, Tx},
    failure::{Failure, FieldErrors, Problem},
    identity::{Caller, Sight},
    numbering, party,
    permit::{
        self,
        actions::StateStep,
        kind::{Kind, numbering::model::NumberingDetails},
        lifecycle::Status,
        model::Permit,
    },
    utilisation,
    values::{
        calendar::oslo_date,
        decision_basis::decision_basis,
        ids::PermitId,
        language::Language,
        number_resource::{Resource, ResourceType},
    },
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The series, as it was typed.
    pub range: String,
    /// Permit that is to have it.
    pub to: PermitId,
    /// Why.
    pub grounds: String,
}

/// What was done.
#[derive(Debug)]
pub struct Moved {
    /// The series.
    pub resource: Resource,
    /// How much of it had been ported out, in hundredths of a per cent.
    pub ported_out: u32,
    /// Year of the report that says so.
    pub year: i32,
    /// The permit it was moved out of.
    pub from: Permit,
    /// The permit it belongs to.
    pub to: Permit,
}

/// Moves a series at once.
///
/// # Errors
/// 403 for a caseworker who is party to one of the permits; 404, 412 or 409 as every step; 422 when
/// the range is not the permit's, the receiving permit is not one of another provider, or not so much
/// had been ported out.
pub async fn transfer(
    app: &App,
    caller: &Caller,
    id: PermitId,
    version: i32,
    asked: &Asked,
) -> Result<Moved, Failure> {
    app.db()
        .write(|tx| async move { transfer_in(app, caller, &tx, id, version, asked).await })
        .await
}

async fn transfer_in(
    app: &App,
    caller: &Caller,
    tx: &Tx,
    id: PermitId,
    version: i32,
    asked: &Asked,
) -> Result<Moved, Failure> {
    let (from, to) = locked(app, caller, tx, id, asked.to).await?;
    if from.version != version {
        return Err(Failure::stale());
    }
    let (mut details, kind) = numbers_of(&from).ok_or_else(not_a_series)?;
    if !kind.is_given_in_series() {
        return Err(not_a_series());
    }
    let mut errors = FieldErrors::new();
    let resource = errors.take("/range", kind.parse(&asked.range));
    let received = numbers_of(&to).filter(|(_, other)| {
        *other == kind && to.status == Status::Active && to.holder != from.holder
    });
    if received.is_none() {
        errors.add(
            "/receivingPermitId",
            "not-receiving",
            "Name an active permit of another provider for the same type of resource.",
        );
    }
    let left = resource.as_ref().and_then(|moved| rules::left(kind, &details.resources, moved));
    if resource.is_some() && left.is_none() {
        errors.add("/range", "not-held", "Name a range that this permit has, or a part of one.");
    }
    let (resource, left, (mut received, _)) =
        errors.finish(resource.zip(left).zip(received).map(|((a, b), c)| (a, b, c)))?;
    let (year, ported_out) = reported(app, &**tx, &from, &resource).await?;

    // numbers of both permits are written: locked in order, once
    let places = details.resources.iter().chain(&received.resources);
    let basis = decision_basis("series-transfer", oslo_date(tx.now()));
    let places: Vec<_> = places.map(|one| (one.lower(), one.upper())).collect();
    numbering::store::lock_lanes(tx, kind, places).await?;
    let change = Change {
        grounds: asked.grounds.clone(),
        application: None,
        conditions: None,
        valid_until: None,
        sent: json!({ "seriesTransfer": { "range": resource.to_string() } }),
    };
    let from = if left.is_empty() {
        let step = StateStep::Revoke(&asked.grounds);
        permit::actions::take(app, tx, from, step, &caller.subject).await?
    } else {
        details.resources = left;
        let details = serde_json::to_value(details).map_err(Failure::internal)?;
        authority::amend_details(app, tx, caller, from, details, &change, basis).await?
    };
    received.resources.push(resource.clone());
    received.resources.sort_by_key(Resource::lower);
    let details = serde_json::to_value(received).map_err(Failure::internal)?;
    let to = authority::amend_details(app, tx, caller, to, details, &change, basis).await?;
    Ok(Moved { resource, ported_out, year, from, to })
}

/// Both permits with their holders locked, each in the order of their ids, so that nobody waits in a
/// circle.
async fn locked(
    app: &App,
    caller: &Caller,
    tx: &Tx,
    from: PermitId,
    to: PermitId,
) -> Result<(Permit, Permit), Failure> {
    let known = permit::store::find(&**tx, Sight::All, from).await?;
    caller.needs_kind(known.kind)?;
    let mut permits = vec![known];
    if to != from {
        match permit::store::find(&**tx, Sight::All, to).await {
            Ok(other) => permits.push(other),
            Err(failure) if failure.problem() == Problem::NotFound => {
                return Err(Failure::at(
                    "/receivingPermitId",
                    "unknown",
                    "There is no such permit.",
                ));
            }
            Err(failure) => return Err(failure),
        }
    }
    for permit in &permits {
        party::actions::refuse_own(app, caller, permit.holder).await?;
    }
    let mut holders: Vec<_> = permits.iter().map(|permit| permit.holder).collect();
    holders.sort_unstable_by_key(|holder| holder.0);
    holders.dedup();
    for holder in holders {
        party::store::lock(tx, holder).await?;
    }
    let (first, second) = (from.min(to), from.max(to));
    let first = permit::store::lock(tx, Sight::All, first).await?;
    let second = permit::store::lock(tx, Sight::All, second).await?;
    Ok(if first.id == from { (first, second) } else { (second, first) })
}

fn numbers_of(permit: &Permit) -> Option<(NumberingDetails, &'static ResourceType)> {
    if permit.kind != Kind::Numbering {
        return None;
    }
    let details: NumberingDetails = serde_json::from_value(permit.details.clone()).ok()?;
    let kind = details.kind()?;
    Some((details, kind))
}

/// The series of a permit that may be moved for porting; none of a permit of something else.
pub fn series_of(permit: &Permit) -> Option<Vec<Resource>> {
    let (details, kind) = numbers_of(permit)?;
    kind.is_given_in_series().then_some(details.resources)
}

fn not_a_series() -> Failure {
    Failure::told(Problem::ConditionsNotMet, |language| {
        let text = match language {
            Language::Bokmal => {
                "Bare serier av 8- og 12-sifrede numre flyttes på grunn av portering. Endre eller overfør denne tillatelsen i stedet."
            }
            Language::Nynorsk => {
                "Berre seriar av 8- og 12-sifra nummer blir flytte på grunn av portering. Endre eller overfør dette løyvet i staden."
            }
            Language::English => {
                "Only series of 8- and 12-digit numbers are moved for porting. Amend or transfer this permit instead."
            }
        };
        text.to_owned()
    })
}

/// The newest report that tells of the whole series, and the share it says.
async fn reported(
    app: &App,
    connection: &impl Connection,
    permit: &Permit,
    moved: &Resource,
) -> Result<(i32, u32), Failure> {
    let today = oslo_date(app.clock().now());
    let needed = rules::needed(today).ok_or_else(not_a_series)?;
    for year in [today.year() - 1, today.year() - 2] {
        let Some(report) = utilisation::store::find(connection, permit.id, year).await? else {
            continue;
        };
        let Some(share) = rules::ported_out(moved, &report.content.series) else { continue };
        if share > needed {
            return Ok((year, share));
        }
        return Err(Failure::told(Problem::ConditionsNotMet, |language| {
            too_little(language, year, share, needed)
        }));
    }
    Err(Failure::told(Problem::ConditionsNotMet, |language| {
        let text = match language {
            Language::Bokmal => {
                "Innehaveren har ikke rapportert om alle disse numrene for noen av de to siste årene. Be om rapporten først."
            }
            Language::Nynorsk => {
                "Innehavaren har ikkje rapportert om alle desse numra for nokon av dei to siste åra. Be om rapporten først."
            }
            Language::English => {
                "The holder has not reported on all of these numbers for any of the last two years. Ask for the report first."
            }
        };
        text.to_owned()
    }))
}

/// Why a report does not let a series be moved; shares in hundredths of a per cent.
fn too_little(language: Language, year: i32, share: u32, needed: u32) -> String {
    let point = if language == Language::English { '.' } else { ',' };
    let [share, needed] =
        [share, needed].map(|one| format!("{}{point}{:02}", one / 100, one % 100));
    match language {
        Language::Bokmal => format!(
            "Etter rapporten for {year} var bare {share} % av disse numrene portert ut; det må være mer enn {needed} %."
        ),
        Language::Nynorsk => format!(
            "Etter rapporten for {year} var berre {share} % av desse numra porterte ut; det må vere meir enn {needed} %."
        ),
        Language::English => format!(
            "By the report on {year} only {share} % of these numbers had been ported out; more than {needed} % are needed."
        ),
    }
}
