//! What the steps of a numbering permit do to the ranges of `crate::numbering`.

use chrono::NaiveDate;
use serde_json::Value;

use super::{model::NumberingDetails, rules};
use crate::{
    database::{Connection, Tx},
    failure::Failure,
    numbering::{
        actions,
        model::{Claim, NumberRangeRow, Provider, RangeStatus},
        store,
    },
    party::{
        self,
        model::{Identity, Party},
    },
    permit::{kind::Reason, lifecycle::Status, model::Permit},
    values::{
        calendar::oslo_date,
        ids::{CaseId, PartyId, PermitId},
        limit::Limit,
        number_resource::ResourceType,
    },
};

fn read(details: &Value) -> Result<(NumberingDetails, &'static ResourceType), Failure> {
    let details: NumberingDetails =
        serde_json::from_value(details.clone()).map_err(Failure::internal)?;
    let kind = details.kind().ok_or_else(|| Failure::internal("unknown type of resource"))?;
    Ok((details, kind))
}

/// What stands in the way of the numbers applied for.
///
/// # Errors
/// When the database does not answer.
pub async fn findings(
    connection: &impl Connection,
    details: &Value,
    except: Option<PermitId>,
    case: Option<CaseId>,
    today: NaiveDate,
    holder: PartyId,
) -> Result<Vec<Reason>, Failure> {
    let (details, kind) = read(details)?;
    let code = details.provider_code.as_deref();
    let mut reasons = code_of_another(connection, code, holder, today).await?;
    for resource in &details.resources {
        let rows =
            actions::in_the_way(connection, kind, resource, except.map(|id| id.0), today).await?;
        let others =
            rows.iter().filter(|row| row.case.is_none() || row.case != case.map(|id| id.0));
        reasons.extend(others.map(in_the_way));
    }
    if let Some(end_user) = details.end_user.as_ref().filter(|end_user| end_user.non_commercial) {
        let number = end_user.organisation_number.to_string();
        let held = store::non_commercial(connection, &number, except.map(|id| id.0)).await?;
        let wished = details.wish.as_ref().map_or(0, |wish| u64::from(wish.blocks));
        let asked = held + wished + details.resources.len() as u64;
        let most = Limit::NonCommercialNumbers.count(today);
        if let Some(most) = most.filter(|most| asked > *most) {
            reasons.push(Reason::with("too-many-non-commercial", [held, most]));
        }
    }
    Ok(reasons)
}

/// Whether the provider code that is named is another's: numbers are ported by it (§ 25).
async fn code_of_another(
    connection: &impl Connection,
    code: Option<&str>,
    holder: PartyId,
    today: NaiveDate,
) -> Result<Vec<Reason>, Failure> {
    let codes = ResourceType::on(rules::PROVIDER_CODES, today);
    let named = codes.zip(code).and_then(|(kind, code)| Some((kind, kind.parse(code).ok()?)));
    let Some((kind, code)) = named else { return Ok(Vec::new()) };
    let own = provider(&party::store::get(connection, holder).await?);
    let mut reasons = Vec::new();
    for row in store::overlapping(connection, kind, &code).await? {
        let is_own = |of: &Provider| of.number.is_some() && of.number == own.number;
        let another = row.provider.as_ref().filter(|of| !is_own(of) && !row.is_listed_for(&own));
        reasons.extend(another.map(|of| {
            Reason::with("provider-code-of-another", [code.to_string(), of.name.clone()])
        }));
    }
    Ok(reasons)
}

fn in_the_way(row: &NumberRangeRow) -> Reason {
    let range = &row.resource;
    match (row.status, &row.provider) {
        (RangeStatus::Assigned, Some(provider)) if row.permit.is_none() => {
            Reason::with("listed", [range.to_string(), provider.name.clone()])
        }
        (RangeStatus::Assigned, Some(provider)) => {
            Reason::with("overlap", [range.to_string(), provider.name.clone()])
        }
        (RangeStatus::Reserved, _) => Reason::with("held", [range]),
        _ => Reason::with("blocked", [range]),
    }
}

/// Chooses the next free blocks where the application left it to the authority.
///
/// # Errors
/// 409 when there are not so many.
pub async fn choose(tx: &Tx, details: &mut Value) -> Result<(), Failure> {
    let (mut read, kind) = read(details)?;
    let Some(wish) = read.wish.as_ref().filter(|_| read.resources.is_empty()) else {
        return Ok(());
    };
    let areas = rules::wished_areas(kind, wish, Some(oslo_date(tx.now())));
    let size = i64::try_from(wish.block_size).map_err(Failure::internal)?;
    read.resources = actions::next_free(tx, kind, &areas, size, wish.blocks as usize).await?;
    *details = serde_json::to_value(read).map_err(Failure::internal)?;
    Ok(())
}

/// Takes what the permit names; what it had before is given back.
///
/// # Errors
/// 409 when another has part of it.
pub async fn take(tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    let (details, kind) = read(&permit.details)?;
    let holder = party::store::get(&**tx, permit.holder).await?;
    let claim = Claim {
        kind,
        resources: details.resources.clone(),
        provider: provider(&holder),
        end_user: details
            .end_user
            .as_ref()
            .map(|end_user| end_user.organisation_number.to_string()),
        non_commercial: details.end_user.is_some_and(|end_user| end_user.non_commercial),
        permit: permit.id.0,
        case: permit.case.map(|id| id.0),
    };
    actions::take(tx, &claim).await
}

fn provider(holder: &Party) -> Provider {
    let number = match &holder.identity {
        Identity::Organisation { number } => Some(number.to_string()),
        Identity::Person { .. } => None,
    };
    Provider { name: holder.details.name.clone(), number }
}

/// Gives back what the permit has, because it has ended: returned by its holder, or withdrawn by
/// the authority (§ 12).
///
/// # Errors
/// When the database does not answer.
pub async fn release(tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    let to = if permit.status == Status::Revoked {
        RangeStatus::Withdrawn
    } else {
        RangeStatus::Returned
    };
    actions::release(tx, permit.id.0, to).await
}

/// Holds exact numbers while the case runs, as far as they are free; those the permit has already
/// need no hold.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(
    tx: &Tx,
    details: &Value,
    case: CaseId,
    except: Option<PermitId>,
    until: NaiveDate,
) -> Result<(), Failure> {
    let (details, kind) = read(details)?;
    let except = except.map(|id| id.0);
    actions::hold(tx, kind, &details.resources, case.0, except, until).await
}

/// Ends what was held for a case.
///
/// # Errors
/// When the database does not answer.
pub async fn end_hold(tx: &Tx, case: CaseId) -> Result<(), Failure> {
    actions::end_hold(tx, case.0).await
}

/// The published ranges of a permit bear the name its holder has now.
///
/// # Errors
/// When the database does not answer.
pub async fn follow(tx: &Tx, permit: &Permit, holder: &Party) -> Result<(), Failure> {
    store::rename(tx, permit.id.0, &holder.details.name).await
}
