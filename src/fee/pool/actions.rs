//! Setting the pool of a year, and sharing it out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    super::{
        actions::{holding, insert_line},
        rules::{
            self, Holding,
            spectrum::{Block, PoolFlaw, share_pool},
        },
        store::{self as fees, Which},
    },
    model::{Pool, PoolContent},
    store,
};
use crate::{
    app::App,
    database::{Connection, Tx},
    failure::{Failure, Problem},
    permit::{kind, model::Permit},
    values::calendar::oslo_date,
};

/// Object of the lines.
const OBJECT: &str = "spectrum_licence";

/// Sets the pool of a year, or corrects it over the version the caller saw (0: none).
///
/// # Errors
/// 412 when it changed, 409 when it has been shared out.
pub async fn put(
    app: &App,
    actor: &str,
    year: i32,
    version: i32,
    content: &PoolContent,
) -> Result<Pool, Failure> {
    app.db()
        .write(|tx| async move {
            let before = store::lock(&tx, year).await?;
            if before.as_ref().map_or(0, |pool| pool.version) != version {
                return Err(Failure::stale());
            }
            if before.is_some_and(|pool| pool.shared_at.is_some()) {
                return Err(Failure::new(
                    Problem::IllegalTransition,
                    "The pool of this year has been shared out and its lines are written. Correct the lines instead.",
                ));
            }
            store::put(&tx, year, content, version + 1, actor).await?;
            let content = content.clone();
            Ok(Pool { year, content, shared_at: None, version: version + 1 })
        })
        .await
}

fn days_of(year: i32) -> Option<(NaiveDate, NaiveDate)> {
    NaiveDate::from_ymd_opt(year, 1, 1).zip(NaiveDate::from_ymd_opt(year, 12, 31))
}

/// Shares the pools that are set, of this year and those before, among the licences that have not
/// paid their share; answers how many. It may run any number of times, anywhere: the row of the pool
/// is locked, and a permit and year is settled once.
///
/// # Errors
/// When the database does not answer.
pub async fn share(app: &App) -> Result<usize, Failure> {
    let today = oslo_date(app.clock().now());
    let mut settled = 0;
    for year in store::years(app.db().read(), chrono::Datelike::year(&today)).await? {
        settled += app.db().write(|tx| async move { share_year(&tx, year, today).await }).await?;
    }
    Ok(settled)
}

/// Municipalities whose inhabitants must be told before the pool of a year can be shared.
///
/// # Errors
/// When the database does not answer.
pub async fn missing(
    connection: &impl Connection,
    pool: &Pool,
    today: NaiveDate,
) -> Result<BTreeSet<u16>, Failure> {
    let Some(days) = days_of(pool.year) else { return Ok(BTreeSet::new()) };
    let held = fees::held(connection, Which::Pooled, days, today, None, u64::MAX >> 1).await?;
    Ok(held.iter().filter_map(|permit| blocks_of(&pool.content, permit).err()).flatten().collect())
}

fn blocks_of(content: &PoolContent, permit: &Permit) -> Result<Vec<Block<Uuid>>, BTreeSet<u16>> {
    content.weigh(&permit.id.0, kind::any(permit.kind).pool(&permit.details))
}

fn holds_on(held: Holding, day: NaiveDate) -> bool {
    held.first <= day && held.last.is_none_or(|last| day <= last)
}

async fn share_year(tx: &Tx, year: i32, today: NaiveDate) -> Result<usize, Failure> {
    let (Some(pool), Some(days)) = (store::lock(tx, year).await?, days_of(year)) else {
        return Ok(0);
    };
    let due = fees::unassessed(&**tx, Which::Pooled, days, today, None, u64::MAX >> 1).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let held = fees::held(&**tx, Which::Pooled, days, today, None, u64::MAX >> 1).await?;
    let mut base: Vec<Block<Uuid>> = Vec::new();
    for permit in held.iter().filter(|permit| holds_on(holding(permit), days.0)) {
        match blocks_of(&pool.content, permit) {
            Ok(blocks) => base.extend(blocks),
            Err(numbers) => {
                tracing::error!(year, ?numbers, "inhabitants are not told; the pool is not shared");
                return Ok(0);
            }
        }
    }
    let shares: BTreeMap<Uuid, i64> = split(&pool.content, &base, days.0)?;
    let mut settled = 0;
    for permit in &due {
        let held = holding(permit);
        let rule = rules::share(held, year).filter(|rule| rule.per_mille > 0);
        let whole = match (rule, shares.get(&permit.id.0)) {
            (None, _) => 0,
            (Some(_), Some(share)) => *share,
            // given within the year: as if it had been among them, whose lines stay
            (Some(_), None) => {
                let Ok(own) = blocks_of(&pool.content, permit) else {
                    tracing::error!(year, permit = %permit.id, "inhabitants are not told");
                    continue;
                };
                let all: Vec<_> = base.iter().cloned().chain(own).collect();
                let on = held.first.max(days.0);
                split(&pool.content, &all, on)?.get(&permit.id.0).copied().unwrap_or(0)
            }
        };
        if !fees::assess(tx, permit.id, year, None).await? {
            continue;
        }
        settled += 1;
        let Some(rule) = rule else { continue };
        // in two steps, so that no product leaves the 64 bits
        let amount_ore = whole / 1000 * rule.per_mille + whole % 1000 * rule.per_mille / 1000;
        if amount_ore > 0 {
            insert_line(tx, permit, year, "annual", |line| {
                "SPECTRUM".clone_into(&mut line.fee_id);
                OBJECT.clone_into(&mut line.object);
                "permit".clone_into(&mut line.unit);
                line.amount_ore = amount_ore;
                rule.id.clone_into(&mut line.rule);
                "§ 15".clone_into(&mut line.section);
                line.basis.clone_from(&pool.content.source);
            })
            .await?;
        }
    }
    store::shared(tx, year).await?;
    Ok(settled)
}

fn split(
    content: &PoolContent,
    blocks: &[Block<Uuid>],
    on: NaiveDate,
) -> Result<BTreeMap<Uuid, i64>, Failure> {
    match share_pool(content.amount_ore(), blocks, on) {
        Ok(shares) => Ok(shares.into_iter().collect()),
        Err(PoolFlaw::NoBlocks) => Ok(BTreeMap::new()),
        Err(flaw) => Err(Failure::internal(flaw)),
    }
}
