//! Beginning a yearly run, and working on it piece by piece.

use std::time::Instant;

use chrono::{Datelike as _, NaiveDate};

use super::store::{self as runs, DONE, FeeRun, INVOICING, SETTLING};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, Problem},
    fee::{
        actions::{holding, items_of, priced},
        invoice::{
            self,
            actions::{AUTOMATIC, BATCH},
        },
        model::InvoiceLine,
        pool, rules,
        store::{self, Which},
    },
    permit::model::Permit,
    values::{calendar::oslo_date, ids::FeeRunId, limit::Limit},
};

/// Permits settled in one transaction; others wait no longer for the writer.
const PIECE: u64 = 50;

fn days_of(year: i32) -> Option<(NaiveDate, NaiveDate)> {
    NaiveDate::from_ymd_opt(year, 1, 1).zip(NaiveDate::from_ymd_opt(year, 12, 31))
}

/// Begins the run of a year; the worker does the rest.
///
/// # Errors
/// 422 for a year that has not begun, or when no account is set; 409 when one of that year is under way.
pub async fn start(app: &App, by: &str, year: i32) -> Result<FeeRun, Failure> {
    let today = oslo_date(app.clock().now());
    let first = Limit::FeeYearFirst.count(today).and_then(|first| i32::try_from(first).ok());
    let first = first.unwrap_or_else(|| today.year());
    if !(first..=today.year()).contains(&year) {
        let why =
            format!("Give a year from {first} to this one: who pays is decided on 1 January.");
        return Err(Failure::at("/year", "range", why));
    }
    invoice::actions::needs_account(app)?;
    let begun = begin(app, by, year, today).await?;
    begun.ok_or_else(|| {
        Failure::new(
            Problem::Conflict,
            "A run of this year is under way. Wait until it is done; it may be followed meanwhile.",
        )
    })
}

async fn begin(
    app: &App,
    by: &str,
    year: i32,
    today: NaiveDate,
) -> Result<Option<FeeRun>, Failure> {
    let Some(days) = days_of(year) else { return Ok(None) };
    let total = store::count_unassessed(app.db().read(), Which::ByItem, days, today).await?;
    app.db().write(|tx| async move { runs::begin(&tx, year, total, by).await }).await
}

/// Begins the runs there is something to do for, of this year and of those the service slept through, works on
/// all that are under way until they are done, and shares the pools of spectrum fees; answers how many permits
/// were settled. It may run any number of times, anywhere.
///
/// # Errors
/// When the database does not answer.
pub async fn charge_years(app: &App) -> Result<usize, Failure> {
    let today = oslo_date(app.clock().now());
    let first = store::first_year(app.db().read()).await?.unwrap_or(today.year());
    for year in first..=today.year() {
        let Some(days) = days_of(year) else { continue };
        let connection = app.db().read();
        let one = store::unassessed(connection, Which::ByItem, days, today, None, 1).await?;
        if !one.is_empty() {
            begin(app, AUTOMATIC, year, today).await?;
        }
    }
    let settled = work(app).await?;
    Ok(settled + pool::actions::share(app).await?)
}

/// Works on the runs under way until they are done; answers how many permits were settled here.
///
/// # Errors
/// When the database does not answer.
pub async fn work(app: &App) -> Result<usize, Failure> {
    let mut settled = 0;
    for id in runs::under_way(app.db().read()).await? {
        loop {
            let began = Instant::now();
            let piece = app.db().write(|tx| async move { piece(app, &tx, id).await });
            let Some(count) = piece.await? else { break };
            app.signals().rest(began).await;
            settled += count;
            if app.signals().is_stopping() {
                return Ok(settled);
            }
        }
    }
    Ok(settled)
}

/// One piece of a run: how many permits it settled, or nothing when the run is done.
///
/// # Errors
/// When the database does not answer.
pub async fn piece(app: &App, tx: &Tx, id: FeeRunId) -> Result<Option<usize>, Failure> {
    let Some(mut run) = runs::lock(tx, id).await? else { return Ok(None) };
    let settled = match run.state.as_str() {
        SETTLING => settle_piece(app, tx, &mut run).await?,
        INVOICING => {
            invoice_piece(app, tx, &mut run).await?;
            0
        }
        _ => return Ok(None),
    };
    if run.state == DONE && run.started_by == AUTOMATIC && run.done == 0 && run.invoices == 0 {
        runs::remove(tx, &run).await?;
    } else {
        runs::save(tx, &run).await?;
    }
    Ok(Some(settled))
}

async fn settle_piece(app: &App, tx: &Tx, run: &mut FeeRun) -> Result<usize, Failure> {
    let today = oslo_date(tx.now());
    let days = days_of(run.year).ok_or_else(|| Failure::internal("a run has no such year"))?;
    let after = runs::after_permit(run);
    let due = store::unassessed(&**tx, Which::ByItem, days, today, after, PIECE).await?;
    let settled = charge(app, tx, run, &due).await?;
    run.done += i64::try_from(settled).map_err(Failure::internal)?;
    run.after_permit = due.last().map(|permit| permit.id.0).or(run.after_permit);
    if (due.len() as u64) < PIECE {
        // permits that came or went meanwhile are counted as what they were in the end
        run.total = run.done;
        INVOICING.clone_into(&mut run.state);
    } else {
        run.total = run.total.max(run.done);
    }
    Ok(settled)
}

/// Writes the lines of these permits for the year; answers how many were settled. With the yearly line of a permit
/// with emergency contacts the holder is asked to confirm them.
async fn charge(app: &App, tx: &Tx, run: &FeeRun, due: &[Permit]) -> Result<usize, Failure> {
    let ids: Vec<_> = due.iter().map(|permit| permit.id).collect();
    let with_contacts = store::with_contacts(&**tx, &ids).await?;
    let mut settled = Vec::with_capacity(due.len());
    let mut lines: Vec<InvoiceLine> = Vec::with_capacity(due.len());
    // without an account the lines wait like those of grants until there is one
    let of_run = app.settings().fee_account.map(|_| FeeRunId(run.id));
    for permit in due {
        let priced_lines = match rules::annual(&items_of(permit), holding(permit), run.year) {
            Ok(lines) => lines,
            // one kind's fault must not keep the fees of all others from being written
            Err(flaw) => {
                tracing::error!(kind = permit.kind.as_str(), %flaw, "a permit has no price");
                continue;
            }
        };
        let asked = permit.status.is_live()
            && !priced_lines.is_empty()
            && with_contacts.contains(&permit.id);
        settled.push((permit.id, asked));
        for line in &priced_lines {
            let line = priced(tx, permit, run.year, "annual", line)?;
            lines.push(InvoiceLine { run: of_run, ..line });
        }
    }
    store::assess_all(tx, &settled, run.year).await?;
    store::insert_all(tx, &lines).await?;
    Ok(settled.len())
}

async fn invoice_piece(app: &App, tx: &Tx, run: &mut FeeRun) -> Result<(), Failure> {
    let id = Some(FeeRunId(run.id));
    let after = runs::after_holder(run);
    let holders = match app.settings().fee_account {
        Some(_) => invoice::store::lines::waiting_holders(&**tx, id, after, BATCH).await?,
        None => Vec::new(),
    };
    let issued = invoice::actions::issue(app, tx, id, &holders).await?;
    run.invoices += i64::try_from(issued.count).map_err(Failure::internal)?;
    run.amount_ore += issued.amount_ore;
    run.after_holder = holders.last().map(|holder| holder.0).or(run.after_holder);
    if (holders.len() as u64) < BATCH {
        DONE.clone_into(&mut run.state);
        run.ended_at = Some(tx.now());
    }
    Ok(())
}
